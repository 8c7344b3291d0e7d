"""Showing a claim's facts: whole to who may see persons, masked to everybody else."""

from dataclasses import asdict
from typing import Any

from revcycle.domain.claims.claim import Claim, Coverage, Provider, ServiceLine
from revcycle.domain.person import Address, Person

MASK = "•••"


def person(who: Person, *, visible: bool) -> dict[str, Any]:
    """Return a person, or a mask of the same shape."""
    if visible:
        return asdict(who) | {"full_name": who.full_name}
    return {"full_name": MASK, "birth_date": MASK, "address": MASK}


def _provider(provider: Provider | None) -> dict[str, Any] | None:
    if provider is None:
        return None
    names = (provider.first_name, provider.last_or_organization_name)
    return {"name": " ".join(filter(None, names)), "npi": provider.npi}


def _coverage(coverage: Coverage, *, visible: bool) -> dict[str, Any]:
    return {
        "responsibility": coverage.responsibility,
        "payer_id": coverage.payer_id,
        "payer_name": coverage.payer_name,
        "member_id": coverage.member_id if visible else MASK,
        "group_number": coverage.group_number if visible else MASK,
        "relationship_code": coverage.relationship_code,
        "subscriber": person(coverage.subscriber, visible=visible),
    }


def claim_facts(claim: Claim, *, visible: bool) -> dict[str, Any]:
    """Return a claim's facts; without the permission no name, number, date of birth, diagnosis or free text.

    What a claim does not say is left out.
    """
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
        "billing_provider": _provider(claim.billing_provider),
        "rendering_provider": _provider(claim.rendering_provider),
        "coverages": [_coverage(coverage, visible=visible) for coverage in claim.coverages],
        "lines": [_line(line, visible=visible) for line in claim.lines],
    }
    return _said(asdict(claim)) | told if visible else told


def _line(line: ServiceLine, *, visible: bool) -> dict[str, Any]:
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
    return _said(asdict(line)) | told if visible else told


def _said(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", (), 0)}


def address_lines(address: Address | None) -> list[str]:
    """Return an address as printed on an envelope."""
    if address is None:
        return []
    last = f"{address.city}, {address.state} {address.postal_code}"
    return [line for line in (address.line1, address.line2, last) if line]
