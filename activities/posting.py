"""Posting an 835: claims in chunks, then provider adjustments, then the rest into suspense."""

from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.engine import Database
from revcycle.domain.remittances.progress import PostedRemainder
from revcycle.effects.remittances import posting


class PostingActivities:
    """Moves a balanced, matched remittance into the books."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def post_chunk(self, remittance_id: str, key: str, at: datetime) -> bool:
        """Post the next claims of the remittance and ring them; tell whether there may be more."""
        with self._db.write() as tx:
            return once.once(tx, key, bool, lambda: posting.post_chunk(tx, remittance_id, at))

    @activity.defn
    def post_remainder(self, remittance_id: str, key: str, at: datetime) -> PostedRemainder:
        """Post provider adjustments and put the rest into suspense: clearing then holds exactly BPR02."""
        with self._db.write() as tx:
            return once.once(tx, key, PostedRemainder, lambda: posting.post_remainder(tx, remittance_id, at))

    @activity.defn
    def place_payment(self, remittance_id: str, position: int, claim_id: str, key: str, at: datetime) -> bool:
        """Post one claim payment from suspense to the claim a person named; False when it cannot be."""
        with self._db.write() as tx:
            return once.once(
                tx, key, bool, lambda: posting.place_payment(tx, remittance_id, position, claim_id, at)
            )

    @activity.defn
    def refuse_payment(self, remittance_id: str, position: int, key: str, at: datetime) -> None:
        """A person said the payment is not ours: its money stays in suspense until it goes back."""
        with self._db.write() as tx:
            once.once(tx, key, bool, lambda: posting.refuse_payment(tx, remittance_id, position))
