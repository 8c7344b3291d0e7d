"""One claim of an 837P from its CLM on: 2300, 2310, other coverages 2320/2330, lines 2400 with 2430."""

from dataclasses import dataclass
from datetime import date

from revcycle.domain.claim import Claim, ClaimFrequency, Coverage, Provider, ServiceLine
from revcycle.domain.finding import Finding, Severity
from revcycle.domain.person import Person
from revcycle.edi._837p_facts import PriorPayment
from revcycle.edi._837p_read_cob import OtherPayer, prior_payment, read_other_coverage
from revcycle.edi._837p_read_party import read_provider
from revcycle.edi.elements import cents, day, is_number, missing, quantity, required, unreadable
from revcycle.edi.segments import Segment

_CARRIED_SEGMENTS = frozenset(["CLM", "HI", "PRV", "PER", "N3", "N4"])
_LINE_EXTRAS = frozenset(["NM1", "LIN", "CTP", "PWK", "SV5", "CRC", "CR1", "CR3", "FRM", "MEA", "K3", "NTE"])
_CARRIED_REFERENCES = frozenset(["G1", "F8", "6R"])
_CARRIED_DIAGNOSES = frozenset(["ABK", "ABF", "BK", "BF"])
_FREQUENCIES = {
    f.value: f for f in (ClaimFrequency.ORIGINAL, ClaimFrequency.REPLACEMENT, ClaimFrequency.VOID)
}
_NOBODY = Provider("", "")


@dataclass(frozen=True, slots=True)
class ClaimLoops:
    """The claim without what stands above it, and what else was said."""

    claim: Claim
    other_coverages: tuple[Coverage, ...]
    prior_payments: tuple[PriorPayment, ...]
    not_carried: tuple[tuple[str, Segment], ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Parts:
    """The segments of a claim, loop by loop; a line starts with its LX, or its SV1 where that is missing."""

    head: list[Segment]
    others: list[list[Segment]]
    lines: list[list[Segment]]


def _split(segments: list[Segment]) -> _Parts:
    parts = _Parts([], [], [])
    loop = parts.head
    served = False
    for segment in segments:
        name = segment.id
        if name == "LX" or (name == "SV1" and (served or not parts.lines)):
            if not (len(loop) == 1 and loop[0].id == "LX"):
                loop = []
                parts.lines.append(loop)
            served = False
        elif name == "SBR" and not parts.lines:
            loop = []
            parts.others.append(loop)
        served = served or name == "SV1"
        loop.append(segment)
    return parts


def read_claim_loops(segments: list[Segment], patient: Person, destination: Coverage) -> ClaimLoops:
    """Read the segments of one claim, CLM first. Raises Unreadable with the first thing that is broken."""
    parts, head = _split(segments), segments[0]
    control_number, charge = required(head, 1), cents(head, 2)
    if not parts.lines:
        raise missing(segments[-1], "The first service line (LX and SV1)")
    lines = tuple(_line(number, loop, parts.head) for number, loop in enumerate(parts.lines, 1))
    others = [read_other_coverage(loop, patient, destination) for loop in parts.others]
    payers = [other for other in others if other is not None]
    authorization = _reference(parts.head, "G1")
    claim = Claim(
        patient_control_number=control_number,
        charge_cents=charge,
        place_of_service=head.component(5, 1),
        patient=patient,
        billing_provider=_NOBODY,
        coverages=(),
        diagnosis_codes=_diagnoses(parts.head),
        lines=lines,
        rendering_provider=_rendering(parts.head),
        claim_frequency=_frequency(head),
        payer_claim_control_number=_reference(parts.head, "F8"),
        prior_authorization_number=authorization,
        source_control_number=control_number,
        delay_reason_code=head[20],
    )
    return ClaimLoops(
        claim,
        tuple(other.coverage for other in payers),
        _prior_payments(claim, payers, parts.lines),
        _not_carried(parts),
        tuple(_findings(parts.lines)),
    )


def _frequency(head: Segment) -> ClaimFrequency:
    frequency = _FREQUENCIES.get(head.component(5, 3))
    if frequency is None:
        message = "The claim frequency (third part of CLM05) is not 1, 7 or 8."
        raise unreadable("837p.claim_frequency", head, 5, message)
    return frequency


def _reference(segments: list[Segment], qualifier: str) -> str:
    return next((s[2] for s in segments if s.id == "REF" and s[1] == qualifier), "")


def _diagnoses(segments: list[Segment]) -> tuple[str, ...]:
    codes: list[str] = []
    for segment in segments:
        if segment.id == "HI":
            for index in range(1, len(segment)):
                parts = segment.components(index)
                if len(parts) > 1 and parts[0].upper() in _CARRIED_DIAGNOSES:
                    codes.append(parts[1])
    return tuple(codes)


def _rendering(segments: list[Segment]) -> Provider | None:
    for index, segment in enumerate(segments):
        if segment.id == "NM1" and segment[1] == "82":
            following = segments[index + 1] if index + 1 < len(segments) else None
            taxonomy = following if following is not None and following.id == "PRV" else None
            return read_provider(segment, taxonomy)
    return None


def _line(number: int, loop: list[Segment], claim_head: list[Segment]) -> ServiceLine:
    service = next((s for s in loop if s.id == "SV1"), None)
    if service is None:
        raise missing(loop[0], "The service (SV1) of this line")
    procedure = service.components(1)
    if len(procedure) < 2 or not procedure[1]:
        raise unreadable("x12.missing_element", service, 1, "The line has no procedure code.")
    dated = _first_date(loop) or _first_date(claim_head)
    if dated is None:
        raise missing(service, "The date of service (DTP*472) of this line")
    return ServiceLine(
        line_number=number,
        procedure_code=procedure[1],
        charge_cents=cents(service, 2),
        units=quantity(service, 4),
        service_date=_service_day(dated),
        diagnosis_pointers=_pointers(service),
        modifiers=tuple(part for part in procedure[2:6] if part),
        place_of_service=service[5],
        line_item_control_number=_reference(loop, "6R"),
    )


def _first_date(loop: list[Segment]) -> Segment | None:
    return next((s for s in loop if s.id == "DTP" and s[1] == "472"), None)


def _service_day(segment: Segment) -> date:
    return day(segment, 3)


def _pointers(service: Segment) -> tuple[int, ...]:
    parts = [part for part in service.components(7) if part]
    if not all(map(is_number, parts)):
        raise unreadable("x12.broken_number", service, 7, "A diagnosis pointer is not a number.")
    return tuple(map(int, parts))


def _prior_payments(
    claim: Claim, payers: list[OtherPayer], lines: list[list[Segment]]
) -> tuple[PriorPayment, ...]:
    found = (prior_payment(claim, payer, lines) for payer in payers)
    return tuple(payment for payment in found if payment is not None)


def _not_carried(parts: _Parts) -> tuple[tuple[str, Segment], ...]:
    rest = [(f"{_tag(segment)} in loop 2300", segment) for segment in parts.head if not _is_carried(segment)]
    for loop in parts.lines:
        rest += ((f"{_tag(segment)} in loop 2400", segment) for segment in loop if segment.id in _LINE_EXTRAS)
    return tuple(rest)


def _is_carried(segment: Segment) -> bool:
    if segment.id == "NM1":
        return segment[1] == "82"
    if segment.id == "REF":
        return segment[1] in _CARRIED_REFERENCES
    return segment.id in _CARRIED_SEGMENTS


def _tag(segment: Segment) -> str:
    """Name a segment by its id and, where that is a code, its qualifier; never by what it says."""
    qualified = segment.id in ("NM1", "REF", "DTP", "AMT") and len(segment[1]) <= 3
    return f"{segment.id}*{segment[1]}" if qualified else segment.id


def _findings(lines: list[list[Segment]]) -> list[Finding]:
    findings: list[Finding] = []
    for loop in lines:
        for segment in loop:
            if segment.id == "DTP" and segment[1] == "472" and segment[2] == "RD8":
                first, _, last = segment[3].partition("-")
                if first != last:
                    findings.append(_span(segment))
            elif segment.id == "SV1" and segment[3] not in ("UN", ""):
                findings.append(_unit(segment))
    return findings


def _span(segment: Segment) -> Finding:
    message = "The line spans several days; our lines carry one, so it was read with the first."
    remedy = "Split the line by day before the claim is sent on."
    return Finding("837p.date_span", segment.where(3), message, remedy, Severity.WARNING, segment.position)


def _unit(segment: Segment) -> Finding:
    message = "The quantity is not in units (UN); our lines carry units, so it was read as such."
    remedy = "Check the quantity with the coder before the claim is sent on."
    return Finding("837p.unit", segment.where(3), message, remedy, Severity.WARNING, segment.position)
