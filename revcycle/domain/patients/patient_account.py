"""A guarantor's account: what is open on it, how often we have asked, and why we may not ask now."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from revcycle.domain.patients.assistance import Application
from revcycle.domain.patients.contact import Contact
from revcycle.domain.patients.dispute import Dispute
from revcycle.domain.patients.payment_plan import PaymentPlan


class BillingStep(StrEnum):
    """How far we have gone in asking the patient for payment, in this order."""

    NOT_BILLED = "not_billed"
    STATEMENT = "statement"
    REMINDER = "reminder"
    PAST_DUE = "past_due"
    FINAL_NOTICE = "final_notice"
    REFERRED = "referred"


class AccountState(StrEnum):
    """What the account is waiting for; the worklist of accounts is sorted by it."""

    GATHERING = "gathering"
    """Owed, not billed yet: more of the family's claims may come."""
    WAITING_FOR_PAYER = "waiting_for_payer"
    BILLED = "billed"
    ON_PLAN = "on_plan"
    ASSISTANCE = "assistance"
    DISPUTED = "disputed"
    ON_HOLD = "on_hold"
    CREDIT = "credit"
    REFERRED = "referred"
    CLOSED = "closed"


class Hold(StrEnum):
    """Why nobody may ask this guarantor for money, whatever is owed."""

    NONE = ""
    DECEASED = "deceased"
    BANKRUPTCY = "bankruptcy"
    QUALIFIED_MEDICARE_BENEFICIARY = "qualified_medicare_beneficiary"
    RETURNED_MAIL = "returned_mail"
    LITIGATION = "litigation"
    COMPLAINT = "complaint"
    UNWRITABLE = "unwritable"
    """A letter could not be written (no address, unprintable name): a person corrects the account first."""


class Ending(StrEnum):
    """How a claim's patient share ended; the claim is closed with it."""

    PAID_BY_PATIENT = "paid_by_patient"
    CHARITY_CARE = "charity_care"
    BAD_DEBT = "bad_debt"
    SMALL_BALANCE = "small_balance"
    WRITTEN_OFF = "written_off"


@dataclass(frozen=True, slots=True)
class ClaimShare:
    """One claim's part of the account, in cents.

    ``payers_done`` says that adjudication left nothing with a payer; ``billed_cents`` is what the newest
    statement asked for it (0: never asked) and ``first_billed_on`` when a statement first did.
    """

    claim_id: str
    service_date: date
    insurance_cents: int
    patient_cents: int
    payers_done: bool
    billed_cents: int = 0
    first_billed_on: date | None = None

    @property
    def billable(self) -> bool:
        """The patient owes it, and no payer is liable for any part of the claim any more."""
        return self.payers_done and self.insurance_cents == 0 and self.patient_cents > 0

    @property
    def unannounced(self) -> bool:
        """No statement has asked for this much yet."""
        return self.billable and self.patient_cents > self.billed_cents


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where the asking stands. Days, not instants: the law counts days.

    ``statement_on`` is the day of the statement the ladder climbs from; ``step_on`` that of the last step;
    ``resume_on`` the first day on which a paused ladder may go on; ``referral_on`` the day the final notice
    names; ``held_until`` the day a manager's hold ends; ``restate`` asks for a fresh statement
    before the next step (a broken plan promises one).
    """

    step: BillingStep = BillingStep.NOT_BILLED
    step_on: date | None = None
    statement_on: date | None = None
    statement_id: str = ""
    resume_on: date | None = None
    referral_on: date | None = None
    held_until: date | None = None
    restate: bool = False


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """All that the rules of patient billing look at. Shares are oldest first and hold no zero balance.

    ``contacts`` are those since ``ladder.statement_on``. Dispute, application and plan are the ones not
    finished: open, or decided and not yet answered by letter. ``credit_kept_cents`` is what the patient left
    with us.
    """

    account_id: str
    opened_on: date
    shares: tuple[ClaimShare, ...] = ()
    credit_cents: int = 0
    credit_kept_cents: int = 0
    ladder: Ladder = Ladder()
    hold: Hold = Hold.NONE
    dispute: Dispute | None = None
    application: Application | None = None
    plan: PaymentPlan | None = None
    contacts: tuple[Contact, ...] = ()

    @property
    def billable(self) -> tuple[ClaimShare, ...]:
        """The shares a statement may ask for."""
        return tuple(share for share in self.shares if share.billable)

    @property
    def billable_cents(self) -> int:
        """What a statement may ask for."""
        return sum(share.patient_cents for share in self.billable)
