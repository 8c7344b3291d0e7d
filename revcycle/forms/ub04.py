"""The form locators of a UB-04 (CMS-1450) from the facts of an 837I, by the NUBC's data specifications.

One page holds 22 services; line 23 has the page number and, on the last page, the totals.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from revcycle.domain.claims.claim import Claim, ClaimKind, Coverage, Provider
from revcycle.domain.claims.claim_details import ProviderRole
from revcycle.domain.claims.institutional import Stay
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.edi.claim_837.x12_837 import ClaimToSend
from revcycle.forms.ub04_lines import RevenueLine, revenue_line
from revcycle.forms.values import (
    Amount,
    Day,
    FormRefused,
    address_block,
    city,
    code,
    fit,
    form_text,
    last_first,
    only,
    postal_code,
    street,
)

LINES = 22
_ORDER = tuple(Responsibility)
_REMARK_WIDTH, _REMARK_LINES = 24, 4
_REMARK_INDENT = "-" * 5  # the caption of FL80 takes the start of the first line
_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PayerLine:
    """FL50 to FL55 and FL57 to FL65 on line A, B or C."""

    name: str
    plan_id: str
    release: str
    assignment: str
    prior: Amount | None
    estimated: Amount | None
    provider_id: str
    insured_name: str
    relationship: str
    insured_id: str
    group_name: str
    group_number: str
    authorization: str
    document_number: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TookPart:
    """FL76 to FL79: a provider, by NPI and another number. ``role`` is the qualifier of FL78 and FL79."""

    role: str
    npi: str
    id_qualifier: str
    id_number: str
    last_name: str
    first_name: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Coded:
    """A code and what stands beside it: a present-on-admission indicator, a day, or the last day of a span."""

    code: str
    present: str = ""
    first: str = ""
    last: str = ""
    amount: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Ub04:
    """One page of the form, by form locator. Empty text leaves it blank."""

    page: int
    pages: int
    provider: tuple[str, ...]
    pay_to: tuple[str, ...]
    control_number: str
    record_number: str
    bill_type: str
    tax_id: str
    statement_from: str
    statement_to: str
    patient_name: str
    patient_street: str
    patient_city: str
    patient_state: str
    patient_postal_code: str
    birth: str
    sex: str
    admission_date: str
    admission_hour: str
    admission_type: str
    admission_source: str
    discharge_hour: str
    status: str
    conditions: tuple[str, ...]
    occurrences: tuple[Coded, ...]
    spans: tuple[Coded, ...]
    addressee: tuple[str, ...]
    values: tuple[Coded, ...]
    lines: tuple[RevenueLine, ...]
    created: str
    total: Amount | None
    non_covered: Amount | None
    billing_npi: str
    payers: tuple[PayerLine, ...]
    diagnoses: tuple[Coded, ...]
    admitting: str
    reasons: tuple[str, ...]
    drg: str
    causes: tuple[Coded, ...]
    procedures: tuple[Coded, ...]
    attending: TookPart | None
    operating: TookPart | None
    others: tuple[TookPart, ...]
    remarks: tuple[str, ...]
    taxonomy: str


def ub04(sent: ClaimToSend, on: date) -> tuple[Ub04, ...]:
    """Return the pages of the form; ``on`` is the day it is made. Raises FormRefused."""
    claim, stay = sent.claim, sent.claim.stay
    if claim.kind is not ClaimKind.INSTITUTIONAL or stay is None:
        raise FormRefused("the UB-04", "is for institutional claims with a stay or visit")
    lines = tuple(revenue_line(claim, line) for line in claim.lines)
    if sum(line.charge.cents for line in lines) != claim.charge_cents:
        raise FormRefused("FL47", "must come to the charge of the claim")
    pages = tuple(lines[start : start + LINES] for start in range(0, len(lines), LINES))
    boxes = {**_head(sent, stay), **_payers(sent, stay), **_codes(claim, stay), **_people(claim)}
    total = Amount.fitting("FL47", claim.charge_cents, 7)
    left_out = Amount.fitting("FL48", sum(line.non_covered_cents for line in claim.lines), 7)
    return tuple(
        Ub04(
            **boxes,
            page=number,
            pages=len(pages),
            lines=page,
            created=Day(on).short,
            total=total if number == len(pages) else None,
            non_covered=left_out if number == len(pages) and left_out.cents else None,
        )
        for number, page in enumerate(pages, 1)
    )


def _head(sent: ClaimToSend, stay: Stay) -> dict[str, Any]:
    """FL1 to FL17 and FL38."""
    claim = sent.claim
    billing, patient, address = claim.billing_provider, claim.patient, claim.patient.address
    target = claim.coverage(sent.responsibility)
    if target is None:
        raise FormRefused("FL50", "needs the coverage that is billed")
    phone = (form_text(billing.phone),) if billing.phone else ()
    name = billing.last_or_organization_name
    record = only("FL3b", (one.value for one in claim.references if one.qualifier == "EA"), "record number")
    return {
        "provider": (*address_block("FL1", name, billing.address, 25), *phone),
        "pay_to": address_block("FL2", name, claim.pay_to_address, 25) if claim.pay_to_address else (),
        "control_number": fit("FL3a", claim.patient_control_number, 24),
        "record_number": fit("FL3b", record, 24),
        "bill_type": f"0{stay.facility_type}{claim.claim_frequency}",
        "tax_id": fit("FL5", _tax_id(billing), 10),
        "statement_from": Day(stay.statement_from).short,
        "statement_to": Day(stay.statement_to).short,
        "patient_name": fit("FL8b", last_first(patient), 29),
        "patient_street": fit("FL9a", street(address), 40) if address else "",
        "patient_city": fit("FL9b", city(address), 30) if address else "",
        "patient_state": fit("FL9c", address.state, 3) if address else "",
        "patient_postal_code": fit("FL9d", postal_code(address), 10) if address else "",
        "birth": Day(patient.birth_date).long,
        "sex": patient.sex,
        "admission_date": Day(stay.admission_date).short,
        "admission_hour": stay.admission_time[:2],
        "admission_type": stay.admission_type,
        "admission_source": stay.admission_source,
        "discharge_hour": stay.discharge_time[:2],
        "status": stay.patient_status,
        "addressee": address_block("FL38", target.payer_name, target.payer_address, 40),
    }


def _tax_id(billing: Provider) -> str:
    plain = code(billing.tin).replace("-", "")
    return f"{plain[:2]}-{plain[2:]}" if len(plain) == 9 else plain


def _payers(sent: ClaimToSend, stay: Stay) -> dict[str, Any]:
    """FL50 to FL65, in the order in which the payers pay."""
    coverages = sorted(sent.claim.coverages, key=lambda one: _ORDER.index(one.responsibility))
    told = tuple(_payer_line(sent, one, stay) for one in _at_most("FL50", coverages, 3, "payers"))
    return {"payers": told, "billing_npi": fit("FL56", sent.claim.billing_provider.npi, 10)}


def _payer_line(sent: ClaimToSend, coverage: Coverage, stay: Stay) -> PayerLine:
    claim = sent.claim
    billed = coverage.responsibility is sent.responsibility
    paid = [one for one in sent.prior_payments if one.responsibility is coverage.responsibility]
    prior = sum(one.payment.payment_cents for one in paid)
    due = stay.estimated_patient_due_cents
    ids = claim.billing_provider.other_ids
    return PayerLine(
        name=fit("FL50", coverage.payer_name, 23),
        plan_id=fit("FL51", coverage.payer_id, 15),
        release=claim.statements.release,
        assignment=claim.statements.benefits_assigned,
        prior=Amount.fitting("FL54", prior, 8) if paid else None,
        estimated=Amount.fitting("FL55", due, 8) if billed and due is not None else None,
        provider_id=fit("FL57", ids[0].value, 15) if billed and ids else "",
        insured_name=fit("FL58", last_first(coverage.subscriber), 25),
        relationship=coverage.relationship_code,
        insured_id=fit("FL60", coverage.member_id, 20),
        group_name=fit("FL61", coverage.group_name, 14),
        group_number=fit("FL62", coverage.group_number, 17),
        authorization=fit("FL63", _authorization(claim, coverage, billed), 30),
        document_number=fit("FL64", claim.payer_claim_control_number, 26) if billed else "",
    )


def _authorization(claim: Claim, coverage: Coverage, billed: bool) -> str:
    told = [one.value for one in coverage.authorizations if one.qualifier in ("G1", "9F")]
    if billed:
        told += [claim.prior_authorization_number]
        told += [one.value for one in claim.references if one.qualifier == "9F"]
    return only("FL63", told, "authorization or referral number")


def _codes(claim: Claim, stay: Stay) -> dict[str, Any]:
    """FL18 to FL36, FL39 to FL41 and FL66 to FL74."""
    present = stay.present_on_admission or ("",) * len(claim.diagnosis_codes)
    diagnoses = tuple(zip(claim.diagnosis_codes, present, strict=False))
    if not diagnoses:
        raise FormRefused("FL67", "needs a principal diagnosis")
    events = [one for one in stay.occurrences if one.last is None]
    spans = [one for one in stay.occurrences if one.last is not None]
    values = _at_most("FL39-41", stay.values, 12, "value codes")
    return {
        "conditions": _at_most("FL18-28", stay.condition_codes, 11, "condition codes"),
        "occurrences": tuple(
            Coded(code=one.code, first=Day(one.first).short)
            for one in _at_most("FL31-34", events, 8, "occurrence codes")
        ),
        "spans": tuple(
            Coded(code=one.code, first=Day(one.first).short, last=Day(one.last).short)
            for one in _at_most("FL35-36", spans, 4, "occurrence spans")
        ),
        "values": tuple(
            Coded(code=one.code, amount=Amount.fitting("FL39-41", one.hundredths, 7)) for one in values
        ),
        "diagnoses": tuple(
            Coded(code=fit("FL67", code(one), 7), present=there)
            for one, there in _at_most("FL67", diagnoses, 18, "diagnoses")
        ),
        "admitting": fit("FL69", code(stay.admitting_diagnosis), 7),
        "reasons": tuple(
            fit("FL70", code(one), 7) for one in _at_most("FL70", stay.reasons_for_visit, 3, "reasons")
        ),
        "drg": fit("FL71", stay.drg, 4),
        "causes": tuple(
            Coded(code=fit("FL72", code(one.code), 7), present=one.present_on_admission)
            for one in _at_most("FL72", stay.external_causes, 3, "external causes of injury")
        ),
        "procedures": tuple(
            Coded(code=fit("FL74", code(one.code), 7), first=Day(one.performed_on).short)
            for one in _at_most("FL74", stay.procedures, 6, "procedures")
        ),
    }


def _people(claim: Claim) -> dict[str, Any]:
    """FL76 to FL81."""
    by_role = {one.role: one.provider for one in claim.providers}
    others = [
        _took_part(role, by_role[role])
        for role in (ProviderRole.OTHER_OPERATING, ProviderRole.REFERRING)
        if role in by_role
    ]
    if claim.rendering_provider is not None:
        others.append(_took_part(ProviderRole.RENDERING, claim.rendering_provider))
    attending, operating = by_role.get(ProviderRole.ATTENDING), by_role.get(ProviderRole.OPERATING)
    return {
        "attending": _took_part(ProviderRole.ATTENDING, attending) if attending else None,
        "operating": _took_part(ProviderRole.OPERATING, operating) if operating else None,
        "others": _at_most("FL78-79", others, 2, "other providers"),
        "remarks": _remarks(claim),
        "taxonomy": fit("FL81", claim.billing_provider.taxonomy_code, 10),
    }


def _took_part(role: ProviderRole, provider: Provider) -> TookPart:
    box = "FL76-79"
    known = {one.qualifier: one.value for one in reversed(provider.other_ids)}
    qualifier = next((kind for kind in ("G2", "0B", "1G", "LU") if kind in known), "")
    return TookPart(
        role=role.value,
        npi=fit(box, provider.npi, 11),
        id_qualifier=qualifier,
        id_number=fit(box, known.get(qualifier, ""), 9),
        last_name=fit(box, provider.last_or_organization_name, 17),
        first_name=fit(box, provider.first_name, 11),
    )


def _remarks(claim: Claim) -> tuple[str, ...]:
    told = " ".join(form_text(note.text) for note in claim.notes)
    if not told:
        return ()
    wrapped = textwrap.wrap(told, _REMARK_WIDTH, initial_indent=_REMARK_INDENT)
    first, *rest = _at_most("FL80", wrapped, _REMARK_LINES, "lines of remarks")
    return (first.removeprefix(_REMARK_INDENT), *rest)


def _at_most(
    box: str, things: Sequence[_Thing] | Iterable[_Thing], most: int, what: str
) -> tuple[_Thing, ...]:
    found = tuple(things)
    if len(found) > most:
        raise FormRefused(
            box, f"has room for {most} {what}, the claim has {len(found)}; send it electronically"
        )
    return found
