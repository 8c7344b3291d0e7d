"""Eligibility inquiry, 270 (005010X279A1): is this person covered on this day, and for what?"""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from revcycle.domain.claims.eligibility import EligibilityInquiry
from revcycle.domain.finding import Finding
from revcycle.edi.eligibility_270_271.read_270 import LEVELS, read_segments
from revcycle.edi.inquiry.parts import (
    add_repeated,
    trace_originator,
    write_address,
    write_date,
    write_references,
)
from revcycle.edi.inquiry.reading import Guide, ReadFile, iter_facts, read_facts
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.envelope import Envelope, Party, Quarantined
from revcycle.edi.wire.errors import ValueMissing
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text

VERSION = "005010X279A1"
ORDER = LEVELS
_GUIDE = Guide("270", read_segments)


def write_inquiry(envelope: Envelope, submitter: Party, inquiry: EligibilityInquiry) -> bytes:
    """Return a real-time 270 for one person. Raises CannotWrite."""
    return write_inquiries(envelope, submitter, (inquiry,))


def write_inquiries(envelope: Envelope, submitter: Party, inquiries: Sequence[EligibilityInquiry]) -> bytes:
    """Return one 270 that asks about each person in turn (a batch when several). Raises CannotWrite."""
    if not inquiries:
        raise ValueMissing("EQ", "must ask about at least one person")
    writer, at = SegmentWriter(), envelope.at
    writer.add("BHT", "0022", "13", inquiries[0].trace_number, day_text(at), f"{at:%H%M}")
    number, before = 0, None
    for inquiry in inquiries:
        if before is None or _above(before) != _above(inquiry):
            provider_level = _provider(writer, number, inquiry)
            number = provider_level
        number = _person(writer, number, provider_level, trace_originator(submitter.identifier), inquiry)
        before = inquiry
    return writer.interchange(envelope, "HS", "270", VERSION)


def _above(inquiry: EligibilityInquiry) -> tuple[str, ...]:
    return (
        inquiry.payer_id,
        inquiry.payer_name,
        inquiry.provider_npi,
        inquiry.provider_name,
        inquiry.provider_first_name,
        inquiry.provider_taxonomy,
    )


def _provider(writer: SegmentWriter, number: int, inquiry: EligibilityInquiry) -> int:
    writer.level(number + 1, 0, "20", True)
    writer.party("PR", inquiry.payer_name, qualifier="PI", identifier=inquiry.payer_id)
    writer.level(number + 2, number + 1, "21", True)
    first_name = inquiry.provider_first_name
    writer.party(
        "1P",
        inquiry.provider_name,
        first_name,
        qualifier="XX",
        identifier=inquiry.provider_npi,
        person=bool(first_name),
    )
    if inquiry.provider_taxonomy:
        writer.add("PRV", "BI", "PXC", inquiry.provider_taxonomy)
    return number + 2


def _person(
    writer: SegmentWriter, number: int, parent: int, originator: str, inquiry: EligibilityInquiry
) -> int:
    dependent = bool(inquiry.dependent_last_name or inquiry.dependent_first_name)
    writer.level(number + 1, parent, "22", dependent)
    trace = ("1", inquiry.trace_number, originator)
    if not dependent:
        writer.add("TRN", *trace)
    names = (inquiry.last_name, inquiry.first_name, inquiry.middle_name)
    writer.party("IL", *names, qualifier="MI", identifier=inquiry.member_id, person=True)
    if inquiry.group_number:
        writer.add("REF", "6P", inquiry.group_number)
    write_references(writer, inquiry.references)
    if inquiry.address is not None:
        write_address(writer, inquiry.address)
    born = "" if inquiry.birth_date == NOT_STATED else day_text(inquiry.birth_date)
    _demographics(writer, born, inquiry.sex)
    if dependent:
        writer.level(number + 2, number + 1, "23", False)
        writer.add("TRN", *trace)
        patient = (inquiry.dependent_last_name, inquiry.dependent_first_name, inquiry.dependent_middle_name)
        writer.party("03", *patient, person=True)
        birth_date = inquiry.dependent_birth_date
        _demographics(writer, "" if birth_date is None else day_text(birth_date), inquiry.dependent_sex)
        if inquiry.relationship_code:
            writer.add("INS", "N", inquiry.relationship_code)
    write_date(writer, "291", inquiry.service_date, inquiry.service_date_to)
    _question(writer, inquiry)
    return number + (2 if dependent else 1)


def _demographics(writer: SegmentWriter, born: str, sex: str) -> None:
    if born or sex in ("F", "M"):
        writer.add("DMG", "D8" if born else "", born, sex if sex in ("F", "M") else "")


def _question(writer: SegmentWriter, inquiry: EligibilityInquiry) -> None:
    asked = inquiry.procedure
    if asked is None and not inquiry.service_types:
        raise ValueMissing("EQ01", "must name a service type or a procedure")
    composite = (asked.qualifier, asked.code, *asked.modifiers) if asked is not None else ""
    add_repeated(writer, "EQ", (), inquiry.service_types, composite, inquiry.coverage_level)


def iter_inquiries(source: bytes | BinaryIO) -> Iterator[EligibilityInquiry | Finding | Quarantined]:
    """Read a file as it streams by, one inquiry in memory. Raises NotX12."""
    return iter_facts(source, _GUIDE)


def read(data: bytes | BinaryIO) -> ReadFile[EligibilityInquiry]:
    """Read every inquiry of the file, with findings for what is broken or has no fact. Raises NotX12."""
    return read_facts(data, _GUIDE)


def read_inquiries(data: bytes) -> tuple[EligibilityInquiry, ...]:
    """Return every inquiry of the file (a loop with an EQ). Raises NotX12."""
    return read(data).facts
