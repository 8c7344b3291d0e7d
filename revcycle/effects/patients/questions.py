"""What becomes of a person's decision about an account: referral, charity, dispute, write-off, credit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.patients import patient_accounts, referrals
from revcycle.db.patients.referrals import Referral
from revcycle.db.practice import policies
from revcycle.domain.ledger import LedgerAccount, LedgerKind
from revcycle.domain.money import dollars
from revcycle.domain.patients.dispute import DisputeOutcome
from revcycle.domain.patients.patient_account import AccountStanding, BillingStep, Ending, Hold
from revcycle.domain.patients.patient_policy import PatientPolicy
from revcycle.domain.patients.patient_step import Question
from revcycle.domain.patients.requests import DisputeToResolve
from revcycle.domain.work.act import Act
from revcycle.domain.work.task import TaskDecision
from revcycle.domain.work.task_kinds import ChoiceName, TaskKind
from revcycle.effects.patients.assistance import decide_application
from revcycle.effects.patients.disputes import decide_dispute, decide_write_off
from revcycle.effects.patients.ledger import claims_of, locked_standing, post, tell_claims
from revcycle.rules.patients.collections import referral_barriers

RULE = "collections@1"

Answer = Callable[[Tx, Act, str, Question, TaskDecision], str]


def answer_question(tx: Tx, act: Act, account_id: str, question: Question, decision: TaskDecision) -> str:
    """Do what was decided. A question nobody answered stays as it is, so the review asks it again."""
    if decision.expired and question.kind is not TaskKind.APPROVE_REFERRAL:
        return "asked again"
    return _ANSWERS[question.kind](tx, act, account_id, question, decision)


def _referral(tx: Tx, act: Act, account_id: str, question: Question, decision: TaskDecision) -> str:
    """Refer the account when a manager says so and nothing forbids it; else hold it until the next review."""
    standing = locked_standing(tx, account_id)
    policy = policies.patient_policy(tx, account_id, act.at.date())
    barriers = referral_barriers(standing, policy, act.at.date())
    if decision.choice == ChoiceName.REFER and not barriers:
        return _refer(tx, act, standing, policy, decision.actor)
    until = act.at.date() + timedelta(policy.review_days)
    patient_accounts.move_ladder(tx, account_id, replace(standing.ladder, held_until=until), act.at)
    reason = f"Not referred: {barriers[0]}." if barriers else f"Held until {until:%Y-%m-%d}."
    actor, reference = decision.actor, policy.reference
    decisions.decide(tx, act, RULE, "referral_held", reason, actor=actor, policy=reference)
    return "held"


def _refer(tx: Tx, act: Act, standing: AccountStanding, policy: PatientPolicy, actor: str) -> str:
    account_id, statement_id = standing.account_id, standing.ladder.statement_id
    parts = tuple((share.claim_id, share.patient_cents) for share in standing.billable)
    claim_ids, today = tuple(claim_id for claim_id, _ in parts), act.at.date()
    amount_cents, contacts = standing.billable_cents, len(standing.contacts)
    referral_id = f"{account_id}-{patient_accounts.load(tx, account_id).episode}"
    post(tx, act, account_id, LedgerKind.BAD_DEBT, LedgerAccount.BAD_DEBT, parts)
    given = Referral(referral_id, account_id, statement_id, amount_cents, claim_ids, today, actor)
    referrals.record(tx, given, act.at)
    referred = replace(standing.ladder, step=BillingStep.REFERRED, step_on=today)
    patient_accounts.move_ladder(tx, account_id, referred, act.at)
    decisions.decide(
        tx,
        act,
        RULE,
        "referred",
        f"{dollars(amount_cents)} referred to the agency after {contacts} documented contacts.",
        actor=actor,
        policy=policy.reference,
        facts={"referral": referral_id, "statement": statement_id, "contacts": str(contacts)},
        also=claims_of(parts),
    )
    tell_claims(tx, act, parts, Ending.BAD_DEBT)
    return "referred"


def _credit(tx: Tx, act: Act, account_id: str, question: Question, decision: TaskDecision) -> str:
    """Pay the patient's credit back, or keep it for the next balance."""
    credit_cents = locked_standing(tx, account_id).credit_cents
    if credit_cents <= 0:
        return "nothing left"
    if decision.choice == ChoiceName.REFUND:
        credit, cash = LedgerAccount.PATIENT_CREDIT, LedgerAccount.CASH
        parts = (("", credit_cents),)
        post(tx, act, account_id, LedgerKind.PATIENT_REFUND, credit, parts, code="refund", credit=cash)
        reason = f"{dollars(credit_cents)} is paid back to the patient."
    else:
        patient_accounts.keep_credit(tx, account_id, credit_cents, act.at)
        reason = f"The patient leaves {dollars(credit_cents)} with us for later bills."
    decisions.decide(tx, act, "patient_billing@1", decision.choice, reason, actor=decision.actor)
    return decision.choice


def _charity(tx: Tx, act: Act, account_id: str, question: Question, decision: TaskDecision) -> str:
    return decide_application(tx, act, account_id, question.reference, decision).value


def _dispute(tx: Tx, act: Act, account_id: str, question: Question, decision: TaskDecision) -> str:
    request = DisputeToResolve(question.reference, DisputeOutcome(decision.choice), decision.actor)
    return decide_dispute(tx, act, account_id, request).value


def _write_off(tx: Tx, act: Act, account_id: str, question: Question, decision: TaskDecision) -> str:
    approved = decision.choice == ChoiceName.APPROVE
    return decide_write_off(tx, act, account_id, question.reference, approved, decision.actor).value


def _try_again(tx: Tx, act: Act, account_id: str, question: Question, decision: TaskDecision) -> str:
    if locked_standing(tx, account_id).hold is Hold.UNWRITABLE:
        patient_accounts.set_hold(tx, account_id, Hold.NONE, act.at)
    reason = "The account was corrected; the letter is written again."
    decisions.decide(tx, act, "person", decision.choice, reason, actor=decision.actor)
    return decision.choice


_ANSWERS: dict[TaskKind, Answer] = {
    TaskKind.APPROVE_REFERRAL: _referral,
    TaskKind.RESOLVE_CREDIT: _credit,
    TaskKind.APPROVE_CHARITY: _charity,
    TaskKind.RESOLVE_DISPUTE: _dispute,
    TaskKind.APPROVE_DISPUTED_WRITE_OFF: _write_off,
    TaskKind.FIX_LETTER: _try_again,
}
