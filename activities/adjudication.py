"""The judgement after a posting: what the claim's balances and the newest remittance say comes next."""

from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.engine import Database
from revcycle.domain.claims.disposition import Adjudication
from revcycle.effects.claims import disposition


class AdjudicationActivities:
    """Judges claims after postings."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def judge_adjudication(self, claim_id: str, key: str, at: datetime) -> Adjudication:
        """Say what comes next, and make it so: stage, ending, next payer, the account told."""
        with self._db.write() as tx:
            return once.once(
                tx, key, Adjudication, lambda: disposition.judge_adjudication(tx, claim_id, key, at)
            )
