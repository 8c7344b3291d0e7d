"""The way out: a letter passes the contact gate in the transaction that records the contact and moves the ladder."""

from datetime import datetime, timedelta

from revcycle.db.engine import Tx
from revcycle.db.patients import assistance, contacts, disputes, patient_accounts, plans, statements
from revcycle.db.patients.statements import LetterRow, LetterState
from revcycle.db.practice import policies
from revcycle.db.work import deadlines
from revcycle.domain.money import dollars
from revcycle.domain.patients.assistance import ApplicationState
from revcycle.domain.patients.contact import Channel, Contact, ContactKind
from revcycle.domain.patients.dispute import DisputeState
from revcycle.domain.patients.patient_account import AccountStanding, BillingStep
from revcycle.domain.patients.patient_policy import PatientPolicy
from revcycle.domain.work import subjects
from revcycle.effects.patients.ledger import locked_standing, note
from revcycle.effects.patients.letter_drafts import asked_of
from revcycle.effects.patients.review import letter_clock
from revcycle.rules.patients.collections import contact_barriers

RULE = "contact_gate@1"
_NOTICES = (ContactKind.REMINDER, ContactKind.PAST_DUE, ContactKind.FINAL_NOTICE)


def release(tx: Tx, letter_id: str, key: str, at: datetime) -> bool:
    """Let a letter out if the gate is still open and it still says what is owed; tell whether it went."""
    letter = statements.load(tx, letter_id)
    if letter.state in (LetterState.RELEASED, LetterState.MAILED):
        return False
    standing = locked_standing(tx, letter.account_id)
    policy = policies.patient_policy(tx, letter.account_id, at.date())
    barriers = list(contact_barriers(standing, letter.kind))
    if statements.shares_of(tx, letter_id) != asked_of(standing, letter.kind):
        barriers.append("the balance changed while the letter was written")
    facts, shown = {"letter": letter_id}, letter.kind.value.replace("_", " ")
    if barriers:
        statements.change(tx, letter_id, LetterState.REFUSED)
        reason = f"The {shown} was not sent: {barriers[0]}."
        note(tx, key, letter.account_id, RULE, "letter_refused", reason, at, facts=facts)
        return False
    statements.change(tx, letter_id, LetterState.RELEASED, released_at=at)
    contact = Contact(letter.kind, Channel.MAIL, at, letter_id, "system")
    contacts.record(tx, letter.account_id, contact)
    _move(tx, letter, standing, policy, at)
    deadlines.meet(tx, subjects.account(letter.account_id), letter_clock(letter.kind.value), at)
    patient_accounts.change(tx, letter.account_id, at, wake_name="", wake_at=None)
    reason = f"The {shown} for {dollars(letter.balance_cents)} was sent: the gate was open."
    parts = statements.shares_of(tx, letter_id)
    note(
        tx,
        key,
        letter.account_id,
        RULE,
        f"{letter.kind.value}_sent",
        reason,
        at,
        policy=policy.reference,
        facts=facts,
        parts=parts,
    )
    return True


def _move(tx: Tx, letter: LetterRow, standing: AccountStanding, policy: PatientPolicy, at: datetime) -> None:
    """Move what the letter moves: the ladder, the plan, or the matter it answers."""
    today, account_id = at.date(), letter.account_id
    fresh_due = today + timedelta(policy.payment_due_days)
    if letter.kind is ContactKind.STATEMENT:
        patient_accounts.change(tx, account_id, at, **_statement_moves(letter, standing, at))
    elif letter.kind in _NOTICES:
        named = letter.due_on if letter.kind is ContactKind.FINAL_NOTICE else standing.ladder.referral_on
        step = BillingStep(letter.kind.value).value
        patient_accounts.change(tx, account_id, at, step=step, step_on=today, referral_on=named)
    elif letter.kind is ContactKind.PLAN_AGREEMENT:
        plans.change(tx, letter.reference, agreement_sent=True)
    elif letter.kind is ContactKind.PLAN_BROKEN and letter.due_on is not None:
        plans.last_chance(tx, letter.reference, letter.due_on)
    elif letter.kind is ContactKind.CHARITY_DECISION:
        assistance.change(tx, letter.reference, ApplicationState.CLOSED)
        patient_accounts.change(tx, account_id, at, resume_on=fresh_due)
    elif letter.kind is ContactKind.DISPUTE_ANSWER:
        disputes.change(tx, letter.reference, DisputeState.CLOSED)
        patient_accounts.change(tx, account_id, at, resume_on=letter.due_on or fresh_due)


def _statement_moves(letter: LetterRow, standing: AccountStanding, at: datetime) -> dict[str, object]:
    """A statement begins the ladder again, unless it only restates what earlier ones said."""
    moves: dict[str, object] = {"cycle": letter.cycle, "step_on": at.date(), "restate": False}
    if standing.ladder.restate and not any(share.unannounced for share in standing.shares):
        return moves
    return moves | {
        "step": BillingStep.STATEMENT.value,
        "statement_on": at.date(),
        "statement_id": letter.letter_id,
        "referral_on": None,
        "held_until": None,
    }
