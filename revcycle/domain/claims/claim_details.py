"""What a claim or one of its lines may say beside the charge: who else took part, numbers, dates, notes, papers.

Codes are those of the 005010 guides (X222A1, X223A2, X224A2); each guide allows some of them in some loops.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from revcycle.domain.person import Address


class ProviderRole(StrEnum):
    """What somebody did for the claim or the line (NM101)."""

    REFERRING = "DN"
    PRIMARY_CARE = "P3"
    RENDERING = "82"
    PURCHASED_SERVICE = "QB"
    SERVICE_FACILITY = "77"
    SUPERVISING = "DQ"
    ORDERING = "DK"
    ATTENDING = "71"
    OPERATING = "72"
    OTHER_OPERATING = "ZZ"
    ASSISTANT_SURGEON = "DD"


@dataclass(frozen=True, slots=True)
class Reference:
    """A number somebody gave (REF): ``qualifier`` is REF01, for example 9F referral, X4 CLIA, EA medical record."""

    qualifier: str
    value: str


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """A date beside the date of service (DTP): ``qualifier`` is DTP01, for example 431 onset, 439 accident.

    ``last`` is set for a span; ``time`` is HHMM where the guide asks for one.
    """

    qualifier: str
    first: date
    last: date | None = None
    time: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Free text for the payer (NTE): ``qualifier`` is NTE01, for example ADD additional information.

    With the qualifier K3 it is fixed-format information (K3), which a law or a payer prescribes.
    """

    qualifier: str
    text: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """Paper that goes with the claim (PWK): ``report_type`` PWK01, ``transmission`` PWK02 (EL, FX, BM, AA …).

    ``control_number`` (PWK06) is what the fax, letter or 275 quotes; empty where nothing is sent (AA, on request).
    """

    report_type: str
    transmission: str
    control_number: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Conditions that hold or do not (CRC): ``category`` is CRC01 (07 ambulance, ZZ EPSDT, 75 homebound …)."""

    category: str
    holds: bool
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RelatedCauses:
    """What the illness came from (CLM11): AA auto accident, EM employment, OA other accident; where it was."""

    codes: tuple[str, ...]
    state: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Ambulance:
    """One transport (CR1 and loops 2310E/F or 2420G/H). ``reason`` is CR104; ``weight_pounds`` the patient's."""

    reason: str
    miles: Decimal
    weight_pounds: int | None = None
    round_trip_purpose: str = ""
    stretcher_purpose: str = ""
    pick_up: Address | None = None
    drop_off: Address | None = None
    drop_off_name: str = ""


@dataclass(frozen=True, slots=True)
class Chiropractic:
    """A spinal manipulation (CR2): ``condition`` is A acute, C chronic, M acute on chronic and so on."""

    condition: str
    description: str = ""
    more_description: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract a price follows (CN1): ``contract_type`` is 01 DRG, 02 per diem, 05 capitated, 09 other."""

    contract_type: str
    amount_cents: int | None = None
    percent: Decimal | None = None
    code: str = ""
    discount_percent: Decimal | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class PayToPlan:
    """A health plan that paid in another's stead and gets the money (loop 2010AC); ``other_ids`` are REF 2U, FY, NF."""

    name: str
    plan_id: str
    tin: str
    address: Address
    other_ids: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug by its 11-digit National Drug Code (LIN/CTP). ``unit`` is F2, GR, ME, ML or UN.

    ``prescription_number`` is REF*XZ; ``link_number`` (REF*VY) joins the parts of a compound.
    """

    ndc: str
    quantity: Decimal
    unit: str
    prescription_number: str = ""
    link_number: str = ""
