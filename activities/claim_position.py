"""Where a claim stands, for a workflow that starts again: after it was closed, or after the engine was lost."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import activity

from activities.acknowledgment import REMITTANCE
from activities.claim_news import has_news
from revcycle.db import claims, deadlines, decisions, effects, inbox, ledger, outbox, sequences
from revcycle.db.deadlines import DeadlineState
from revcycle.db.engine import Database, Tx
from revcycle.domain.claim import ClaimStage
from revcycle.domain.decision import Decision
from revcycle.temporal import names

SETTLEMENT = "patient settlement"
SETTLED = "settled"
REVIEW_AFTER = timedelta(days=365)
"""A patient balance nobody has settled for a year is looked at by a person."""


@dataclass(frozen=True, slots=True)
class ClaimPosition:
    """``stage`` is where to go on; ``epoch`` tells this life of the workflow from the ones before it."""

    stage: ClaimStage
    ending: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """How the patient share ended (``paid_by_patient``, ``charity_care``, …); empty while it is open.

    ``posted``: instead, a payer has spoken again.
    """

    ending: str
    posted: bool


class ClaimPositionActivities:
    """Finds, follows and ends claims."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def locate_claim(self, claim_id: str, run_id: str) -> ClaimPosition:
        """Return where a claim stands, with a new epoch for the run that asks."""
        with self._db.write() as tx:
            return effects.once(tx, f"locate:{run_id}", ClaimPosition, lambda: _locate(tx, claim_id))

    @activity.defn
    def note_unchecked_coverage(self, claim_id: str, key: str, at: datetime) -> bool:
        """Record that the payer could not be asked about the coverage, and that the claim goes out all the same."""
        with self._db.write() as tx:
            return effects.once(tx, key, bool, lambda: _note_unchecked(tx, claim_id, key, at))

    @activity.defn
    def await_remittance(self, claim_id: str, due_at: datetime, key: str, at: datetime) -> bool:
        """Arm the clock of a remittance that is owed to us."""
        with self._db.write() as tx:
            return effects.once(tx, key, bool, lambda: _arm_remittance(tx, claim_id, due_at, at))

    @activity.defn
    def await_settlement(self, claim_id: str, key: str, at: datetime) -> datetime:
        """Arm the clock of the patient's share; return when a person looks at it."""
        with self._db.write() as tx:
            return effects.once(tx, key, datetime, lambda: _arm_settlement(tx, claim_id, at))

    @activity.defn
    def read_settlement(self, claim_id: str, key: str, at: datetime) -> Settlement:
        """Read whether the account has settled the claim; close it when it has."""
        with self._db.write() as tx:
            return effects.once(tx, key, Settlement, lambda: _settlement(tx, claim_id, key, at))

    @activity.defn
    def close_claim(self, claim_id: str, ending: str, key: str, at: datetime) -> bool:
        """Close a claim that ended otherwise than by a judgement of its postings.

        A patient's share still open goes to the account instead, and the claim stays open: False.
        """
        with self._db.write() as tx:
            return effects.once(tx, key, bool, lambda: _end(tx, claim_id, ending, key, at))


def _locate(tx: Tx, claim_id: str) -> ClaimPosition:
    row = claims.load(tx, claim_id)
    return ClaimPosition(row.stage, row.ending, sequences.take(tx, f"epoch:{claim_id}"))


def _note_unchecked(tx: Tx, claim_id: str, key: str, at: datetime) -> bool:
    decisions.record(
        tx,
        Decision(
            key=key,
            subject=names.claim(claim_id),
            rule="claim@1",
            outcome="coverage_unchecked",
            reason="The payer could not be asked about the coverage in time; the claim goes out unchecked.",
            actor="system",
            occurred_at=at,
            recorded_at=at,
        ),
    )
    return True


def _arm_remittance(tx: Tx, claim_id: str, due_at: datetime, at: datetime) -> bool:
    deadlines.arm(tx, names.claim(claim_id), REMITTANCE, due_at, at)
    return True


def _arm_settlement(tx: Tx, claim_id: str, at: datetime) -> datetime:
    subject, due_at = names.claim(claim_id), at + REVIEW_AFTER
    deadlines.meet(tx, subject, REMITTANCE, at)
    deadlines.arm(tx, subject, SETTLEMENT, due_at, at)
    return due_at


def _settlement(tx: Tx, claim_id: str, key: str, at: datetime) -> Settlement:
    told = inbox.take(tx, names.claim(claim_id), SETTLED)
    if not told:
        return Settlement("", posted=has_news(tx, claim_id))
    _close(tx, claim_id, told[-1].reference, key, at)
    return Settlement(told[-1].reference, posted=False)


def _end(tx: Tx, claim_id: str, ending: str, key: str, at: datetime) -> bool:
    if ledger.claim_balance(tx, claim_id).patient_cents <= 0:
        return _close(tx, claim_id, ending, key, at)
    account_id = claims.load(tx, claim_id).account_id
    inbox.put(tx, names.account(account_id), "balance_due", claim_id, at)
    outbox.ring(tx, "PatientAccount", names.account(account_id), {"account_id": account_id})
    claims.set_stage(tx, claim_id, ClaimStage.PATIENT_DUE, at)
    return False


def _close(tx: Tx, claim_id: str, ending: str, key: str, at: datetime) -> bool:
    subject = names.claim(claim_id)
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
