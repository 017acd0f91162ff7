"""Small workbooks made for one test, and their parts changed by hand."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

HEADINGS = ["序号", "县（市、区）", "矿山名称", "采矿许可证号", "生产规模（万吨/年）", "基本建成时间", "备注"]


def licence(number: int) -> str:
    return f"C{4100002019000000000000 + number}"


def row(number: int, **given) -> list:
    """One mine, its cells by heading where `given` says otherwise."""
    cells = dict(
        zip(
            HEADINGS,
            [number, "桐柏县", f"示例{number}矿", licence(number), 12.5, "2019年12月", None],
            strict=True,
        )
    )
    names = {
        "county": "县（市、区）",
        "mine": "矿山名称",
        "licence": "采矿许可证号",
        "output": "生产规模（万吨/年）",
    }
    names |= {"planned": "基本建成时间", "note": "备注"}
    return list((cells | {names[name]: value for name, value in given.items()}).values())


def book(*rows: list, headings: list | None = None) -> Workbook:
    made = Workbook()
    for cells in [HEADINGS if headings is None else headings, *rows]:
        made.active.append(cells)
    return made


def saved(made: Workbook) -> bytes:
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part rewritten."""
    buffer = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(buffer, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return buffer.getvalue()


def with_rows(xml: str) -> bytes:
    """A workbook with one good row and raw XML after it."""
    end = b"</sheetData>"
    return changed(
        saved(book(row(1))),
        "xl/worksheets/sheet1.xml",
        lambda content: content.replace(end, xml.encode() + end),
    )
