"""Which policy holds for whom, and that every published one can be trusted."""

import json
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.codes.payer_classes import PAYER_CLASSES, PayerClass, payer_class
from revcycle.domain.dated_policy import BrokenPolicy
from revcycle.domain.exchange.policy import AppealLevel, PayerPolicy, class_scope, payer_scope
from revcycle.rules.exchange.payer_policy import NoPolicy, payer_policy_for
from tests.support.policies import PAYER_POLICIES, guideline, patient_policy_for, policy_for

AS_CODE = json.loads(
    (Path(__file__).parents[2] / "samples" / "policies" / "as_code.json").read_text(encoding="utf-8")
)
"""What the policies said on 2026-11-22, when they were literals in code."""
COMMERCIAL = policy_for("CI", "", date(2026, 6, 1))
CONTRACT = replace(
    COMMERCIAL,
    scope=payer_scope("60054", PayerClass.COMMERCIAL),
    policy_id="contract-60054-commercial",
    filing_days=45,
    effective_from=date(2026, 3, 1),
    own=True,
)


def plain(fact: Any) -> Any:
    return json.loads(json.dumps(asdict(fact), default=date.isoformat))


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        ("MA", PayerClass.MEDICARE),
        ("MB", PayerClass.MEDICARE),
        ("16", PayerClass.MEDICARE_ADVANTAGE),
        ("MC", PayerClass.MEDICAID),
        ("BL", PayerClass.BLUE_CROSS),
        ("FI", PayerClass.FEDERAL_EMPLOYEE),
        ("CH", PayerClass.TRICARE),
        ("VA", PayerClass.VETERANS),
        ("WC", PayerClass.WORKERS_COMPENSATION),
        ("AM", PayerClass.AUTO_NO_FAULT),
        ("CI", PayerClass.COMMERCIAL),
        ("ZZ", PayerClass.COMMERCIAL),
    ],
)
def test_the_filing_indicator_names_the_class(indicator: str, expected: PayerClass) -> None:
    assert payer_class(indicator) is expected
    assert policy_for(indicator, "ANY", date(2026, 6, 1)).policy_id == expected


def test_every_class_stands_once_in_its_table_and_has_a_policy() -> None:
    assert sorted(row.payer_class for row in PAYER_CLASSES) == sorted(PayerClass)
    told = [indicator for row in PAYER_CLASSES for indicator in row.filing_indicators]
    assert len(told) == len(set(told))
    assert all(row.meaning for row in PAYER_CLASSES)
    assert {class_scope(one) for one in PayerClass} <= {row.scope for row in PAYER_POLICIES}


@pytest.mark.parametrize(("indicator", "payer_id", "on", "name"), AS_CODE["cases"])
def test_the_rows_say_what_the_code_said(indicator: str, payer_id: str, on: str, name: str) -> None:
    before, after = (
        AS_CODE["payer_policies"][name],
        plain(policy_for(indicator, payer_id, date.fromisoformat(on))),
    )
    assert {field: after[field] for field in before} == before


def test_the_rows_toward_patients_say_what_the_code_said() -> None:
    before, after = AS_CODE["patient_policy"], plain(patient_policy_for(date(2026, 6, 1)))
    assert {field: after[field] for field in before} == before
    for day, regions in AS_CODE["poverty_dollars"]:
        row = guideline(date.fromisoformat(day))
        for region, step in (("48", row.contiguous), ("AK", row.alaska), ("HI", row.hawaii)):
            told = [step.first_person_cents, step.further_person_cents]
            assert told == [dollars * 100 for dollars in regions[region]]


@given(st.text(max_size=2), st.text(max_size=5), st.dates())
def test_every_payer_has_a_policy_on_every_day(indicator: str, payer_id: str, on: date) -> None:
    assert policy_for(indicator, payer_id, on).payer_class is payer_class(indicator)


def test_a_payers_own_manual_beats_its_class_in_that_class_only() -> None:
    on = date(2026, 6, 1)
    assert policy_for("CI", "60054", on).filing_days == 120
    assert policy_for("CI", "60054", on).from_whom == "the payer's manual"
    assert policy_for("16", "60054", on).policy_id == "medicare_advantage"


def test_a_contract_beats_the_manual_from_its_day_to_its_end() -> None:
    manual = policy_for("CI", "60054", date(2026, 6, 1))
    ending = replace(CONTRACT, effective_to=date(2026, 12, 31))
    rows = (COMMERCIAL, manual, ending)
    assert payer_policy_for(rows, date(2026, 2, 28)) is manual
    assert payer_policy_for(rows, date(2026, 3, 1)) is ending
    assert payer_policy_for(rows, date(2026, 12, 31)) is ending
    assert payer_policy_for(rows, date(2027, 1, 1)) is manual
    assert ending.from_whom == "your contract"


def test_the_practices_rule_for_a_class_gives_way_to_what_a_payer_published() -> None:
    manual, on = policy_for("CI", "60054", date(2026, 6, 1)), date(2026, 6, 1)
    rule = replace(COMMERCIAL, own=True, policy_id="own-commercial", follow_up_days=(10, 20))
    assert payer_policy_for((COMMERCIAL, rule), on) is rule
    assert payer_policy_for((COMMERCIAL, rule, manual), on) is manual
    assert rule.from_whom == "your rule for the class"


def test_a_later_row_succeeds_and_a_corrected_row_replaces_its_day_only() -> None:
    later = replace(CONTRACT, effective_from=date(2026, 9, 1), filing_days=60, effective_to=date(2026, 9, 30))
    corrected = replace(CONTRACT, version=2, filing_days=50)
    rows = (COMMERCIAL, later, CONTRACT, corrected)
    assert payer_policy_for(rows, date(2026, 8, 31)) is corrected
    assert payer_policy_for(rows, date(2026, 9, 1)) is later
    assert payer_policy_for(rows, date(2026, 10, 1)) is corrected
    assert corrected.reference == "contract-60054-commercial@2026-03-01.2"


def test_without_rows_there_is_no_policy_and_the_remedy_is_told() -> None:
    with pytest.raises(NoPolicy, match="revcycle admin migrate"):
        payer_policy_for((), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("on", "cents"), [(date(2019, 1, 1), 18_000), (date(2025, 12, 31), 19_000), (date(2026, 1, 1), 20_000)]
)
def test_the_amount_in_controversy_follows_the_year(on: date, cents: int) -> None:
    hearing = policy_for("MB", "", on).level(3)
    assert hearing is not None
    assert hearing.hearing
    assert hearing.minimum_cents == cents


@pytest.mark.parametrize("policy", PAYER_POLICIES, ids=lambda row: row.reference)
def test_a_published_row_says_what_it_is_about_and_its_ladder_begins_with_a_letter(
    policy: PayerPolicy,
) -> None:
    assert policy.scope.endswith(f":{policy.payer_class}")
    assert policy.as_of >= policy.effective_from - timedelta(365)
    assert not policy.appeal_levels[0].hearing
    assert all(rung.file_days > policy.safety_buffer_days for rung in policy.appeal_levels)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"source": " "}, "source is empty"),
        ({"filing_days": 0}, "filing_days is 0"),
        ({"safety_buffer_days": 90}, "safety_buffer_days must be less"),
        ({"secondary_days": -1}, "secondary_days is below zero"),
        ({"follow_up_days": (30, 14)}, "rising order"),
        ({"follow_up_days": ()}, "rising order"),
        ({"effective_to": date(2019, 1, 1)}, "comes before"),
        ({"appeal_levels": (AppealLevel(2, "appeal", "plan", 60, 60),)}, "without a gap"),
        ({"appeal_levels": (AppealLevel(1, "appeal", "plan", 0, 60),)}, "appeal level 1 needs"),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(BrokenPolicy, match=told):
        replace(COMMERCIAL, **changed)
