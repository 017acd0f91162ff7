"""The Chinese of official papers and workbooks, whatever the language of the screen.

Columns, papers and the footers of both take their words from here, so that a workbook, its printout and
the PDF say the same.
"""

import re
from datetime import date

from tasks.models import Mine, PlanLine, PlanVersion, StageFact
from tasks.rules.steps import State

METHODS = {
    Mine.Method.OPEN_PIT: "露天",
    Mine.Method.UNDERGROUND: "地下",
    Mine.Method.COMBINED: "露天-地下联合",
    Mine.Method.OTHER: "其他",
}
SIZES = {
    Mine.SizeClass.LARGE: "大型",
    Mine.SizeClass.MEDIUM: "中型",
    Mine.SizeClass.SMALL: "小型",
    Mine.SizeClass.TINY: "小矿",
}
TIERS = {
    PlanLine.Tier.BASELINE: "底线任务",
    PlanLine.Tier.SELF_IMPOSED: "自我加压",
    PlanLine.Tier.STRETCH: "增量",
}
STATES = {
    State.NONE: "未报",
    State.DRAFT: "未报（编制中）",
    State.SUBMITTED: "已报待审",
    State.RETURNED: "退回补正",
    State.RESUBMITTED: "已改待审",
    State.ACCEPTED: "通过",
    State.ISSUED: "已印发",
    State.SENT: "已送备",
    State.SUPPLEMENT: "待补充",
    State.RECEIPTED: "已备案",
}
# Of a task; one without any stage has not been started.
STAGES = {
    "": "未启动",
    StageFact.Stage.BUILDING: "建设中",
    StageFact.Stage.DECLARED: "申报建成",
    StageFact.Stage.ASSESSED: "第三方评估",
    StageFact.Stage.VERIFIED: "核查通过",
    StageFact.Stage.PUBLICISED: "公示",
    StageFact.Stage.LISTED: "纳入名录",
    StageFact.Stage.DELISTED: "移出名录",
}

DAY, MONTH = "yyyy年m月d日", "yyyy年m月"
NUMERALS = "一二三四五六七八九十"


def date_pattern(on: date, precision: str) -> str:
    """How a planned completion is written: a period by its name, though its last day is what is stored."""
    match precision:
        case PlanLine.Precision.DAY:
            return DAY
        case PlanLine.Precision.QUARTER:
            return f"yyyy年第{NUMERALS[(on.month - 1) // 3]}季度"
        case PlanLine.Precision.HALF_YEAR:
            return "yyyy年上半年" if on.month <= 6 else "yyyy年下半年"
        case PlanLine.Precision.YEAR:
            return "yyyy年"
    return MONTH


def date_text(on: date | None, pattern: str = DAY) -> str:
    """
    >>> date_text(date(2018, 5, 12))
    '2018年5月12日'
    """
    if on is None:
        return ""
    parts = {"yyyy": on.year, "m": on.month, "d": on.day}
    return re.sub(r"yyyy|m|d", lambda found: str(parts[found[0]]), pattern)


def number_format(pattern: str) -> str:
    """The pattern as a spreadsheet's number format, its Chinese quoted.

    Not for a quarter or a half-year, whose name would stay whatever date is typed into the cell.

    >>> number_format("yyyy年m月")
    'yyyy"年"m"月"'
    """
    return re.sub(r"[^ymd]+", lambda found: f'"{found[0]}"', pattern)


def version_name(version: PlanVersion | None) -> str:
    """第2版, or what stands in its place while nothing has been submitted."""
    return f"第{version.number}版" if version and version.number else "未报送"


def version_mark(version: PlanVersion | None) -> str:
    """What page, workbook and PDF of one version carry alike: its number and the start of its hash."""
    if not version or version.is_working:
        return "送审稿，尚未报送" if version else "空表，尚未报送"
    return f"{version_name(version)}　校验码{short_hash(version)}"


def short_hash(version: PlanVersion | None) -> str:
    return version.content_hash[:12] if version else ""
