"""Eligibility (270/271): is this person covered by this payer on this day, and for what?"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from revcycle.domain.claims.benefit import (
    HEALTH_PLAN,
    Benefit,
    BenefitEntity,
    Contact,
    PlanDate,
    PlanReference,
    Procedure,
    Rejection,
    Trace,
)
from revcycle.domain.person import Address


@dataclass(frozen=True, slots=True)
class EligibilityInquiry:
    """What a 270 asks. ``trace_number`` (TRN02) comes back in the 271.

    ``service_types`` are EQ01 codes, none when a ``procedure`` is asked about; ``relationship_code`` (INS02) and
    the other dependent fields are those of a patient who is not the subscriber. ``sex`` and ``dependent_sex`` are
    F, M or empty. ``provider_first_name`` is set when the provider is a person; ``references`` are the subscriber's
    other numbers (REF SY, IG …); ``coverage_level`` is EQ03 (IND, FAM).
    """

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
    service_types: tuple[str, ...] = (HEALTH_PLAN,)
    service_date_to: date | None = None
    sex: str = ""
    dependent_sex: str = ""
    relationship_code: str = ""
    group_number: str = ""
    procedure: Procedure | None = None
    provider_first_name: str = ""
    provider_taxonomy: str = ""
    middle_name: str = ""
    dependent_middle_name: str = ""
    address: Address | None = None
    references: tuple[PlanReference, ...] = ()
    coverage_level: str = ""


@dataclass(frozen=True, slots=True)
class Dependent:
    """The patient as the payer holds him or her, when not the subscriber. ``relationship_code`` is INS02."""

    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    birth_date: date | None = None
    sex: str = ""
    address: Address | None = None
    relationship_code: str = ""
    corrected: bool = False
    references: tuple[PlanReference, ...] = ()


@dataclass(frozen=True, slots=True)
class EligibilityAnswer:
    """What a 271 says, for the service date asked about.

    ``active`` is EB01 1–5; None when the payer could not say. ``reject_codes`` are AAA03 codes (72 invalid member id,
    75 subscriber not found, 71 birth date mismatch, 42 unable to respond now). Amounts in cents; None is not stated.
    These are the short answer; ``benefits``, ``rejections`` and the rest are the whole of it. Names, birth date and
    sex are the subscriber's; ``corrected`` tells that the payer changed them (INS03 001, INS04 25). ``dates`` and
    ``references`` are those of the person asked about, ``payer_contacts`` how to reach the payer (2100A PER).
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
    benefits: tuple[Benefit, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    payer_id: str = ""
    payer_name: str = ""
    payer_contacts: tuple[Contact, ...] = ()
    middle_name: str = ""
    suffix: str = ""
    sex: str = ""
    address: Address | None = None
    relationship_code: str = ""
    corrected: bool = False
    dependent: Dependent | None = None
    references: tuple[PlanReference, ...] = ()
    dates: tuple[PlanDate, ...] = ()
    other_traces: tuple[Trace, ...] = ()
    provider: BenefitEntity | None = None


class CoverageOutcome(StrEnum):
    """``unknown``: the payer could not say now; the claim goes on and the denial would tell."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"
