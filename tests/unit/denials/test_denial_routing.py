"""What to do about a denial: the field's order, our own files, and no write-off by itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.codes import table
from revcycle.domain.codes.carc import all_carcs, carc
from revcycle.domain.denials.denial import DenialHistory, DenialRouteKind
from revcycle.domain.exchange.policy import PayerPolicy, class_scope
from revcycle.domain.remittances.remittance import Adjustment, AdjustmentGroup
from revcycle.rules.denials.denial_routing import denied, route, work_by
from tests.support.policies import PAYER_POLICIES, policy_for

ON = date(2026, 6, 1)
COMMERCIAL = policy_for("CI", "", ON)
NOTHING = DenialHistory()
CODES = [entry.code for entry in all_carcs()]
REMARKS = [row["code"] for row in table.rows("rarc.csv")]
K = DenialRouteKind

histories = st.builds(
    DenialHistory,
    proof_on_file=st.booleans(),
    authorization_on_file=st.booleans(),
    next_payer=st.booleans(),
    corrections=st.integers(0, 4),
    duplicate_paid=st.booleans(),
)
adjustments = st.builds(
    Adjustment,
    group=st.sampled_from(AdjustmentGroup),
    reason_code=st.sampled_from(CODES) | st.text("ABCXYZ019", min_size=1, max_size=4),
    amount_cents=st.integers(1, 10_000_00),
)
policies = st.sampled_from([row for row in PAYER_POLICIES if row.scope == class_scope(row.payer_class)])


def one(code: str, group: str = "CO", cents: int = 10_000) -> tuple[Adjustment, ...]:
    return (Adjustment(AdjustmentGroup(group), code, cents),)


@pytest.mark.parametrize(
    ("group", "code", "remarks", "history", "expected"),
    [
        ("CO", "16", ("N290",), NOTHING, K.CORRECT),
        ("CO", "16", (), NOTHING, K.CORRECT),
        ("CO", "197", (), NOTHING, K.APPEAL),
        ("CO", "50", (), NOTHING, K.APPEAL),
        ("CO", "29", (), DenialHistory(proof_on_file=True), K.PROVE_TIMELY_FILING),
        ("CO", "29", (), NOTHING, K.WRITE_OFF_REQUEST),
        ("CO", "18", (), NOTHING, K.PERSON),
        ("CO", "27", (), NOTHING, K.CORRECT),
        ("CO", "31", (), NOTHING, K.CORRECT),
        ("CO", "22", (), NOTHING, K.CORRECT),
        ("CO", "109", (), DenialHistory(next_payer=True), K.NEXT_PAYER),
        ("CO", "109", (), NOTHING, K.CORRECT),
        ("CO", "204", (), NOTHING, K.PERSON),
        ("PR", "204", (), NOTHING, K.BILL_PATIENT),
        ("PR", "204", (), DenialHistory(next_payer=True), K.NEXT_PAYER),
        ("CO", "252", ("N29",), NOTHING, K.CORRECT),
        ("CO", "96", ("N115",), NOTHING, K.APPEAL),
        ("CO", "96", (), NOTHING, K.PERSON),
        ("CO", "50", ("MA130",), NOTHING, K.CORRECT),
        ("CO", "999", (), NOTHING, K.PERSON),
        ("CO", "16", (), DenialHistory(corrections=2), K.PERSON),
    ],
)
def test_the_common_denials(
    group: str, code: str, remarks: tuple[str, ...], history: DenialHistory, expected: DenialRouteKind
) -> None:
    assert route(one(code, group), remarks, COMMERCIAL, history, ON).route is expected


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("group", list(AdjustmentGroup))
def test_no_reason_code_lacks_a_way_and_a_reason(code: str, group: AdjustmentGroup) -> None:
    found = route((Adjustment(group, code, 100),), (), COMMERCIAL, NOTHING, ON)
    assert isinstance(found.route, DenialRouteKind)
    assert found.reason
    assert found.code == f"{group.value}-{code}"


@given(st.lists(adjustments, max_size=5), st.lists(st.sampled_from(REMARKS), max_size=3), policies, histories)
def test_a_denial_is_never_written_off_by_itself(
    refused: list[Adjustment], remarks: list[str], policy: PayerPolicy, history: DenialHistory
) -> None:
    """Only a request can come out, and only where a filing limit passed without proof."""
    found = route(tuple(refused), tuple(remarks), policy, history, ON)
    assert found.value_cents == sum(a.amount_cents for a in refused)
    if found.route is K.WRITE_OFF_REQUEST:
        assert found.category == "timely_filing"
        assert not history.proof_on_file


@given(st.lists(adjustments, max_size=5), policies, histories)
def test_a_contractual_obligation_is_never_billed_to_the_patient(
    refused: list[Adjustment], policy: PayerPolicy, history: DenialHistory
) -> None:
    found = route(tuple(refused), (), policy, history, ON)
    if found.route is K.BILL_PATIENT:
        assert found.code.startswith("PR-")


@given(st.lists(adjustments, min_size=1, max_size=5), histories)
def test_one_unknown_code_brings_the_whole_claim_to_a_person(
    refused: list[Adjustment], history: DenialHistory
) -> None:
    unknown = Adjustment(AdjustmentGroup.CONTRACTUAL_OBLIGATION, "NOSUCH", 1)
    assert route((*refused, unknown), (), COMMERCIAL, history, ON).route is K.PERSON


@given(st.lists(adjustments, min_size=1, max_size=5), histories)
def test_the_order_of_the_adjustments_changes_nothing_that_counts(
    refused: list[Adjustment], history: DenialHistory
) -> None:
    forward = route(tuple(refused), (), COMMERCIAL, history, ON)
    backward = route(tuple(reversed(refused)), (), COMMERCIAL, history, ON)
    assert (forward.route, forward.value_cents) == (backward.route, backward.value_cents)


@given(st.lists(adjustments, max_size=6))
def test_agreed_adjustments_are_not_denied(told: list[Adjustment]) -> None:
    kept = denied(tuple(told), ON)
    assert not [
        a for a in kept if (known := carc(a.reason_code, ON)) and known.code == "45" and a.group.value == "CO"
    ]
    assert denied(one("45"), ON) == ()
    assert denied(one("1", "PR"), ON) == ()
    assert denied(one("197"), ON) == one("197")
    assert denied(one("197", cents=-100), ON) == ()


def test_nothing_said_goes_to_a_person() -> None:
    found = route((), (), COMMERCIAL, NOTHING, ON)
    assert found.route is K.PERSON
    assert found.likelihood_percent == 0


def test_correction_comes_before_appeal_and_the_larger_amount_names_it() -> None:
    both = (*one("50", cents=50_000), *one("16", cents=100), *one("4", cents=200))
    found = route(both, (), COMMERCIAL, NOTHING, ON)
    assert found.route is K.CORRECT
    assert found.code == "CO-4"
    assert found.value_cents == 50_300
    assert found.expected_cents == 50_300 * found.likelihood_percent // 100


def test_a_payer_without_a_ladder_hears_no_appeal() -> None:
    hearing = replace(COMMERCIAL.appeal_levels[2], level=1)
    for ladder in ((), (hearing,)):
        deaf = replace(COMMERCIAL, appeal_levels=ladder)
        assert route(one("50"), (), deaf, NOTHING, ON).route is K.PERSON


def test_medicare_hears_a_timely_filing_denial_as_an_exception_only() -> None:
    medicare = policy_for("MB", "", ON)
    found = route(one("29"), (), medicare, DenialHistory(proof_on_file=True), ON)
    assert found.route is K.PROVE_TIMELY_FILING
    assert "exception" in found.reason


@pytest.mark.parametrize(
    ("way", "last_day_in", "days"),
    [
        (K.CORRECT, 180, 7),
        (K.PERSON, 180, 7),
        (K.CORRECT, 10, 3),
        (K.CORRECT, 7, 1),
        (K.CORRECT, -5, 1),
        (K.WRITE_OFF_REQUEST, 180, 5),
    ],
)
def test_a_person_deals_with_it_soon_and_long_before_the_last_day(
    way: DenialRouteKind, last_day_in: int, days: int
) -> None:
    at = datetime(2026, 6, 1, 17, tzinfo=UTC)
    assert work_by(way, COMMERCIAL, ON + timedelta(last_day_in), at) == at + timedelta(days)


@pytest.mark.parametrize("way", [K.APPEAL, K.PROVE_TIMELY_FILING, K.BILL_PATIENT, K.NEXT_PAYER])
def test_where_no_person_is_asked_first_there_is_no_day_for_one(way: DenialRouteKind) -> None:
    assert work_by(way, COMMERCIAL, ON, datetime(2026, 6, 1, tzinfo=UTC)) is None
