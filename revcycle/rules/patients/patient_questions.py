"""Which decisions about an account only a person may make, and by when."""

from collections.abc import Callable
from datetime import date, timedelta

from revcycle.domain.patients.assistance import ApplicationState
from revcycle.domain.patients.dispute import DisputeOutcome, DisputeState
from revcycle.domain.patients.patient_account import AccountStanding, BillingStep, Hold
from revcycle.domain.patients.patient_policy import PatientPolicy
from revcycle.domain.patients.patient_step import Question
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.rules.patients.assistance import discount_cents
from revcycle.rules.patients.collections import due_on, referral_barriers
from revcycle.rules.patients.patient_billing import morning

REFER, HOLD = "refer", "hold"
APPROVE, DENY, REFUSE = "approve", "deny", "refuse"
TRY_AGAIN = "try_again"
REFUND, KEEP_ON_ACCOUNT = "refund", "keep_on_account"


def questions(standing: AccountStanding, policy: PatientPolicy, on: date) -> tuple[Question, ...]:
    """Return the questions that must be open on the day. One no longer returned is withdrawn."""
    asks: tuple[Callable[[AccountStanding, PatientPolicy, date], Question | None], ...]
    asks = (_unwritable, _dispute, _write_off, _charity, _credit, _referral)
    found = (ask(standing, policy, on) for ask in asks)
    return tuple(question for question in found if question is not None)


def disputed_cents(standing: AccountStanding) -> int:
    """Return what the dispute is about: its claims' balances, or the whole."""
    assert standing.dispute is not None
    named = standing.dispute.claim_ids
    return sum(share.patient_cents for share in standing.shares if not named or share.claim_id in named)


def _by(day: date, on: date) -> date:
    """Return the day, but leave a person a week when it is asked again."""
    return max(day, on + timedelta(7))


def _unwritable(standing: AccountStanding, policy: PatientPolicy, on: date) -> Question | None:
    if standing.hold is not Hold.UNWRITABLE:
        return None
    return Question(
        TaskKind.FIX_LETTER,
        standing.account_id,
        "A letter could not be written. Check the guarantor's name and address, then try again.",
        (TRY_AGAIN,),
        morning(on + timedelta(policy.write_off_days)),
        standing.billable_cents,
        "biller",
    )


def _dispute(standing: AccountStanding, policy: PatientPolicy, on: date) -> Question | None:
    dispute = standing.dispute
    if dispute is None or dispute.state is not DisputeState.OPEN:
        return None
    return Question(
        TaskKind.RESOLVE_DISPUTE,
        dispute.dispute_id,
        f"The patient disputes the bill ({dispute.subject.value.replace('_', ' ')}). Find out who is right.",
        (DisputeOutcome.UPHELD_PATIENT.value, DisputeOutcome.REJECTED.value),
        morning(_by(dispute.opened_on + timedelta(policy.dispute_days), on)),
        disputed_cents(standing),
        "biller",
    )


def _write_off(standing: AccountStanding, policy: PatientPolicy, on: date) -> Question | None:
    dispute = standing.dispute
    if dispute is None or dispute.state is not DisputeState.UPHELD:
        return None
    return Question(
        TaskKind.APPROVE_DISPUTED_WRITE_OFF,
        dispute.dispute_id,
        "The patient's dispute was upheld. Approve writing the disputed balance off, or send it back.",
        (APPROVE, REFUSE),
        morning(_by(on + timedelta(policy.write_off_days), on)),
        disputed_cents(standing),
        "manager",
    )


def _charity(standing: AccountStanding, policy: PatientPolicy, on: date) -> Question | None:
    application = standing.application
    if application is None or application.state is not ApplicationState.OPEN:
        return None
    reason = (
        f"Financial assistance: policy {policy.policy_id} offers {application.discount_percent} percent "
        f"at {application.poverty_percent} percent of the poverty guideline."
    )
    return Question(
        TaskKind.APPROVE_CHARITY,
        application.application_id,
        reason,
        (APPROVE, DENY),
        morning(_by(application.applied_on + timedelta(policy.assistance_days), on)),
        discount_cents(standing.billable_cents, application.discount_percent),
        "manager",
    )


def _credit(standing: AccountStanding, policy: PatientPolicy, on: date) -> Question | None:
    if standing.shares or standing.credit_cents <= standing.credit_kept_cents:
        return None
    return Question(
        TaskKind.RESOLVE_CREDIT,
        standing.account_id,
        "The patient paid more than was owed. Pay it back, or keep it if the patient asked for that.",
        (REFUND, KEEP_ON_ACCOUNT),
        morning(on + timedelta(policy.credit_days)),
        standing.credit_cents,
        "biller",
    )


def _referral(standing: AccountStanding, policy: PatientPolicy, on: date) -> Question | None:
    ladder = standing.ladder
    if ladder.step is not BillingStep.FINAL_NOTICE or ladder.restate:
        return None
    if on < due_on(standing, policy) or referral_barriers(standing, policy, on):
        return None
    if standing.billable_cents < policy.small_balance_cents:
        return None
    return Question(
        TaskKind.APPROVE_REFERRAL,
        ladder.statement_id,
        "Every notice was sent and every wait is over. Refer the account to the agency, or hold it.",
        (REFER, HOLD),
        morning(on + timedelta(policy.referral_decision_days)),
        standing.billable_cents,
        "manager",
    )
