"""A professional claim (837P): who did what for whom, and who is asked to pay."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from revcycle.domain.person import Address, Person


class ClaimStage(StrEnum):
    """Where a claim stands; the search attribute ``ClaimStage`` and the column of the same name."""

    READY_TO_BILL = "ready_to_bill"
    SCRUB_FAILED = "scrub_failed"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    PENDING = "pending"
    PAID = "paid"
    PARTIALLY_PAID = "partially_paid"
    DENIED = "denied"
    APPEALED = "appealed"
    NEXT_PAYER = "next_payer"
    PATIENT_DUE = "patient_due"
    CLOSED = "closed"


class Responsibility(StrEnum):
    """The payer's place in line (SBR01)."""

    PRIMARY = "P"
    SECONDARY = "S"
    TERTIARY = "T"


class ClaimFrequency(StrEnum):
    """CLM05-3."""

    ORIGINAL = "1"
    REPLACEMENT = "7"
    VOID = "8"


@dataclass(frozen=True, slots=True)
class Provider:
    """A billing or rendering provider. ``tin`` and ``address`` belong to the billing provider only.

    ``first_name`` is empty for an organisation.
    """

    last_or_organization_name: str
    npi: str
    first_name: str = ""
    taxonomy_code: str = ""
    tin: str = ""
    address: Address | None = None
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One policy that may pay this claim (2000B/2010BA/2010BB, or 2320/2330 when another payer is billed).

    ``relationship_code`` is SBR02/PAT01, the patient's relationship to the subscriber: 18 self, 01 spouse,
    19 child, G8 other.
    """

    responsibility: Responsibility
    payer_id: str
    payer_name: str
    member_id: str
    subscriber: Person
    relationship_code: str = "18"
    claim_filing_indicator: str = "CI"
    group_number: str = ""


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service (loop 2400). ``diagnosis_pointers`` count from 1; ``units`` are whole units (UN)."""

    line_number: int
    procedure_code: str
    charge_cents: int
    units: int
    service_date: date
    diagnosis_pointers: tuple[int, ...]
    modifiers: tuple[str, ...] = ()
    place_of_service: str = ""
    line_item_control_number: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """All facts of one claim version. Holds identity: only the database and the payer see it whole.

    ``patient_control_number`` is CLM01 as sent (ours, no identity in it); ``source_control_number`` is
    CLM01 of the file it came from. ``payer_claim_control_number`` (REF*F8) goes with frequency 7 and 8.
    """

    patient_control_number: str
    charge_cents: int
    place_of_service: str
    patient: Person
    billing_provider: Provider
    coverages: tuple[Coverage, ...]
    diagnosis_codes: tuple[str, ...]
    lines: tuple[ServiceLine, ...]
    rendering_provider: Provider | None = None
    claim_frequency: ClaimFrequency = ClaimFrequency.ORIGINAL
    payer_claim_control_number: str = ""
    prior_authorization_number: str = ""
    source_control_number: str = ""
    delay_reason_code: str = ""
    language: str = "en"

    @property
    def service_date_from(self) -> date:
        """The first day of service; timely filing counts from it."""
        return min(line.service_date for line in self.lines)

    def coverage(self, responsibility: Responsibility) -> Coverage | None:
        """Return the coverage in that place of the line, or None."""
        return next((c for c in self.coverages if c.responsibility is responsibility), None)

    def with_coverage(self, coverage: Coverage) -> "Claim":
        """Return the claim with the coverage of the same responsibility replaced."""
        return replace(
            self,
            coverages=tuple(
                coverage if c.responsibility is coverage.responsibility else c for c in self.coverages
            ),
        )
