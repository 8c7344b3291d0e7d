"""Release: the one gate to a payer. Scrub; if clean, queue for the connection and arm the acknowledgment clock."""

from revcycle.db.engine import Database, Tx
from revcycle.domain.claims.progress import Released
from revcycle.domain.work.act import Act
from revcycle.effects.claims import release
from revcycle.effects.effect import Door, effect
from revcycle.payers.switchboard import Switchboard


class ReleaseActivities(Door):
    """Scrubs and queues, in one transaction."""

    def __init__(self, db: Database, switchboard: Switchboard) -> None:
        super().__init__(db)
        self._switchboard = switchboard

    @effect
    def release_claim(self, tx: Tx, act: Act, claim_id: str) -> Released:
        """Scrub the claim; queue it when clean. No other function puts a claim on a queue."""
        return release.release_claim(tx, act, claim_id, self._switchboard)
