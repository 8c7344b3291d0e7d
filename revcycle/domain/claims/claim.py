"""A claim (837P, 837I, 837D): who did what for whom, and who is asked to pay."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from revcycle.domain.claims.claim_details import (
    Ambulance,
    Attachment,
    Chiropractic,
    Condition,
    Contract,
    DatedEvent,
    Drug,
    Note,
    PayToPlan,
    ProviderRole,
    Reference,
    RelatedCauses,
)
from revcycle.domain.claims.dental import DentalClaim, DentalService
from revcycle.domain.claims.institutional import Stay
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.person import Address, Person
from revcycle.domain.remittances.remittance import ClaimPayment


class ClaimKind(StrEnum):
    """Which guide a claim follows."""

    PROFESSIONAL = "837P"
    INSTITUTIONAL = "837I"
    DENTAL = "837D"


class ClaimFrequency(StrEnum):
    """CLM05-3. All but original, replacement and void belong to institutional claims only.

    The letters are those a provider sends: notices of hospice, home health and coordinated care, and Q.
    """

    ORIGINAL = "1"
    REPLACEMENT = "7"
    VOID = "8"
    NON_PAYMENT = "0"
    INTERIM_FIRST = "2"
    INTERIM_CONTINUING = "3"
    INTERIM_LAST = "4"
    LATE_CHARGES = "5"
    ADJUSTMENT = "6"
    FINAL_HOME_HEALTH = "9"
    NOTICE_OF_ADMISSION = "A"
    NOTICE_OF_TERMINATION = "B"
    NOTICE_OF_CHANGE = "C"
    NOTICE_CANCELED = "D"
    CHANGE_OF_OWNERSHIP = "E"
    RECONSIDERATION = "Q"


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider. ``tin`` belongs to the billing provider, ``address`` and ``phone`` to it and to a facility.

    ``first_name`` is empty for an organisation. ``npi`` may be empty for somebody who has none and is known by
    ``other_ids`` (REF 0B state licence, 1G UPIN, G2 the payer's number, LU location). ``tin_kind`` is EI or SY.
    ``contact_name`` (PER02) is set when it differs from the provider's name.
    """

    last_or_organization_name: str
    npi: str
    first_name: str = ""
    taxonomy_code: str = ""
    tin: str = ""
    address: Address | None = None
    phone: str = ""
    middle_name: str = ""
    suffix: str = ""
    tin_kind: str = "EI"
    other_ids: tuple[Reference, ...] = ()
    contact_name: str = ""


@dataclass(frozen=True, slots=True)
class NamedProvider:
    """Somebody who took part beside the billing and the rendering provider, and how."""

    role: ProviderRole
    provider: Provider


@dataclass(frozen=True, slots=True)
class Statements:
    """What patient and provider have signed (CLM06 to CLM10); the defaults are those of nearly every claim.

    ``signature_on_file`` CLM06, ``accepts_assignment`` CLM07 (A, B or C), ``benefits_assigned`` CLM08 (Y, N, W),
    ``release`` CLM09 (Y or I), ``signed_for_patient`` CLM10 P.
    """

    signature_on_file: bool = True
    accepts_assignment: str = "A"
    benefits_assigned: str = "Y"
    release: str = "Y"
    signed_for_patient: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """One policy that may pay this claim (2000B/2010BA/2010BB, or 2320/2330 when another payer is billed).

    ``relationship_code`` is SBR02/PAT01, the patient's relationship to the subscriber: 18 self, 01 spouse,
    19 child, G8 other. ``medicare_secondary_reason`` is SBR05 (12 working aged, 47 liability …) where Medicare
    pays second. ``payer_ids`` are REF 2U, EI, FY, NF; ``subscriber_ids`` REF SY and Y4 (property and casualty).
    ``not_covered_cents`` (AMT*A8) is what this payer does not cover, the whole charge where it was not billed;
    ``authorizations`` are numbers this payer gave while another is billed (2330B REF G1, 9F and T4).
    """

    responsibility: Responsibility
    payer_id: str
    payer_name: str
    member_id: str
    subscriber: Person
    relationship_code: str = "18"
    claim_filing_indicator: str = "CI"
    group_number: str = ""
    group_name: str = ""
    medicare_secondary_reason: str = ""
    payer_address: Address | None = None
    payer_ids: tuple[Reference, ...] = ()
    subscriber_ids: tuple[Reference, ...] = ()
    not_covered_cents: int | None = None
    authorizations: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service (loop 2400). ``diagnosis_pointers`` count from 1.

    ``unit`` is UN units, MJ minutes, DA days, F2 international units. ``procedure_code`` may be empty on an
    institutional line, which has a ``revenue_code``. ``service_date_to`` is set when the service spans days.
    """

    line_number: int
    procedure_code: str
    charge_cents: int
    units: Decimal
    service_date: date
    diagnosis_pointers: tuple[int, ...]
    modifiers: tuple[str, ...] = ()
    place_of_service: str = ""
    line_item_control_number: str = ""
    unit: str = "UN"
    service_date_to: date | None = None
    procedure_qualifier: str = "HC"
    description: str = ""
    emergency: bool = False
    epsdt: bool = False
    family_planning: bool = False
    copayment_exempt: bool = False
    revenue_code: str = ""
    non_covered_cents: int = 0
    drug: Drug | None = None
    dental: DentalService | None = None
    ambulance: Ambulance | None = None
    rendering_provider: Provider | None = None
    providers: tuple[NamedProvider, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[DatedEvent, ...] = ()
    notes: tuple[Note, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    conditions: tuple[Condition, ...] = ()
    contract: Contract | None = None


@dataclass(frozen=True, slots=True)
class PriorPayment:
    """What a payer earlier in line did with the claim, for coordination of benefits (2320/2430).

    ``payer_id`` is set only where two coverages of the claim have the same place in line.
    """

    responsibility: Responsibility
    payment: ClaimPayment
    paid_on: date
    payer_id: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """All facts of one claim version. Holds identity: only the database and the payer see it whole.

    ``patient_control_number`` is CLM01 as sent (ours, no identity in it); ``source_control_number`` is
    CLM01 of the file it came from. ``payer_claim_control_number`` (REF*F8) goes with frequency 7 and 8.
    ``stay`` belongs to an institutional claim, ``dental`` to a dental one; the place of service of an
    institutional claim is empty. ``references`` hold what has no field of its own (9F referral, X4 CLIA, EA
    medical record, P4 demonstration project …). ``anesthesia_procedures`` are HI*BP and BO, principal first.
    ``prior_payments`` are what payers paid before the claim came to us; what they paid since is in the books.
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
    kind: ClaimKind = ClaimKind.PROFESSIONAL
    stay: Stay | None = None
    dental: DentalClaim | None = None
    statements: Statements = Statements()
    related_causes: RelatedCauses | None = None
    special_program_code: str = ""
    patient_paid_cents: int = 0
    patient_death_date: date | None = None
    patient_weight_pounds: Decimal | None = None
    patient_is_pregnant: bool = False
    patient_ids: tuple[Reference, ...] = ()
    pay_to_address: Address | None = None
    ambulance: Ambulance | None = None
    anesthesia_procedures: tuple[str, ...] = ()
    condition_codes: tuple[str, ...] = ()
    providers: tuple[NamedProvider, ...] = ()
    references: tuple[Reference, ...] = ()
    dates: tuple[DatedEvent, ...] = ()
    notes: tuple[Note, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    conditions: tuple[Condition, ...] = ()
    contract: Contract | None = None
    chiropractic: Chiropractic | None = None
    pay_to_plan: PayToPlan | None = None
    prior_payments: tuple[PriorPayment, ...] = ()

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
