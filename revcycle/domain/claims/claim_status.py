"""Claim status (276/277): what has become of a claim the payer has."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from revcycle.domain.claims.benefit import BenefitEntity, Contact, PlanReference


@dataclass(frozen=True, slots=True)
class ServiceAsked:
    """One service of a claim status (SVC). ``qualifier`` is HC, AD, N4, NU …; a revenue code alone has NU.

    ``control_number`` is our line item control number (REF FJ); ``units`` are the units billed.
    """

    qualifier: str
    code: str
    charge_cents: int
    modifiers: tuple[str, ...] = ()
    revenue_code: str = ""
    units: Decimal | None = None
    control_number: str = ""
    service_date: date | None = None
    service_date_to: date | None = None


@dataclass(frozen=True, slots=True)
class StatusInquiry:
    """What a 276 asks about one claim. Empty or None is not stated.

    ``references`` are further numbers of the claim (REF LU location, 6P group, XZ prescription, D9 clearinghouse);
    ``provider_id_kind`` is XX for an NPI, FI or SV otherwise; ``services`` ask about single lines.
    """

    payer_id: str
    payer_name: str
    provider_npi: str
    provider_name: str
    patient_control_number: str
    member_id: str
    last_name: str
    first_name: str
    birth_date: date
    sex: str
    charge_cents: int
    service_date: date
    trace_number: str
    payer_claim_control_number: str = ""
    dependent_last_name: str = ""
    dependent_first_name: str = ""
    dependent_birth_date: date | None = None
    service_date_to: date | None = None
    bill_type: str = ""
    references: tuple[PlanReference, ...] = ()
    services: tuple[ServiceAsked, ...] = ()
    dependent_sex: str = ""
    provider_first_name: str = ""
    provider_id_kind: str = "XX"


class StatusLevel(StrEnum):
    """What a status speaks of: the claim, or all claims of the provider or of the inquirer."""

    CLAIM = "claim"
    PROVIDER = "provider"
    RECEIVER = "receiver"


@dataclass(frozen=True, slots=True)
class StatusCode:
    """One composite of an STC: category, status, entity and, for pharmacy codes, the list (RX)."""

    category: str
    status: str = ""
    entity: str = ""
    code_list: str = ""

    @property
    def text(self) -> str:
        """The code as payers write it: ``A7:164:IL``."""
        return f"{self.category}:{self.status}:{self.entity}".rstrip(":")


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One STC: up to three codes on one day. Amounts in cents, None is not stated.

    ``finalized_on`` is the day of the decision; ``remittance_trace`` the check or EFT number and ``remittance_on``
    its date; ``payment_method`` (ACH, CHK …), ``action`` (WQ, U) and ``message`` come from older or CA guides.
    """

    codes: tuple[StatusCode, ...]
    effective_date: date | None = None
    action: str = ""
    charge_cents: int | None = None
    payment_cents: int | None = None
    finalized_on: date | None = None
    payment_method: str = ""
    remittance_on: date | None = None
    remittance_trace: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class LineStatus:
    """What the payer says of one service line; ``payment_cents`` is None where it says nothing."""

    service: ServiceAsked
    payment_cents: int | None = None
    reports: tuple[StatusReport, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """What a 277 says: ``category_code`` is A, P, F, R, E or D with its digit (P1 in process, F1 paid).

    The first seven fields are the latest report; ``reports`` are all of them, in the file's order. ``level`` tells
    whether the payer spoke of the claim or of everything the provider or inquirer asked. ``references`` are REF of
    the claim beside those with a field (XZ prescription, VV voucher, D9 clearinghouse). Names are the payer's.
    """

    trace_number: str
    category_code: str
    status_code: str
    effective_date: date | None = None
    payer_claim_control_number: str = ""
    charge_cents: int = 0
    payment_cents: int = 0
    entity_code: str = ""
    level: StatusLevel = StatusLevel.CLAIM
    reports: tuple[StatusReport, ...] = ()
    lines: tuple[LineStatus, ...] = ()
    patient_control_number: str = ""
    bill_type: str = ""
    references: tuple[PlanReference, ...] = ()
    service_date: date | None = None
    service_date_to: date | None = None
    payer_id: str = ""
    payer_name: str = ""
    payer_contacts: tuple[Contact, ...] = ()
    provider_npi: str = ""
    member_id: str = ""
    last_name: str = ""
    first_name: str = ""
    dependent: BenefitEntity | None = None


class StatusOutcome(StrEnum):
    """What to do about a claim the payer has been silent about."""

    PENDING = "pending"
    FINALIZED = "finalized"
    NOT_FOUND = "not_found"
    NEEDS_DOCUMENTS = "needs_documents"
    UNKNOWN = "unknown"
