"""Eligibility (270/271): is this person covered by this payer on this day?"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class EligibilityInquiry:
    """What a 270 asks. ``trace_number`` (TRN02) comes back in the 271."""

    payer_id: str
    payer_name: str
    provider_npi: str
    provider_name: str
    member_id: str
    last_name: str
    first_name: str
    birth_date: date
    service_date: date
    trace_number: str
    dependent_last_name: str = ""
    dependent_first_name: str = ""
    dependent_birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class EligibilityAnswer:
    """What a 271 says, for the service date asked about.

    ``active`` is EB01 1–5; None when the payer could not say. ``reject_codes`` are AAA03 codes (72 invalid member id,
    75 subscriber not found, 71 birth date mismatch, 42 unable to respond now). Amounts in cents; None is not stated.
    """

    trace_number: str
    active: bool | None
    plan_name: str = ""
    reject_codes: tuple[str, ...] = ()
    deductible_remaining_cents: int | None = None
    copayment_cents: int | None = None
    coinsurance_percent: int | None = None
    member_id: str = ""
    last_name: str = ""
    first_name: str = ""
    birth_date: date | None = None


class CoverageOutcome(StrEnum):
    """``unknown``: the payer could not say now; the claim goes on and the denial would tell."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"
