"""Who sets a quota for whom, and that an earlier one stays on record."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Role
from greenmine.clock import today
from tasks.actions.quotas import MOST, record_quota
from tasks.models import Programme, Quota
from tests.factories import agency, membership

TONGBAI, XIXIA, NANYANG, ZHENGZHOU, DENGZHOU, PROVINCE = (
    "411330", "411323", "411300", "410100", "411381", "410000"
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("reference")


def record(by, code: str, count: int = 5, **more) -> Quota:
    return record_quota(programme=Programme.objects.get(), agency=agency(code), count=count, by=by, **more)


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ((PROVINCE, Role.REVIEWER), NANYANG),
        ((PROVINCE, Role.REVIEWER), TONGBAI),
        ((PROVINCE, Role.REVIEWER), DENGZHOU),
        ((NANYANG, Role.REVIEWER), TONGBAI),
    ],
)
def test_a_reviewer_above_sets_it(who, place):
    quota = record(membership(*who), place, document=" 豫国土资发〔2018〕19号 ")
    assert (quota.count, quota.document, quota.recorded_for.code) == (5, "豫国土资发〔2018〕19号", who[0])


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ((NANYANG, Role.REVIEWER), NANYANG),
        ((NANYANG, Role.REVIEWER), DENGZHOU),  # reports to the province (domain.md, trap 5)
        ((ZHENGZHOU, Role.REVIEWER), TONGBAI),
        ((NANYANG, Role.FILER), TONGBAI),
        ((PROVINCE, Role.VIEWER), NANYANG),
        ((TONGBAI, Role.FILER), TONGBAI),
        ((TONGBAI, Role.REVIEWER), XIXIA),
    ],
)
def test_nobody_else_does(who, place):
    with pytest.raises(PermissionDenied):
        record(membership(*who), place)
    assert not Quota.objects.exists()


def test_what_counts_on_a_day_is_the_last_one_known_then():
    by = membership(NANYANG, Role.REVIEWER)
    record(by, TONGBAI, 5, day=date(2018, 4, 1))
    record(by, TONGBAI, 8, day=date(2018, 5, 1))
    assert Quota.objects.in_force(date(2018, 4, 17)).last().count == 5
    assert Quota.objects.in_force(date(2018, 5, 25)).last().count == 8


def test_a_day_to_come_and_a_figure_that_is_none_are_refused():
    by = membership(NANYANG, Role.REVIEWER)
    for wrong in ({"day": today() + timedelta(days=1)}, {"count": -1}, {"count": MOST + 1}):
        with pytest.raises(ValidationError):
            record(by, TONGBAI, **wrong)
    assert record(by, TONGBAI, 0).count == 0
