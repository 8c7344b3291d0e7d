"""What a patient pays: the money received, and which claims it goes to."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PaymentMethod(StrEnum):
    """How the money came."""

    CHECK = "check"
    CARD = "card"
    CASH = "cash"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class PatientPayment:
    """One payment received by the practice."""

    payment_id: str
    account_id: str
    method: PaymentMethod
    amount_cents: int
    received_on: date


@dataclass(frozen=True, slots=True)
class Allocation:
    """How an amount is spread: cents by claim, oldest first, and what no claim needs."""

    claims: tuple[tuple[str, int], ...]
    over_cents: int = 0
