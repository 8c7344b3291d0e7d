"""Which earlier posting a reversal undoes, and which payment only repeats one."""

from dataclasses import dataclass

RULE = "reversal@1"


@dataclass(frozen=True, slots=True)
class PostedPayment:
    """One claim payment of a claim that is in the books and not reversed."""

    remittance_id: str
    position: int
    payer_claim_control_number: str
    charge_cents: int
    payment_cents: int


def original_of(reversal: PostedPayment, earlier: tuple[PostedPayment, ...]) -> PostedPayment | None:
    """Return the newest posting with the reversal's amounts, by the payer's control number before any other.

    A reversal carries every amount with the other sign; one that fits no posting is an orphan for a person.
    """
    undone = [
        one
        for one in earlier
        if (one.charge_cents, one.payment_cents) == (-reversal.charge_cents, -reversal.payment_cents)
    ]
    named = [one for one in undone if one.payer_claim_control_number == reversal.payer_claim_control_number]
    chosen = named or undone
    return chosen[-1] if chosen else None


def repeats(payment: PostedPayment, earlier: tuple[PostedPayment, ...]) -> bool:
    """Tell whether the payer paid exactly this before, same control number, and never took it back."""
    return payment.payment_cents > 0 and any(
        (one.payer_claim_control_number, one.charge_cents, one.payment_cents)
        == (payment.payer_claim_control_number, payment.charge_cents, payment.payment_cents)
        for one in earlier
    )
