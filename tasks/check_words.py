"""What each check of a plan is called, what it says and how its finding is mended: one source of text for
the page, the command and the guide (docs/checks.md)."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tasks.rules.plan_checks import Finding, Severity


@dataclass(frozen=True)
class CheckWords:
    """`part` is the part of the editor where the finding is mended."""

    title: str
    message: str
    mend: str
    part: str = "breakdown"


SEVERITIES = {
    Severity.ERROR: (pgettext_lazy("severity", "Error"), "✕"),
    Severity.WARNING: (pgettext_lazy("severity", "Reminder"), "▲"),
    Severity.INFO: (pgettext_lazy("severity", "Note"), "●"),
}

CHECK_WORDS = {
    "overview_empty": CheckWords(
        _("Overview"), _("The overview is empty."), _("Write the overview."), part="overview"
    ),
    "no_tasks": CheckWords(
        _("Split to named mines"),
        _("No mine is in the task breakdown."),
        _("Add mines from the register."),
    ),
    "task_without_tier": CheckWords(
        _("Tier"), _("Mines without a tier: %(n)d."), _("Choose a tier in each of these rows.")
    ),
    "task_without_date": CheckWords(
        _("Planned completion"),
        _("Mines without a planned completion: %(n)d."),
        _("Enter when each will be completed, such as 2019年12月."),
    ),
    "task_after_end": CheckWords(
        _("Complete by the end"),
        _("Mines planned after %(end)s: %(n)d."),
        _("Choose a completion up to that day."),
    ),
    "checkpoint_missed": CheckWords(
        _("Share by the checkpoint"),
        _("By %(due)s %(planned)d are planned, at least %(required)d are required: %(short)d too few."),
        _("Bring the completion of more mines forward."),
    ),
    "duplicate_mine": CheckWords(
        _("Each mine once"),
        _("Rows that name the same mine or the same permit: %(n)d."),
        _("Take the row that is too much out of the plan."),
    ),
    "foreign_mine": CheckWords(
        _("Own mines alone"),
        _("Mines that another bureau manages: %(n)d."),
        _("Take them out; the bureau that manages them plans them."),
    ),
    "number_ill_formed": CheckWords(
        _("Document number"),
        _("“%(number)s” is not a well-formed document number."),
        _("Write it like 桐国土资〔2018〕12号."),
        part="overview",
    ),
    "scope_left_out": CheckWords(
        _("Whole scope"),
        _("Large, medium or open-pit mines neither in the plan nor excused: %(n)d."),
        _("Add each, or write why it stays out."),
    ),
    "open_pit_after_strict": CheckWords(
        _("Existing open-pit mines"),
        _(
            "Existing open-pit mines planned after %(strict)s: %(n)d. Read literally the sentence ends then, read widely on %(due)s."
        ),
        _("Bring them forward, or keep the wider reading knowingly."),
    ),
    "baseline_below_quota": CheckWords(
        _("Baseline and quota"),
        _("%(baseline)d baseline tasks stand against a quota of %(quota)d."),
        _("Name as many mines of the baseline as the quota asks."),
    ),
    "closed_mine": CheckWords(
        _("Mines that are closed"),
        _("Closed mines in the plan: %(n)d."),
        _("Take them out, or correct their status in the register."),
    ),
    "principle_missing": CheckWords(
        _("Principles"),
        _("Principles not followed: %(names)s."),
        _("Tick each principle that the plan follows and say how."),
        part="principles",
    ),
    "departments_missing": CheckWords(
        _("Joint departments"),
        _("No department is named that made the plan together with the bureau."),
        _("Name the departments, one a line."),
        part="principles",
    ),
    "issued_before_acceptance": CheckWords(
        _("Issued before acceptance"),
        _("The paper was issued on %(issued)s, before the review accepted it."),
        _("Nothing is to be mended; the reviewer sees it."),
        part="overview",
    ),
    "no_attachment": CheckWords(
        _("Attachments"),
        _("No file is attached."),
        _("Attach the signed plan or its annexes."),
        part="attachments",
    ),
    "dates_inverted": CheckWords(
        _("Dates inverted"),
        _("The bureau's own date, %(own)s, falls before that of bureaus below, %(below)s."),
        _("Set an earlier internal date for them."),
        part="overview",
    ),
    "checkpoint_slack": CheckWords(
        _("Slack at the checkpoint"),
        _("By %(due)s %(planned)d are planned, at least %(required)d are required: %(slack)d may slip."),
        _("Nothing is to be mended."),
    ),
    "first_permit_unknown": CheckWords(
        _("First permit unknown"),
        _("Open-pit mines whose first permit is unknown: %(n)d. Whether they are existing or new is open."),
        _("Enter the day of the first permit in the register."),
    ),
}


def message(finding: Finding) -> str:
    """The finding's sentence, with its figures and days."""
    shown = {
        name: date_format(value, "DATE_FORMAT") if hasattr(value, "year") else value
        for name, value in finding.params.items()
    }
    return str(CHECK_WORDS[finding.code].message) % shown
