"""Release: the one gate to a payer. Scrub; if clean, queue for the connection and arm the acknowledgment clock."""

from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.engine import Database
from revcycle.domain.claims.progress import Released
from revcycle.effects.claims import release
from revcycle.payers.switchboard import Switchboard


class ReleaseActivities:
    """Scrubs and queues, in one transaction."""

    def __init__(self, db: Database, switchboard: Switchboard) -> None:
        self._db = db
        self._switchboard = switchboard

    @activity.defn
    def release_claim(self, claim_id: str, key: str, at: datetime) -> Released:
        """Scrub the claim; queue it when clean. No other function puts a claim on a queue."""
        with self._db.write() as tx:
            return once.once(
                tx, key, Released, lambda: release.release_claim(tx, claim_id, key, at, self._switchboard)
            )
