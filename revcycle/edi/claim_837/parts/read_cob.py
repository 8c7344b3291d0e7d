"""Other coverages of an 837 claim (2320/2330) and their payers' payments (AMT*D, CAS, 2430)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from revcycle.domain.claims.claim import Coverage, PriorPayment, ServiceLine, Statements
from revcycle.domain.claims.claim_details import Reference
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.codes.claim_status import PROCESSED, ClaimStatusCode
from revcycle.domain.person import Person
from revcycle.domain.remittances.remittance import Adjustment, AdjustmentGroup, ClaimPayment, ServicePayment
from revcycle.edi.claim_837.parts.guide import Facts, Remarks
from revcycle.edi.claim_837.parts.loops import ClaimLoop
from revcycle.edi.claim_837.parts.outcome import Outcome
from revcycle.edi.claim_837.parts.providers import address_of
from revcycle.edi.claim_837.parts.read_parties import payer_parts, read_person
from revcycle.edi.wire.adjustments import read_adjustments
from revcycle.edi.wire.elements import cents, day, quantity, quantity_text
from revcycle.edi.wire.segments import Segment

_PLACES = {place.value: place for place in Responsibility}
_AUTHORIZATIONS = ("G1", "9F", "T4")
_OUTCOMES = ("MIA", "MOA")
_REVENUE_CODE = "NU"


@dataclass(slots=True)
class OtherPayer:
    """One 2320 loop: its coverage and, when its payer has adjudicated, the amounts with their segments."""

    coverage: Coverage
    paid_cents: int | None = None
    owed_cents: int | None = None
    adjustments: list[Adjustment] = field(default_factory=list)
    outcome: Outcome = field(default_factory=Outcome)
    paid_on: date | None = None
    payer_claim_control_number: str = ""
    amounts: list[Segment] = field(default_factory=list)


def read_other_payer(
    loop: ClaimLoop, patient: Person, destination: Coverage, statements: Statements, remarks: Remarks
) -> OtherPayer | None:
    """Read one 2320/2330.

    None, and all of it reported, when it has no place in line, no subscriber or no payer.
    """
    role = loop.own[0]
    place = _PLACES.get(role[1])
    insured = next((party for party in loop.parties if party[0][1] == "IL"), None)
    payer = next((party for party in loop.parties if party[0][1] == "PR"), None)
    if place is None or insured is None or payer is None:
        remarks.leave("2320", [*loop.own, *(segment for party in loop.parties for segment in party)])
        return None
    for party in loop.parties:
        if party is not insured and party is not payer:
            remarks.leave("2330", party)
    other = OtherPayer(_coverage(place, role, insured, payer, patient, destination, remarks))
    _own(loop, other, statements, remarks)
    _payer(payer, other, remarks)
    return other


def _coverage(
    place: Responsibility,
    role: Segment,
    insured: Sequence[Segment],
    payer: Sequence[Segment],
    patient: Person,
    destination: Coverage,
    remarks: Remarks,
) -> Coverage:
    named, subscriber_ids = read_person(insured, "2330A", remarks)
    parts = payer_parts(payer)
    authorizations = (Reference(s[1], s[2]) for s in parts.rest if _is_authorization(s))
    return Coverage(
        place, payer[0][9], payer[0][3], insured[0][9], _known(role, named, patient, destination),
        role[2] or "18", role[9] or "CI", role[3], role[4], role[5], address_of(parts.street, parts.city),
        parts.ids, subscriber_ids, None, tuple(authorizations),
    )  # fmt: skip


def _is_authorization(segment: Segment) -> bool:
    return segment.id == "REF" and segment[1] in _AUTHORIZATIONS and bool(segment[2])


def _known(role: Segment, named: Person, patient: Person, destination: Coverage) -> Person:
    """Return the other subscriber; the guides have no birth date here, so a known person's is used."""
    for known in (patient, destination.subscriber):
        is_self = role[2] == "18" and known is patient
        if is_self or (known.last_name, known.first_name) == (named.last_name, named.first_name):
            return replace(named, birth_date=known.birth_date, sex=known.sex)
    return named


def _own(loop: ClaimLoop, other: OtherPayer, statements: Statements, remarks: Remarks) -> None:
    for segment in loop.own[1:]:
        kind = segment.id
        if kind == "CAS":
            other.adjustments += read_adjustments(segment)
        elif kind == "AMT" and segment[1] == "D":
            other.paid_cents = cents(segment, 2)
        elif kind == "AMT" and segment[1] == "EAF":
            other.owed_cents = cents(segment, 2)
        elif kind == "AMT" and segment[1] == "A8":
            other.coverage = replace(other.coverage, not_covered_cents=cents(segment, 2))
            continue
        elif kind in _OUTCOMES:
            if not other.outcome.take(segment):
                remarks.leave("2320", [segment])
        elif not (kind == "OI" and _says(segment, statements)):
            remarks.leave("2320", [segment])
            continue
        if kind != "OI":
            other.amounts.append(segment)


def _says(segment: Segment, statements: Statements) -> bool:
    """Tell whether OI repeats the claim's own statements."""
    assigned, release = statements.benefits_assigned, statements.release
    signed = (segment[4] == "P") == statements.signed_for_patient
    return segment[3] in (assigned, "") and segment[6] in (release, "") and signed


def _payer(payer: Sequence[Segment], other: OtherPayer, remarks: Remarks) -> None:
    for segment in payer_parts(payer).rest:
        if segment.id == "DTP" and segment[1] == "573":
            other.paid_on = day(segment, 3)
            other.amounts.append(segment)
        elif segment.id == "REF" and segment[1] == "F8":
            other.payer_claim_control_number = segment[2]
            other.amounts.append(segment)
        elif not _is_authorization(segment):
            remarks.leave("2330B", [segment])


def prior_payment(
    claim: Facts, payer: OtherPayer, loops: Sequence[ClaimLoop], remarks: Remarks
) -> PriorPayment | None:
    """Return the payer's payment on the claim and its lines; None when it has not adjudicated.

    Amounts without a date of payment go to the remarks.
    """
    services: list[ServicePayment] = []
    paid_on = payer.paid_on
    for line, loop in zip(claim["lines"], loops, strict=True):
        for adjudication in loop.adjudications:
            if adjudication[0][1] == payer.coverage.payer_id:
                dated = next((s for s in adjudication if s.id == "DTP" and s[1] == "573"), None)
                paid_on = paid_on or (day(dated, 3) if dated is not None else None)
                services.append(_service(line, adjudication, remarks))
    if paid_on is None or (payer.paid_cents is None and not services):
        remarks.leave("2320", payer.amounts)
        return None
    adjustments = (*payer.adjustments, *(a for s in services for a in s.adjustments))
    owed = payer.owed_cents if payer.owed_cents is not None else _patients_part(adjustments)
    paid = payer.paid_cents if payer.paid_cents is not None else sum(s.payment_cents for s in services)
    payment = ClaimPayment(
        patient_control_number=claim["patient_control_number"],
        status_code=PROCESSED.get(payer.coverage.responsibility, ClaimStatusCode.TERTIARY).value,
        charge_cents=claim["charge_cents"],
        payment_cents=paid,
        patient_responsibility_cents=owed,
        payer_claim_control_number=payer.payer_claim_control_number,
        claim_filing_indicator=payer.coverage.claim_filing_indicator,
        adjustments=tuple(payer.adjustments),
        services=tuple(services),
        remark_codes=payer.outcome.remark_codes,
        inpatient=payer.outcome.inpatient,
        outpatient=payer.outcome.outpatient,
    )
    return PriorPayment(payer.coverage.responsibility, payment, paid_on)


def _patients_part(adjustments: Sequence[Adjustment]) -> int:
    return sum(a.amount_cents for a in adjustments if a.group is AdjustmentGroup.PATIENT_RESPONSIBILITY)


def _service(line: ServiceLine, adjudication: Sequence[Segment], remarks: Remarks) -> ServicePayment:
    head = adjudication[0]
    procedure = [*head.components(3), "", ""]
    qualifier, code, revenue_code = procedure[0].strip(), procedure[1], head[4]
    if revenue_code and not code:
        qualifier, code, revenue_code = _REVENUE_CODE, revenue_code, ""
    adjustments = tuple(a for s in adjudication if s.id == "CAS" for a in read_adjustments(s))
    owed_cents = _patients_part(adjustments)
    for segment in adjudication[1:]:
        owed = segment.id == "AMT" and segment[1] == "EAF" and cents(segment, 2) == owed_cents
        if not (owed or segment.id == "CAS" or (segment.id == "DTP" and segment[1] == "573")):
            remarks.leave("2430", [segment])
    return ServicePayment(
        procedure_code=code,
        procedure_qualifier=qualifier or "HC",
        revenue_code=revenue_code,
        modifiers=tuple(part for part in procedure[2:6] if part),
        charge_cents=line.charge_cents,
        payment_cents=cents(head, 2),
        adjustments=adjustments,
        service_date=line.service_date,
        line_item_control_number=line.line_item_control_number,
        units=quantity_text(quantity(head, 5)) if head[5] else "1",
    )
