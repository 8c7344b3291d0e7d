"""Segments of a 276 to inquiries (005010X212, loops 2000A to 2210E)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from revcycle.domain.claims.claim_status import StatusInquiry
from revcycle.edi.claim_status_276_277.parts import (
    LEVELS,
    LOOPS,
    PARENTS,
    ClaimPart,
    claim_parts,
    read_header,
    read_numbers,
    read_service,
)
from revcycle.edi.inquiry.hierarchy import Loop
from revcycle.edi.inquiry.hierarchy_checks import HierarchyCheck
from revcycle.edi.inquiry.levels import levels
from revcycle.edi.inquiry.reading import Reading
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.segments import Segment


def read_segments(segments: Iterable[Segment], reading: Reading) -> Iterator[StatusInquiry]:
    """Return one inquiry for each claim asked about (a TRN of a subscriber or dependent)."""
    checks, asked = HierarchyCheck(PARENTS, "276"), False
    start: Segment | None = None
    for level in levels(segments, LEVELS):
        loop = level.loop
        start = start or loop.segments[0]
        if loop.segments[0].id != "HL":
            read_header(loop, reading)
            continue
        reading.findings.extend(checks.check(level))
        letter = LOOPS.get(loop.code, "?")
        head, claims = claim_parts(loop.segments)
        person = _person(loop, reading)
        reading.rest(head, f"2100{letter}")
        for claim in claims if loop.code in ("22", "23") else []:
            found = _read_claim(person, claim, reading)
            for service in claim.services:
                reading.rest(service, f"2210{letter}")
            reading.rest(claim.own, f"2200{letter}")
            asked = asked or bool(found)
            yield from found
    if start is not None and not asked:
        if not checks.seen:
            reading.findings.append(checks.missing(start))
        remedy = "Add a trace number (TRN) to the claim asked about and send the inquiry again."
        reading.warn(
            "asks_nothing", start, None, "The inquiry asks about no claim (there is no TRN).", remedy
        )


def _read_claim(person: StatusInquiry, claim: ClaimPart, reading: Reading) -> list[StatusInquiry]:
    trace = next((s for s in claim.own if s.id == "TRN"), None)
    if trace is None:
        return []
    reading.take(trace, 1, 2)
    numbers = read_numbers(claim.own, reading)
    charged = next((s for s in claim.own if s.id == "AMT" and s[1] == "T3"), None)
    charge = reading.cents(reading.take(charged, 1), 2) if charged is not None else None
    services = tuple(read_service(service, reading) for service in claim.services)
    first = numbers.served.first if numbers.served else None
    last = numbers.served.last if numbers.served else None
    if numbers.served is None and services:
        first, last = services[0].service_date, services[0].service_date_to
    inquiry = replace(
        person,
        trace_number=trace[2],
        patient_control_number=numbers.patient,
        payer_claim_control_number=numbers.payer,
        bill_type=numbers.bill_type,
        references=tuple(numbers.others),
        charge_cents=charge or 0,
        service_date=first or NOT_STATED,
        service_date_to=last,
        services=services,
    )
    return [inquiry]


def _person(loop: Loop, reading: Reading) -> StatusInquiry:
    """Read who is asked about, by whom and of whom: all of the inquiry but its claim."""
    subscriber = loop.nearest("22") or loop
    payer, provider = _name(loop.nearest("20"), "", reading), _name(loop.nearest("19"), "", reading)
    _name(loop.nearest("21"), "", reading)
    for level in (loop, *loop.above):
        reading.take(level.segments[0], 1, 2, 3, 4)
    insured = _name(subscriber, "IL", reading) or _name(subscriber, "", reading)
    dependent = _name(loop, "QC", reading) if loop.code == "23" else None
    born, sex = _about(subscriber, reading)
    patient_born, patient_sex = _about(loop, reading) if dependent is not None else (None, "")
    return StatusInquiry(
        payer_id=_element(payer, 9),
        payer_name=_element(payer, 3),
        provider_npi=_element(provider, 9),
        provider_name=_element(provider, 3),
        patient_control_number="",
        member_id=_element(insured, 9),
        last_name=_element(insured, 3),
        first_name=_element(insured, 4),
        birth_date=born or NOT_STATED,
        sex=sex or "U",
        charge_cents=0,
        service_date=NOT_STATED,
        trace_number="",
        dependent_last_name=_element(dependent, 3),
        dependent_first_name=_element(dependent, 4),
        dependent_birth_date=patient_born,
        dependent_sex=patient_sex,
        provider_first_name=_element(provider, 4),
        provider_id_kind=_element(provider, 8).upper() or "XX",
    )


def _about(loop: Loop, reading: Reading) -> tuple[date | None, str]:
    about = loop.first("DMG")
    if about is None:
        return None, ""
    reading.take(about, 1, 3)
    return reading.day(about, 2) if about[2] else None, about[3].upper()


def _name(loop: Loop | None, role: str, reading: Reading) -> Segment | None:
    name = loop.first("NM1", role) if loop is not None else None
    return reading.take(name, 1, 2, 3, 4, 8, 9) if name is not None else None


def _element(segment: Segment | None, index: int) -> str:
    return segment[index] if segment is not None else ""
