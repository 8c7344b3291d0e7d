"""Which row of policy holds on a day; a state's law lengthens the practice's waits and never shortens one."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.dated_policy import BrokenPolicy, DatedPolicy
from revcycle.domain.patients.patient_policy import BoundProviders, StateRule
from revcycle.rules.dated_policy import in_force
from revcycle.rules.patients.patient_policy import within_state_law
from tests.support.policies import guideline, patient_policy_for

DAY = date(2026, 6, 1)
POLICY = patient_policy_for(DAY)
LAW = StateRule(
    scope="state:NY",
    policy_id="state-NY",
    source="a statute",
    as_of=DAY,
    effective_from=date(2024, 1, 1),
    providers=BoundProviders.ALL,
)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@st.composite
def rows(draw: st.DrawFn) -> DatedPolicy:
    since = draw(days)
    until = draw(st.none() | st.dates(since, date(2031, 1, 1)))
    return DatedPolicy(
        scope="x",
        policy_id="x",
        source="s",
        as_of=since,
        effective_from=since,
        effective_to=until,
        own=draw(st.booleans()),
        version=draw(st.integers(1, 3)),
    )


distinct_rows = st.lists(rows(), max_size=6, unique_by=lambda row: (row.own, row.effective_from, row.version))


@given(distinct_rows, days)
def test_what_holds_is_in_its_time_or_the_first_published(found: list[DatedPolicy], on: date) -> None:
    chosen = in_force(found, on)
    if chosen is None:
        assert not any(row.holds_on(on) and row.version == 3 for row in found)
    elif not chosen.holds_on(on):
        assert not chosen.own
        assert on < chosen.effective_from == min(row.effective_from for row in found if not row.own)
    else:
        twins = [row for row in found if (row.own, row.effective_from) == (chosen.own, chosen.effective_from)]
        assert chosen.version == max(row.version for row in twins)


@given(distinct_rows, days)
def test_the_order_of_the_rows_does_not_matter(found: list[DatedPolicy], on: date) -> None:
    assert in_force(found, on) == in_force(found[::-1], on)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_a_states_law_lengthens_and_never_shortens(referral: int, notice: int, grace: int) -> None:
    law = replace(LAW, referral_days_min=referral, final_notice_age_days_min=notice, plan_grace_days=grace)
    under = within_state_law(POLICY, law)
    assert under.referral_days_min == max(referral, POLICY.referral_days_min)
    assert under.final_notice_age_days_min == max(notice, POLICY.final_notice_age_days_min)
    assert under.plan_grace_days == max(grace, POLICY.plan_grace_days)
    assert (under == POLICY) == (under.state_rule == "")
    assert under.reference.endswith("+state-NY@2024-01-01.1") == (under != POLICY)


def test_without_a_states_law_the_policy_stands_as_it_is() -> None:
    assert within_state_law(POLICY, None) is POLICY


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"reminder_days": 70}, "must rise in this order"),
        ({"reminder_days": 0}, "must rise in this order"),
        ({"charity_scale": ((300, 50), (200, 100))}, "must rise"),
        ({"charity_scale": ((200, 101),)}, "0 to 100 percent"),
    ],
)
def test_a_policy_toward_patients_that_contradicts_itself_is_refused(
    changed: dict[str, Any], told: str
) -> None:
    with pytest.raises(BrokenPolicy, match=told):
        replace(POLICY, **changed)


def test_a_law_or_guideline_below_zero_is_refused() -> None:
    with pytest.raises(BrokenPolicy, match="zero or more"):
        replace(LAW, plan_grace_days=-1)
    year = guideline(DAY)
    with pytest.raises(BrokenPolicy, match="in cents"):
        replace(year, alaska=replace(year.alaska, first_person_cents=0))
