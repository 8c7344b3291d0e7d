"""The way out: a letter passes the contact gate in the transaction that records the contact and moves the ladder."""

from dataclasses import replace
from datetime import datetime, timedelta

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.patients import assistance, contacts, disputes, patient_accounts, plans, statements
from revcycle.db.patients.statements import LetterRow, LetterState
from revcycle.db.practice import policies
from revcycle.domain.money import dollars
from revcycle.domain.patients.contact import Channel, Contact, ContactKind
from revcycle.domain.patients.dispute import DisputeState
from revcycle.domain.patients.patient_account import AccountStanding, BillingStep, Ladder
from revcycle.domain.patients.patient_policy import PatientPolicy
from revcycle.domain.work.act import Act
from revcycle.effects.patients.account_clocks import letter_out
from revcycle.effects.patients.ledger import claims_of, locked_standing
from revcycle.effects.patients.letter_drafts import asked_of
from revcycle.rules.patients.collections import contact_barriers

RULE = "contact_gate@1"
_NOTICES = (ContactKind.REMINDER, ContactKind.PAST_DUE, ContactKind.FINAL_NOTICE)


def release_letter(tx: Tx, act: Act, letter_id: str) -> bool:
    """Let a letter out if the gate is still open and it still says what is owed; tell whether it went."""
    letter = statements.load(tx, letter_id)
    if letter.state in (LetterState.RELEASED, LetterState.MAILED):
        return False
    standing = locked_standing(tx, letter.account_id)
    policy = policies.patient_policy(tx, letter.account_id, act.at.date())
    barriers = list(contact_barriers(standing, letter.kind))
    if statements.shares_of(tx, letter_id) != asked_of(standing, letter.kind):
        barriers.append("the balance changed while the letter was written")
    facts, shown = {"letter": letter_id}, letter.kind.value.replace("_", " ")
    if barriers:
        statements.refuse(tx, letter_id)
        reason = f"The {shown} was not sent: {barriers[0]}."
        decisions.decide(tx, act, RULE, "letter_refused", reason, facts=facts)
        return False
    statements.release(tx, letter_id, act.at)
    contacts.record(tx, letter.account_id, Contact(letter.kind, Channel.MAIL, act.at, letter_id, "system"))
    _move(tx, letter, standing, policy, act.at)
    letter_out(tx, act)
    decisions.decide(
        tx,
        act,
        RULE,
        f"{letter.kind.value}_sent",
        f"The {shown} for {dollars(letter.balance_cents)} was sent: the gate was open.",
        policy=policy.reference,
        facts=facts,
        also=claims_of(statements.shares_of(tx, letter_id)),
    )
    return True


def _move(tx: Tx, letter: LetterRow, standing: AccountStanding, policy: PatientPolicy, at: datetime) -> None:
    """Move what the letter moves: the ladder, the plan, or the matter it answers."""
    ladder, account_id = standing.ladder, letter.account_id
    fresh_due = at.date() + timedelta(policy.payment_due_days)
    if letter.kind is ContactKind.STATEMENT:
        stated = _stated(letter, standing, at)
        patient_accounts.move_ladder(tx, account_id, stated, at, cycle=letter.cycle)
    elif letter.kind in _NOTICES:
        named = letter.due_on if letter.kind is ContactKind.FINAL_NOTICE else ladder.referral_on
        step = BillingStep(letter.kind.value)
        climbed = replace(ladder, step=step, step_on=at.date(), referral_on=named)
        patient_accounts.move_ladder(tx, account_id, climbed, at)
    elif letter.kind is ContactKind.PLAN_AGREEMENT:
        plans.agreement_sent(tx, letter.reference)
    elif letter.kind is ContactKind.PLAN_BROKEN and letter.due_on is not None:
        plans.last_chance(tx, letter.reference, letter.due_on)
    elif letter.kind is ContactKind.CHARITY_DECISION:
        assistance.close(tx, letter.reference)
        patient_accounts.move_ladder(tx, account_id, replace(ladder, resume_on=fresh_due), at)
    elif letter.kind is ContactKind.DISPUTE_ANSWER:
        disputes.move(tx, letter.reference, DisputeState.CLOSED)
        resumed = replace(ladder, resume_on=letter.due_on or fresh_due)
        patient_accounts.move_ladder(tx, account_id, resumed, at)


def _stated(letter: LetterRow, standing: AccountStanding, at: datetime) -> Ladder:
    """A statement begins the ladder again, unless it only restates what earlier ones said."""
    ladder = replace(standing.ladder, step_on=at.date(), restate=False)
    if standing.ladder.restate and not any(share.unannounced for share in standing.shares):
        return ladder
    return replace(
        ladder,
        step=BillingStep.STATEMENT,
        statement_on=at.date(),
        statement_id=letter.letter_id,
        referral_on=None,
        held_until=None,
    )
