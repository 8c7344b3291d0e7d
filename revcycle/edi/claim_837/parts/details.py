"""Details an 837 claim or line may carry, both ways: REF, DTP, NTE, K3, PWK, CRC, CN1, CR1.

A guide says what it allows where: for REF, NTE and CRC a qualifier and how often, for DTP a qualifier and its
formats. A writer raises CannotWrite for what is not allowed; a reader leaves it to be named.
"""

from collections.abc import Mapping, Sequence

from revcycle.domain.claims.claim_details import (
    Ambulance,
    Attachment,
    Condition,
    Contract,
    DatedEvent,
    Note,
    Reference,
)
from revcycle.domain.money import BrokenAmount, parse_cents, x12_amount
from revcycle.edi.claim_837.parts.guide import Facts, SegmentReader
from revcycle.edi.wire.elements import is_number, parse_day, quantity, quantity_text, unreadable
from revcycle.edi.wire.errors import CannotWrite, Unreadable, ValueMissing, ValueTooLong
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text
from revcycle.edi.wire.segments import Segment

Limits = Mapping[str, int]
"""Per qualifier how often it may stand in its loop."""

Forms = Mapping[str, tuple[str, ...]]
"""Per DTP01 the formats it may have: D8 a day, RD8 a span of days, DT a day with the time."""

FIXED_FORMAT = "K3"
"""The qualifier of a Note that is K3 fixed-format information."""

_MOST_FIXED_FORMAT, _MOST_ATTACHMENTS = 10, 10
_NOT_HERE = "has a code that this guide does not have here"
_TOO_MANY = "stands more often than this guide allows"


def short(text: str, field: str, longest: int) -> str:
    """Return the text. Raises ValueTooLong when its element cannot hold it."""
    if len(text) > longest:
        raise ValueTooLong(field, f"is longer than {longest} characters")
    return text


def needs(value: str, field: str, what: str) -> None:
    """Raise ValueMissing when the value is empty."""
    if not value:
        raise ValueMissing(field, f"is missing: {what}")


def allowed(field: str, qualifiers: Sequence[str], limits: Limits) -> None:
    """Raise CannotWrite when a qualifier is not allowed here, or not so often."""
    for qualifier in qualifiers:
        if qualifier not in limits:
            raise CannotWrite(field, _NOT_HERE)
        if qualifiers.count(qualifier) > limits[qualifier]:
            raise CannotWrite(field, _TOO_MANY)


def has_room(found: Sequence[Reference | DatedEvent | Note], qualifier: str, most: int) -> bool:
    """Tell whether one more with that qualifier may stand beside what was found."""
    return not found or sum(1 for one in found if one.qualifier == qualifier) < most


def write_references(writer: SegmentWriter, references: Sequence[Reference], limits: Limits) -> None:
    """Write REF segments in the order of the facts."""
    allowed("REF01", [reference.qualifier for reference in references], limits)
    for reference in references:
        needs(reference.value, "REF02", "the number of a reference")
        writer.add("REF", reference.qualifier, reference.value)


def reads_references(limits: Limits, fields: Mapping[str, str]) -> SegmentReader:
    """Return the reader of REF: the first with a qualifier of ``fields`` fills that field."""

    def read(facts: Facts, segment: Segment) -> bool:
        qualifier, value = segment[1], segment[2]
        field = fields.get(qualifier)
        if field is not None and field not in facts:
            facts[field] = value
            return True
        if qualifier not in limits or not value or segment[4]:
            return False
        found = facts.setdefault("references", [])
        if not has_room(found, qualifier, limits[qualifier]):
            return False
        found.append(Reference(qualifier, value))
        return True

    return read


def write_dates(writer: SegmentWriter, dates: Sequence[DatedEvent], forms: Forms) -> None:
    """Write DTP segments in the order of the facts."""
    allowed("DTP01", [event.qualifier for event in dates], dict.fromkeys(forms, 1))
    for event in dates:
        form = "RD8" if event.last is not None else "DT" if event.time else "D8"
        if form not in forms[event.qualifier]:
            raise CannotWrite("DTP02", "is a span or has a time where this guide wants a day")
        text = day_text(event.first) + (f"-{day_text(event.last)}" if event.last is not None else event.time)
        writer.add("DTP", event.qualifier, form, text)


def read_date(facts: Facts, segment: Segment) -> bool:
    """Take a DTP into ``dates``; False when it is no date, or the second with its qualifier."""
    first, dash, rest = segment[3].partition("-")
    started, ended = parse_day(first), parse_day(rest)
    if started is None or not segment[1] or (dash and ended is None):
        return False
    time = first[8:] if segment[2] == "DT" else ""
    ended = ended if ended != started else None
    found = facts.setdefault("dates", [])
    if not has_room(found, segment[1], 1):
        return False
    found.append(DatedEvent(segment[1], started, ended, time))
    return True


def reads_dates(forms: Forms) -> SegmentReader:
    """Return the reader of DTP with the guide's qualifiers."""

    def read(facts: Facts, segment: Segment) -> bool:
        return segment[1] in forms and read_date(facts, segment)

    return read


def read_service_date(facts: Facts, segment: Segment) -> None:
    """Take the day or span of a service (DTP*472). Raises Unreadable: without a date a line cannot be billed."""
    first, dash, rest = segment[3].partition("-")
    started = parse_day(first)
    ended = parse_day(rest) if dash else None
    if started is None or (dash and ended is None):
        message = "This is not a day of the calendar (CCYYMMDD)."
        raise unreadable("x12.broken_date", segment, 3, message)
    facts["service_date"] = started
    if ended != started:
        facts["service_date_to"] = ended


def write_notes(
    writer: SegmentWriter, notes: Sequence[Note], limits: Limits, one_of: frozenset[str] = frozenset()
) -> None:
    """Write K3 segments, then NTE segments, each in the order of the facts.

    Of the qualifiers in ``one_of`` only one note may stand, whichever it is.
    """
    fixed = [note for note in notes if note.qualifier == FIXED_FORMAT]
    if len(fixed) > _MOST_FIXED_FORMAT:
        raise CannotWrite("K301", _TOO_MANY)
    for note in fixed:
        writer.add("K3", short(note.text, "K301", 80))
    free = [note for note in notes if note.qualifier != FIXED_FORMAT]
    allowed("NTE01", [note.qualifier for note in free], limits)
    if sum(note.qualifier in one_of for note in free) > 1:
        raise CannotWrite("NTE01", _TOO_MANY)
    for note in free:
        needs(note.text, "NTE02", "the text of a note")
        writer.add("NTE", note.qualifier, short(note.text, "NTE02", 80))


def reads_notes(limits: Limits, one_of: frozenset[str] = frozenset()) -> SegmentReader:
    """Return the reader of NTE; of the qualifiers in ``one_of`` it takes one note."""

    def read(facts: Facts, segment: Segment) -> bool:
        qualifier, text = segment[1], segment[2]
        if qualifier not in limits or not text:
            return False
        found = facts.setdefault("notes", [])
        if not has_room(found, qualifier, limits[qualifier]):
            return False
        if qualifier in one_of and any(note.qualifier in one_of for note in found):
            return False
        found.append(Note(qualifier, text))
        return True

    return read


def read_fixed_format(facts: Facts, segment: Segment) -> bool:
    """Take a K3 as a note."""
    if not segment[1] or segment[2]:
        return False
    found = facts.setdefault("notes", [])
    if not has_room(found, FIXED_FORMAT, _MOST_FIXED_FORMAT):
        return False
    found.append(Note(FIXED_FORMAT, segment[1]))
    return True


def write_attachments(writer: SegmentWriter, attachments: Sequence[Attachment]) -> None:
    """Write PWK segments."""
    if len(attachments) > _MOST_ATTACHMENTS:
        raise CannotWrite("PWK01", _TOO_MANY)
    for paper in attachments:
        number = short(paper.control_number, "PWK06", 80)
        needs(paper.report_type, "PWK01", "the kind of an attachment")
        needs(paper.transmission, "PWK02", "the way an attachment goes")
        writer.add("PWK", paper.report_type, paper.transmission, "", "", "AC" if number else "", number)


def read_attachment(facts: Facts, segment: Segment) -> bool:
    """Take a PWK into ``attachments``."""
    if not segment[1] or not segment[2] or segment[7]:
        return False
    found = facts.setdefault("attachments", [])
    if len(found) == _MOST_ATTACHMENTS:
        return False
    found.append(Attachment(segment[1], segment[2], segment[6]))
    return True


def write_conditions(writer: SegmentWriter, conditions: Sequence[Condition], limits: Limits) -> None:
    """Write CRC segments."""
    allowed("CRC01", [condition.category for condition in conditions], limits)
    for condition in conditions:
        if not 0 < len(condition.codes) <= 5:
            raise CannotWrite("CRC03", "must name one to five conditions")
        writer.add("CRC", condition.category, "Y" if condition.holds else "N", *condition.codes)


def reads_conditions(limits: Limits) -> SegmentReader:
    """Return the reader of CRC."""

    def read(facts: Facts, segment: Segment) -> bool:
        codes = tuple(code for code in segment.elements[3:8] if code)
        if segment[1] not in limits or segment[2] not in ("Y", "N") or not codes:
            return False
        found = facts.setdefault("conditions", [])
        if sum(1 for one in found if one.category == segment[1]) >= limits[segment[1]]:
            return False
        found.append(Condition(segment[1], segment[2] == "Y", codes))
        return True

    return read


def write_contract(writer: SegmentWriter, contract: Contract) -> None:
    """Write a CN1."""
    writer.add(
        "CN1",
        contract.contract_type,
        x12_amount(contract.amount_cents) if contract.amount_cents is not None else "",
        quantity_text(contract.percent) if contract.percent is not None else "",
        short(contract.code, "CN104", 50),
        quantity_text(contract.discount_percent) if contract.discount_percent is not None else "",
        short(contract.version, "CN106", 30),
    )


def read_contract(facts: Facts, segment: Segment) -> bool:
    """Take a CN1 as ``contract``; a second one is left."""
    if "contract" in facts:
        return False
    try:
        facts["contract"] = Contract(
            segment[1],
            parse_cents(segment[2]) if segment[2] else None,
            quantity(segment, 3) if segment[3] else None,
            segment[4],
            quantity(segment, 5) if segment[5] else None,
            segment[6],
        )
    except (BrokenAmount, Unreadable):
        return False
    return True


def write_ambulance(writer: SegmentWriter, transport: Ambulance) -> None:
    """Write a CR1, unless the transport is nothing but its places."""
    if not transport.reason:
        return
    pounds = "" if transport.weight_pounds is None else str(transport.weight_pounds)
    purposes = (transport.round_trip_purpose, transport.stretcher_purpose)
    writer.add(
        "CR1", "LB" if pounds else "", pounds, "", transport.reason, "DH", quantity_text(transport.miles),
        "", "", *(short(purpose, "CR109", 80) for purpose in purposes),
    )  # fmt: skip


def read_ambulance(facts: Facts, segment: Segment) -> bool:
    """Take a CR1 as ``_transport``, which becomes ``ambulance`` with its places."""
    pounds = segment[2].partition(".")[0]
    if not segment[4] or (pounds and not is_number(pounds)) or "_transport" in facts:
        return False
    try:
        miles = quantity(segment, 6)
    except Unreadable:
        return False
    facts["_transport"] = (segment[4], miles, int(pounds) if pounds else None, segment[9], segment[10])
    return True
