"""Read the dental parts of a claim (005010X224A2): 2300 with 2310, and 2400 with 2420."""

from revcycle.domain.claims.claim import ServiceLine
from revcycle.domain.claims.dental import DentalClaim, DentalService, Orthodontics, ToothStatus
from revcycle.domain.finding import Finding, Severity
from revcycle.edi.claim_837.dental.limits import (
    APPLIANCE_PLACED,
    CLAIM_DATES,
    CLAIM_FIELDS,
    CLAIM_NOTES,
    CLAIM_PROVIDERS,
    CLAIM_REFERENCES,
    CODE,
    FREQUENCIES,
    LINE_DATES,
    LINE_FIELDS,
    LINE_PROVIDERS,
    LINE_REFERENCES,
)
from revcycle.edi.claim_837.parts.clm import read_clm
from revcycle.edi.claim_837.parts.details import (
    read_attachment,
    read_contract,
    read_date,
    read_fixed_format,
    read_service_date,
    reads_dates,
    reads_notes,
    reads_references,
)
from revcycle.edi.claim_837.parts.guide import OF_ALL_LINES, Facts, Remarks, SegmentReader, closed, read_loop
from revcycle.edi.claim_837.parts.loops import ClaimLoop
from revcycle.edi.claim_837.parts.providers import reads_providers
from revcycle.edi.wire.elements import NOT_STATED, cents, is_number, missing, quantity, unreadable
from revcycle.edi.wire.errors import Unreadable
from revcycle.edi.wire.segments import Segment
from revcycle.edi.wire.teeth import read_cavity, read_tooth

_DIAGNOSES = frozenset(["ABK", "ABF", "BK", "BF"])
_NUMBERINGS = ("", "JP")
_SERVICE_DATE = "472"
_TEETH, _ORTHODONTICS = "_teeth", "_orthodontics"


def read_claim(loop: ClaimLoop, remarks: Remarks) -> Facts:
    """Return the claim's fields from 2300 and 2310. Raises Unreadable."""
    head = loop.own[0]
    facts = read_clm(head, FREQUENCIES, CODE)
    facts["place_of_service"] = head.component(5, 1)
    facts["diagnosis_codes"] = []
    read_loop(loop, "2300", _CLAIM_SEGMENTS, _CLAIM_PARTIES, facts, remarks)
    dental = DentalClaim(
        tuple(facts.pop(_TEETH, ())), facts.pop(_ORTHODONTICS, None), head[19].upper() == "PB"
    )
    if dental != DentalClaim():
        facts["dental"] = dental
    return closed(facts)


def _clm(facts: Facts, segment: Segment) -> bool:
    """Tell a second CLM, or one with elements of another guide, from what has been read."""
    return segment[1] == facts["source_control_number"] and segment[19].upper() in ("", "PB")


def _claim_date(facts: Facts, segment: Segment) -> bool:
    if segment[1] == _SERVICE_DATE:
        return facts.setdefault(OF_ALL_LINES, segment) is segment
    return segment[1] in CLAIM_DATES and read_date(facts, segment)


def _orthodontics(facts: Facts, segment: Segment) -> bool:
    if _ORTHODONTICS in facts or segment[3]:
        return False
    try:
        facts[_ORTHODONTICS] = Orthodontics(
            quantity(segment, 1) if segment[1] else None, quantity(segment, 2) if segment[2] else None
        )
    except Unreadable:
        return False
    return segment[4].upper() in ("", "Y")


def _tooth_status(facts: Facts, segment: Segment) -> bool:
    if segment[6].upper() not in _NUMBERINGS or not segment[1] or not segment[2]:
        return False
    facts.setdefault(_TEETH, []).append(ToothStatus(segment[1], segment[2]))
    return not any(segment[index] for index in (3, 4, 5))


def _amount(facts: Facts, segment: Segment) -> bool:
    if segment[1] != "F5" or "patient_paid_cents" in facts:
        return False
    facts["patient_paid_cents"] = cents(segment, 2)
    return True


def _codes(facts: Facts, segment: Segment) -> bool:
    whole = True
    for index in range(1, len(segment)):
        parts = segment.components(index)
        if len(parts) > 1 and parts[1] and parts[0].upper() in _DIAGNOSES:
            facts["diagnosis_codes"].append(parts[1])
        elif segment[index]:
            whole = False
    return whole


_CLAIM_SEGMENTS: dict[str, SegmentReader] = {
    "CLM": _clm,
    "DTP": _claim_date,
    "DN1": _orthodontics,
    "DN2": _tooth_status,
    "PWK": read_attachment,
    "CN1": read_contract,
    "AMT": _amount,
    "REF": reads_references(CLAIM_REFERENCES, CLAIM_FIELDS),
    "K3": read_fixed_format,
    "NTE": reads_notes(CLAIM_NOTES),
    "HI": _codes,
}
_CLAIM_PARTIES = reads_providers(CLAIM_PROVIDERS)


def read_line(loop: ClaimLoop, number: int, claim: Facts, remarks: Remarks) -> ServiceLine:
    """Return the line from 2400 to 2420. Raises Unreadable without SV3, a procedure or a date of service.

    A predetermination has no date of service; an orthodontic treatment has that of its appliance.
    """
    facts: Facts = {"line_number": number}
    read_loop(loop, "2400", _LINE_SEGMENTS, _LINE_PARTIES, facts, remarks)
    if "procedure_code" not in facts:
        raise missing(loop.own[0], "The service (SV3) of this line")
    if "service_date" not in facts:
        _date_of_claim(loop, facts, claim, remarks)
    remarks.leave("2410", [segment for drug in loop.drugs for segment in drug])
    teeth = tuple(facts.pop(_TEETH, ()))
    cavity, placement = facts.pop("_cavity"), facts.pop("_placement")
    if teeth or cavity or placement:
        facts["dental"] = DentalService(teeth, cavity, placement)
    return ServiceLine(**closed(facts))


def _date_of_claim(loop: ClaimLoop, facts: Facts, claim: Facts, remarks: Remarks) -> None:
    given = claim.get(OF_ALL_LINES)
    if given is not None:
        read_service_date(facts, given)
        return
    if "dental" in claim and claim["dental"].predetermination:
        facts["service_date"] = NOT_STATED
        return
    events = (*facts.get("dates", ()), *claim.get("dates", ()))
    placed = next((event.first for event in events if event.qualifier == APPLIANCE_PLACED), None)
    service = loop.first("SV3") or loop.own[0]
    if placed is None:
        raise missing(service, "The date of service (DTP*472) of this line or of its claim")
    facts["service_date"] = placed
    remarks.findings.append(_appliance_date(service))


def _appliance_date(service: Segment) -> Finding:
    message = "The line has no date of service; the day its appliance was placed was taken for it."
    remedy = "Check with the dentist before the claim is sent on."
    return Finding(
        f"{CODE}.service_date", service.where(), message, remedy, Severity.WARNING, service.position
    )


def _lx(facts: Facts, segment: Segment) -> bool:
    return True


def _service(facts: Facts, segment: Segment) -> bool:
    if "procedure_code" in facts:
        return False
    procedure = [*segment.components(1), "", "", "", "", "", ""]
    if not procedure[1]:
        raise unreadable("x12.missing_element", segment, 1, "The line has no procedure code.")
    facts["procedure_qualifier"], facts["procedure_code"] = procedure[0].upper() or "AD", procedure[1]
    facts["modifiers"] = tuple(part for part in procedure[2:6] if part)
    facts["description"] = procedure[6]
    facts["charge_cents"] = cents(segment, 2)
    facts["place_of_service"] = segment[3]
    facts["_cavity"], facts["_placement"] = read_cavity(segment), segment[5]
    facts["units"] = quantity(segment, 6)
    pointers = [part for part in segment.components(11) if part]
    if not all(map(is_number, pointers)):
        raise unreadable("x12.broken_number", segment, 11, "A diagnosis pointer is not a number.")
    facts["diagnosis_pointers"] = tuple(map(int, pointers))
    return True


def _tooth(facts: Facts, segment: Segment) -> bool:
    tooth = read_tooth(segment)
    if tooth is None:
        return False
    facts.setdefault(_TEETH, []).append(tooth)
    return True


def _line_date(facts: Facts, segment: Segment) -> bool:
    if segment[1] != _SERVICE_DATE:
        return _other_line_date(facts, segment)
    if "service_date" in facts:
        return False
    read_service_date(facts, segment)
    return True


_other_line_date = reads_dates(LINE_DATES)


_LINE_SEGMENTS: dict[str, SegmentReader] = {
    "LX": _lx,
    "SV3": _service,
    "TOO": _tooth,
    "DTP": _line_date,
    "CN1": read_contract,
    "REF": reads_references(LINE_REFERENCES, LINE_FIELDS),
    "K3": read_fixed_format,
}
_LINE_PARTIES = reads_providers(LINE_PROVIDERS)
