"""Facts of the letters about a payment plan: the agreement, and the letter after a missed payment."""

from dataclasses import dataclass
from datetime import date

from revcycle.letters.letterhead import Letterhead
from revcycle.letters.values import MissingValue, require_equal, require_text


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Installment:
    """One payment of a plan; ``number`` counts from 1."""

    number: int
    due_date: date
    amount_cents: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PlanAgreementContext:
    """A payment plan without interest or fees, for the guarantor to sign.

    ``total_cents`` is the sum of the installments (UnbalancedLetter otherwise). ``grace_days`` is how long
    after a due date a payment still counts as kept.
    """

    letterhead: Letterhead
    letter_date: date
    guarantor_name: str
    guarantor_address_lines: tuple[str, ...]
    account_id: str
    plan_id: str
    installments: tuple[Installment, ...]
    total_cents: int
    sign_by: date
    grace_days: int = 10

    def __post_init__(self) -> None:
        """Raise unless the plan has payments and adds up."""
        require_text(self, "guarantor_name", "guarantor_address_lines", "account_id", "plan_id")
        if not self.installments:
            raise MissingValue("PlanAgreementContext.installments is empty; a plan needs a payment")
        counted_cents = sum(installment.amount_cents for installment in self.installments)
        require_equal(self, "total_cents is not the sum of the installments", self.total_cents, counted_cents)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PlanBrokenContext:
    """After a missed payment: ``catch_up_by`` is the last day to pay ``missed_cents`` and keep the plan."""

    letterhead: Letterhead
    letter_date: date
    guarantor_name: str
    guarantor_address_lines: tuple[str, ...]
    account_id: str
    plan_id: str
    missed_due_date: date
    missed_cents: int
    remaining_cents: int
    catch_up_by: date

    def __post_init__(self) -> None:
        """Raise MissingValue unless the letter can be delivered and looked up."""
        require_text(self, "guarantor_name", "guarantor_address_lines", "account_id", "plan_id")
