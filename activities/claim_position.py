"""Where a claim stands, for a workflow that starts again: after it was closed, or after the engine was lost."""

from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.engine import Database
from revcycle.domain.claims.progress import ClaimPosition, Settlement
from revcycle.effects.claims import position


class ClaimPositionActivities:
    """Finds, follows and ends claims."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def locate_claim(self, claim_id: str, run_id: str) -> ClaimPosition:
        """Return where a claim stands, with a new epoch for the run that asks."""
        with self._db.write() as tx:
            return once.once(
                tx, f"locate:{run_id}", ClaimPosition, lambda: position.locate_claim(tx, claim_id)
            )

    @activity.defn
    def note_unchecked_coverage(self, claim_id: str, key: str, at: datetime) -> bool:
        """Record that the payer could not be asked about the coverage, and that the claim goes out all the same."""
        with self._db.write() as tx:
            return once.once(tx, key, bool, lambda: position.note_unchecked_coverage(tx, claim_id, key, at))

    @activity.defn
    def await_remittance(self, claim_id: str, due_at: datetime, key: str, at: datetime) -> bool:
        """Arm the clock of a remittance that is owed to us."""
        with self._db.write() as tx:
            return once.once(tx, key, bool, lambda: position.await_remittance(tx, claim_id, due_at, at))

    @activity.defn
    def await_settlement(self, claim_id: str, key: str, at: datetime) -> datetime:
        """Arm the clock of the patient's share; return when a person looks at it."""
        with self._db.write() as tx:
            return once.once(tx, key, datetime, lambda: position.await_settlement(tx, claim_id, at))

    @activity.defn
    def read_settlement(self, claim_id: str, key: str, at: datetime) -> Settlement:
        """Read whether the account has settled the claim; close it when it has."""
        with self._db.write() as tx:
            return once.once(tx, key, Settlement, lambda: position.read_settlement(tx, claim_id, key, at))

    @activity.defn
    def close_claim(self, claim_id: str, ending: str, key: str, at: datetime) -> bool:
        """Close a claim that ended otherwise than by a judgement of its postings.

        A patient's share still open goes to the account instead, and the claim stays open: False.
        """
        with self._db.write() as tx:
            return once.once(tx, key, bool, lambda: position.close_claim(tx, claim_id, ending, key, at))
