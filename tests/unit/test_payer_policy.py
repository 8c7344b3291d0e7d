"""Which policy holds for whom, and that every one of them can be trusted."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.codes.payer_policies import BY_CLASS, BY_PAYER, CLASS_OF_INDICATOR
from revcycle.domain.exchange.policy import PayerPolicy
from revcycle.rules.exchange.payer_policy import policy_for

ALL = [policy for versions in (*BY_CLASS.values(), *BY_PAYER.values()) for policy in versions]


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        ("MB", "medicare"),
        ("16", "medicare_advantage"),
        ("MC", "medicaid"),
        ("BL", "blue_cross"),
        ("CI", "commercial"),
    ],
)
def test_the_filing_indicator_names_the_class(indicator: str, expected: str) -> None:
    assert policy_for(indicator, "ANY", date(2026, 6, 1)).policy_id == expected


@given(st.text(max_size=2), st.text(max_size=5), st.dates())
def test_every_payer_has_a_policy_on_every_day(indicator: str, payer_id: str, on: date) -> None:
    policy = policy_for(indicator, payer_id, on)
    assert policy.appeal_levels
    assert policy.filing_days > 0


def test_a_payers_own_manual_beats_its_class_in_that_class_only() -> None:
    on = date(2026, 6, 1)
    assert policy_for("CI", "60054", on).filing_days == 120
    assert policy_for("16", "60054", on).policy_id == "medicare_advantage"


@pytest.mark.parametrize(
    ("on", "cents"), [(date(2019, 1, 1), 18_000), (date(2025, 12, 31), 19_000), (date(2026, 1, 1), 20_000)]
)
def test_the_amount_in_controversy_follows_the_year(on: date, cents: int) -> None:
    hearing = policy_for("MB", "", on).level(3)
    assert hearing is not None
    assert hearing.hearing
    assert hearing.minimum_cents == cents


@pytest.mark.parametrize("policy", ALL, ids=lambda p: f"{p.policy_id}-{p.effective_from}")
def test_a_policy_says_where_it_comes_from_and_its_ladder_has_no_gap(policy: PayerPolicy) -> None:
    assert policy.source
    assert policy.reference.startswith(f"{policy.policy_id}@20")
    assert [rung.level for rung in policy.appeal_levels] == list(range(1, len(policy.appeal_levels) + 1))
    assert not policy.appeal_levels[0].hearing
    assert all(rung.file_days > policy.safety_buffer_days for rung in policy.appeal_levels)
    assert all(rung.decide_days > 0 and rung.body and rung.name for rung in policy.appeal_levels)
    assert list(policy.follow_up_days) == sorted(policy.follow_up_days)


def test_every_class_an_indicator_names_is_there_and_dated_in_order() -> None:
    assert set(CLASS_OF_INDICATOR.values()) | {"commercial"} == set(BY_CLASS)
    for versions in (*BY_CLASS.values(), *BY_PAYER.values()):
        days = [policy.effective_from for policy in versions]
        assert days == sorted(set(days))
