"""An 835 balances to the cent, or says where it does not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.finding import Severity, blocking
from revcycle.domain.remittances.remittance import ProviderAdjustment
from revcycle.rules.remittances.balancing import balance_claim, balance_remittance
from tests.support.remittances.remittance_book import adjustments, claim_facts, payment, remittance, reversed_

CLAIM = claim_facts(1)


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(-500, 500))
def test_a_balanced_claim_has_no_finding(contractual: int, patient: int, off: int) -> None:
    paid = payment(CLAIM, CO_45=contractual, PR_1=patient)
    assert balance_claim(paid) == ()
    assert balance_claim(reversed_(paid)) == ()
    wrong = replace(paid, payment_cents=paid.payment_cents + off)
    assert bool(blocking(balance_claim(wrong))) is (off != 0)


def test_a_line_out_of_balance_is_named() -> None:
    paid = payment(CLAIM, CO_45=3000)
    line = replace(paid.services[0], payment_cents=6_999)
    found = balance_claim(replace(paid, services=(line,)))
    assert [(finding.code, finding.where) for finding in found] == [("balancing.line", "SVC03 of service 1")]
    assert "off by $0.01" in found[0].message


def test_a_finding_names_the_segment_where_it_is_known() -> None:
    paid = replace(payment(CLAIM, CO_45=3000), segment_position=15)
    line = replace(paid.services[0], payment_cents=6_999, segment_position=18)
    found = balance_claim(replace(paid, services=(line,), patient_responsibility_cents=1))
    assert [(f.where, f.segment_position) for f in found] == [
        ("SVC03 in segment 18", 18),
        ("CLP05 in segment 15", 15),
    ]


@pytest.mark.parametrize(
    ("status", "charge", "code"),
    [("22", 10_000, Severity.ERROR), ("1", -10_000, Severity.WARNING)],
)
def test_a_sign_that_contradicts_the_status_is_named(status: str, charge: int, code: Severity) -> None:
    told = payment(CLAIM, CO_45=3000) if charge > 0 else reversed_(payment(CLAIM, CO_45=3000))
    found = balance_claim(replace(told, status_code=status))
    assert [(f.code, f.severity) for f in found if f.code == "balancing.reversal_sign"] == [
        ("balancing.reversal_sign", code)
    ]


def test_a_claim_level_adjustment_counts_once() -> None:
    paid = payment(CLAIM, CO_45=3000)
    taken = replace(paid, payment_cents=6_500, adjustments=adjustments(CO_253=500))
    assert balance_claim(taken) == ()


def test_a_wrong_patient_responsibility_only_warns() -> None:
    found = balance_claim(replace(payment(CLAIM, PR_1=500), patient_responsibility_cents=400))
    assert [finding.severity for finding in found] == [Severity.WARNING]


@given(st.lists(st.integers(-5_000, 5_000).map(lambda c: ProviderAdjustment("WO", "x", c)), max_size=3))
def test_the_whole_ties_with_provider_adjustments(provider: list[ProviderAdjustment]) -> None:
    told = remittance("T1", payment(CLAIM, CO_45=1000), provider=tuple(provider))
    negative = told.payment_cents < 0
    assert bool(blocking(balance_remittance(told, 0))) is negative


def test_a_difference_stops_the_file_unless_quarantine_explains_it() -> None:
    told = replace(remittance("T1", payment(CLAIM)), payment_cents=12_000)
    assert [f.severity for f in balance_remittance(told, 0)] == [Severity.FATAL]
    assert [f.severity for f in balance_remittance(told, 1)] == [Severity.WARNING]
