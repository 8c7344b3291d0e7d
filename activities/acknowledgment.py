"""Acknowledgment: read what came back for a claim and settle whether the payer has it."""

from revcycle.db.engine import Tx
from revcycle.domain.claims.progress import Acknowledged
from revcycle.domain.work.act import Act
from revcycle.effects.claims import acknowledgment
from revcycle.effects.effect import Door, effect


class AcknowledgmentActivities(Door):
    """Reads the claim's inbox for acknowledgments."""

    @effect
    def take_acknowledgment(self, tx: Tx, act: Act, claim_id: str) -> Acknowledged:
        """Judge the unread acknowledgments; the last one that decides counts."""
        return acknowledgment.take_acknowledgment(tx, act, claim_id)
