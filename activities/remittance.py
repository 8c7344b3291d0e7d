"""Remittance: where an 835 stands; then balanced and matched, before anything of it posts."""

from revcycle.db.engine import Tx
from revcycle.domain.remittances.progress import Balanced, PaymentQuestion, RemittancePosition
from revcycle.domain.work.act import Act
from revcycle.effects.effect import Door, effect, reading
from revcycle.effects.remittances import remittance


class RemittanceActivities(Door):
    """Judges a remittance before it posts."""

    @effect
    def locate_remittance(self, tx: Tx, act: Act, remittance_id: str) -> RemittancePosition:
        """Return where a remittance stands, with a new epoch; what an earlier life of it asked is asked anew."""
        return remittance.locate_remittance(tx, act, remittance_id)

    @effect
    def balance_remittance(self, tx: Tx, act: Act, remittance_id: str) -> Balanced:
        """Check each claim and the whole to the cent; hold what does not balance."""
        return remittance.balance_remittance(tx, act, remittance_id)

    @effect
    def accept_remittance(self, tx: Tx, act: Act, remittance_id: str) -> bool:
        """A person let the remittance pass: it posts, and what does not balance goes to suspense."""
        return remittance.accept_remittance(tx, act, remittance_id)

    @effect
    def reject_remittance(self, tx: Tx, act: Act, remittance_id: str) -> bool:
        """A person refused the remittance: nothing of it posts."""
        return remittance.reject_remittance(tx, act, remittance_id)

    @effect
    def match_remittance(self, tx: Tx, act: Act, remittance_id: str) -> int:
        """Find the claim of each payment; return how many found none."""
        return remittance.match_remittance(tx, act, remittance_id)

    @reading
    def list_unplaced(self, tx: Tx, remittance_id: str) -> tuple[int, ...]:
        """Return the positions of the claim payments that a person must place."""
        return remittance.list_unplaced(tx, remittance_id)

    @reading
    def describe_payment(self, tx: Tx, remittance_id: str, position: int) -> PaymentQuestion:
        """Return what a person must know to place a claim payment."""
        return remittance.describe_payment(tx, remittance_id, position)
