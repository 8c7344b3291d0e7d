"""Reassociation: a posted remittance and its money at the bank, by trace number."""

from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.engine import Database
from revcycle.domain.remittances.progress import DepositState
from revcycle.effects.remittances import reassociation


class ReassociationActivities:
    """Brings remittances and deposits together."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def reassociate(self, remittance_id: str, deposit_id: str, key: str, at: datetime) -> DepositState:
        """Look for the deposit (or take the one a person found), and book the cash when it is there."""
        with self._db.write() as tx:
            return once.once(
                tx, key, DepositState, lambda: reassociation.reassociate(tx, remittance_id, deposit_id, at)
            )

    @activity.defn
    def accept_difference(self, remittance_id: str, key: str, at: datetime) -> None:
        """A person accepted that the bank's amount is another: the difference goes to suspense."""
        with self._db.write() as tx:
            once.once(tx, key, bool, lambda: reassociation.accept_difference(tx, remittance_id, at))
