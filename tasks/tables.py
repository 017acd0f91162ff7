"""The lists of the register and of the tasks: columns in the order of the offices' own sheets."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from greenmine.tables import UNKNOWN, NumberColumn, Table
from tasks.models import Mine, PlanLine
from tasks.reports.mine_file import output_words, scope_word
from tasks.rules.planned_dates import PlannedDate, display


class MineTable(Table):
    name = tables.Column(verbose_name=_("Mine and holder"))
    managed_by = tables.Column(verbose_name=_("Agency"), order_by="managed_by__path", default=_("unassigned"))
    mineral_name = tables.Column(verbose_name=_("Main mineral"), default=UNKNOWN)
    method = tables.Column(verbose_name=_("Method"), default=UNKNOWN)
    output = NumberColumn(verbose_name=_("Output a year"))
    size_class = tables.Column(verbose_name=_("Size class"), default=UNKNOWN)
    status = tables.Column(verbose_name=_("Status"), default=UNKNOWN)
    in_scope = tables.Column(
        verbose_name=_("In scope"),
        accessor="is_in_scope",
        orderable=False,
        attrs={"td": {"class": "gm-nowrap"}},
    )

    class Meta(Table.Meta):
        model = Mine
        fields = ()
        empty_text = _("No mine matches. Clear the filters, or enter the first mine.")

    def render_name(self, record):
        return mine_cell(record)

    def render_managed_by(self, record):
        if record.county_id and record.county_id != record.managed_by_id:
            return format_html(
                '<div>{}<div class="gm-muted gm-small">{} {}</div></div>',
                record.managed_by,
                _("permit in"),
                record.county,
            )
        return str(record.managed_by)

    def render_output(self, record):
        return output_words(record)

    def render_in_scope(self, record):
        return scope_word(record)


class TaskTable(Table):
    """The columns of the 分解表 (domain.md section 6); the mine as the register has it now."""

    agency = tables.Column(verbose_name=_("County"), accessor="task__agency", order_by="task__agency__path")
    mine = tables.Column(
        verbose_name=_("Mine, holder, permit"), accessor="task__mine", order_by="task__mine__name"
    )
    mineral = tables.Column(
        verbose_name=_("Main mineral"), accessor="task__mine__mineral_name", default=UNKNOWN
    )
    method = tables.Column(verbose_name=_("Method"), accessor="task__mine__method", default=UNKNOWN)
    output = NumberColumn(verbose_name=_("Output a year"), accessor="task__mine__output")
    size_class = tables.Column(
        verbose_name=_("Size class"), accessor="task__mine__size_class", default=UNKNOWN
    )
    tier = tables.Column(verbose_name=_("Tier"), default=UNKNOWN)
    planned = tables.Column(
        verbose_name=_("Planned completion"),
        accessor="planned_on",
        default=UNKNOWN,
        attrs={"td": {"class": "gm-nowrap"}},
    )
    responsible = tables.Column(verbose_name=_("Responsible"), default="—")
    version = tables.Column(verbose_name=_("Plan"), orderable=False)
    note = tables.Column(verbose_name=_("Note"), default="")

    class Meta(Table.Meta):
        model = PlanLine
        fields = ()
        sequence = [
            "agency",
            "mine",
            "mineral",
            "method",
            "output",
            "size_class",
            "tier",
            "planned",
            "responsible",
            "version",
            "note",
        ]
        empty_text = _("No task yet. Tasks appear here when a plan is submitted.")

    def render_mine(self, record):
        permit = record.task.mine.current_permit
        return mine_cell(record.task.mine, permit.number if permit else _("permit unknown"))

    def render_method(self, record):
        return record.task.mine.get_method_display()

    def render_output(self, record):
        return output_words(record.task.mine)

    def render_size_class(self, record):
        return record.task.mine.get_size_class_display()

    def render_planned(self, record):
        return display(PlannedDate(record.planned_on, record.planned_precision))

    def render_version(self, record):
        word = _("draft") if record.version.is_working else _("version %s") % record.version.number
        return format_html(
            '<a href="{}">{}</a>', reverse("tasks:work_plan_detail", args=[record.version.plan_id]), word
        )


def mine_cell(mine: Mine, more: str = ""):
    """The mine's name leading to its page, its holder below, and the mark of sample data."""
    sample = format_html(' <span class="gm-badge">{}</span>', _("sample")) if mine.is_sample else ""
    holder = mine.holder if mine.holder != mine.name else ""
    below = format_html_join(
        "", '<div class="gm-muted gm-small">{}</div>', ((line,) for line in (holder, more) if line)
    )
    # One element: on a telephone each part of a cell would else become a cell of its own.
    return format_html(
        '<div><a href="{}">{}</a>{}{}</div>', mine.get_absolute_url(), mine.name, sample, below
    )
