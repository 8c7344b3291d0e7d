"""What patients and staff ask of an account: pay, plan, assistance, dispute. Each request counts once."""

from collections.abc import Callable
from datetime import datetime

from revcycle.db.engine import Tx
from revcycle.db.patients import assistance, disputes, patient_accounts, payments, plans
from revcycle.domain.patients.patient_account import Hold
from revcycle.effects.patients.ledger import note

UNKNOWN = (assistance.NoSuchApplication, disputes.NoSuchDispute, payments.NoSuchPayment, plans.NoSuchPlan)

Body = Callable[[Tx, str, str, str, str, datetime], str]
"""(transaction, account, reference, actor, key, at) -> why it is refused, or nothing."""


class Refused(Exception):
    """The request was not taken; nothing of it may be kept, so the corrected one may come again."""


def set_hold(tx: Tx, account_id: str, hold: str, actor: str, key: str, at: datetime) -> str:
    """Stop all asking for a reason outside the bill, or (empty) let it go on."""
    patient_accounts.change(tx, account_id, at, hold=Hold(hold).value)
    reason = f"On hold: {hold.replace('_', ' ')}." if hold else "The hold is over."
    note(tx, key, account_id, "person", "hold" if hold else "hold_ended", reason, at, actor=actor)
    return ""
