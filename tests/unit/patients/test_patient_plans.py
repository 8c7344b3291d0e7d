"""Payment plans: which terms are refused and why, and when a payment counts as missed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.patients.assistance import Application, ApplicationState
from revcycle.domain.patients.dispute import Dispute, DisputeState, DisputeSubject
from revcycle.domain.patients.patient_account import AccountStanding, ClaimShare
from revcycle.domain.patients.payment_plan import PaymentPlan, PlanState, PlanTerms, even_terms
from revcycle.rules.patients.payment_plans import plan_findings, plan_progress
from tests.support.policies import patient_policy_for

DAY = date(2026, 3, 2)
POLICY = patient_policy_for(DAY)
STANDING = AccountStanding("A000001", DAY, (ClaimShare("C000001", DAY, 0, 10_000, True),))
TERMS = even_terms(10_000, 4, DAY + timedelta(14))


def codes(terms: PlanTerms, standing: AccountStanding = STANDING) -> list[str]:
    return [finding.code for finding in plan_findings(terms, standing, POLICY, DAY)]


def test_good_terms_have_no_findings() -> None:
    assert codes(TERMS) == []


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (replace(TERMS, amount_cents=2_501), "plan.balance"),
        (even_terms(10_000, 5, TERMS.first_due_on), "plan.installments"),
        (even_terms(10_000, 37, TERMS.first_due_on), "plan.installments"),
        (replace(TERMS, first_due_on=DAY - timedelta(1)), "plan.first_due"),
        (replace(TERMS, first_due_on=DAY + timedelta(46)), "plan.first_due"),
        (replace(TERMS, interval_days=60), "plan.interval"),
        (replace(TERMS, installments=0), "plan.shape"),
    ],
)
def test_bad_terms_are_refused_with_the_reason(terms: PlanTerms, code: str) -> None:
    assert codes(terms) == [code]


def test_counsel_allows_more_payments_up_to_a_limit() -> None:
    checked = replace(even_terms(10_000, 36, TERMS.first_due_on), counsel_checked=True)
    assert codes(checked) == []
    assert codes(replace(checked, installments=37)) != []


def test_no_plan_during_a_dispute_or_an_application() -> None:
    dispute = Dispute("Q000001", DisputeSubject.OTHER, DisputeState.OPEN, DAY)
    application = Application("H000001", ApplicationState.OPEN, DAY)
    assert codes(TERMS, replace(STANDING, dispute=dispute)) == ["plan.disputed"]
    assert codes(TERMS, replace(STANDING, application=application)) == ["plan.assistance"]


@given(total=st.integers(36, 5_000_000), installments=st.integers(1, 36))
def test_even_terms_come_to_the_total(total: int, installments: int) -> None:
    terms = even_terms(total, installments, DAY)
    assert terms.total_cents == total
    assert len(terms.schedule) == installments
    assert all(cents > 0 for _, cents in terms.schedule)


def test_progress_counts_grace_and_what_was_paid() -> None:
    plan = PaymentPlan("L000001", PlanState.ACTIVE, TERMS, ("C000001",), 10_000)
    first_due = TERMS.first_due_on
    in_grace = plan_progress(plan, POLICY, first_due + timedelta(10))
    assert (in_grace.missed_cents, in_grace.decide_on) == (0, first_due + timedelta(11))
    missed = plan_progress(plan, POLICY, first_due + timedelta(11))
    assert (missed.missed_cents, missed.missed_due_on) == (2_500, first_due)
    assert missed.next_due_on == first_due + timedelta(30)
    paid = plan_progress(replace(plan, owed_cents=7_500), POLICY, first_due + timedelta(11))
    assert paid.missed_cents == 0
    last_missed = plan_progress(replace(plan, owed_cents=1), POLICY, first_due + timedelta(400))
    assert (last_missed.missed_cents, last_missed.decide_on) == (1, None)
