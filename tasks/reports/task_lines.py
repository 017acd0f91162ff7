"""Every mine task that a person may see: the lines of the version that speaks for each plan."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from agencies.models import User
from tasks.models import PlanLine, PlanVersion, WorkPlan
from tasks.reports.filings import filing_on
from tasks.rules.steps import Step


def task_lines(user: User, *, as_of: date, with_draft: bool = True) -> QuerySet[PlanLine]:
    """The version in force, else the last submitted; for the own bureau its working copy until one is in
    force. A superior never sees a draft's rows. Each mine stands once.
    """
    chosen = speaking_versions(user, as_of=as_of, with_draft=with_draft)
    lines = PlanLine.objects.filter(version__in=chosen)
    # A city may have written a line for a county that had no plan yet; the county's own line wins.
    of_owner = lines.filter(task=OuterRef("task"), version__plan__agency=F("task__agency"))
    by_superior = ~Q(version__plan__agency=F("task__agency"))
    return lines.exclude(by_superior & Exists(of_owner))


def speaking_versions(user: User, *, as_of: date, with_draft: bool = True) -> list[int]:
    """Ids of the versions that speak for the visible plans on the day, in four queries."""
    own = user.acting.agency_id if user.acting else None
    readable: dict[int, list[PlanVersion]] = {}
    for version in PlanVersion.objects.visible_to(user).only("plan", "frozen_at"):
        readable.setdefault(version.plan_id, []).append(version)
    plans = WorkPlan.objects.visible_to(user).with_events()
    chosen = [
        _speaking(plan, readable.get(plan.pk, []), as_of, with_draft and plan.agency_id == own)
        for plan in plans
    ]
    return [version.pk for version in chosen if version]


def _speaking(plan: WorkPlan, readable: list[PlanVersion], as_of: date, with_draft: bool):
    filing = filing_on(plan, as_of)
    by_id = {version.pk: version for version in readable}
    if filing.in_force_id:
        return by_id.get(filing.in_force_id)
    # By the events, not by when they were written down: a paper of last week speaks for last week.
    sent = [e.version_id for e in filing.events if e.step in (Step.SUBMIT, Step.RELEASE)]
    submitted = [by_id[pk] for pk in sent if pk in by_id and by_id[pk].frozen_at]
    drafts = [version for version in readable if version.is_working] if with_draft else []
    return (drafts or submitted or [None])[-1]
