"""How days and numbers are written on the screen."""

from datetime import date

import pytest
from django.utils import translation

from tasks.templatetags.words import day, signed, size


def test_a_day_has_its_year_unless_it_is_that_of_the_day_looked_at():
    with translation.override("zh-hans"):
        assert day(date(2018, 6, 20), date(2018, 5, 25)) == "6月20日"
        assert day(date(2018, 6, 20), date(2019, 12, 20)) == "2018年6月20日"
        assert day(date(2018, 6, 20)) == "6月20日"
        assert day(None, date(2018, 5, 25)) == ""


@pytest.mark.parametrize(("number", "text"), [(2, "+2"), (0, "0"), (-4, "−4")])
def test_a_difference_has_its_sign_and_no_hyphen(number, text):
    assert signed(number) == text
    assert size(number) == abs(number)
