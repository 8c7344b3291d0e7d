"""Disputes: opened, decided, and the disputed balance written off once that is approved."""

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.patients import disputes
from revcycle.domain.ledger import LedgerAccount, LedgerKind
from revcycle.domain.money import dollars
from revcycle.domain.patients.dispute import DisputeOutcome, DisputeState
from revcycle.domain.patients.patient_account import Ending
from revcycle.domain.patients.progress import RequestAnswer
from revcycle.domain.patients.requests import DisputeToOpen, DisputeToResolve
from revcycle.domain.work.act import Act
from revcycle.effects.effect import Refused
from revcycle.effects.patients.ledger import claims_of, locked_standing, post, tell_claims
from revcycle.effects.patients.plans import shift_plan
from revcycle.effects.patients.requests import known, taken

RULE = "person"


def open_dispute(tx: Tx, act: Act, account_id: str, request: DisputeToOpen) -> RequestAnswer:
    """All contact pauses; a dispute opened before stays as it is. Raises Refused."""
    dispute_id = request.dispute_id
    owner, dispute = known(disputes.load, tx, dispute_id)
    if owner != account_id:
        raise Refused(f"dispute {dispute_id} belongs to another account")
    if dispute.state is DisputeState.RECORDED:
        disputes.move(tx, dispute_id, DisputeState.OPEN)
        reason, facts = "The patient disputes the bill: all contact pauses.", {"dispute": dispute_id}
        decisions.decide(
            tx, act, RULE, "dispute_open", reason, actor=request.actor, facts=facts, part=dispute_id
        )
    return taken(tx, account_id)


def resolve_dispute(tx: Tx, act: Act, account_id: str, request: DisputeToResolve) -> RequestAnswer:
    """Record who was right. Raises Refused."""
    owner, dispute = known(disputes.load, tx, request.dispute_id)
    if owner != account_id or dispute.state is not DisputeState.OPEN:
        raise Refused(f"dispute {request.dispute_id} is not open on this account")
    decide_dispute(tx, act, account_id, request)
    return taken(tx, account_id)


def decide_dispute(tx: Tx, act: Act, account_id: str, request: DisputeToResolve) -> DisputeState:
    """Who was right: upheld waits for the write-off's approval, rejected for the answer letter.

    A dispute that is not open any more stays as it is. Returns where it stands.
    """
    standing = locked_standing(tx, account_id)
    dispute_id = request.dispute_id
    _, dispute = disputes.load(tx, dispute_id)
    if dispute.state is not DisputeState.OPEN:
        return dispute.state
    actor, facts = request.actor, {"dispute": dispute_id}
    if request.outcome is DisputeOutcome.UPHELD_PATIENT:
        disputes.move(tx, dispute_id, DisputeState.UPHELD)
        reason = "The patient is right: the write-off waits for approval."
        decisions.decide(tx, act, RULE, "dispute_upheld", reason, actor=actor, facts=facts)
        return DisputeState.UPHELD
    _answered(tx, act, account_id, dispute_id, standing.billable_cents, 0)
    reason = "The bill is correct: the patient gets an answer and time to pay."
    decisions.decide(tx, act, RULE, "dispute_rejected", reason, actor=actor, facts=facts)
    return DisputeState.ANSWERED


def decide_write_off(
    tx: Tx, act: Act, account_id: str, dispute_id: str, approved: bool, actor: str
) -> DisputeState:
    """Take the disputed balance off the bill, or send the dispute back to whoever looks into it."""
    standing = locked_standing(tx, account_id)
    _, dispute = disputes.load(tx, dispute_id)
    if dispute.state is not DisputeState.UPHELD:
        return dispute.state
    facts = {"dispute": dispute_id}
    if not approved:
        disputes.move(tx, dispute_id, DisputeState.OPEN)
        reason = "The write-off was not approved: the dispute is looked into again."
        decisions.decide(tx, act, RULE, "write_off_refused", reason, actor=actor, facts=facts)
        return DisputeState.OPEN
    named = dispute.claim_ids
    parts = tuple(
        (share.claim_id, share.patient_cents)
        for share in standing.billable
        if not named or share.claim_id in named
    )
    taken_off = sum(cents for _, cents in parts)
    kind, debit = LedgerKind.DISPUTED_WRITE_OFF, LedgerAccount.ADMINISTRATIVE_WRITE_OFF
    post(tx, act, account_id, kind, debit, parts, about=dispute_id)
    tell_claims(tx, act, parts, Ending.WRITTEN_OFF)
    _answered(tx, act, account_id, dispute_id, standing.billable_cents, -taken_off)
    reason, also = f"{dollars(taken_off)} is taken off the bill: the patient was right.", claims_of(parts)
    decisions.decide(tx, act, RULE, "write_off_approved", reason, actor=actor, facts=facts, also=also)
    return DisputeState.ANSWERED


def _answered(
    tx: Tx, act: Act, account_id: str, dispute_id: str, before_cents: int, change_cents: int
) -> None:
    _, dispute = disputes.load(tx, dispute_id)
    disputes.answered(tx, dispute_id, before_cents, change_cents, act.at)
    shift_plan(tx, act, account_id, dispute.opened_on)
