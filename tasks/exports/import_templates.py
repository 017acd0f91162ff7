"""The empty tables that go out to be filled in: the register of mines, and the quotas of the places below."""

from openpyxl.worksheet.datavalidation import DataValidation

from agencies.models import Agency
from tasks.exports.columns import BREAKDOWN
from tasks.exports.workbook import HEADER, Sheet, as_bytes, new_book

# Of the 分解表 what belongs to a mine and not to its task.
MINE_COLUMNS = [column for column in BREAKDOWN if column.heading in (
    "县（市、区）", "矿山名称", "采矿权人", "采矿许可证号", "开采矿种", "开采方式", "规模级别"
)]  # fmt: skip
OUTPUT = [("生产规模", 10), ("生产规模单位", 14)]
QUOTA_HEADINGS = ["行政区划代码", "县（市、区）", "省下达任务数"]
BLANK_ROWS = 200


def mines_template() -> bytes:
    """One row a mine, with drop-downs for the columns that hold one of a few words."""
    book = new_book("矿山登记表")
    headings = [column.heading for column in MINE_COLUMNS] + [heading for heading, _width in OUTPUT]
    widths = [column.width + 2 for column in MINE_COLUMNS] + [width for _heading, width in OUTPUT]
    sheet = Sheet(book, "矿山登记表", widths)
    sheet.ws.freeze_panes = "A2"
    lists = [list(column.options) for column in MINE_COLUMNS] + [[], ["万吨/年", "万立方米/年"]]
    for index, options in enumerate(lists, start=1):
        if options:
            _offer(sheet, index, options)
    sheet.append([sheet.cell(heading, sheet.style(font=HEADER), is_text=True) for heading in headings])
    text = sheet.style(align="left", pattern="@")
    # Only the look: a prefilled county would be a row that stands for a mine.
    for _ in range(BLANK_ROWS):
        sheet.append([sheet.cell(None, text) for _heading in headings])
    return as_bytes(book)


def quotas_template(agency: Agency, current: dict[int, int]) -> bytes:
    """The places below with their codes; figures that are known stand there, unknown ones stay empty."""
    book = new_book("省下达任务数")
    sheet = Sheet(book, "省下达任务数", [14, 18, 14])
    sheet.ws.freeze_panes = "A2"
    sheet.append([sheet.cell(heading, sheet.style(font=HEADER), is_text=True) for heading in QUOTA_HEADINGS])
    text, figure = sheet.style(align="left", pattern="@"), sheet.style()
    for place in Agency.objects.below(agency).filing():
        if place.pk != agency.pk:
            sheet.append(
                [
                    sheet.cell(place.code, text, is_text=True),
                    sheet.cell(place.name, text, is_text=True),
                    sheet.cell(current.get(place.pk), figure),
                ]
            )
    return as_bytes(book)


def _offer(sheet: Sheet, index: int, options: list[str]) -> None:
    letter = "ABCDEFGHIJ"[index - 1]
    choice = DataValidation(type="list", formula1=f'"{",".join(options)}"', allow_blank=True)
    choice.add(f"{letter}2:{letter}{BLANK_ROWS + 1}")
    sheet.ws.data_validations.append(choice)
