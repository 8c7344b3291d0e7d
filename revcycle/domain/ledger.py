"""Double entry in whole cents: accounts, entries and transactions that sum to zero."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LedgerAccount(StrEnum):
    """The chart of accounts. Debits are positive."""

    CASH = "cash"
    REMITTANCE_CLEARING = "remittance_clearing"
    PRIOR_PAYMENT = "prior_payment"
    """Paid by payers before the claim came to us: no deposit of it is waited for here."""
    AR_INSURANCE = "ar_insurance"
    AR_PATIENT = "ar_patient"
    PATIENT_CREDIT = "patient_credit"
    CHARGES = "charges"
    CONTRACTUAL_ADJUSTMENT = "contractual_adjustment"
    ADMINISTRATIVE_WRITE_OFF = "administrative_write_off"
    SMALL_BALANCE_WRITE_OFF = "small_balance_write_off"
    BAD_DEBT = "bad_debt"
    CHARITY_CARE = "charity_care"
    PROVIDER_ADJUSTMENT = "provider_adjustment"
    INTEREST_INCOME = "interest_income"
    SUSPENSE = "suspense"


class LedgerKind(StrEnum):
    """Why money moved: what a transaction records."""

    CHARGE = "charge"
    CHARGE_CORRECTION = "charge_correction"
    PRIOR_PAYMENT = "prior_payment"
    """What another payer had paid and taken off before the claim came to us."""
    REMITTANCE = "remittance"
    REMITTANCE_REVERSAL = "remittance_reversal"
    PROVIDER_ADJUSTMENT = "provider_adjustment"
    """Something of a remittance that belongs to no claim (PLB)."""
    SUSPENSE = "suspense"
    """Something of a remittance whose place nobody knows yet."""
    DEPOSIT = "deposit"
    DEPOSIT_DIFFERENCE = "deposit_difference"
    ADMINISTRATIVE_WRITE_OFF = "administrative_write_off"
    WRITE_OFF_REVERSED = "write_off_reversed"
    PATIENT_RESPONSIBILITY = "patient_responsibility"
    """A denied amount became the patient's share."""
    PATIENT_PAYMENT = "patient_payment"
    PATIENT_OVERPAYMENT = "patient_overpayment"
    """What a late decision of a payer left paid too much became the patient's credit."""
    PATIENT_CREDIT_USED = "patient_credit_used"
    PATIENT_REFUND = "patient_refund"
    SMALL_BALANCE_WRITE_OFF = "small_balance_write_off"
    DISPUTED_WRITE_OFF = "disputed_write_off"
    CHARITY_CARE = "charity_care"
    BAD_DEBT = "bad_debt"


BANK = frozenset({LedgerKind.DEPOSIT, LedgerKind.DEPOSIT_DIFFERENCE})
"""The kinds that take money out of clearing because the bank has it."""


class UnbalancedTransaction(ValueError):
    """The entries do not sum to zero, so nothing may be posted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a transaction: positive is a debit. ``code`` is group and CARC, PLB code or payment method."""

    account: LedgerAccount
    amount_cents: int
    claim_id: str = ""
    account_id: str = ""
    payer_id: str = ""
    remittance_id: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class LedgerTransaction:
    """Entries that belong together, with an idempotency key. Raises UnbalancedTransaction."""

    key: str
    kind: LedgerKind
    entries: tuple[Entry, ...]
    occurred_at: datetime
    reverses: str = ""

    def __post_init__(self) -> None:
        """Raise UnbalancedTransaction unless the entries sum to zero."""
        if sum(entry.amount_cents for entry in self.entries) != 0:
            raise UnbalancedTransaction(f"{self.kind} {self.key} does not sum to zero")
