"""A remittance advice (835): what a payer says it paid, adjusted and left to the patient."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from revcycle.domain.finding import Finding
from revcycle.domain.remittances.remittance_details import (
    ClaimGroup,
    ContactPoint,
    DatedEvent,
    DeliveryMethod,
    InpatientAdjudication,
    NamedParty,
    OutpatientAdjudication,
    Procedure,
    Reference,
    RemittanceParty,
    SupplementalAmount,
    SupplementalQuantity,
    Transfer,
)


class AdjustmentGroup(StrEnum):
    """Claim adjustment group code: who bears the amount."""

    CONTRACTUAL_OBLIGATION = "CO"
    PATIENT_RESPONSIBILITY = "PR"
    OTHER = "OA"
    PAYER_INITIATED = "PI"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One trio of a CAS segment. A positive amount reduces the payment."""

    group: AdjustmentGroup
    reason_code: str
    amount_cents: int
    quantity: str = ""


@dataclass(frozen=True, slots=True)
class ServicePayment:
    """One SVC loop (2110).

    ``units`` (SVC05) are those paid, as text. ``original_procedure`` and
    ``original_units`` are what was billed where the payer changed it. ``service_date`` is the first day,
    ``service_end_date`` the last of a range. ``remark_codes`` are RARCs, ``reject_codes`` NCPDP's.
    ``allowed_cents`` is AMT*B6, ``line_item_control_number`` REF*6R; other amounts and references follow.
    """

    procedure_code: str
    modifiers: tuple[str, ...]
    charge_cents: int
    payment_cents: int
    adjustments: tuple[Adjustment, ...] = ()
    service_date: date | None = None
    line_item_control_number: str = ""
    remark_codes: tuple[str, ...] = ()
    allowed_cents: int | None = None
    units: str = "1"
    procedure_qualifier: str = "HC"
    procedure_description: str = ""
    revenue_code: str = ""
    original_procedure: Procedure | None = None
    original_units: Decimal | None = None
    service_end_date: date | None = None
    references: tuple[Reference, ...] = ()
    amounts: tuple[SupplementalAmount, ...] = ()
    quantities: tuple[SupplementalQuantity, ...] = ()
    reject_codes: tuple[str, ...] = ()
    segment_position: int = 0


@dataclass(frozen=True, slots=True)
class ClaimPayment:
    """One CLP loop (2100). ``status_code`` is CLP02: 1 primary, 2 secondary, 4 denied, 19–21 crossover, 22 reversal.

    ``remark_codes`` are those of MIA and MOA; ``group_number`` is that of its LX. ``segment_position`` is where its
    CLP stands in the file; ``position`` the same, or the claim's place in its remittance once it is stored.
    """

    patient_control_number: str
    status_code: str
    charge_cents: int
    payment_cents: int
    patient_responsibility_cents: int
    payer_claim_control_number: str
    claim_filing_indicator: str = "CI"
    adjustments: tuple[Adjustment, ...] = ()
    services: tuple[ServicePayment, ...] = ()
    remark_codes: tuple[str, ...] = ()
    crossover_carrier: str = ""
    position: int = 0
    facility_code: str = ""
    frequency_code: str = ""
    drg_code: str = ""
    drg_weight: Decimal | None = None
    discharge_fraction: Decimal | None = None
    names: tuple[NamedParty, ...] = ()
    inpatient: InpatientAdjudication | None = None
    outpatient: OutpatientAdjudication | None = None
    references: tuple[Reference, ...] = ()
    dates: tuple[DatedEvent, ...] = ()
    contacts: tuple[ContactPoint, ...] = ()
    amounts: tuple[SupplementalAmount, ...] = ()
    quantities: tuple[SupplementalQuantity, ...] = ()
    group_number: int = 1
    segment_position: int = 0

    @property
    def all_adjustments(self) -> tuple[Adjustment, ...]:
        """Claim-level and service-level adjustments together."""
        lines = tuple(a for service in self.services for a in service.adjustments)
        return self.adjustments + lines

    @property
    def is_reversal(self) -> bool:
        """CLP02 22: an earlier payment is taken back whole."""
        return self.status_code == "22"


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """One PLB pair, outside any claim. A positive amount reduces the payment.

    ``provider_id`` (PLB01) and ``fiscal_period_end`` (PLB02) are those of its segment; without them the
    writer takes the payee and the end of the payment's year.
    """

    reason_code: str
    reference: str
    amount_cents: int
    provider_id: str = ""
    fiscal_period_end: date | None = None


@dataclass(frozen=True, slots=True)
class Remittance:
    """One ST/SE of an 835. ``payment_cents`` is BPR02; ``eft_trace_number`` is TRN02.

    ``payer_id``, ``payer_name`` and ``payee_npi`` are what the product works with, ``payer`` and ``payee`` what
    the file says of both. ``references`` are REF*EV and REF*F2; ``segment_position`` is that of its BPR.
    """

    payer_id: str
    payer_name: str
    payee_npi: str
    eft_trace_number: str
    payment_cents: int
    payment_method: str
    payment_date: date
    claims: tuple[ClaimPayment, ...]
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    findings: tuple[Finding, ...] = ()
    transfer: Transfer = field(default_factory=Transfer)
    production_date: date | None = None
    currency_code: str = ""
    references: tuple[Reference, ...] = ()
    payer: RemittanceParty | None = None
    payee: RemittanceParty | None = None
    delivery: DeliveryMethod | None = None
    groups: tuple[ClaimGroup, ...] = ()
    segment_position: int = 0

    def without_positions(self) -> "Remittance":
        """The same contents wherever they stood in a file."""
        return replace(self, claims=tuple(map(_unplaced, self.claims)), segment_position=0)


def _unplaced(claim: ClaimPayment) -> ClaimPayment:
    services = tuple(replace(service, segment_position=0) for service in claim.services)
    return replace(claim, services=services, position=0, segment_position=0)
