"""Posting an 835: claims in chunks, then provider adjustments, then the rest into suspense."""

from revcycle.db.engine import Tx
from revcycle.domain.remittances.progress import PostedRemainder
from revcycle.domain.work.act import Act
from revcycle.effects.effect import Door, effect
from revcycle.effects.remittances import posting


class PostingActivities(Door):
    """Moves a balanced, matched remittance into the books."""

    @effect
    def post_chunk(self, tx: Tx, act: Act, remittance_id: str) -> bool:
        """Post the next claims of the remittance and ring them; tell whether there may be more."""
        return posting.post_chunk(tx, act, remittance_id)

    @effect
    def post_remainder(self, tx: Tx, act: Act, remittance_id: str) -> PostedRemainder:
        """Post provider adjustments and put the rest into suspense: clearing then holds exactly BPR02."""
        return posting.post_remainder(tx, act, remittance_id)

    @effect
    def place_payment(self, tx: Tx, act: Act, remittance_id: str, position: int, claim_id: str) -> bool:
        """Post one claim payment from suspense to the claim a person named; False when it cannot be."""
        return posting.place_payment(tx, act, remittance_id, position, claim_id)

    @effect
    def refuse_payment(self, tx: Tx, act: Act, remittance_id: str, position: int) -> bool:
        """A person said the payment is not ours: its money stays in suspense until it goes back."""
        return posting.refuse_payment(tx, act, remittance_id, position)
