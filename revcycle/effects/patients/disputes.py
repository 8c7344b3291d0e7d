"""Disputes: opened, decided, and the disputed balance written off once that is approved."""

from datetime import datetime

from revcycle.db.engine import Tx
from revcycle.db.patients import disputes
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.money import dollars
from revcycle.domain.patients.dispute import DisputeOutcome, DisputeState
from revcycle.domain.patients.patient_account import Ending
from revcycle.effects.patients.ledger import locked_standing, note, post, tell_claims
from revcycle.effects.patients.plans import shift_plan

RULE = "person"


def open_dispute(tx: Tx, account_id: str, dispute_id: str, actor: str, key: str, at: datetime) -> str:
    """All contact pauses; return why the dispute cannot be opened, or nothing."""
    owner, dispute = disputes.load(tx, dispute_id)
    if owner != account_id or dispute.state is not DisputeState.RECORDED:
        return f"dispute {dispute_id} cannot be opened on this account"
    disputes.change(tx, dispute_id, DisputeState.OPEN)
    reason = "The patient disputes the bill: all contact pauses."
    note(tx, key, account_id, RULE, "dispute_open", reason, at, actor=actor, facts={"dispute": dispute_id})
    return ""


def resolve(
    tx: Tx, account_id: str, dispute_id: str, outcome: DisputeOutcome, actor: str, key: str, at: datetime
) -> str:
    """Record who was right. Upheld waits for the write-off's approval; rejected goes to the answer letter."""
    standing = locked_standing(tx, account_id)
    owner, dispute = disputes.load(tx, dispute_id)
    if owner != account_id or dispute.state is not DisputeState.OPEN:
        return f"dispute {dispute_id} is not open on this account"
    facts = {"dispute": dispute_id}
    if outcome is DisputeOutcome.UPHELD_PATIENT:
        disputes.change(tx, dispute_id, DisputeState.UPHELD)
        reason = "The patient is right: the write-off waits for approval."
        note(tx, key, account_id, RULE, "dispute_upheld", reason, at, actor=actor, facts=facts)
        return ""
    _answered(tx, account_id, dispute_id, standing.billable_cents, 0, at)
    reason = "The bill is correct: the patient gets an answer and time to pay."
    note(tx, key, account_id, RULE, "dispute_rejected", reason, at, actor=actor, facts=facts)
    return ""


def decide_write_off(
    tx: Tx, account_id: str, dispute_id: str, approved: bool, actor: str, key: str, at: datetime
) -> str:
    """Take the disputed balance off the bill, or send the dispute back to whoever looks into it."""
    standing = locked_standing(tx, account_id)
    _, dispute = disputes.load(tx, dispute_id)
    if dispute.state is not DisputeState.UPHELD:
        return dispute.state.value
    facts = {"dispute": dispute_id}
    if not approved:
        disputes.change(tx, dispute_id, DisputeState.OPEN)
        reason = "The write-off was not approved: the dispute is looked into again."
        note(tx, key, account_id, RULE, "write_off_refused", reason, at, actor=actor, facts=facts)
        return "refused"
    named = dispute.claim_ids
    parts = tuple(
        (share.claim_id, share.patient_cents)
        for share in standing.billable
        if not named or share.claim_id in named
    )
    taken_off = sum(cents for _, cents in parts)
    post(tx, f"write_off:{dispute_id}", account_id, LedgerAccount.ADMINISTRATIVE_WRITE_OFF, parts, at)
    tell_claims(tx, parts, Ending.WRITTEN_OFF, at)
    _answered(tx, account_id, dispute_id, standing.billable_cents, -taken_off, at)
    reason = f"{dollars(taken_off)} is taken off the bill: the patient was right."
    note(tx, key, account_id, RULE, "write_off_approved", reason, at, actor=actor, facts=facts, parts=parts)
    return "approved"


def _answered(
    tx: Tx, account_id: str, dispute_id: str, before_cents: int, change_cents: int, at: datetime
) -> None:
    _, dispute = disputes.load(tx, dispute_id)
    disputes.change(
        tx,
        dispute_id,
        DisputeState.ANSWERED,
        before_cents=before_cents,
        change_cents=change_cents,
        answered_at=at,
    )
    shift_plan(tx, account_id, dispute.opened_on, at)
