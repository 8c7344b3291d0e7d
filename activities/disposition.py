"""The disposition after a posting: what the claim's balances and the newest remittance say comes next."""

from revcycle.db.engine import Tx
from revcycle.domain.claims.disposition import Disposition
from revcycle.domain.work.act import Act
from revcycle.effects.claims import disposition
from revcycle.effects.effect import Door, effect


class DispositionActivities(Door):
    """Judges claims after postings."""

    @effect
    def judge_disposition(self, tx: Tx, act: Act, claim_id: str) -> Disposition:
        """Say what comes next, and make it so: stage, ending, next payer, the next clock, the account told."""
        return disposition.judge_disposition(tx, act, claim_id)
