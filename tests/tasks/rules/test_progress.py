"""Done under a named criterion; domain.md, traps 8, 9 and 14."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.progress import Criterion, done_since, met_since

DAY = date(2019, 6, 1)


def test_a_later_stage_counts_for_an_earlier_criterion_and_not_the_reverse():
    listed = [("listed", DAY)]
    assert done_since(listed, Criterion.DECLARED, on=DAY) == DAY
    assert done_since([("declared", DAY)], Criterion.VERIFIED, on=DAY) is None


def test_publicising_is_not_listing():
    """domain.md, trap 14."""
    assert done_since([("publicised", DAY)], Criterion.LISTED, on=DAY) is None
    assert done_since([("publicised", DAY)], Criterion.VERIFIED, on=DAY) == DAY


def test_a_delisting_takes_effect_on_its_day():
    facts = [("listed", DAY), ("delisted", date(2019, 9, 1))]
    assert done_since(facts, Criterion.LISTED, on=date(2019, 8, 31)) == DAY
    assert done_since(facts, Criterion.LISTED, on=date(2019, 9, 1)) is None


def test_an_unknown_target_stays_unknown():
    """domain.md, trap 9: unknown is never zero, and nothing is met by an empty target."""
    assert met_since([DAY], share=50, base=None) is None
    assert met_since([], share=50, base=0) is None


@given(days=st.lists(st.dates(), max_size=20), share=st.integers(1, 100), base=st.integers(1, 30))
def test_the_target_is_met_on_the_day_of_the_last_needed_completion(days, share, base):
    met = met_since(days, share=share, base=base)
    if met is not None:
        assert sum(day <= met for day in days) * 100 >= share * base
        assert sum(day < met for day in days) * 100 < share * base
