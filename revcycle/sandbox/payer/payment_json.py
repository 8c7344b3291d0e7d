"""A claim payment as JSON text and back, for the book: whatever an 835 can say of a claim."""

from revcycle.db.facts import from_json, to_json
from revcycle.domain.remittances.remittance import ClaimPayment


def write_payment(payment: ClaimPayment) -> str:
    """Return the payment as JSON text."""
    return to_json(payment)


def read_payment(text: str) -> ClaimPayment:
    """Read what write_payment wrote."""
    return from_json(text, ClaimPayment)
