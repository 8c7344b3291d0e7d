"""Segments of a 270 to inquiries (005010X279A1, loops 2000A to 2110D)."""

from collections.abc import Iterable, Iterator
from datetime import date

from revcycle.domain.claims.benefit import PlanReference, Procedure
from revcycle.domain.claims.eligibility import EligibilityInquiry
from revcycle.domain.person import Address
from revcycle.edi.inquiry.hierarchy import Loop
from revcycle.edi.inquiry.hierarchy_checks import HierarchyCheck
from revcycle.edi.inquiry.levels import levels
from revcycle.edi.inquiry.parts import read_address, read_reference, service_types
from revcycle.edi.inquiry.reading import Reading
from revcycle.edi.wire.elements import NOT_STATED, parse_day
from revcycle.edi.wire.segments import Segment

LEVELS = ("20", "21", "22", "23")
PARENTS = {"20": "", "21": "20", "22": "21", "23": "22"}
_ASKED_DAYS = ("291", "472", "307")
"""What the day asked about is called: plan date, or service or eligibility date in older guides."""
_NAMES = {"20": "2100A", "21": "2100B", "22": "2100C", "23": "2100D"}


def read_segments(segments: Iterable[Segment], reading: Reading) -> Iterator[EligibilityInquiry]:
    """Return one inquiry for each person with an EQ; several EQ of a person are one inquiry."""
    checks, created, asked = HierarchyCheck(PARENTS, "270"), "", False
    start: Segment | None = None
    for level in levels(segments, LEVELS):
        loop = level.loop
        start = start or loop.segments[0]
        if not loop.code and loop.segments[0].id != "HL":
            created = _header(loop, reading)
            continue
        reading.findings.extend(checks.check(level))
        inquiry = _read(loop, created, reading)
        reading.take(loop.segments[0], 1, 2, 3, 4)
        reading.rest(loop.segments, _NAMES.get(loop.code, "unknown"))
        if loop.code in ("22", "23") and loop.first("EQ") is not None:
            asked = True
            yield inquiry
    if start is not None and not asked:
        if not checks.seen:
            reading.findings.append(checks.missing(start))
        remedy = "Add an EQ segment to the person asked about and send the inquiry again."
        reading.warn("asks_nothing", start, None, "The inquiry asks about nobody (there is no EQ).", remedy)


def _header(loop: Loop, reading: Reading) -> str:
    for segment in loop.segments:
        if segment.id in ("ST", "BHT"):
            reading.take(segment, 1, 2, 3, 4, 5, 6)
    reading.rest(loop.segments, "header")
    return loop.text("BHT", "", 4)


def _read(loop: Loop, created: str, reading: Reading) -> EligibilityInquiry:
    subscriber = loop.nearest("22") or loop
    source, receiver = loop.nearest("20") or loop, loop.nearest("21") or loop
    payer, provider = _name(source, "", reading), _name(receiver, "", reading)
    insured, dependent = _name(subscriber, "IL", reading), None
    if loop.code == "23":
        dependent = _name(loop, "03", reading)
    first, last = _asked_days(loop, subscriber, created, reading)
    types, procedure = _question(loop, reading)
    specialty = receiver.first("PRV")
    return EligibilityInquiry(
        payer_id=_element(payer, 9),
        payer_name=_element(payer, 3),
        provider_npi=_element(provider, 9),
        provider_name=_element(provider, 3),
        member_id=_element(insured, 9),
        last_name=_element(insured, 3),
        first_name=_element(insured, 4),
        birth_date=_birth_date(subscriber, reading) or NOT_STATED,
        service_date=first or NOT_STATED,
        trace_number=_trace(loop, reading) or _trace(subscriber, reading),
        dependent_last_name=_element(dependent, 3),
        dependent_first_name=_element(dependent, 4),
        dependent_birth_date=_birth_date(loop, reading) if dependent is not None else None,
        service_types=types,
        service_date_to=last,
        sex=_sex(subscriber),
        dependent_sex=_sex(loop) if dependent is not None else "",
        relationship_code=_relationship(loop, reading) if dependent is not None else "",
        group_number=_group(subscriber, reading),
        references=_references(subscriber, reading),
        procedure=procedure,
        provider_first_name=_element(provider, 4),
        provider_taxonomy=reading.take(specialty, 1, 2, 3)[3] if specialty is not None else "",
        middle_name=_element(insured, 5),
        dependent_middle_name=_element(dependent, 5),
        address=_address(subscriber, reading),
        coverage_level=_coverage_level(loop, reading),
    )


def _name(loop: Loop, role: str, reading: Reading) -> Segment | None:
    name = loop.first("NM1", role)
    return reading.take(name, 1, 2, 3, 4, 5, 8, 9) if name is not None else None


def _element(segment: Segment | None, index: int) -> str:
    return segment[index] if segment is not None else ""


def _birth_date(loop: Loop, reading: Reading) -> date | None:
    about = loop.first("DMG")
    if about is None:
        return None
    reading.take(about, 1, 2, 3)
    return reading.day(about, 2)


def _sex(loop: Loop) -> str:
    """F or M; the guide knows no other, and an unknown sex is not stated."""
    stated = loop.text("DMG", "", 3).upper()
    return stated if stated in ("F", "M") else ""


def _trace(loop: Loop, reading: Reading) -> str:
    trace = loop.first("TRN")
    return reading.take(trace, 1, 2, 3, 4)[2] if trace is not None else ""


def _relationship(loop: Loop, reading: Reading) -> str:
    insured = loop.first("INS")
    return reading.take(insured, 1, 2)[2] if insured is not None else ""


def _group(loop: Loop, reading: Reading) -> str:
    number = loop.first("REF", "6P")
    return reading.take(number, 1, 2)[2] if number is not None else ""


def _references(loop: Loop, reading: Reading) -> tuple[PlanReference, ...]:
    return tuple(read_reference(number, reading) for number in loop.all("REF") if number[1].upper() != "6P")


def _address(loop: Loop, reading: Reading) -> Address | None:
    address = None
    for segment in loop.segments:
        if segment.id in ("N3", "N4"):
            address = read_address(address, segment, reading)
    return address


def _coverage_level(loop: Loop, reading: Reading) -> str:
    levels = [reading.take(question, 3)[3].upper() for question in loop.all("EQ")]
    return next((level for level in levels if level), "")


def _asked_days(
    loop: Loop, subscriber: Loop, created: str, reading: Reading
) -> tuple[date | None, date | None]:
    stated = (place.first("DTP", kind) for kind in _ASKED_DAYS for place in (loop, subscriber))
    asked = next((day for day in stated if day is not None), None)
    if asked is None:
        return parse_day(created), None
    reading.take(asked, 1)
    return reading.days(asked, 2, 3)


def _question(loop: Loop, reading: Reading) -> tuple[tuple[str, ...], Procedure | None]:
    types: list[str] = []
    procedure = None
    for question in loop.all("EQ"):
        reading.take(question, 1)
        types.extend(service_types(question, 1))
        qualifier, code, *modifiers = [*question.components(2), "", ""]
        if code and procedure is None:
            reading.take(question, 2)
            procedure = Procedure(qualifier.upper(), code, tuple(m for m in modifiers if m))
    return tuple(dict.fromkeys(types)), procedure
