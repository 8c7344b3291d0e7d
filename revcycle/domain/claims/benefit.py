"""Benefits (271, loops 2110C/D and 2120C/D): what the plan pays, what is left to the patient, and who else pays.

Codes are those of 005010X279A1; their words are in ``revcycle.domain.codes.benefit_codes``.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from revcycle.domain.person import Address

HEALTH_PLAN = "30"
"""Service type of the plan as a whole."""
ACTIVE = frozenset("12345")
INACTIVE = frozenset("678")


class BenefitKind(StrEnum):
    """The benefit information codes (EB01) that rules ask for."""

    COINSURANCE = "A"
    COPAYMENT = "B"
    DEDUCTIBLE = "C"
    LIMITATION = "F"
    OUT_OF_POCKET = "G"
    NOT_COVERED = "I"
    PRIMARY_CARE = "L"
    OTHER_PAYER = "R"
    CANNOT_PROCESS = "V"


class RejectedAt(StrEnum):
    """Whose part of the inquiry the payer refused (the loop its AAA stands in)."""

    SYSTEM = "system"
    PAYER = "payer"
    PROVIDER = "provider"
    SUBSCRIBER = "subscriber"
    DEPENDENT = "dependent"
    BENEFIT = "benefit"


@dataclass(frozen=True, slots=True)
class Rejection:
    """One AAA. ``code`` is AAA03, ``follow_up`` AAA04; ``request_valid`` is AAA01 (Y: asked well, not answerable)."""

    code: str
    follow_up: str = ""
    at: RejectedAt = RejectedAt.SUBSCRIBER
    request_valid: bool = False


@dataclass(frozen=True, slots=True)
class PlanReference:
    """A number of the plan, group, policy or authorization (REF); ``description`` is REF03, for example its name."""

    qualifier: str
    value: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class PlanDate:
    """A date of the plan or of a benefit (DTP): 291 plan, 346/347 begin and end, 307 eligibility, 348/349 benefit.

    ``last`` is set for a span; a span without end is written to 9999-12-31.
    """

    qualifier: str
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """A number the payer or clearinghouse gave the inquiry (TRN01 1): TRN02, who gave it (TRN03), its note (TRN04)."""

    number: str
    originator: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach somebody (PER): pairs of kind and number (TE telephone, FX, EM, UR, EX extension)."""

    name: str = ""
    numbers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BenefitEntity:
    """A payer, provider, employer or person named with the plan or a benefit (NM1 and what follows it).

    ``role`` is NM101 (PR payer, PRP primary, SEP secondary, TTP tertiary payer, P3 primary care, IL insured).
    ``specialty`` is PRV03, a taxonomy code, with ``provider_code`` PRV01.
    """

    role: str
    name: str = ""
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    person: bool = False
    identifier_kind: str = ""
    identifier: str = ""
    address: Address | None = None
    contacts: tuple[Contact, ...] = ()
    provider_code: str = ""
    specialty: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How often a benefit is given (HSD): 35 visits (VS) in one (``periods``) calendar year (23)."""

    quantity_kind: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    sample: Decimal | None = None
    period: str = ""
    periods: Decimal | None = None
    pattern: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """The procedure a benefit is about (EB13): ``qualifier`` HC, CJ, AD or N4, the code and its modifiers."""

    qualifier: str
    code: str
    modifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Benefit:
    """One EB with all that belongs to it.

    ``kind`` is EB01 (1–5 active, 6–8 inactive, A coinsurance, B copayment, C deductible, F limitation, G out of
    pocket, R other payer …). ``amount_cents`` is EB07; ``percent`` is the patient's share of EB08 in hundredths
    (20 is 20 percent). ``authorization`` and ``in_network`` are EB11 and EB12: Y, N, U, W (in network: both) or
    empty. ``places`` are places of service (III, ZZ), ``limits`` any other III as qualifier and code.
    """

    kind: str
    service_types: tuple[str, ...] = ()
    coverage_level: str = ""
    insurance_type: str = ""
    plan_description: str = ""
    period: str = ""
    amount_cents: int | None = None
    percent: Decimal | None = None
    quantity_kind: str = ""
    quantity: Decimal | None = None
    authorization: str = ""
    in_network: str = ""
    procedure: Procedure | None = None
    deliveries: tuple[Delivery, ...] = ()
    references: tuple[PlanReference, ...] = ()
    dates: tuple[PlanDate, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    messages: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    limits: tuple[tuple[str, str], ...] = ()
    entities: tuple[BenefitEntity, ...] = ()
