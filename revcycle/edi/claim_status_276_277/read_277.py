"""Segments of a 277 to answers (005010X212, loops 2000A to 2220E)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from revcycle.domain.claims.benefit import BenefitEntity, Contact
from revcycle.domain.claims.claim_status import (
    LineStatus,
    StatusAnswer,
    StatusCode,
    StatusLevel,
    StatusReport,
)
from revcycle.edi.claim_status_276_277.parts import (
    LEVELS,
    LOOPS,
    PARENTS,
    ClaimPart,
    claim_parts,
    read_header,
    read_numbers,
    read_report,
    read_service,
)
from revcycle.edi.inquiry.hierarchy import Loop
from revcycle.edi.inquiry.hierarchy_checks import HierarchyCheck
from revcycle.edi.inquiry.levels import levels
from revcycle.edi.inquiry.parts import read_contact, read_entity
from revcycle.edi.inquiry.reading import Reading
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.segments import Segment

_LEVEL = {"21": StatusLevel.RECEIVER, "19": StatusLevel.PROVIDER}


@dataclass(slots=True)
class _Above:
    """One HL loop as read: who it names, and the statuses that hold for all below it."""

    entity: BenefitEntity | None = None
    contacts: tuple[Contact, ...] = ()
    reports: tuple[StatusReport, ...] = ()
    level: StatusLevel = StatusLevel.CLAIM


def read_segments(segments: Iterable[Segment], reading: Reading) -> Iterator[StatusAnswer]:
    """Return one answer for every claim, and one for a provider or inquirer whose claims do not follow."""
    checks = HierarchyCheck(PARENTS, "277")
    read: dict[int, _Above] = {}
    start: Segment | None = None
    for step in levels(segments, LEVELS):
        loop = step.loop
        start = start or loop.segments[0]
        if loop.segments[0].id != "HL":
            read_header(loop, reading)
            continue
        reading.findings.extend(checks.check(step))
        letter = LOOPS.get(loop.code, "?")
        head, claims = claim_parts(loop.segments)
        level = _read_head(head, reading)
        reading.rest(head, f"2100{letter}")
        read = {id(above): read[id(above)] for above in loop.above} | {id(loop): level}
        answers = [_read_claim(claim, loop, read, reading) for claim in claims]
        for claim in claims:
            _name_the_rest(claim, letter, reading)
        if loop.code in ("22", "23"):
            yield from (answer for answer in answers if answer.category_code)
            continue
        level.level = _LEVEL.get(loop.code, StatusLevel.RECEIVER)
        level.reports = tuple(report for answer in answers for report in answer.reports)
        if level.reports and not step.is_parent:
            yield replace(answers[0], trace_number="", level=level.level, reports=level.reports)
    if start is not None and not checks.seen:
        reading.findings.append(checks.missing(start))


def _name_the_rest(claim: ClaimPart, letter: str, reading: Reading) -> None:
    reading.rest(claim.own, f"2200{letter}")
    for service in claim.services:
        reading.rest(service, f"2220{letter}")


def _read_head(head: Sequence[Segment], reading: Reading) -> _Above:
    found = _Above()
    for segment in head:
        if segment.id == "HL":
            reading.take(segment, 1, 2, 3, 4)
        elif segment.id == "NM1" and found.entity is None:
            found.entity = read_entity(segment, reading)
        elif segment.id == "PER":
            found.contacts = (*found.contacts, read_contact(segment, reading))
    return found


def _read_claim(claim: ClaimPart, loop: Loop, read: dict[int, _Above], reading: Reading) -> StatusAnswer:
    trace = next((s for s in claim.own if s.id == "TRN"), None)
    if trace is not None:
        reading.take(trace, 1, 2)
    elif claim.own:
        message = "The answer does not name the inquiry it answers (there is no TRN)."
        reading.warn("no_trace", claim.own[0], None, message)
    own = tuple(read_report(s, reading) for s in claim.own if s.id == "STC")
    level = StatusLevel.CLAIM
    reports = own
    for above in loop.above:
        if not reports and read[id(above)].reports:
            reports, level = read[id(above)].reports, read[id(above)].level
    numbers = read_numbers(claim.own, reading)
    answer = StatusAnswer(
        trace_number=trace[2] if trace is not None else "",
        category_code="",
        status_code="",
        payer_claim_control_number=numbers.payer,
        level=level,
        reports=reports,
        lines=tuple(_read_line(service, reading) for service in claim.services),
        patient_control_number=numbers.patient,
        bill_type=numbers.bill_type,
        references=tuple(numbers.others),
        service_date=numbers.served.first if numbers.served else None,
        service_date_to=numbers.served.last if numbers.served else None,
    )
    return _named(with_latest(answer), loop, read)


def with_latest(answer: StatusAnswer) -> StatusAnswer:
    """Return the answer with its short fields set to those of its latest report."""
    if not answer.reports:
        return answer
    latest = max(answer.reports, key=lambda report: report.effective_date or NOT_STATED)
    code = latest.codes[0] if latest.codes else StatusCode("")
    return replace(
        answer,
        category_code=code.category,
        status_code=code.status,
        entity_code=code.entity,
        effective_date=latest.effective_date,
        charge_cents=latest.charge_cents or 0,
        payment_cents=latest.payment_cents or 0,
    )


def _read_line(service: list[Segment], reading: Reading) -> LineStatus:
    return LineStatus(
        service=read_service(service, reading),
        payment_cents=reading.cents(service[0], 3),
        reports=tuple(read_report(s, reading) for s in service if s.id == "STC"),
    )


def _named(answer: StatusAnswer, loop: Loop, read: dict[int, _Above]) -> StatusAnswer:
    def of(code: str) -> _Above:
        level = loop.nearest(code)
        return read[id(level)] if level is not None else _Above()

    nobody = BenefitEntity("")
    payer, provider, insured = of("20").entity or nobody, of("19").entity or nobody, of("22").entity or nobody
    return replace(
        answer,
        payer_id=payer.identifier,
        payer_name=payer.name,
        payer_contacts=of("20").contacts,
        provider_npi=provider.identifier,
        member_id=insured.identifier,
        last_name=insured.name,
        first_name=insured.first_name,
        dependent=of("23").entity if loop.code == "23" else None,
    )
