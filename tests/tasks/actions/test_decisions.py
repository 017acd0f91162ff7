"""Decisions: who records them, for whom, and what is refused."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Role
from tasks.actions.decisions import record_decision
from tasks.models import Decision, Requirement
from tests.factories import agency, membership

pytestmark = pytest.mark.usefixtures("reference")
NANYANG, TONGBAI, KAIFENG, PROVINCE = "411300", "411330", "410200", "410000"
LATER = date(2018, 6, 15)


def record(code="C2", for_=TONGBAI, by=NANYANG, role=Role.REVIEWER, **changes):
    given = {"kind": "extension", "on_date": LATER, "reason": "汛期停工"} | changes
    return record_decision(
        requirement=Requirement.objects.get(code=code),
        agencies=[agency(for_)] if for_ else [],
        by=membership(by, role),
        **given,
    )


def test_a_decision_keeps_who_decided_when_and_for_whom():
    decision = record(document="宛国资办〔2018〕30号")
    assert (decision.grantor.code, decision.happened_on) == (NANYANG, date(2018, 5, 25))
    assert [one.code for one in decision.agencies.all()] == [TONGBAI]
    assert decision.recorded_as == Role.REVIEWER
    assert decision.governs


def test_a_city_s_extension_of_the_province_s_date_is_kept_and_does_not_govern():
    assert not record(code="P1").governs
    assert record(code="P1", by=PROVINCE).governs


@pytest.mark.parametrize(
    ("by", "role", "for_"),
    [
        (NANYANG, Role.FILER, TONGBAI),
        (NANYANG, Role.VIEWER, TONGBAI),
        (NANYANG, Role.REVIEWER, KAIFENG),
        (TONGBAI, Role.REVIEWER, NANYANG),
    ],
)
def test_only_a_reviewer_decides_and_only_for_the_own_branch(by, role, for_):
    with pytest.raises(PermissionDenied):
        record(by=by, role=role, for_=for_)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": " "},
        {"kind": "exemption", "on_date": None, "reason": ""},
        {"on_date": None},
        {"kind": "internal_date", "on_date": None},
        {"day": date(2018, 5, 26)},
        {"for_": None},
    ],
)
def test_an_incomplete_decision_is_refused(wrong):
    with pytest.raises(ValidationError):
        record(**wrong)
    assert not Decision.objects.exists()


def test_a_leader_s_note_needs_no_date():
    assert record(kind="leader_note", on_date=None, reason="").on_date is None
