"""What comes next for a guarantor's account: the statement gate, the plan, the ladder, the end.

``next_step`` asks one question after another, in the order that protects the patient; the first answer holds.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from revcycle.domain.patients.assistance import ApplicationState
from revcycle.domain.patients.contact import ContactKind
from revcycle.domain.patients.dispute import DisputeState
from revcycle.domain.patients.patient_account import (
    AccountStanding,
    AccountState,
    BillingStep,
    ClaimShare,
    Hold,
)
from revcycle.domain.patients.patient_payment import Allocation
from revcycle.domain.patients.patient_policy import PatientPolicy
from revcycle.domain.patients.patient_step import AccountAction, NextStep
from revcycle.domain.patients.payment_plan import PaymentPlan, PlanState
from revcycle.rules.patients.collections import NEXT_STEP, contact_barriers, due_on, referral_barriers
from revcycle.rules.patients.payment_plans import plan_progress

OFFICE_OPENS = time(9, tzinfo=UTC)
"""Letters go out, and clocks of whole days ring, at this time of the business day."""

Judgement = Callable[[AccountStanding, PatientPolicy, date], NextStep | None]


def morning(day: date) -> datetime:
    """Return the instant at which the day's letters go out."""
    return datetime.combine(day, OFFICE_OPENS)


def next_step(standing: AccountStanding, policy: PatientPolicy, on: date) -> NextStep:
    """Return what to do for the account on the day; WAIT always has an instant to wake at."""
    judgements = (_unwritable, _answer_owed, _paused, _nothing_owed, _plan, _not_billable, _small_balance)
    for judge in judgements:
        if (step := judge(standing, policy, on)) is not None:
            return step
    return _ladder(standing, policy, on)


def allocate(amount_cents: int, shares: tuple[ClaimShare, ...], first: tuple[str, ...] = ()) -> Allocation:
    """Spread an amount over the claims: those of ``first`` (a plan's), then the oldest; the rest is over."""
    ordered = sorted(
        shares, key=lambda share: (share.claim_id not in first, share.service_date, share.claim_id)
    )
    left, spread = amount_cents, []
    for share in ordered:
        part = min(left, share.patient_cents)
        if part > 0:
            spread.append((share.claim_id, part))
            left -= part
    return Allocation(tuple(spread), left)


def _send(kind: ContactKind, reason: str, state: AccountState, reference: str = "") -> NextStep:
    return NextStep(AccountAction.SEND, reason, state, letter=kind.value, reference=reference)


def _wait(day: date, name: str, reason: str, state: AccountState, *, promised: bool = False) -> NextStep:
    return NextStep(AccountAction.WAIT, reason, state, wake_at=morning(day), name=name, promised=promised)


def _end_plan(plan: PaymentPlan, outcome: PlanState, reason: str) -> NextStep:
    state = AccountState.ON_PLAN if outcome is PlanState.KEPT else AccountState.BILLED
    return NextStep(AccountAction.END_PLAN, reason, state, reference=plan.plan_id, outcome=outcome.value)


def _review(policy: PatientPolicy, on: date, reason: str, state: AccountState) -> NextStep:
    return _wait(on + timedelta(policy.review_days), "account review", reason, state)


def _unwritable(standing: AccountStanding, policy: PatientPolicy, on: date) -> NextStep | None:
    if standing.hold is not Hold.UNWRITABLE:
        return None
    return _review(policy, on, "a letter could not be written", AccountState.ON_HOLD)


def _answer_owed(standing: AccountStanding, policy: PatientPolicy, on: date) -> NextStep | None:
    """Who asked us something gets the answer first, whatever is owed."""
    dispute, application, plan = standing.dispute, standing.application, standing.plan
    if dispute is not None and dispute.state is DisputeState.ANSWERED:
        return _send(
            ContactKind.DISPUTE_ANSWER, "the dispute is decided", AccountState.BILLED, dispute.dispute_id
        )
    if dispute is not None and dispute.open:
        return None
    if application is not None and application.state in (ApplicationState.APPROVED, ApplicationState.DENIED):
        reason = "the application for assistance is decided"
        return _send(ContactKind.CHARITY_DECISION, reason, AccountState.BILLED, application.application_id)
    if plan is not None and plan.state is PlanState.ACTIVE and not plan.agreement_sent:
        return _send(ContactKind.PLAN_AGREEMENT, "a plan was agreed", AccountState.ON_PLAN, plan.plan_id)
    return None


def _paused(standing: AccountStanding, policy: PatientPolicy, on: date) -> NextStep | None:
    """A dispute, an application or a hold stops everything but the clocks of the people who must decide."""
    if standing.dispute is not None and standing.dispute.open:
        return _review(policy, on, "a dispute is open: all contact pauses", AccountState.DISPUTED)
    if standing.application is not None and standing.application.open:
        reason = "an application for assistance is open: nobody asks for money"
        return _review(policy, on, reason, AccountState.ASSISTANCE)
    if standing.hold is not Hold.NONE and standing.shares:
        reason = f"on hold: {standing.hold.value.replace('_', ' ')}"
        return _review(policy, on, reason, AccountState.ON_HOLD)
    return None


def _nothing_owed(standing: AccountStanding, policy: PatientPolicy, on: date) -> NextStep | None:
    if standing.shares:
        return None
    if standing.plan is not None:
        return _end_plan(standing.plan, PlanState.KEPT, "every payment of the plan is made")
    if standing.credit_cents > standing.credit_kept_cents:
        day = on + timedelta(policy.credit_days)
        return _wait(day, "credit decision", "the patient has a credit with us", AccountState.CREDIT)
    return NextStep(AccountAction.CLOSE, "nothing is owed", AccountState.CLOSED)


def _plan(standing: AccountStanding, policy: PatientPolicy, on: date) -> NextStep | None:
    plan = standing.plan
    if plan is None:
        return None
    if plan.owed_cents <= 0:
        return _end_plan(plan, PlanState.KEPT, "every payment of the plan is made")
    progress, missed = plan_progress(plan, policy, on), "a payment of the plan is missed"
    if progress.missed_cents and contact_barriers(standing, ContactKind.PLAN_BROKEN):
        return _review(policy, on, f"{missed}, but a payer may be liable", AccountState.ON_PLAN)
    if plan.state is PlanState.LAST_CHANCE and plan.catch_up_by is not None and progress.missed_cents:
        if on > plan.catch_up_by:
            reason = "the missed payment was not made up by the day the letter named"
            return _end_plan(plan, PlanState.BROKEN, reason)
        return _wait(plan.catch_up_by + timedelta(1), "plan catch-up", missed, AccountState.ON_PLAN)
    if progress.missed_cents:
        return _send(ContactKind.PLAN_BROKEN, missed, AccountState.ON_PLAN, plan.plan_id)
    wake_on = progress.decide_on or on + timedelta(policy.review_days)
    return _wait(wake_on, "plan payment", "a payment plan is being kept", AccountState.ON_PLAN)


def _not_billable(standing: AccountStanding, policy: PatientPolicy, on: date) -> NextStep | None:
    if standing.billable:
        return None
    return _review(policy, on, "a payer may still be liable for the balance", AccountState.WAITING_FOR_PAYER)


def _small_balance(standing: AccountStanding, policy: PatientPolicy, on: date) -> NextStep | None:
    if standing.billable_cents >= policy.small_balance_cents:
        return None
    if len(standing.billable) < len(standing.shares):
        return _review(
            policy, on, "a small balance waits for the other claims", AccountState.WAITING_FOR_PAYER
        )
    if on < standing.opened_on + timedelta(policy.gathering_days):
        day = standing.opened_on + timedelta(policy.gathering_days)
        return _wait(day, "first statement", "more claims of the family may come", AccountState.GATHERING)
    reason = "the balance is below what a statement costs"
    return NextStep(AccountAction.WRITE_OFF_SMALL, reason, AccountState.BILLED)


def _ladder(standing: AccountStanding, policy: PatientPolicy, on: date) -> NextStep:
    """The next step of the ladder, when its day has come."""
    ladder = standing.ladder
    fresh = ladder.restate or any(share.unannounced for share in standing.shares)
    step = BillingStep.STATEMENT if fresh else NEXT_STEP.get(ladder.step, BillingStep.STATEMENT)
    state = AccountState.GATHERING if ladder.step is BillingStep.NOT_BILLED else AccountState.BILLED
    day = due_on(standing, policy)
    if on < day:
        promised = step is not BillingStep.REFERRED
        return _wait(day, _clock(step), "the patient has time to pay", state, promised=promised)
    if step is not BillingStep.REFERRED:
        last = ladder.step.value.replace("_", " ")
        reason = "a balance no statement has asked for" if fresh else f"unpaid since the {last}"
        return _send(ContactKind(step.value), reason, AccountState.BILLED)
    barriers = referral_barriers(standing, policy, on)
    reason = f"not to be referred: {barriers[0]}" if barriers else "a manager decides about referral"
    return _review(policy, on, reason, AccountState.BILLED)


def _clock(step: BillingStep) -> str:
    return "agency referral" if step is BillingStep.REFERRED else step.value.replace("_", " ")
