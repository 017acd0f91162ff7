"""Rows copied from a spreadsheet: taken when they name a mine of the register, else told with the reason."""

from datetime import date

import pytest

from tasks.imports.pasted_rows import read_rows

REGISTER = {"示例一号矿": 1, "示例二号矿": 2}


def test_columns_stand_in_the_order_of_the_table_without_a_heading():
    (row,) = read_rows("示例一号矿\t底线任务\t2019年12月\t张某\t备注", REGISTER).rows
    assert (row.mine, row.tier, row.planned.last_day) == (1, "baseline", date(2019, 12, 31))
    assert (row.responsible, row.note) == ("张某", "备注")


def test_a_heading_says_which_column_is_which():
    text = "建成时限\t矿山\t任务类型\n2019.6\t示例 二号矿\t自我加压\n合计\n\n"
    (row,) = read_rows(text, REGISTER).rows
    assert (row.mine, row.tier, row.planned.precision) == (2, "self_imposed", "month")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("示例九号矿\t底线", "unknown_mine"),
        ("示例一号矿\t重点", "unread_tier"),
        ("示例一号矿\t底线\t尽快", "unread_date"),
        ("示例二号矿\n示例二号矿", "twice"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_with_its_reason(line, reason):
    (refused,) = read_rows(line, REGISTER).refused
    assert refused.reason == reason
