"""What a 277 request for records and a 275 share, both ways: guides, questions (STC), names, days of service."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from revcycle.domain.mail.attachment_request import AttachmentQuestion
from revcycle.edi.inquiry.parts import write_date
from revcycle.edi.inquiry.reading import Reading
from revcycle.edi.wire.errors import CannotWrite, ValueMissing
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text
from revcycle.edi.wire.segments import Segment

_LOINC = "LOI"
_PLACES = (1, 10, 11)
_UP_TO_TENTH = 7


@dataclass(frozen=True, slots=True)
class AttachmentGuide:
    """One guide. ``binary`` is the segment that holds a document: BIN with its length, or BDS with a filter too."""

    version: str
    binary: str = ""


REQUEST_5010 = AttachmentGuide("005010X213")
REQUEST_6020 = AttachmentGuide("006020X313")
RECORDS_5010 = AttachmentGuide("005010X210", "BIN")
RECORDS_6020 = AttachmentGuide("006020X314", "BDS")
REQUEST_GUIDES = {guide.version: guide for guide in (REQUEST_5010, REQUEST_6020)}
RECORDS_GUIDES = {guide.version: guide for guide in (RECORDS_5010, RECORDS_6020)}


def write_questions(writer: SegmentWriter, questions: Iterable[AttachmentQuestion]) -> None:
    """Write one STC a question. Raises CannotWrite."""
    for question in questions:
        asked = [(question.category_code, code, "", _LOINC) for code in question.loinc_codes]
        if not question.category_code:
            raise ValueMissing("STC01-1", "is missing: the category of what is asked")
        if not 0 < len(asked) <= len(_PLACES):
            raise CannotWrite("STC01-2", "must be one LOINC code, narrowed down by at most two")
        on = day_text(question.asked_on) if question.asked_on is not None else ""
        writer.add("STC", asked[0], on, *("",) * _UP_TO_TENTH, *asked[1:])


def read_questions(segments: Iterable[Segment], reading: Reading) -> tuple[AttachmentQuestion, ...]:
    """Read the STC segments that ask for something by its LOINC code."""
    found: list[AttachmentQuestion] = []
    for segment in segments:
        if segment.id != "STC" or not segment.component(1, 2):
            continue
        codes = []
        for place in _PLACES:
            _, code, entity, qualifier, *_rest = [*segment.components(place), "", "", "", ""]
            if code and not entity and qualifier.upper() in ("", _LOINC):
                reading.take(segment, place)
                codes.append(code)
        if codes:
            asked_on = reading.day(segment, 2)
            found.append(AttachmentQuestion(segment.component(1, 1).upper(), tuple(codes), asked_on))
    return tuple(found)


def write_service_days(writer: SegmentWriter, first: date | None, last: date | None) -> None:
    """Write DTP*472, when the day is known."""
    if first is not None:
        write_date(writer, "472", first, last)


def read_days(
    segments: Sequence[Segment], qualifier: str, reading: Reading
) -> tuple[date | None, date | None]:
    """Read the first DTP with that qualifier; its last day None when it is one day."""
    found = next((s for s in segments if s.id == "DTP" and s[1] == qualifier), None)
    if found is None:
        return None, None
    first, last = reading.days(reading.take(found, 1), 2, 3)
    return first, last if first is not None else None


def read_number(segments: Sequence[Segment], qualifier: str, reading: Reading) -> str:
    """Read the first REF with that qualifier."""
    found = next((s for s in segments if s.id == "REF" and s[1] == qualifier), None)
    return reading.take(found, 1, 2)[2] if found is not None else ""


def read_name(segments: Sequence[Segment], codes: Sequence[str], reading: Reading) -> tuple[str, str, str]:
    """Read the first NM1 with one of the entity codes: last or organisation name, first name, number."""
    found = next((s for s in segments if s.id == "NM1" and s[1].upper() in codes), None)
    if found is None:
        return "", "", ""
    reading.take(found, 1, 2, 3, 4, 8, 9)
    return found[3], found[4], found[9]
