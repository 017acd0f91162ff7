"""The lists of the register and of the tasks: columns in the order of the offices' own sheets."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from greenmine.clock import until_today
from greenmine.tables import UNKNOWN, NumberColumn, Table
from tasks.models import Mine, MineState, MineTask, PlanLine
from tasks.models.mine import MineColumns
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
        model = MineState
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
    """The columns of the 分解表 (domain.md section 6); the mine as the register had it on the day."""

    agency = tables.Column(verbose_name=_("County"), order_by="state__managed_by__path")
    mine = tables.Column(verbose_name=_("Mine, holder, permit"), order_by="state__name")
    mineral = tables.Column(
        verbose_name=_("Main mineral"), accessor="mine", order_by="state__mineral_name", default=UNKNOWN
    )
    method = tables.Column(
        verbose_name=_("Method"), accessor="mine", order_by="state__method", default=UNKNOWN
    )
    output = NumberColumn(verbose_name=_("Output a year"), accessor="mine", order_by="state__output")
    size_class = tables.Column(
        verbose_name=_("Size class"), accessor="mine", order_by="state__size_class", default=UNKNOWN
    )
    tier = tables.Column(verbose_name=_("Tier"), default=UNKNOWN)
    planned = tables.Column(
        verbose_name=_("Planned completion"),
        accessor="planned_on",
        default=UNKNOWN,
        attrs={"td": {"class": "gm-nowrap"}},
    )
    responsible = tables.Column(verbose_name=_("Responsible"), default="—")
    version = tables.Column(verbose_name=_("Plan"), accessor="pk", orderable=False)
    note = tables.Column(verbose_name=_("Note"), default="")

    class Meta(Table.Meta):
        model = MineTask
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

    def render_agency(self, record):
        return registered(record.mine).managed_by or record.agency

    def render_mine(self, record):
        permit = record.mine.permit_on(until_today(self.request.as_of))
        return mine_cell(registered(record.mine), permit.number if permit else _("permit unknown"))

    def render_mineral(self, record):
        return registered(record.mine).mineral_name or UNKNOWN

    def render_method(self, record):
        return registered(record.mine).get_method_display() or UNKNOWN

    def render_output(self, record):
        return output_words(registered(record.mine))

    def render_size_class(self, record):
        return registered(record.mine).get_size_class_display() or UNKNOWN

    def render_tier(self, record):
        return PlanLine.Tier(record.tier).label

    def render_planned(self, record):
        return display(PlannedDate(record.planned_on, record.planned_precision))

    def render_version(self, record):
        if record.plan is None:
            return format_html('<span class="gm-badge">{}</span>', _("entered later"))
        word = _("version %s") % record.version_number if record.version_number else _("draft")
        link = format_html('<a href="{}">{}</a>', reverse("tasks:work_plan_detail", args=[record.plan]), word)
        return _with_mark(link, record)


def _with_mark(link, record):
    """A task that came in later, or that is only drafted, says so beside its version."""
    if record.is_drafted:
        return format_html('{} <span class="gm-badge">{}</span>', link, _("draft figure"))
    if record.is_entered:
        return format_html('{} <span class="gm-badge">{}</span>', link, _("entered later"))
    return link


def registered(mine: Mine) -> MineColumns:
    """The mine as the register had it on the day that the list prefetched as `on_day`, else as it has it now."""
    on_day = getattr(mine, "on_day", None)
    return on_day[0] if on_day else mine


def mine_cell(mine: MineColumns, more: str = ""):
    """The mine's name leading to its page, its holder below, and the mark of sample data. `mine` is a mine or a state
    of it."""
    known = mine if isinstance(mine, Mine) else mine.mine
    sample = format_html(' <span class="gm-badge">{}</span>', _("sample")) if known.is_sample else ""
    holder = mine.holder if mine.holder != mine.name else ""
    below = format_html_join(
        "", '<div class="gm-muted gm-small">{}</div>', ((line,) for line in (holder, more) if line)
    )
    name = mine.name
    if getattr(mine, "opens", True):
        name = format_html('<a href="{}">{}</a>', known.get_absolute_url(), mine.name)
    # One element: on a telephone each part of a cell would else become a cell of its own.
    return format_html("<div>{}{}{}</div>", name, sample, below)
