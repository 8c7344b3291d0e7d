"""Facts of the short notices to patients: reminder, past due, final notice."""

from dataclasses import dataclass
from datetime import date

from revcycle.letters.contexts_statement import require_referral_notice
from revcycle.letters.letterhead import Letterhead
from revcycle.letters.values import require_text


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NoticeContext:
    """A reminder or a past-due notice about one statement. ``pay_by`` is the new day by which we ask for payment."""

    letterhead: Letterhead
    letter_date: date
    guarantor_name: str
    guarantor_address_lines: tuple[str, ...]
    account_id: str
    statement_id: str
    statement_date: date
    due_date: date
    pay_by: date
    balance_cents: int

    def __post_init__(self) -> None:
        """Raise MissingValue unless the notice can be delivered and looked up."""
        require_text(self, "guarantor_name", "guarantor_address_lines", "account_id", "statement_id")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FinalNoticeContext:
    """The last notice before an account may be referred to an agency.

    ``referral_on`` is the first day it may be referred: 30 days after ``letter_date`` or more
    (MissingValue otherwise). ``agency_name`` is printed when it is known.
    """

    letterhead: Letterhead
    letter_date: date
    guarantor_name: str
    guarantor_address_lines: tuple[str, ...]
    account_id: str
    statement_id: str
    statement_date: date
    due_date: date
    balance_cents: int
    referral_on: date
    agency_name: str = ""

    def __post_init__(self) -> None:
        """Raise MissingValue unless the referral is far enough ahead."""
        require_text(self, "guarantor_name", "guarantor_address_lines", "account_id", "statement_id")
        require_referral_notice(self.letter_date, self.referral_on)
