"""Reassociation: a posted remittance and its money at the bank, by trace number."""

from revcycle.db.engine import Tx
from revcycle.domain.remittances.progress import DepositState
from revcycle.domain.work.act import Act
from revcycle.effects.effect import Door, effect
from revcycle.effects.remittances import reassociation


class ReassociationActivities(Door):
    """Brings remittances and deposits together."""

    @effect
    def reassociate(self, tx: Tx, act: Act, remittance_id: str, deposit_id: str) -> DepositState:
        """Look for the deposit (or take the one a person found), and book the cash when it is there."""
        return reassociation.reassociate(tx, act, remittance_id, deposit_id)

    @effect
    def await_deposit(self, tx: Tx, act: Act) -> bool:
        """Nobody found the deposit: wait for it as long again from now."""
        return reassociation.await_deposit(tx, act)

    @effect
    def accept_difference(self, tx: Tx, act: Act, remittance_id: str) -> DepositState:
        """A person accepted that the bank's amount is another: the difference goes to suspense."""
        return reassociation.accept_difference(tx, act, remittance_id)
