"""The boxes of a CMS-1500 (02/12) from the facts of an 837P, by the NUCC's instruction manual for the form.

One page holds six services; the total and what was paid stand on the last page only. Where the form has room for
one of several providers the manual's order decides: referring, ordering, supervising.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from revcycle.domain.claims.claim import Claim, ClaimFrequency, ClaimKind, Coverage, NamedProvider, Provider
from revcycle.domain.claims.claim_details import DatedEvent, ProviderRole
from revcycle.domain.codes.payer_classes import PayerClass, payer_class
from revcycle.domain.person import Address
from revcycle.edi.claim_837.x12_837 import ClaimToSend
from revcycle.forms.cms1500_lines import ServiceRow, other_id, row_of
from revcycle.forms.values import (
    Amount,
    Day,
    FormRefused,
    address_block,
    city,
    code,
    first_last,
    fit,
    form_text,
    last_first,
    only,
    postal_code,
    spread,
    street,
)

ROWS = 6
MOST_DIAGNOSES = 12
ON_FILE, NOT_ON_FILE = "SIGNATURE ON FILE", "NO SIGNATURE ON FILE"
_PROGRAMS = {
    PayerClass.MEDICARE: "medicare",
    PayerClass.MEDICAID: "medicaid",
    PayerClass.TRICARE: "tricare",
    PayerClass.VETERANS: "champva",
}
_RELATIONSHIPS = {"18": "self", "01": "spouse", "19": "child"}
_BOX_14, _BOX_15 = ("431", "484"), ("454", "304", "453", "439", "455", "471", "090", "091", "444")
_BOX_17 = (ProviderRole.REFERRING, ProviderRole.ORDERING, ProviderRole.SUPERVISING)
_NUMBERS_OF_BOX_23 = ("9F", "EW", "X4")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Place:
    """An address as items 5 and 7 split it."""

    street: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class OtherInsured:
    """Items 9, 9a and 9d."""

    name: str
    policy: str
    plan: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Cms1500:
    """One page of the form, item by item. Empty text leaves the item blank."""

    page: int
    pages: int
    carrier: tuple[str, ...]
    program: str
    insured_id: str
    patient_name: str
    patient_birth: Day
    patient_sex: str
    insured_name: str
    patient_place: Place
    relationship: str
    insured_place: Place
    other_insured: OtherInsured | None
    employment: bool
    auto_accident: bool
    auto_state: str
    other_accident: bool
    claim_codes: str
    group_number: str
    insured_birth: Day
    insured_sex: str
    other_claim_id: str
    plan_name: str
    another_plan: str
    patient_signature: str
    insured_signature: str
    current_qualifier: str
    current_date: Day
    other_date_qualifier: str
    other_date: Day
    unable_from: Day
    unable_to: Day
    source_qualifier: str
    source_name: str
    source_id_qualifier: str
    source_id: str
    source_npi: str
    hospital_from: Day
    hospital_to: Day
    additional: tuple[str, ...]
    outside_lab: bool
    diagnoses: tuple[str, ...]
    resubmission_code: str
    original_reference: str
    authorization: str
    rows: tuple[ServiceRow, ...]
    tax_id: str
    tax_id_is_ein: bool
    account: str
    accepts_assignment: bool
    total: Amount | None
    paid: Amount | None
    provider_signature: str
    signed_on: Day
    facility: tuple[str, ...]
    facility_npi: str
    facility_id: str
    billing_phone: str
    billing: tuple[str, ...]
    billing_npi: str
    billing_id: str


def cms1500(sent: ClaimToSend, on: date) -> tuple[Cms1500, ...]:
    """Return the pages of the form; ``on`` is the day it is printed and signed. Raises FormRefused."""
    claim = sent.claim
    if claim.kind is not ClaimKind.PROFESSIONAL:
        raise FormRefused("the CMS-1500", "is for professional claims")
    target = claim.coverage(sent.responsibility)
    if target is None:
        raise FormRefused("box 1", "needs the coverage that is billed")
    rows = tuple(row_of(claim, line) for line in claim.lines)
    if sum(row.charge.cents for row in rows) != claim.charge_cents:
        raise FormRefused("box 28", "must be the sum of the services")
    batches = tuple(rows[start : start + ROWS] for start in range(0, len(rows), ROWS))
    boxes = {**_insurance(sent, target), **_illness(claim), **_billing(claim, on)}
    total = Amount.fitting("box 28", claim.charge_cents, 7)
    paid = Amount.fitting("box 29", _paid(sent), 6)
    return tuple(
        Cms1500(
            **boxes,
            page=number,
            pages=len(batches),
            rows=batch,
            total=total if number == len(batches) else None,
            paid=paid if number == len(batches) else None,
        )
        for number, batch in enumerate(batches, 1)
    )


def _paid(sent: ClaimToSend) -> int:
    return sent.claim.patient_paid_cents + sum(prior.payment.payment_cents for prior in sent.prior_payments)


def _insurance(sent: ClaimToSend, target: Coverage) -> dict[str, Any]:
    """Items 1 to 13 and the carrier's block."""
    claim = sent.claim
    patient, insured = claim.patient, target.subscriber
    is_self = target.relationship_code == "18"
    others = [one for one in claim.coverages if one is not target]
    if len(others) > 1:
        raise FormRefused(
            "box 9", "has room for one other insurance, the claim has more; send it electronically"
        )
    causes = claim.related_causes.codes if claim.related_causes else ()
    medicare = payer_class(target.claim_filing_indicator) is PayerClass.MEDICARE
    group = target.group_number or ("NONE" if medicare and not others else "")
    return {
        "carrier": address_block("the carrier's block", target.payer_name, target.payer_address, 40),
        "program": _program(target),
        "insured_id": fit("box 1a", target.member_id, 29),
        "patient_name": fit("box 2", last_first(patient), 28),
        "patient_birth": Day(patient.birth_date),
        "patient_sex": patient.sex,
        "insured_name": fit("box 4", last_first(insured), 29),
        "patient_place": _place("box 5", patient.address, 28, 24),
        "relationship": _RELATIONSHIPS.get(target.relationship_code, "other"),
        "insured_place": _place("box 7", insured.address or (patient.address if is_self else None), 29, 23),
        "other_insured": _other(others[0]) if others else None,
        "employment": "EM" in causes,
        "auto_accident": "AA" in causes,
        "auto_state": claim.related_causes.state if claim.related_causes and "AA" in causes else "",
        "other_accident": "OA" in causes,
        "claim_codes": fit("box 10d", " ".join(claim.condition_codes), 19),
        "group_number": fit("box 11", group, 29),
        "insured_birth": Day(insured.birth_date),
        "insured_sex": insured.sex,
        "other_claim_id": _claim_number(claim, target),
        "plan_name": _plan_name(target),
        "another_plan": "" if medicare else ("yes" if others else "no"),
        "patient_signature": ON_FILE if claim.statements.release == "Y" else NOT_ON_FILE,
        "insured_signature": {"Y": ON_FILE, "N": NOT_ON_FILE}.get(claim.statements.benefits_assigned, ""),
    }


def _program(target: Coverage) -> str:
    other = "group" if target.group_number or target.group_name else "other"
    return _PROGRAMS.get(payer_class(target.claim_filing_indicator), other)


def _place(box: str, address: Address | None, street_width: int, city_width: int) -> Place:
    if address is None:
        return Place()
    return Place(
        street=fit(box, street(address), street_width),
        city=fit(box, city(address), city_width),
        state=fit(box, address.state, 3),
        postal_code=fit(box, postal_code(address), 12),
    )


def _other(coverage: Coverage) -> OtherInsured:
    return OtherInsured(
        name=fit("box 9", last_first(coverage.subscriber), 28),
        policy=fit("box 9a", coverage.group_number or coverage.member_id, 28),
        plan=fit("box 9d", coverage.payer_name, 28),
    )


def _claim_number(claim: Claim, target: Coverage) -> str:
    """Item 11b: the property and casualty claim number, behind its qualifier."""
    told = [one.value for one in (*target.subscriber_ids, *claim.patient_ids) if one.qualifier == "Y4"]
    number = only("box 11b", told, "claim number")
    return f"Y4 {fit('box 11b', number, 28)}" if number else ""


def _plan_name(target: Coverage) -> str:
    """Item 11c. The payer's name may stand for a plan without one; where it is too long, the carrier's block has it."""
    if target.group_name:
        return fit("box 11c", target.group_name, 29)
    name = form_text(target.payer_name)
    return name if len(name) <= 29 else ""


def _illness(claim: Claim) -> dict[str, Any]:
    """Items 14 to 23."""
    current = _one_date(claim, "box 14", _BOX_14)
    other = _one_date(claim, "box 15", _BOX_15)
    first, last = _disability(claim)
    source = _source(claim)
    qualifier, number = other_id("box 17a", source.provider if source else None, 17)
    roles = {one.role for one in _everybody(claim)}
    if ProviderRole.PURCHASED_SERVICE in roles:
        raise FormRefused("box 20", "needs what an outside laboratory charged, which the claim does not hold")
    if not 1 <= len(claim.diagnosis_codes) <= MOST_DIAGNOSES:
        raise FormRefused("box 21", f"has room for 1 to {MOST_DIAGNOSES} diagnoses")
    answers = claim.claim_frequency in (ClaimFrequency.REPLACEMENT, ClaimFrequency.VOID)
    return {
        "current_qualifier": current.qualifier if current else "",
        "current_date": Day(current.first if current else None),
        "other_date_qualifier": other.qualifier if other else "",
        "other_date": Day(other.first if other else None),
        "unable_from": first,
        "unable_to": last,
        "source_qualifier": source.role.value if source else "",
        "source_name": fit("box 17", first_last(source.provider), 25) if source else "",
        "source_id_qualifier": qualifier,
        "source_id": number,
        "source_npi": source.provider.npi if source else "",
        "hospital_from": Day(_date(claim, "435")),
        "hospital_to": Day(_date(claim, "096")),
        "additional": _additional(claim),
        "outside_lab": False,
        "diagnoses": tuple(fit("box 21", code(one), 8) for one in claim.diagnosis_codes),
        "resubmission_code": claim.claim_frequency.value if answers else "",
        "original_reference": fit("box 22", claim.payer_claim_control_number, 18) if answers else "",
        "authorization": _authorization(claim),
    }


def _one_date(claim: Claim, box: str, qualifiers: tuple[str, ...]) -> DatedEvent | None:
    found = [event for event in claim.dates if event.qualifier in qualifiers]
    only(box, (event.qualifier for event in found), "date")
    return found[0] if found else None


def _date(claim: Claim, qualifier: str) -> date | None:
    return next((event.first for event in claim.dates if event.qualifier == qualifier), None)


def _disability(claim: Claim) -> tuple[Day, Day]:
    """Item 16: the span (314), or its first and last day (360, 361)."""
    span = next((event for event in claim.dates if event.qualifier == "314"), None)
    if span is not None:
        return Day(span.first), Day(span.last)
    return Day(_date(claim, "360")), Day(_date(claim, "361"))


def _everybody(claim: Claim) -> Iterator[NamedProvider]:
    yield from claim.providers
    for line in claim.lines:
        yield from line.providers


def _source(claim: Claim) -> NamedProvider | None:
    """Item 17: the first by the manual's order; the claim's own before a line's."""
    everybody = tuple(_everybody(claim))
    return next((one for role in _BOX_17 for one in everybody if one.role is role), None)


def _additional(claim: Claim) -> tuple[str, ...]:
    """Item 19: notes, and papers that follow (PWK) with their control number."""
    told = [form_text(note.text) for note in claim.notes]
    papers = [*claim.attachments, *(one for line in claim.lines for one in line.attachments)]
    told += [form_text(f"PWK{one.report_type}{one.transmission}{one.control_number}") for one in papers]
    return spread("box 19", told, 71)


def _authorization(claim: Claim) -> str:
    references = [*claim.references, *(one for line in claim.lines for one in line.references)]
    told = [one.value for one in references if one.qualifier in (*_NUMBERS_OF_BOX_23, "G1")]
    return fit("box 23", only("box 23", [claim.prior_authorization_number, *told], "number"), 29)


def _billing(claim: Claim, on: date) -> dict[str, Any]:
    """Items 25 to 27 and 31 to 33."""
    billing, facility = claim.billing_provider, _facility(claim)
    if claim.statements.accepts_assignment not in ("A", "C"):
        raise FormRefused(
            "box 27", "says yes or no; assignment of laboratory services alone has no place on paper"
        )
    signed = claim.statements.signature_on_file
    return {
        "tax_id": fit("box 25", code(billing.tin).replace("-", ""), 15),
        "tax_id_is_ein": billing.tin_kind != "SY",
        "account": fit("box 26", claim.patient_control_number, 14),
        "accepts_assignment": claim.statements.accepts_assignment == "A",
        "provider_signature": ON_FILE if signed else NOT_ON_FILE,
        "signed_on": Day(on if signed else None),
        "facility": address_block("box 32", facility.last_or_organization_name, facility.address, 26)
        if facility
        else (),
        "facility_npi": facility.npi if facility else "",
        "facility_id": "".join(other_id("box 32b", facility, 12)),
        "billing_phone": billing.phone,
        "billing": address_block("box 33", first_last(billing), billing.address, 29),
        "billing_npi": billing.npi,
        "billing_id": "".join(other_id("box 33b", billing, 15)),
    }


def _facility(claim: Claim) -> Provider | None:
    found = tuple(
        dict.fromkeys(one.provider for one in _everybody(claim) if one.role is ProviderRole.SERVICE_FACILITY)
    )
    if len(found) > 1:
        raise FormRefused("box 32", "has room for one place of service; send the claim electronically")
    return found[0] if found else None
