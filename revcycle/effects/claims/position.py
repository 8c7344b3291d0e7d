"""Where a claim stands, for a workflow that starts again: after it was closed, or after the engine was lost."""

from datetime import datetime, timedelta

from revcycle.db import decisions, ledger, sequences
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.work import deadlines, doorbell, inbox
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.progress import ClaimPosition, Settlement
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.decision import Decision
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import AccountStart
from revcycle.effects.claims.acknowledgment import REMITTANCE
from revcycle.effects.work.news import has_news

SETTLEMENT = "patient settlement"
SETTLED = "settled"
REVIEW_AFTER = timedelta(days=365)
"""A patient balance nobody has settled for a year is looked at by a person."""


def locate_claim(tx: Tx, claim_id: str) -> ClaimPosition:
    """Return where a claim stands, with a new epoch for the run that asks."""
    row = claims.load(tx, claim_id)
    return ClaimPosition(row.stage, row.ending, sequences.take(tx, f"epoch:{claim_id}"))


def note_unchecked_coverage(tx: Tx, claim_id: str, key: str, at: datetime) -> bool:
    """Record that the payer could not be asked about the coverage, and that the claim goes out all the same."""
    decisions.record(
        tx,
        Decision(
            key=key,
            subject=subjects.claim(claim_id),
            rule="claim@1",
            outcome="coverage_unchecked",
            reason="The payer could not be asked about the coverage in time; the claim goes out unchecked.",
            actor="system",
            occurred_at=at,
            recorded_at=at,
        ),
    )
    return True


def await_remittance(tx: Tx, claim_id: str, due_at: datetime, at: datetime) -> bool:
    """Arm the clock of a remittance that is owed to us."""
    deadlines.arm(tx, subjects.claim(claim_id), REMITTANCE, due_at, at)
    return True


def await_settlement(tx: Tx, claim_id: str, at: datetime) -> datetime:
    """Arm the clock of the patient's share; return when a person looks at it."""
    subject, due_at = subjects.claim(claim_id), at + REVIEW_AFTER
    deadlines.meet(tx, subject, REMITTANCE, at)
    deadlines.arm(tx, subject, SETTLEMENT, due_at, at)
    return due_at


def read_settlement(tx: Tx, claim_id: str, key: str, at: datetime) -> Settlement:
    """Read whether the account has settled the claim; close it when it has."""
    told = inbox.take(tx, subjects.claim(claim_id), News.SETTLED)
    if not told:
        return Settlement("", posted=has_news(tx, claim_id))
    _close(tx, claim_id, told[-1].reference, key, at)
    return Settlement(told[-1].reference, posted=False)


def close_claim(tx: Tx, claim_id: str, ending: str, key: str, at: datetime) -> bool:
    """Close a claim that ended otherwise than by a judgement of its postings.

    A patient's share still open goes to the account instead, and the claim stays open: False.
    """
    if ledger.claim_balance(tx, claim_id).patient_cents <= 0:
        return _close(tx, claim_id, ending, key, at)
    account_id = claims.load(tx, claim_id).account_id
    doorbell.tell(tx, AccountStart(account_id), News.BALANCE_DUE, claim_id, at)
    claims.set_stage(tx, claim_id, ClaimStage.PATIENT_DUE, at)
    return False


def _close(tx: Tx, claim_id: str, ending: str, key: str, at: datetime) -> bool:
    subject = subjects.claim(claim_id)
    deadlines.meet(tx, subject, SETTLEMENT, at)
    for clock in deadlines.of_subject(tx, subject):
        if clock.state is DeadlineState.ARMED:
            deadlines.end(tx, subject, clock.name, DeadlineState.CANCELLED, at)
    claims.change(tx, claim_id, at, stage=ClaimStage.CLOSED.value, ending=ending)
    decisions.record(
        tx,
        Decision(
            key=key,
            subject=subject,
            rule="claim@1",
            outcome=f"closed_{ending}",
            reason=f"Nothing is owed any more: {ending.replace('_', ' ')}.",
            actor="system",
            occurred_at=at,
            recorded_at=at,
        ),
    )
    return True
