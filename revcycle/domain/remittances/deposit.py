"""A bank credit that a payer announced in an 835 by its trace number."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class BankCredit:
    """One line of the bank's file."""

    deposit_date: date
    amount_cents: int
    eft_trace_number: str
    payer_id: str
