"""Payment plans: which terms we may agree to, and whether a plan is kept."""

from dataclasses import dataclass
from datetime import date, timedelta

from revcycle.domain.finding import Finding
from revcycle.domain.money import dollars
from revcycle.domain.patients.patient_account import AccountStanding
from revcycle.domain.patients.patient_policy import PatientPolicy
from revcycle.domain.patients.payment_plan import PaymentPlan, PlanTerms


def plan_findings(
    terms: PlanTerms, standing: AccountStanding, policy: PatientPolicy, on: date
) -> tuple[Finding, ...]:
    """Return what forbids the plan; nothing means it may be agreed."""
    if terms.installments < 1 or terms.amount_cents <= 0 or terms.last_cents < 0 or terms.interval_days < 1:
        message = "a plan has payments, amounts and intervals above zero"
        return (_finding("shape", "terms", message, "correct the terms"),)
    checks = (_not_now, _not_the_balance, _too_many, _too_late)
    return tuple(finding for check in checks for finding in check(terms, standing, policy, on))


def _finding(code: str, where: str, message: str, remedy: str) -> Finding:
    return Finding(f"plan.{code}", where, message, remedy)


def _not_now(
    terms: PlanTerms, standing: AccountStanding, policy: PatientPolicy, on: date
) -> tuple[Finding, ...]:
    if standing.dispute is not None and standing.dispute.open:
        return (_finding("disputed", "account", "a dispute is open", "answer the dispute first"),)
    if standing.application is not None and standing.application.open:
        return (
            _finding("assistance", "account", "an application for assistance is open", "decide it first"),
        )
    return ()


def _not_the_balance(
    terms: PlanTerms, standing: AccountStanding, policy: PatientPolicy, on: date
) -> tuple[Finding, ...]:
    if terms.total_cents == standing.billable_cents:
        return ()
    came, owed = dollars(terms.total_cents), dollars(standing.billable_cents)
    remedy = "make the payments come to the balance, without interest"
    return (_finding("balance", "amount", f"the payments come to {came}, the balance is {owed}", remedy),)


def _too_many(
    terms: PlanTerms, standing: AccountStanding, policy: PatientPolicy, on: date
) -> tuple[Finding, ...]:
    most = policy.plan_installments_counsel_max if terms.counsel_checked else policy.plan_installments_max
    if terms.installments <= most:
        return ()
    remedy = (
        "agree on fewer payments" if terms.counsel_checked else "use the agreement that counsel has checked"
    )
    return (_finding("installments", "installments", f"more than {most} payments", remedy),)


def _too_late(
    terms: PlanTerms, standing: AccountStanding, policy: PatientPolicy, on: date
) -> tuple[Finding, ...]:
    latest = on + timedelta(policy.plan_first_due_days_max)
    if not on <= terms.first_due_on <= latest:
        remedy = f"choose a day between {on:%Y-%m-%d} and {latest:%Y-%m-%d}"
        message = "the first payment is too early or too late"
        return (_finding("first_due", "first_due_on", message, remedy),)
    if terms.interval_days > policy.plan_interval_days_max:
        remedy = f"choose at most {policy.plan_interval_days_max} days"
        return (_finding("interval", "interval_days", "the payments are too far apart", remedy),)
    return ()


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """How a plan does on a day: what is past its grace, since when, and the next day something is decided."""

    missed_cents: int
    missed_due_on: date | None
    next_due_on: date | None
    decide_on: date | None


def plan_progress(plan: PaymentPlan, policy: PatientPolicy, on: date) -> PlanProgress:
    """Tell what is missed. A payment is on time until ``plan_grace_days`` after its due day have passed."""
    grace = timedelta(policy.plan_grace_days)
    expected, missed_cents, missed_due_on = 0, 0, None
    next_due_on = decide_on = None
    for due_on, cents in plan.terms.schedule:
        expected += cents
        if expected <= plan.credited_cents:
            continue
        if due_on + grace < on:
            missed_cents = expected - plan.credited_cents
            missed_due_on = missed_due_on or due_on
        elif next_due_on is None:
            next_due_on, decide_on = due_on, due_on + grace + timedelta(1)
    return PlanProgress(missed_cents, missed_due_on, next_due_on, decide_on)
