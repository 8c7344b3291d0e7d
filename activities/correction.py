"""Corrections: what staff changed becomes the claim's next version."""

from revcycle.db.engine import Tx
from revcycle.domain.claims.progress import Corrected
from revcycle.domain.work.act import Act
from revcycle.effects.claims import correction
from revcycle.effects.effect import Door, effect


class CorrectionActivities(Door):
    """Applies proposed changes."""

    @effect
    def apply_correction(self, tx: Tx, act: Act, claim_id: str, correction_id: str) -> Corrected:
        """Write the corrected version; what follows from the facts follows."""
        return correction.apply(tx, act, claim_id, correction_id)
