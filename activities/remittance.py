"""Remittance: an 835 file in; then balanced and matched, before anything of it posts."""

from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.engine import Database
from revcycle.db.remittances import remittances
from revcycle.domain.remittances.progress import (
    Balanced,
    PaymentQuestion,
    RemittancePosition,
)
from revcycle.effects.remittances import remittance


class RemittanceActivities:
    """Judges a remittance before it posts."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def locate_remittance(self, remittance_id: str, run_id: str) -> RemittancePosition:
        """Return where a remittance stands, with a new epoch for the run that asks."""
        with self._db.write() as tx:
            return once.once(
                tx,
                f"locate:{run_id}",
                RemittancePosition,
                lambda: remittance.locate_remittance(tx, remittance_id),
            )

    @activity.defn
    def balance_remittance(self, remittance_id: str, key: str, at: datetime) -> Balanced:
        """Check each claim and the whole to the cent; hold what does not balance."""
        with self._db.write() as tx:
            return once.once(
                tx, key, Balanced, lambda: remittance.balance_remittance(tx, remittance_id, key, at)
            )

    @activity.defn
    def match_remittance(self, remittance_id: str, key: str, at: datetime) -> int:
        """Find the claim of each payment; return how many found none."""
        with self._db.write() as tx:
            return once.once(tx, key, int, lambda: remittance.match_remittance(tx, remittance_id))

    @activity.defn
    def reject_remittance(self, remittance_id: str, key: str, at: datetime) -> None:
        """A person refused the remittance: nothing of it posts."""
        with self._db.write() as tx:
            once.once(tx, key, bool, lambda: remittance.reject_remittance(tx, remittance_id, at))

    @activity.defn
    def describe_payment(self, remittance_id: str, position: int) -> PaymentQuestion:
        """Return what a person must know to place a claim payment."""
        with self._db.read() as tx:
            row = remittances.payment_row(tx, remittance_id, position)
            return PaymentQuestion(position, row.state.value, row.payment_cents)
