"""Read the professional parts of a claim (005010X222A1): 2300 with 2310, and 2400 with 2410 and 2420."""

from decimal import Decimal
from functools import lru_cache

from revcycle.domain.claims.claim import ClaimFrequency, ServiceLine
from revcycle.domain.claims.claim_details import Chiropractic
from revcycle.domain.money import BrokenAmount, parse_cents
from revcycle.edi.claim_837.parts.clm import read_clm
from revcycle.edi.claim_837.parts.details import (
    read_ambulance,
    read_attachment,
    read_contract,
    read_date,
    read_fixed_format,
    read_service_date,
    reads_conditions,
    reads_notes,
    reads_references,
)
from revcycle.edi.claim_837.parts.drug import read_drugs
from revcycle.edi.claim_837.parts.guide import (
    OF_ALL_LINES,
    Facts,
    PartyReader,
    Remarks,
    SegmentReader,
    closed,
    read_loop,
)
from revcycle.edi.claim_837.parts.loops import ClaimLoop
from revcycle.edi.claim_837.parts.providers import (
    DROP_OFF,
    PICK_UP,
    join_transport,
    read_place,
    reads_providers,
)
from revcycle.edi.claim_837.professional.loops import (
    CLAIM_CONDITIONS,
    CLAIM_DATES,
    CLAIM_NOTES,
    CLAIM_PROVIDERS,
    CLAIM_REFERENCES,
    LINE_CONDITIONS,
    LINE_DATES,
    LINE_NOTES,
    LINE_PROVIDERS,
    LINE_REFERENCES,
    ONE_CLAIM_NOTE,
    ONE_LINE_NOTE,
)
from revcycle.edi.wire.elements import cents, is_number, missing, quantity, unreadable
from revcycle.edi.wire.quick import quick
from revcycle.edi.wire.segments import Segment

_CODE = "837p"
_FREQUENCIES = frozenset([ClaimFrequency.ORIGINAL, ClaimFrequency.REPLACEMENT, ClaimFrequency.VOID])
_DIAGNOSES = frozenset(["ABK", "ABF", "BK", "BF"])
_LISTS = {"BP": "anesthesia_procedures", "BO": "anesthesia_procedures", "BG": "condition_codes"}
_SERVICE_DATE = "472"
_REMEMBERED = 1024
_TO_POINTERS = 8
_LINE = quick(ServiceLine)
_USUAL_UNITS = {str(number): Decimal(number) for number in range(1, 100)}


def read_claim(loop: ClaimLoop, remarks: Remarks) -> Facts:
    """Return the claim's fields from 2300 and 2310. Raises Unreadable."""
    facts = read_clm(loop.own[0], _FREQUENCIES, _CODE)
    facts["place_of_service"] = loop.own[0].component(5, 1)
    facts["diagnosis_codes"] = []
    read_loop(loop, "2300", _CLAIM_SEGMENTS, _CLAIM_PARTIES, facts, remarks)
    join_transport(facts)
    return closed(facts)


def _clm(facts: Facts, segment: Segment) -> bool:
    """Tell a second CLM from the one already read."""
    return bool(segment[1] == facts["source_control_number"])


def _amount(facts: Facts, segment: Segment) -> bool:
    if segment[1] != "F5" or "patient_paid_cents" in facts:
        return False
    facts["patient_paid_cents"] = cents(segment, 2)
    return True


def _codes(facts: Facts, segment: Segment) -> bool:
    """Take an HI; its other qualifiers belong to other guides."""
    whole, separator = True, segment.delimiters.component
    for element in segment.elements[1:]:
        qualifier, _, rest = element.partition(separator)
        code = rest.partition(separator)[0]
        if not code:
            continue
        if qualifier in _DIAGNOSES:
            facts["diagnosis_codes"].append(code)
        elif qualifier in _LISTS:
            facts.setdefault(_LISTS[qualifier], []).append(code)
        else:
            whole = False
    return whole


def _chiropractic(facts: Facts, segment: Segment) -> bool:
    if (
        not segment[8]
        or "chiropractic" in facts
        or any(segment[index] for index in (1, 2, 3, 4, 5, 6, 7, 9, 12))
    ):
        return False
    facts["chiropractic"] = Chiropractic(segment[8], segment[10], segment[11])
    return True


def _claim_date(facts: Facts, segment: Segment) -> bool:
    if segment[1] == _SERVICE_DATE:
        return facts.setdefault(OF_ALL_LINES, segment) is segment
    return segment[1] in CLAIM_DATES and read_date(facts, segment)


_CLAIM_SEGMENTS: dict[str, SegmentReader] = {
    "CLM": _clm,
    "DTP": _claim_date,
    "PWK": read_attachment,
    "CN1": read_contract,
    "AMT": _amount,
    "REF": reads_references(
        CLAIM_REFERENCES, {"G1": "prior_authorization_number", "F8": "payer_claim_control_number"}
    ),
    "K3": read_fixed_format,
    "NTE": reads_notes(CLAIM_NOTES, ONE_CLAIM_NOTE),
    "CR1": read_ambulance,
    "CR2": _chiropractic,
    "CRC": reads_conditions(CLAIM_CONDITIONS),
    "HI": _codes,
}
_PLACES: dict[str, PartyReader] = {PICK_UP: read_place, DROP_OFF: read_place}
_CLAIM_PARTIES = reads_providers(CLAIM_PROVIDERS) | _PLACES


def read_line(loop: ClaimLoop, number: int, claim: Facts, remarks: Remarks) -> ServiceLine:
    """Return the line from 2400 to 2420. Raises Unreadable without SV1, a procedure or a date of service."""
    facts: Facts = {"line_number": number}
    read_loop(loop, "2400", _LINE_SEGMENTS, _LINE_PARTIES, facts, remarks)
    if "procedure_code" not in facts:
        raise missing(loop.own[0], "The service (SV1) of this line")
    if "service_date" not in facts:
        _date_of_claim(loop, facts, claim)
    if loop.drugs:
        read_drugs(facts, loop.drugs, remarks)
    join_transport(facts)
    return _LINE(**closed(facts))


def _date_of_claim(loop: ClaimLoop, facts: Facts, claim: Facts) -> None:
    """Older files give the date of service once, with the claim."""
    given = claim.get(OF_ALL_LINES)
    if given is None:
        service = loop.first("SV1") or loop.own[0]
        raise missing(service, "The date of service (DTP*472) of this line")
    read_service_date(facts, given)


def _lx(facts: Facts, segment: Segment) -> bool:
    return True


def _service(facts: Facts, segment: Segment) -> bool:
    if "procedure_code" in facts:
        return False
    separator, told = segment.delimiters.component, segment.elements
    if len(told) < _TO_POINTERS:
        told = [*told, *("",) * (_TO_POINTERS - len(told))]
    qualifier, code, modifiers, description = _procedure(told[1], separator)
    if not code:
        raise unreadable("x12.missing_element", segment, 1, "The line has no procedure code.")
    pointers = _pointers(told[7], separator)
    if pointers is None:
        raise unreadable("x12.broken_number", segment, 7, "A diagnosis pointer is not a number.")
    facts["procedure_code"] = code
    charge = _charge(told[2])
    facts["charge_cents"] = charge if charge is not None else cents(segment, 2)
    facts["units"] = _USUAL_UNITS.get(told[4]) or quantity(segment, 4)
    facts["diagnosis_pointers"] = pointers
    facts["place_of_service"] = told[5]
    if modifiers:
        facts["modifiers"] = modifiers
    if qualifier != "HC":
        facts["procedure_qualifier"] = qualifier
    if description:
        facts["description"] = description
    if told[3] not in ("UN", ""):
        facts["unit"] = told[3]
    if len(told) > _TO_POINTERS:
        facts["emergency"] = segment[9] == "Y"
        facts["epsdt"] = segment[11] == "Y"
        facts["family_planning"] = segment[12] == "Y"
        facts["copayment_exempt"] = segment[15] == "0"
    return True


@lru_cache(maxsize=_REMEMBERED)
def _charge(text: str) -> int | None:
    """Return SV102 in cents, None when it is no amount; a fee schedule has few of them."""
    try:
        return parse_cents(text)
    except BrokenAmount:
        return None


@lru_cache(maxsize=_REMEMBERED)
def _procedure(text: str, separator: str) -> tuple[str, str, tuple[str, ...], str]:
    """Return qualifier, code, modifiers and description of SV101; the same ones come again and again."""
    parts = text.split(separator)
    code = parts[1] if len(parts) > 1 else ""
    return parts[0] or "HC", code, tuple([part for part in parts[2:6] if part]), "".join(parts[6:7])


@lru_cache(maxsize=_REMEMBERED)
def _pointers(text: str, separator: str) -> tuple[int, ...] | None:
    """Return the numbers of SV107, None when one is none."""
    parts = [part for part in text.split(separator) if part]
    return tuple(map(int, parts)) if all(map(is_number, parts)) else None


def _line_date(facts: Facts, segment: Segment) -> bool:
    qualifier = segment[1]
    if qualifier != _SERVICE_DATE:
        return qualifier in LINE_DATES and read_date(facts, segment)
    if "service_date" in facts:
        return False
    read_service_date(facts, segment)
    return True


_LINE_SEGMENTS: dict[str, SegmentReader] = {
    "LX": _lx,
    "SV1": _service,
    "DTP": _line_date,
    "REF": reads_references(LINE_REFERENCES, {"6R": "line_item_control_number"}),
    "PWK": read_attachment,
    "CR1": read_ambulance,
    "CRC": reads_conditions(LINE_CONDITIONS),
    "CN1": read_contract,
    "K3": read_fixed_format,
    "NTE": reads_notes(LINE_NOTES, ONE_LINE_NOTE),
}
_LINE_PARTIES = reads_providers(LINE_PROVIDERS) | _PLACES
