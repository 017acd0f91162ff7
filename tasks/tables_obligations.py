"""The list of obligations: who owes what by when, with the sentence that says so."""

from dataclasses import dataclass
from datetime import date

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from greenmine.tables import Table
from tasks.rules.deadlines import Mark
from tasks.standing.obligations import Obligation

# The most pressing first.
URGENCY = [
    Mark.OVERDUE,
    Mark.WARNING,
    Mark.DUE_SOON,
    Mark.UPCOMING,
    Mark.MET_LATE,
    Mark.MET,
    Mark.NOT_APPLICABLE,
]


@dataclass(frozen=True)
class Row:
    """An obligation with what its columns are ordered by: a missing day comes last."""

    obligation: Obligation

    @property
    def agency_code(self) -> str:
        return self.obligation.agency.code

    @property
    def requirement_order(self) -> int:
        return self.obligation.requirement.pk

    @property
    def strict_order(self) -> date:
        return self.obligation.dates.warn_on or date.max

    @property
    def due_order(self) -> date:
        return self.obligation.dates.last_day or date.max

    @property
    def met_order(self) -> date:
        return self.obligation.met_on or date.max

    @property
    def urgency(self) -> int:
        return URGENCY.index(self.obligation.mark)


def _cell(name: str, heading, accessor: str, **kwargs) -> tables.TemplateColumn:
    template = f"tasks/_obligation_{name}.html"
    return tables.TemplateColumn(
        template_name=template, verbose_name=heading, accessor=accessor, order_by=accessor, **kwargs
    )


class ObligationTable(Table):
    agency = _cell("agency", _("Agency"), "agency_code", attrs={"td": {"class": "gm-nowrap"}})
    mark = _cell("mark", _("Time mark"), "urgency", attrs={"td": {"class": "gm-nowrap"}})
    requirement = _cell("requirement", _("Requirement"), "requirement_order")
    acts = _cell("acts", _("Required, and done"), "met_order", orderable=False)
    strict = _cell("strict", _("Strict date"), "strict_order")
    due = _cell("due", _("Due date"), "due_order")
    met = _cell("met", _("Met on"), "met_order")

    class Meta(Table.Meta):
        empty_text = _("No obligation matches on this day.")
        row_attrs = {
            "class": lambda record: "gm-row--late" if record.obligation.mark == Mark.OVERDUE else None
        }
