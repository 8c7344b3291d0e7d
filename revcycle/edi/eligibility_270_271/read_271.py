"""Segments of a 271 to answers (005010X279A1, loops 2000A to 2100D)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from revcycle.domain.claims.benefit import (
    Benefit,
    BenefitEntity,
    Contact,
    PlanDate,
    PlanReference,
    RejectedAt,
    Rejection,
    Trace,
)
from revcycle.domain.claims.eligibility import Dependent, EligibilityAnswer
from revcycle.domain.person import Address
from revcycle.edi.eligibility_270_271.benefits import read_benefit, read_rejection
from revcycle.edi.eligibility_270_271.read_270 import LEVELS, PARENTS
from revcycle.edi.eligibility_270_271.short_answer import short_answer
from revcycle.edi.inquiry.hierarchy import Loop
from revcycle.edi.inquiry.hierarchy_checks import HierarchyCheck
from revcycle.edi.inquiry.levels import levels
from revcycle.edi.inquiry.parts import (
    read_address,
    read_contact,
    read_date,
    read_detail,
    read_entity,
    read_reference,
)
from revcycle.edi.inquiry.reading import Reading
from revcycle.edi.wire.segments import Segment

_CHANGED = "001"
_NAMED = {
    "20": RejectedAt.PAYER,
    "21": RejectedAt.PROVIDER,
    "22": RejectedAt.SUBSCRIBER,
    "23": RejectedAt.DEPENDENT,
}


@dataclass(slots=True)
class _Level:
    """One HL loop as read so far; of a person's level the head, up to its first EB."""

    entity: BenefitEntity | None = None
    address: Address | None = None
    contacts: tuple[Contact, ...] = ()
    rejections: list[Rejection] = field(default_factory=list)
    references: list[PlanReference] = field(default_factory=list)
    dates: list[PlanDate] = field(default_factory=list)
    trace: str = ""
    other_traces: list[Trace] = field(default_factory=list)
    birth_date: date | None = None
    sex: str = ""
    relationship_code: str = ""
    corrected: bool = False
    benefits: tuple[Benefit, ...] = ()


def read_segments(segments: Iterable[Segment], reading: Reading) -> Iterator[EligibilityAnswer]:
    """Return one answer for every person answered for, and one for each refusal above them."""
    checks = HierarchyCheck(PARENTS, "271")
    read: dict[int, _Level] = {}
    start: Segment | None = None
    for step in levels(segments, LEVELS):
        loop = step.loop
        start = start or loop.segments[0]
        if loop.segments[0].id != "HL":
            yield from _before(loop, reading)
            continue
        reading.findings.extend(checks.check(step))
        level = _read_level(loop, reading)
        read = {id(above): read[id(above)] for above in loop.above} | {id(loop): level}
        above = {code: read[id(a)] for code in LEVELS if (a := loop.nearest(code)) is not None}
        if loop.code not in ("22", "23"):
            if level.rejections:
                yield _refused(above, level.rejections)
        elif level.rejections or level.benefits or (level.trace and not step.is_parent):
            _check_answered(loop, level, reading)
            yield _answer(level, above)
    if start is not None and not checks.seen:
        reading.findings.append(checks.missing(start))


def _before(header: Loop, reading: Reading) -> list[EligibilityAnswer]:
    rejections: list[Rejection] = []
    for segment in header.segments:
        if segment.id == "AAA":
            rejections.extend(read_rejection(segment, RejectedAt.SYSTEM, reading))
        elif segment.id in ("ST", "BHT"):
            reading.take(segment, 1, 2, 3, 4, 5, 6)
    reading.rest(header.segments, "header")
    return [_refused({}, rejections)] if rejections else []


def _check_answered(loop: Loop, level: _Level, reading: Reading) -> None:
    if not level.rejections and not level.benefits:
        message = "The payer answers with neither a benefit (EB) nor a refusal (AAA)."
        reading.warn("no_answer", loop.segments[0], None, message, "Ask again, or call the payer.")


def _read_level(loop: Loop, reading: Reading) -> _Level:
    level, first_benefit = _Level(), len(loop.segments)
    if loop.code in ("22", "23"):
        first_benefit = next((i for i, s in enumerate(loop.segments) if s.id == "EB"), first_benefit)
    letter = "ABCD"[LEVELS.index(loop.code)] if loop.code in LEVELS else "?"
    head = loop.segments[:first_benefit]
    for segment in head:
        _read_head(segment, level, loop.code, reading)
    reading.rest(head, f"2100{letter}")
    level.benefits = tuple(
        read_benefit(group, f"2110{letter}", reading) for group in _groups(loop.segments[first_benefit:])
    )
    return level


def _groups(segments: tuple[Segment, ...]) -> list[list[Segment]]:
    found: list[list[Segment]] = []
    for segment in segments:
        if segment.id == "EB":
            found.append([])
        found[-1].append(segment)
    return found


def _read_head(segment: Segment, level: _Level, code: str, reading: Reading) -> None:
    if segment.id == "HL":
        reading.take(segment, 1, 2, 3, 4)
    elif segment.id == "NM1" and level.entity is None:
        level.entity = read_entity(segment, reading)
    elif segment.id == "AAA":
        at = _NAMED.get(code, RejectedAt.SYSTEM)
        if code == "20" and level.entity is None:
            at = RejectedAt.SYSTEM
        level.rejections.extend(read_rejection(segment, at, reading))
    elif segment.id == "REF" and code != "20":
        level.references.append(read_reference(segment, reading))
    elif segment.id == "PRV" and level.entity is not None and code == "21":
        level.entity = read_detail(level.entity, segment, reading)
    elif segment.id in ("N3", "N4"):
        level.address = read_address(level.address, segment, reading)
    elif segment.id == "PER" and code == "20":
        level.contacts = (*level.contacts, read_contact(segment, reading))
    elif code in ("22", "23"):
        _read_person(segment, level, reading)


def _read_person(segment: Segment, level: _Level, reading: Reading) -> None:
    if segment.id == "TRN":
        _read_trace(segment, level, reading)
    elif segment.id == "DMG":
        reading.take(segment, 1, 3)
        level.birth_date, level.sex = reading.day(segment, 2), segment[3].upper()
    elif segment.id == "INS":
        reading.take(segment, 1, 2, 3, 4)
        level.relationship_code, level.corrected = segment[2], segment[3] == _CHANGED
    elif segment.id == "DTP":
        dated = read_date(segment, reading)
        level.dates.extend([dated] if dated is not None else [])


def _read_trace(segment: Segment, level: _Level, reading: Reading) -> None:
    """Our own trace comes back with TRN01 2; the payer may add some of its own with 1."""
    reading.take(segment, 1, 2, 3, 4)
    ours = segment[1] == "2"
    if ours and not level.trace:
        level.trace = segment[2]
    elif segment[2]:
        level.other_traces.append(Trace(segment[2], segment[3], segment[4]))


def _refused(above: dict[str, _Level], rejections: list[Rejection]) -> EligibilityAnswer:
    answer = EligibilityAnswer("", None, reject_codes=_codes(rejections), rejections=tuple(rejections))
    return _with_above(answer, above)


def _codes(rejections: list[Rejection]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rejection.code for rejection in rejections))


def _with_above(answer: EligibilityAnswer, above: dict[str, _Level]) -> EligibilityAnswer:
    source, receiver = above.get("20"), above.get("21")
    if source is not None and source.entity is not None:
        payer = source.entity
        answer = replace(
            answer, payer_id=payer.identifier, payer_name=payer.name, payer_contacts=source.contacts
        )
    if receiver is not None and receiver.entity is not None:
        answer = replace(answer, provider=replace(receiver.entity, address=receiver.address))
    return answer


def _answer(level: _Level, above: dict[str, _Level]) -> EligibilityAnswer:
    subscriber = above.get("22", level)
    insured = subscriber.entity or BenefitEntity("IL")
    short = short_answer(level.benefits, level.rejections)
    trace, others = _traces(level if level.trace or level.other_traces else subscriber)
    answer = EligibilityAnswer(
        trace_number=trace,
        active=short.active,
        plan_name=short.plan_name,
        reject_codes=short.reject_codes,
        deductible_remaining_cents=short.deductible_remaining_cents,
        copayment_cents=short.copayment_cents,
        coinsurance_percent=short.coinsurance_percent,
        member_id=insured.identifier,
        last_name=insured.name,
        first_name=insured.first_name,
        birth_date=subscriber.birth_date,
        benefits=level.benefits,
        rejections=tuple(level.rejections),
        middle_name=insured.middle_name,
        suffix=insured.suffix,
        sex=subscriber.sex,
        address=subscriber.address,
        relationship_code=subscriber.relationship_code,
        corrected=subscriber.corrected,
        dependent=_dependent(level) if level is not subscriber else None,
        references=tuple(subscriber.references),
        dates=tuple(level.dates),
        other_traces=others,
    )
    return _with_above(answer, above)


def _traces(level: _Level) -> tuple[str, tuple[Trace, ...]]:
    if level.trace or not level.other_traces:
        return level.trace, tuple(level.other_traces)
    first, *others = level.other_traces
    return first.number, tuple(others)


def _dependent(level: _Level) -> Dependent:
    entity = level.entity or BenefitEntity("03")
    return Dependent(
        last_name=entity.name,
        first_name=entity.first_name,
        middle_name=entity.middle_name,
        suffix=entity.suffix,
        birth_date=level.birth_date,
        sex=level.sex,
        address=level.address,
        relationship_code=level.relationship_code,
        corrected=level.corrected,
        references=tuple(level.references),
    )
