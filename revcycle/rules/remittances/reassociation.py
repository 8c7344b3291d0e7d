"""Does the money at the bank belong to the remittance: same trace number, same cents (CAQH CORE 370)."""

from datetime import date

from revcycle.domain.calendar import add_business_days
from revcycle.domain.finding import Finding
from revcycle.domain.remittances.reassociation import Reassociation

RULE = "reassociation@1"

DEPOSIT_BUSINESS_DAYS = 5
"""After this many business days from the payment date a missing deposit is a person's task."""


def deposit_due(payment_date: date) -> date:
    """Return the last day on which the deposit is still in time."""
    return add_business_days(payment_date, DEPOSIT_BUSINESS_DAYS)


def reassociate(payment_cents: int, deposited_cents: int | None) -> Reassociation:
    """Compare what was announced with what arrived under the trace number (None: nothing).

    The amount says whether money must come, not BPR04: an advice of NON with an amount is a payer's mistake.
    """
    if not payment_cents:
        return Reassociation.NOT_NEEDED
    if deposited_cents is None:
        return Reassociation.MISSING
    return Reassociation.MATCHED if deposited_cents == payment_cents else Reassociation.AMOUNT_MISMATCH


def same_trace(earlier: tuple[str, ...]) -> tuple[Finding, ...]:
    """Refuse a second remittance under a trace number that was posted with other contents."""
    if not earlier:
        return ()
    message = f"Remittance {earlier[0]} of this payer has the same trace number and other contents."
    remedy = "Compare the two; reject this one unless it pays claims the other does not."
    return (Finding("reassociation.same_trace", "TRN02", message, remedy),)
