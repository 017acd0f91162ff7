"""Planned completion in every habit of writing; decisions.md, "Plan, version, task, mine"."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.planned_dates import PlannedDate, display, parse


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2019年12月", date(2019, 12, 31), "month"),
        ("2019年12月底", date(2019, 12, 31), "month"),
        ("2019-12", date(2019, 12, 31), "month"),
        ("2019.2", date(2019, 2, 28), "month"),
        ("201912", date(2019, 12, 31), "month"),
        ("20191231", date(2019, 12, 31), "day"),
        ("2019/6/5", date(2019, 6, 5), "day"),
        ("２０１９年１２月３１日", date(2019, 12, 31), "day"),
        ("二〇一九年十二月", date(2019, 12, 31), "month"),
        ("二○二零年六月三十日", date(2020, 6, 30), "day"),
        ("2019年", date(2019, 12, 31), "year"),
        ("2019年底", date(2019, 12, 31), "year"),
        ("2019年第三季度", date(2019, 9, 30), "quarter"),
        ("2019年三季度末", date(2019, 9, 30), "quarter"),
        ("2019年上半年", date(2019, 6, 30), "half_year"),
        ("2020年2月", date(2020, 2, 29), "month"),
    ],
)
def test_a_period_means_its_last_day(text, day, precision):
    assert parse(text) == PlannedDate(day, precision)


@pytest.mark.parametrize("text", ["", "待定", "2019年13月", "2019年2月30日", "1985年6月", "12月", "三年内"])
def test_what_is_no_date_is_not_guessed(text):
    assert parse(text) is None


@given(
    st.dates(date(2010, 1, 1), date(2090, 12, 31)),
    st.sampled_from(["日", "月", "第一季度", "第四季度", "上半年", "下半年", ""]),
)
def test_what_is_shown_is_read_back_the_same(day, period):
    text = f"{day.year}年{period}"
    if period in ("日", "月"):
        text = f"{day.year}年{day.month}月" + (f"{day.day}日" if period == "日" else "")
    planned = parse(text)
    assert planned is not None
    assert display(planned) == text
    assert parse(display(planned)) == planned
