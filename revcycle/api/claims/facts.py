"""Showing a claim's facts: whole to who may see persons, masked to everybody else."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType

from revcycle.api.replies import parts
from revcycle.domain.claims.claim import (
    Claim,
    ClaimFrequency,
    ClaimKind,
    Coverage,
    NamedProvider,
    PriorPayment,
    Provider,
    ServiceLine,
    Statements,
)
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
    Reference,
    RelatedCauses,
)
from revcycle.domain.claims.dental import DentalClaim, DentalService
from revcycle.domain.claims.institutional import Stay
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.money import dollars
from revcycle.domain.person import Address, Person

MASK = "•••"


@dataclass(frozen=True, slots=True)
class PersonShown:
    """A person; to who may not see persons, the three required fields with a mask in each."""

    full_name: str
    birth_date: str
    address: Address | str | None
    last_name: str | UnsetType = UNSET
    first_name: str | UnsetType = UNSET
    sex: str | UnsetType = UNSET
    middle_name: str | UnsetType = UNSET
    suffix: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class ProviderShown:
    """A provider by name and NPI."""

    name: str
    npi: str


@dataclass(frozen=True, slots=True)
class CoverageShown:
    """A policy that may pay the claim; member id and group number masked where persons are."""

    responsibility: Responsibility
    payer_id: str
    payer_name: str
    member_id: str
    group_number: str
    relationship_code: str
    subscriber: PersonShown


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """A service line. What is not required is left out where the claim does not say it or persons are masked."""

    line_number: int
    revenue_code: str
    procedure_code: str
    modifiers: tuple[str, ...]
    diagnosis_pointers: tuple[int, ...]
    units: Decimal
    unit: str
    charge_cents: int
    service_date: date
    place_of_service: str | UnsetType = UNSET
    line_item_control_number: str | UnsetType = UNSET
    service_date_to: date | UnsetType = UNSET
    procedure_qualifier: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    emergency: bool | UnsetType = UNSET
    epsdt: bool | UnsetType = UNSET
    family_planning: bool | UnsetType = UNSET
    copayment_exempt: bool | UnsetType = UNSET
    non_covered_cents: int | UnsetType = UNSET
    drug: Drug | UnsetType = UNSET
    dental: DentalService | UnsetType = UNSET
    ambulance: Ambulance | UnsetType = UNSET
    rendering_provider: Provider | UnsetType = UNSET
    providers: tuple[NamedProvider, ...] | UnsetType = UNSET
    references: tuple[Reference, ...] | UnsetType = UNSET
    dates: tuple[DatedEvent, ...] | UnsetType = UNSET
    notes: tuple[Note, ...] | UnsetType = UNSET
    attachments: tuple[Attachment, ...] | UnsetType = UNSET
    conditions: tuple[Condition, ...] | UnsetType = UNSET
    contract: Contract | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class PriorPaymentShown:
    """What a payer paid before the claim came to us; ``adjustments`` are group, reason and amount, like CO-45 40.00."""

    responsibility: Responsibility
    paid_on: date
    payment_cents: int
    patient_responsibility_cents: int
    payer_claim_control_number: str
    adjustments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """A claim's facts. What is not required is left out where the claim does not say it or persons are masked."""

    kind: ClaimKind
    patient: PersonShown
    patient_control_number: str
    source_control_number: str
    payer_claim_control_number: str
    prior_authorization_number: str
    claim_frequency_code: ClaimFrequency
    place_of_service: str
    diagnosis_codes: tuple[str, ...]
    billing_provider: ProviderShown
    rendering_provider: ProviderShown | None
    coverages: tuple[CoverageShown, ...]
    lines: tuple[LineShown, ...]
    charge_cents: int | UnsetType = UNSET
    claim_frequency: ClaimFrequency | UnsetType = UNSET
    delay_reason_code: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    stay: Stay | UnsetType = UNSET
    dental: DentalClaim | UnsetType = UNSET
    statements: Statements | UnsetType = UNSET
    related_causes: RelatedCauses | UnsetType = UNSET
    special_program_code: str | UnsetType = UNSET
    patient_paid_cents: int | UnsetType = UNSET
    patient_death_date: date | UnsetType = UNSET
    patient_weight_pounds: Decimal | UnsetType = UNSET
    patient_is_pregnant: bool | UnsetType = UNSET
    patient_ids: tuple[Reference, ...] | UnsetType = UNSET
    pay_to_address: Address | UnsetType = UNSET
    ambulance: Ambulance | UnsetType = UNSET
    anesthesia_procedures: tuple[str, ...] | UnsetType = UNSET
    condition_codes: tuple[str, ...] | UnsetType = UNSET
    providers: tuple[NamedProvider, ...] | UnsetType = UNSET
    references: tuple[Reference, ...] | UnsetType = UNSET
    dates: tuple[DatedEvent, ...] | UnsetType = UNSET
    notes: tuple[Note, ...] | UnsetType = UNSET
    attachments: tuple[Attachment, ...] | UnsetType = UNSET
    conditions: tuple[Condition, ...] | UnsetType = UNSET
    contract: Contract | UnsetType = UNSET
    chiropractic: Chiropractic | UnsetType = UNSET
    pay_to_plan: PayToPlan | UnsetType = UNSET
    prior_payments: tuple[PriorPaymentShown, ...] | UnsetType = UNSET


def person(who: Person, *, visible: bool) -> PersonShown:
    """Return a person, or masks."""
    if not visible:
        return PersonShown(MASK, MASK, MASK)
    return PersonShown(**parts(who) | {"full_name": who.full_name, "birth_date": who.birth_date.isoformat()})


def _named(provider: Provider) -> ProviderShown:
    names = (provider.first_name, provider.last_or_organization_name)
    return ProviderShown(" ".join(filter(None, names)), provider.npi)


def _coverage(coverage: Coverage, *, visible: bool) -> CoverageShown:
    return CoverageShown(
        responsibility=coverage.responsibility,
        payer_id=coverage.payer_id,
        payer_name=coverage.payer_name,
        member_id=coverage.member_id if visible else MASK,
        group_number=coverage.group_number if visible else MASK,
        relationship_code=coverage.relationship_code,
        subscriber=person(coverage.subscriber, visible=visible),
    )


def claim_facts(claim: Claim, *, visible: bool) -> ClaimFacts:
    """Return a claim's facts; without the permission no name, number, date of birth, diagnosis or free text."""
    rendering = claim.rendering_provider
    told = {
        "kind": claim.kind,
        "patient": person(claim.patient, visible=visible),
        "patient_control_number": claim.patient_control_number if visible else MASK,
        "source_control_number": claim.source_control_number if visible else MASK,
        "payer_claim_control_number": claim.payer_claim_control_number if visible else MASK,
        "prior_authorization_number": claim.prior_authorization_number if visible else MASK,
        "claim_frequency_code": claim.claim_frequency,
        "place_of_service": claim.place_of_service,
        "diagnosis_codes": claim.diagnosis_codes if visible else (MASK,),
        "billing_provider": _named(claim.billing_provider),
        "rendering_provider": _named(rendering) if rendering is not None else None,
        "coverages": tuple(_coverage(coverage, visible=visible) for coverage in claim.coverages),
        "lines": tuple(_line(line, visible=visible) for line in claim.lines),
    }
    if claim.prior_payments:
        told["prior_payments"] = tuple(_prior(one, visible=visible) for one in claim.prior_payments)
    return ClaimFacts(**(_said(claim) | told if visible else told))


def _prior(prior: PriorPayment, *, visible: bool) -> PriorPaymentShown:
    payment = prior.payment
    return PriorPaymentShown(
        responsibility=prior.responsibility,
        paid_on=prior.paid_on,
        payment_cents=payment.payment_cents,
        patient_responsibility_cents=payment.patient_responsibility_cents,
        payer_claim_control_number=payment.payer_claim_control_number if visible else MASK,
        adjustments=tuple(
            f"{one.group.value}-{one.reason_code} {dollars(one.amount_cents)}"
            for one in payment.all_adjustments
        ),
    )


def _line(line: ServiceLine, *, visible: bool) -> LineShown:
    told = {
        "line_number": line.line_number,
        "revenue_code": line.revenue_code,
        "procedure_code": line.procedure_code,
        "modifiers": line.modifiers,
        "diagnosis_pointers": line.diagnosis_pointers,
        "units": line.units,
        "unit": line.unit,
        "charge_cents": line.charge_cents,
        "service_date": line.service_date,
    }
    return LineShown(**(_said(line) | told if visible else told))


def _said(fact: Claim | ServiceLine) -> dict[str, Any]:
    """Return what the claim says: what is empty is left out."""
    return {name: value for name, value in parts(fact).items() if value not in (None, "", (), 0)}
