"""A remittance advice (835): what a payer says it paid, adjusted and left to the patient."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from revcycle.domain.finding import Finding


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
    """One SVC loop (2110)."""

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


@dataclass(frozen=True, slots=True)
class ClaimPayment:
    """One CLP loop (2100). ``status_code`` is CLP02: 1 primary, 2 secondary, 4 denied, 19–21 crossover, 22 reversal."""

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
    """One PLB pair, outside any claim. A positive amount reduces the payment."""

    reason_code: str
    reference: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Remittance:
    """One ST/SE of an 835. ``payment_cents`` is BPR02; ``eft_trace_number`` is TRN02."""

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
