"""What becomes of a person's decision about an account: referral, charity, dispute, write-off, credit."""

from collections.abc import Callable
from datetime import datetime, timedelta

from revcycle.db.engine import Tx
from revcycle.db.patients import patient_accounts, referrals
from revcycle.db.patients.referrals import Referral
from revcycle.db.practice import policies
from revcycle.db.work import deadlines, tasks
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.money import dollars
from revcycle.domain.patients.dispute import DisputeOutcome
from revcycle.domain.patients.patient_account import AccountStanding, BillingStep, Ending, Hold
from revcycle.domain.patients.patient_policy import PatientPolicy
from revcycle.domain.patients.patient_step import Question
from revcycle.domain.work import subjects
from revcycle.domain.work.task import TaskDecision
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.effects.patients.assistance import decide_application
from revcycle.effects.patients.disputes import decide_write_off, resolve
from revcycle.effects.patients.ledger import locked_standing, note, post, tell_claims
from revcycle.rules.patients.collections import referral_barriers
from revcycle.rules.patients.patient_questions import APPROVE, REFER, REFUND

RULE = "collections@1"
WITHDRAWN = "withdrawn"

Answer = Callable[[Tx, str, Question, TaskDecision, str, datetime], str]


def answer(
    tx: Tx, account_id: str, question: Question, decision: TaskDecision, key: str, at: datetime
) -> str:
    """Do what was decided. A question nobody answered stays as it is, so the review asks it again."""
    if decision.expired and question.kind is not TaskKind.APPROVE_REFERRAL:
        return "asked again"
    return _ANSWERS[question.kind](tx, account_id, question, decision, key, at)


def withdraw(tx: Tx, account_id: str, task_id: str, at: datetime) -> bool:
    """Close the task unanswered: what it asked has been settled in another way."""
    decision = TaskDecision(WITHDRAWN, "system", reason="settled in another way")
    tasks.close(tx, task_id, decision, at)
    deadlines.end(tx, subjects.account(account_id), f"task {task_id}", DeadlineState.CANCELLED, at)
    reason = "The question is settled in another way: taken off the worklist."
    note(
        tx,
        f"task:{task_id}",
        account_id,
        "patient_billing@1",
        "task_withdrawn",
        reason,
        at,
        facts={"task": task_id},
    )
    return True


def _referral(
    tx: Tx, account_id: str, question: Question, decision: TaskDecision, key: str, at: datetime
) -> str:
    standing = locked_standing(tx, account_id)
    policy = policies.patient_policy(tx, account_id, at.date())
    barriers = referral_barriers(standing, policy, at.date())
    if decision.choice == REFER and not barriers:
        return _refer(tx, standing, policy, decision.actor, key, at)
    until = at.date() + timedelta(policy.review_days)
    patient_accounts.change(tx, account_id, at, held_until=until)
    reason = f"Not referred: {barriers[0]}." if barriers else f"Held until {until:%Y-%m-%d}."
    actor, reference = decision.actor, policy.reference
    note(tx, key, account_id, RULE, "referral_held", reason, at, actor=actor, policy=reference)
    return "held"


def _refer(
    tx: Tx, standing: AccountStanding, policy: PatientPolicy, actor: str, key: str, at: datetime
) -> str:
    account_id, statement_id = standing.account_id, standing.ladder.statement_id
    parts = tuple((share.claim_id, share.patient_cents) for share in standing.billable)
    claim_ids, today = tuple(claim_id for claim_id, _ in parts), at.date()
    amount_cents, contacts = standing.billable_cents, len(standing.contacts)
    referral_id = f"{account_id}-{patient_accounts.load(tx, account_id).episode}"
    post(tx, f"bad_debt:{key}", account_id, LedgerAccount.BAD_DEBT, parts, at)
    given = Referral(referral_id, account_id, statement_id, amount_cents, claim_ids, today, actor)
    referrals.record(tx, given, at)
    patient_accounts.change(tx, account_id, at, step=BillingStep.REFERRED.value, step_on=today)
    note(
        tx,
        key,
        account_id,
        RULE,
        "referred",
        f"{dollars(amount_cents)} referred to the agency after {contacts} documented contacts.",
        at,
        actor=actor,
        policy=policy.reference,
        facts={"referral": referral_id, "statement": statement_id, "contacts": str(contacts)},
        parts=parts,
    )
    tell_claims(tx, parts, Ending.BAD_DEBT, at)
    return "referred"


def _credit(
    tx: Tx, account_id: str, question: Question, decision: TaskDecision, key: str, at: datetime
) -> str:
    credit_cents = locked_standing(tx, account_id).credit_cents
    if decision.choice == REFUND:
        cash = LedgerAccount.CASH
        post(
            tx,
            f"refund:{key}",
            account_id,
            LedgerAccount.PATIENT_CREDIT,
            (("", credit_cents),),
            at,
            "refund",
            cash,
        )
        reason = f"{dollars(credit_cents)} is paid back to the patient."
    else:
        patient_accounts.change(tx, account_id, at, credit_kept_cents=credit_cents)
        reason = f"The patient leaves {dollars(credit_cents)} with us for later bills."
    note(tx, key, account_id, "patient_billing@1", decision.choice, reason, at, actor=decision.actor)
    return decision.choice


def _charity(
    tx: Tx, account_id: str, question: Question, decision: TaskDecision, key: str, at: datetime
) -> str:
    return decide_application(tx, account_id, question.reference, decision, key, at)


def _dispute(
    tx: Tx, account_id: str, question: Question, decision: TaskDecision, key: str, at: datetime
) -> str:
    outcome = DisputeOutcome(decision.choice)
    return resolve(tx, account_id, question.reference, outcome, decision.actor, key, at)


def _write_off(
    tx: Tx, account_id: str, question: Question, decision: TaskDecision, key: str, at: datetime
) -> str:
    approved = decision.choice == APPROVE
    return decide_write_off(tx, account_id, question.reference, approved, decision.actor, key, at)


def _try_again(
    tx: Tx, account_id: str, question: Question, decision: TaskDecision, key: str, at: datetime
) -> str:
    patient_accounts.change(tx, account_id, at, hold=Hold.NONE.value)
    reason = "The account was corrected; the letter is written again."
    note(tx, key, account_id, "person", "try_again", reason, at, actor=decision.actor)
    return decision.choice


_ANSWERS: dict[TaskKind, Answer] = {
    TaskKind.APPROVE_REFERRAL: _referral,
    TaskKind.RESOLVE_CREDIT: _credit,
    TaskKind.APPROVE_CHARITY: _charity,
    TaskKind.RESOLVE_DISPUTE: _dispute,
    TaskKind.APPROVE_DISPUTED_WRITE_OFF: _write_off,
    TaskKind.FIX_LETTER: _try_again,
}
