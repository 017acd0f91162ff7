"""Where a person stands towards a plan, under the hat they act in."""

from agencies.models import Agency, Membership, Role
from tasks.models import Mine, MineTask, StageFact, TargetChange, WorkPlan
from tasks.rules.steps import Route, Side


def sides_of(by: Membership | None, plan: WorkPlan, *, on_paper: bool = False) -> frozenset[Side]:
    """The sides on which the membership may take steps with the plan.

    `on_paper`: a superior may record a posted paper filing for the agency, with a scan, and then stands
    in for its filer and leader (decisions.md, "Facts and days").
    """
    if by is None:
        return frozenset()
    if by.agency_id == plan.agency_id:
        own = {Role.FILER: Side.FILER, Role.LEADER: Side.LEADER}
        return frozenset({own[by.role]} if by.role in own else ())
    if by.role != Role.REVIEWER or not by.agency.is_above_or_same(plan.agency):
        return frozenset()
    sides = set()
    is_superior = by.agency.path == plan.agency.reports_to_path
    if is_superior and plan.route == Route.REVIEWED:
        sides.add(Side.REVIEWER)
    if by.agency.is_root():
        sides.add(Side.RECEIVER)
    if is_superior and on_paper:
        sides |= {Side.FILER, Side.LEADER}
    return frozenset(sides)


def may_edit(by: Membership | None, plan: WorkPlan) -> bool:
    """The working copy is written by the agency's own filer."""
    return Side.FILER in sides_of(by, plan)


def may_keep_register(by: Membership | None) -> bool:
    """Mines are entered and mended by filers and reviewers, each in the own branch."""
    return by is not None and by.role in (Role.FILER, Role.REVIEWER)


def may_change_mine(by: Membership | None, mine: Mine) -> bool:
    """A filer keeps the own bureau's mines, a reviewer those of the branch; the province also those that
    no place is known for yet."""
    if not may_keep_register(by):
        return False
    if mine.managed_by is None:
        return by.agency.is_root()
    if by.role == Role.FILER:
        return mine.managed_by_id == by.agency_id
    return by.agency.is_above_or_same(mine.managed_by)


def may_enter_documents(by: Membership | None) -> bool:
    """A new notice with its requirements is entered by a reviewer of a bureau that has others below it."""
    return by is not None and by.role == Role.REVIEWER and not by.agency.is_leaf()


def may_read_plans(by: Membership | None) -> bool:
    """An administrator manages users and sees no plan content."""
    return by is not None and by.role != Role.ADMINISTRATOR


# Who speaks for a bureau itself.
BUREAU_STAFF = (Role.FILER, Role.LEADER)
# What a bureau says of its own tasks; the later stages are for its superior to record (decisions.md, "Counting").
STAGES_OF_BUREAU = {StageFact.Stage.BUILDING, StageFact.Stage.DECLARED, StageFact.Stage.ASSESSED}


def may_record_stage(by: Membership | None, task: MineTask, stage: str) -> bool:
    """The bureau's own people up to the third-party assessment, then the reviewer of the bureau above."""
    if stage in STAGES_OF_BUREAU:
        return is_own_staff(by, task)
    return is_superior_reviewer(by, task)


def stages_open_to(by: Membership | None, task: MineTask) -> list[StageFact.Stage]:
    """The stages that the hat may record of the task, in the order of its life."""
    return [stage for stage in StageFact.Stage if may_record_stage(by, task, stage)]


def is_own_staff(by: Membership | None, task: MineTask) -> bool:
    """Who keeps the task: also asks for its removal or late entry."""
    return by is not None and by.agency_id == task.agency_id and by.role in BUREAU_STAFF


def is_superior_reviewer(by: Membership | None, task: MineTask) -> bool:
    """Who answers for the bureau above: also approves removals and late entries."""
    return by is not None and by.role == Role.REVIEWER and by.agency.path == task.agency.reports_to_path


def may_ask_change(by: Membership | None, task: MineTask, speaker: Agency | None) -> bool:
    """Who keeps the task, or the bureau whose plan speaks for it (standing/targets.py)."""
    if is_own_staff(by, task):
        return True
    return by is not None and speaker is not None and by.agency_id == speaker.pk and by.role in BUREAU_STAFF


def may_answer_change(by: Membership | None, change: TargetChange) -> bool:
    """The reviewer of the bureau above the one that asked."""
    return (
        by is not None and by.role == Role.REVIEWER and by.agency.path == change.recorded_for.reports_to_path
    )


def may_inspect(by: Membership | None, mine: Mine) -> bool:
    """Reviewers of the mine's bureau and of those above it."""
    if by is None or by.role != Role.REVIEWER or mine.managed_by is None:
        return False
    return by.agency.is_above_or_same(mine.managed_by)


def may_rectify(by: Membership | None, mine: Mine) -> bool:
    """The mine's own filer, or whoever may inspect it."""
    own = by is not None and by.role == Role.FILER and by.agency_id == mine.managed_by_id
    return own or may_inspect(by, mine)
