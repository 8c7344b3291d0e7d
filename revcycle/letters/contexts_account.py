"""What we answer when a patient asked something: for financial assistance, or about a bill they dispute."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from revcycle.domain.patients.dispute import DisputeSubject
from revcycle.letters.letterhead import Letterhead
from revcycle.letters.values import MissingValue, require_equal, require_text


class CharityOutcome(StrEnum):
    """What was decided on an application for financial assistance."""

    APPROVED_IN_FULL = "approved_in_full"
    APPROVED_IN_PART = "approved_in_part"
    DENIED = "denied"
    INCOMPLETE = "incomplete"


class CharityReason(StrEnum):
    """Why an application was denied."""

    INCOME_OVER_LIMIT = "income_over_limit"
    SERVICE_NOT_COVERED = "service_not_covered"
    DOCUMENTS_NOT_RECEIVED = "documents_not_received"


class CharityDocument(StrEnum):
    """What an incomplete application still lacks."""

    INCOME_PROOF = "income_proof"
    TAX_RETURN = "tax_return"
    HOUSEHOLD_SIZE = "household_size"
    SIGNED_APPLICATION = "signed_application"


class DisputeFinding(StrEnum):
    """What the patient reads that we found."""

    BILL_CORRECT = "bill_correct"
    BILL_CHANGED = "bill_changed"
    BILL_CANCELLED = "bill_cancelled"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CharityDecisionContext:
    """Our decision on an application.

    ``balance_after_cents`` is the balance before less the discount (UnbalancedLetter otherwise).
    A denial needs ``reason``, an incomplete application ``missing_documents`` and ``answer_by``.
    """

    letterhead: Letterhead
    letter_date: date
    guarantor_name: str
    guarantor_address_lines: tuple[str, ...]
    account_id: str
    application_date: date
    outcome: CharityOutcome
    balance_before_cents: int
    discount_cents: int
    balance_after_cents: int
    discount_percent: int = 0
    covered_through: date | None = None
    reason: CharityReason | None = None
    missing_documents: tuple[CharityDocument, ...] = ()
    answer_by: date | None = None

    def __post_init__(self) -> None:
        """Refuse a decision that does not add up or does not say why."""
        require_text(self, "guarantor_name", "guarantor_address_lines", "account_id")
        left_cents = self.balance_before_cents - self.discount_cents
        require_equal(self, "balance after is not before less discount", self.balance_after_cents, left_cents)
        if self.outcome is CharityOutcome.DENIED and self.reason is None:
            raise MissingValue("CharityDecisionContext.reason is empty; a denial says why")
        if self.outcome is CharityOutcome.INCOMPLETE and not (self.missing_documents and self.answer_by):
            raise MissingValue("CharityDecisionContext lacks missing_documents or answer_by")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DisputeAnswerContext:
    """Our answer to a disputed bill. ``explanation`` is staff's own words, in the letter's language.

    ``balance_after_cents`` = before + ``change_cents`` (negative when the bill went down; UnbalancedLetter
    otherwise). ``due_date`` is when what remains is due: at least one billing cycle after the answer.
    """

    letterhead: Letterhead
    letter_date: date
    guarantor_name: str
    guarantor_address_lines: tuple[str, ...]
    account_id: str
    dispute_date: date
    subject: DisputeSubject
    outcome: DisputeFinding
    balance_before_cents: int
    change_cents: int
    balance_after_cents: int
    due_date: date
    explanation: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an answer that does not add up."""
        require_text(self, "guarantor_name", "guarantor_address_lines", "account_id")
        left_cents = self.balance_before_cents + self.change_cents
        require_equal(self, "balance after is not before plus change", self.balance_after_cents, left_cents)
