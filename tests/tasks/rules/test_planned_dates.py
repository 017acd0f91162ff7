"""Planned completion in every habit of writing; decisions.md, "Plan, version, task, mine"."""

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.planned_dates import PlannedDate, display, parse

# The months in which a period of each precision ends.
MONTHS = {"day": [], "month": range(1, 13), "quarter": [3, 6, 9, 12], "half_year": [6, 12], "year": [12]}


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
        ("2019-12-31", date(2019, 12, 31), "day"),
        ("2019—12", date(2019, 12, 31), "month"),
        ("２０１９．１２。", date(2019, 12, 31), "month"),
        ("2019\u200b年12月", date(2019, 12, 31), "month"),
        ("2019年年底", date(2019, 12, 31), "year"),
        ("二〇一九年底", date(2019, 12, 31), "year"),
        ("二〇一九年下半年", date(2019, 12, 31), "half_year"),
        ("2019年2季度", date(2019, 6, 30), "quarter"),
    ],
)
def test_a_period_means_its_last_day(text, day, precision):
    assert parse(text) == PlannedDate(day, precision)


@pytest.mark.parametrize(
    "text",
    ["", "待定", "2019年13月", "2019年2月30日", "1985年6月", "12月", "三年内", "三季度", "2019年第五季度"],
)
def test_what_is_no_date_is_not_guessed(text):
    assert parse(text) is None


@st.composite
def planned_dates(draw):
    """Any day, and any period by its last day."""
    year, precision = draw(st.integers(2000, 2099)), draw(st.sampled_from(list(MONTHS)))
    if precision == "day":
        return PlannedDate(draw(st.dates(date(year, 1, 1), date(year, 12, 31))), precision)
    month = draw(st.sampled_from(MONTHS[precision]))
    return PlannedDate(date(year, month, monthrange(year, month)[1]), precision)


@given(planned_dates())
def test_every_planned_date_is_read_back_from_its_words(planned):
    assert parse(display(planned)) == planned


@given(st.text(max_size=20) | st.text("20189年月日季度上下半底.-/第一二三四十〇 ", max_size=14))
def test_whatever_is_typed_is_a_date_with_words_of_its_own_or_none(text):
    planned = parse(text)
    assert planned is None or parse(display(planned)) == planned


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
