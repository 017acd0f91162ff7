"""What a line of a facts file names: agency, plan, mine, task, day and hat, or why it names none."""

from datetime import date

from agencies.models import Agency, Membership, Role
from tasks.models import Mine, MineTask, Programme, WorkPlan
from tasks.rules.mine_names import fold
from tasks.rules.monthly import parse_month
from tasks.standing.programmes import programme_meant


class FactRefused(Exception):
    """A line that cannot be understood; the text says why."""


def hat_of(fact: dict, agency: Agency, role: Role) -> Membership:
    place = known_agency(fact["by_agency"]) if fact.get("by_agency") else agency
    return Membership(agency=place, role=fact.get("by_role", role))


def plan_of(fact: dict) -> WorkPlan:
    agency = agency_of(fact)
    plan = WorkPlan.objects.filter(agency=agency, programme=programme_of(fact)).first()
    if plan is None or not plan.versions.working().exists():
        raise FactRefused(f"{agency} 没有可编辑的工作方案草稿。")
    return plan


def programme_of(fact: dict) -> Programme:
    programme = programme_meant(fact.get("programme"))
    if programme is None:
        raise FactRefused("没有这个专项工作，请先运行 load_reference。")
    return programme


def mine_of(fact: dict) -> Mine:
    """By permit number, else by name within the agency."""
    text = needed(fact, "mine")
    found = list(Mine.objects.filter(permits__number=text))
    if not found:
        found = list(Mine.objects.filter(folded_name=fold(text)))
        if fact.get("agency"):
            found = [mine for mine in found if mine.managed_by and mine.managed_by.code == fact["agency"]]
    if len(found) != 1:
        raise FactRefused(f"矿山“{text}”在登记中有 {len(found)} 座，须恰好一座。")
    return found[0]


def agency_of(fact: dict) -> Agency:
    return known_agency(needed(fact, "agency"))


def known_agency(code: str) -> Agency:
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise FactRefused(f"没有代码为 {code} 的机构。")
    return agency


def day_of(fact: dict, name: str = "happened_on") -> date | None:
    text = fact.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise FactRefused(f"{name} 的值 {text!r} 不是日期，请写成 2018-05-25。") from error


# What is no text: every other value of a line is.
KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("agencies", "mines", "lines", "principles", "departments"), (list,)),
    "zero": (bool,),
    "withdrawn": (bool,),
    "percent": (int,),
    "output": (int, float, str),
}


def check_kinds(fact: dict) -> None:
    """Raises FactRefused for a value of another kind than its key takes; null is as if it were not there."""
    for name, value in list(fact.items()):
        kinds = KINDS.get(name, (str,))
        if value is None:
            del fact[name]
        elif not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise FactRefused(f"{name} 的值 {value!r} 不是这里要的类型。")
        elif name == "lines":
            for line in value:
                if not isinstance(line, dict):
                    raise FactRefused(f'lines 里的 {line!r} 应为对象，例如 {{"mine": …}}。')
                check_kinds(line)


def needed(fact: dict, name: str):
    if not fact.get(name):
        raise FactRefused(f"缺少 {name}。")
    return fact[name]


def task_of(fact: dict) -> MineTask:
    task = MineTask.objects.filter(mine=mine_of(fact), programme=programme_of(fact)).first()
    if task is None:
        raise FactRefused(f"{fact.get('mine')} 不在任何工作方案里。")
    return task


def month_of(fact: dict) -> date:
    month = parse_month(needed(fact, "month"))
    if month is None:
        raise FactRefused(f"{fact['month']} 不是月份，请写成 2019-06。")
    return month
