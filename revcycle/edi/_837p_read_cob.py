"""Other coverages of an 837P claim (2320/2330) and what their payers paid (AMT*D, CAS, 2430)."""

from dataclasses import dataclass, replace
from datetime import date

from revcycle.domain.claim import Claim, Coverage, Responsibility
from revcycle.domain.person import Person
from revcycle.domain.remittance import Adjustment, AdjustmentGroup, ClaimPayment, ServicePayment
from revcycle.edi._837p_facts import PriorPayment
from revcycle.edi._837p_read_party import by_entity, read_person
from revcycle.edi.adjustments import read_adjustments
from revcycle.edi.elements import cents, day, whole_number
from revcycle.edi.segments import Segment

_STATUS = {Responsibility.PRIMARY: "1", Responsibility.SECONDARY: "2", Responsibility.TERTIARY: "3"}


@dataclass(frozen=True, slots=True)
class OtherPayer:
    """One 2320 loop: its coverage and, when it has adjudicated, its amounts."""

    coverage: Coverage
    paid_cents: int | None
    adjustments: tuple[Adjustment, ...]
    paid_on: date | None
    payer_claim_control_number: str


def read_other_coverage(loop: list[Segment], patient: Person, destination: Coverage) -> OtherPayer | None:
    """Read one 2320/2330. None when a claim of ours cannot have its place in line or its payer."""
    role, loops = loop[0], by_entity(loop)
    insured, payer = loops.get("IL"), loops.get("PR")
    if insured is None or payer is None or role[1] not in ("P", "S", "T"):
        return None
    if role[1] == destination.responsibility.value:
        return None
    name, payer_name = insured["NM1"], payer["NM1"]
    coverage = Coverage(
        Responsibility(role[1]),
        payer_name[9],
        payer_name[3],
        name[9],
        _subscriber(role, read_person(name, insured), patient, destination),
        role[2] or "18",
        role[9] or "CI",
        role[3],
    )
    own = _own_segments(loop)
    paid = next((s for s in own if s.id == "AMT" and s[1] == "D"), None)
    paid_on, reference = payer.get("DTP"), payer.get("REF*F8")
    return OtherPayer(
        coverage,
        cents(paid, 2) if paid is not None else None,
        tuple(a for s in own if s.id == "CAS" for a in read_adjustments(s)),
        day(paid_on, 3) if paid_on is not None else None,
        reference[2] if reference is not None else "",
    )


def _own_segments(loop: list[Segment]) -> list[Segment]:
    first_name = next((i for i, s in enumerate(loop) if s.id == "NM1"), len(loop))
    return loop[:first_name]


def _subscriber(role: Segment, named: Person, patient: Person, destination: Coverage) -> Person:
    """The 837P gives no birth date here; the patient's and the other subscriber's are known."""
    for known in (patient, destination.subscriber):
        is_self = role[2] == "18" and known is patient
        if is_self or (known.last_name, known.first_name) == (named.last_name, named.first_name):
            return replace(named, birth_date=known.birth_date, sex=known.sex)
    return named


def prior_payment(claim: Claim, payer: OtherPayer, lines: list[list[Segment]]) -> PriorPayment | None:
    """Put together what the payer paid on the claim and its lines. None when it has not adjudicated."""
    services: list[ServicePayment] = []
    paid_on = payer.paid_on
    for line, loop in zip(claim.lines, lines, strict=True):
        for adjudication in _adjudications(loop, payer.coverage.payer_id):
            dated = next((s for s in adjudication if s.id == "DTP" and s[1] == "573"), None)
            paid_on = paid_on or (day(dated, 3) if dated is not None else None)
            service = _service(adjudication)
            services.append(
                replace(
                    service,
                    charge_cents=line.charge_cents,
                    service_date=line.service_date,
                    line_item_control_number=line.line_item_control_number,
                )
            )
    if paid_on is None or (payer.paid_cents is None and not services):
        return None
    adjustments = (*payer.adjustments, *(a for s in services for a in s.adjustments))
    owed = sum(a.amount_cents for a in adjustments if a.group is AdjustmentGroup.PATIENT_RESPONSIBILITY)
    paid = payer.paid_cents if payer.paid_cents is not None else sum(s.payment_cents for s in services)
    payment = ClaimPayment(
        patient_control_number=claim.patient_control_number,
        status_code=_STATUS[payer.coverage.responsibility],
        charge_cents=claim.charge_cents,
        payment_cents=paid,
        patient_responsibility_cents=owed,
        payer_claim_control_number=payer.payer_claim_control_number,
        claim_filing_indicator=payer.coverage.claim_filing_indicator,
        adjustments=payer.adjustments,
        services=tuple(services),
    )
    return PriorPayment(payer.coverage.responsibility, payment, paid_on)


def _adjudications(loop: list[Segment], payer_id: str) -> list[list[Segment]]:
    found: list[list[Segment]] = []
    current: list[Segment] | None = None
    for segment in loop:
        if segment.id == "SVD":
            current = [segment] if segment[1] == payer_id else None
            if current is not None:
                found.append(current)
        elif current is not None:
            current.append(segment)
    return found


def _service(adjudication: list[Segment]) -> ServicePayment:
    head = adjudication[0]
    procedure = head.components(3)
    return ServicePayment(
        procedure_code=procedure[1] if len(procedure) > 1 else "",
        modifiers=tuple(part for part in procedure[2:6] if part),
        charge_cents=0,
        payment_cents=cents(head, 2),
        adjustments=tuple(a for s in adjudication if s.id == "CAS" for a in read_adjustments(s)),
        units=str(whole_number(head, 5)) if head[5] else "1",
    )
