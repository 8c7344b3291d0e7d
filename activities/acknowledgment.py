"""Acknowledgment: read what came back for a claim and settle whether the payer has it."""

from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.engine import Database
from revcycle.domain.claims.progress import Acknowledged
from revcycle.effects.claims import acknowledgment


class AcknowledgmentActivities:
    """Reads the claim's inbox for acknowledgments."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def take_acknowledgment(self, claim_id: str, key: str, at: datetime) -> Acknowledged:
        """Judge the unread acknowledgments; the last one that decides counts."""
        with self._db.write() as tx:
            return once.once(
                tx, key, Acknowledged, lambda: acknowledgment.take_acknowledgment(tx, claim_id, key, at)
            )
