"""Facts of a patient statement: the visits, the payments and adjustments, and the balance."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from revcycle.letters.letterhead import Letterhead
from revcycle.letters.values import MissingValue, UnbalancedLetter, require_text

REFERRAL_NOTICE_DAYS_MIN = 30
"""The least notice, in days, that a patient gets before an account may be referred."""


class UnbalancedStatement(UnbalancedLetter):
    """A statement's balance is not the sum of its lines. The message names the amount and holds no figure."""


class BalanceReason(StrEnum):
    """Why the patient owes a line's balance."""

    NONE = "none"
    DEDUCTIBLE = "deductible"
    COINSURANCE = "coinsurance"
    COPAYMENT = "copayment"
    NON_COVERED = "non_covered"
    SELF_PAY = "self_pay"
    OTHER = "other"


class LadderStep(StrEnum):
    """How often the patient has been asked to pay; it chooses the message on the statement."""

    FIRST = "first"
    REMINDER = "reminder"
    PAST_DUE = "past_due"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StatementLine:
    """One service. ``description`` is in plain words of the statement's language.

    Payments and adjustments are positive and lower the balance.
    """

    description: str
    charge_cents: int
    insurance_paid_cents: int = 0
    adjustment_cents: int = 0
    patient_paid_cents: int = 0
    balance_cents: int
    reason: BalanceReason = BalanceReason.NONE

    def __post_init__(self) -> None:
        """Raise UnbalancedStatement unless charge less payments and adjustments is the balance."""
        credits_cents = self.insurance_paid_cents + self.adjustment_cents + self.patient_paid_cents
        if self.charge_cents - credits_cents != self.balance_cents:
            raise UnbalancedStatement("StatementLine: balance is not charge less payments and adjustments")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Visit:
    """The services one patient had from one provider on one day. Only the patient's first name is printed."""

    service_date: date
    patient_first_name: str
    provider_name: str
    lines: tuple[StatementLine, ...]

    @property
    def balance_cents(self) -> int:
        """The balance of this visit."""
        return sum(line.balance_cents for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Aging:
    """The balance by days since the patient was first asked to pay it."""

    current_cents: int = 0
    over_30_cents: int = 0
    over_60_cents: int = 0
    over_90_cents: int = 0
    over_120_cents: int = 0

    @property
    def total_cents(self) -> int:
        """The sum of all buckets."""
        younger_cents = self.current_cents + self.over_30_cents + self.over_60_cents
        return younger_cents + self.over_90_cents + self.over_120_cents


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class StatementContext:
    """A statement to a guarantor.

    ``balance_cents`` is the account's balance by the ledger: the sum of the lines less ``unapplied_payment_cents``
    (money received and not yet applied to a visit); UnbalancedStatement otherwise, and when ``aging`` is given and
    does not add up to the balance. ``referral_on``, required at LadderStep.FINAL, is the first day the account may be
    referred, 30 days ahead or more.
    """

    letterhead: Letterhead
    statement_id: str
    statement_date: date
    due_date: date
    guarantor_name: str
    guarantor_address_lines: tuple[str, ...]
    account_id: str
    visits: tuple[Visit, ...]
    balance_cents: int
    unapplied_payment_cents: int = 0
    aging: Aging | None = None
    step: LadderStep = LadderStep.FIRST
    referral_on: date | None = None

    def __post_init__(self) -> None:
        """Raise unless the statement adds up and a last warning comes 30 days ahead."""
        require_text(self, "statement_id", "guarantor_name", "guarantor_address_lines", "account_id")
        if self.balance_cents != self.lines_cents - self.unapplied_payment_cents:
            raise UnbalancedStatement("StatementContext: balance is not the sum of its lines")
        if self.aging is not None and self.aging.total_cents != self.balance_cents:
            raise UnbalancedStatement("StatementContext: aging does not come to the balance")
        if self.step is LadderStep.FINAL:
            require_referral_notice(self.statement_date, self.referral_on)

    @property
    def letter_date(self) -> date:
        """The statement's date, under the name all letters share."""
        return self.statement_date

    @property
    def lines(self) -> tuple[StatementLine, ...]:
        """Every line of every visit, in order."""
        return tuple(line for visit in self.visits for line in visit.lines)

    @property
    def lines_cents(self) -> int:
        """The sum of the lines' balances."""
        return sum(line.balance_cents for line in self.lines)

    @property
    def charge_cents(self) -> int:
        """All charges on the statement."""
        return sum(line.charge_cents for line in self.lines)

    @property
    def insurance_paid_cents(self) -> int:
        """All insurance payments, as a positive amount."""
        return sum(line.insurance_paid_cents for line in self.lines)

    @property
    def adjustment_cents(self) -> int:
        """All adjustments by contract or policy, as a positive amount."""
        return sum(line.adjustment_cents for line in self.lines)

    @property
    def patient_paid_cents(self) -> int:
        """All payments of the patient for these visits, as a positive amount."""
        return sum(line.patient_paid_cents for line in self.lines)

    @property
    def amount_due_cents(self) -> int:
        """The amount we ask for: the balance, or 0 when the account is even or in credit."""
        return max(self.balance_cents, 0)

    @property
    def slip_reference(self) -> str:
        """The text of the bar code on the remittance slip: account and statement."""
        return f"{self.account_id}-{self.statement_id}"


def require_referral_notice(letter_date: date, referral_on: date | None) -> None:
    """Raise MissingValue unless the referral day is stated and at least 30 days after the letter's date."""
    if referral_on is None or referral_on < letter_date + timedelta(days=REFERRAL_NOTICE_DAYS_MIN):
        raise MissingValue(
            f"referral_on must be {REFERRAL_NOTICE_DAYS_MIN} days after the letter's date or more"
        )
