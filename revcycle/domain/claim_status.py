"""Claim status (276/277): what has become of a claim the payer has."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class StatusInquiry:
    """What a 276 asks about one claim."""

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


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """What a 277 says: ``category_code`` is A, P, F, R, E or D with its digit (P1 in process, F1 paid)."""

    trace_number: str
    category_code: str
    status_code: str
    effective_date: date | None = None
    payer_claim_control_number: str = ""
    charge_cents: int = 0
    payment_cents: int = 0


class StatusOutcome(StrEnum):
    """What to do about a claim the payer has been silent about."""

    PENDING = "pending"
    FINALIZED = "finalized"
    NOT_FOUND = "not_found"
    NEEDS_DOCUMENTS = "needs_documents"
    UNKNOWN = "unknown"
