"""Claim status inquiry, 276 (005010X212): what has become of this claim?"""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from revcycle.domain.claims.claim_status import StatusInquiry
from revcycle.domain.finding import Finding
from revcycle.domain.money import x12_amount
from revcycle.edi.claim_status_276_277.parts import (
    BILL_TYPE,
    PATIENT_NUMBER,
    PAYER_NUMBER,
    SERVICE_DATE,
    write_service,
    write_service_numbers,
)
from revcycle.edi.claim_status_276_277.read_276 import read_segments
from revcycle.edi.inquiry.parts import write_date, write_references
from revcycle.edi.inquiry.reading import Guide, ReadFile, iter_facts, read_facts
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.envelope import Envelope, Party, Quarantined
from revcycle.edi.wire.errors import ValueMissing
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text

VERSION = "005010X212"
_GUIDE = Guide("276", read_segments)


def write_inquiry(envelope: Envelope, submitter: Party, inquiry: StatusInquiry) -> bytes:
    """Return a real-time 276 for one claim; birth date and sex are the subscriber's. Raises CannotWrite."""
    return write_inquiries(envelope, submitter, (inquiry,))


def write_inquiries(envelope: Envelope, submitter: Party, inquiries: Sequence[StatusInquiry]) -> bytes:
    """Return one 276 that asks about each claim in turn (a batch when several). Raises CannotWrite."""
    if not inquiries:
        raise ValueMissing("TRN", "must ask about at least one claim")
    writer, at = SegmentWriter(), envelope.at
    writer.add("BHT", "0010", "13", inquiries[0].trace_number, day_text(at), f"{at:%H%M}")
    number, provider_level = 0, 0
    before: StatusInquiry | None = None
    for inquiry in inquiries:
        if before is None or _above(before) != _above(inquiry):
            number = provider_level = _provider(writer, number, submitter, inquiry)
        number = _person(writer, number, provider_level, inquiry)
        _claim(writer, inquiry)
        before = inquiry
    return writer.interchange(envelope, "HR", "276", VERSION)


def _above(inquiry: StatusInquiry) -> tuple[str, ...]:
    provider = (
        inquiry.provider_npi,
        inquiry.provider_name,
        inquiry.provider_first_name,
        inquiry.provider_id_kind,
    )
    return (inquiry.payer_id, inquiry.payer_name, *provider)


def _provider(writer: SegmentWriter, number: int, submitter: Party, inquiry: StatusInquiry) -> int:
    writer.level(number + 1, 0, "20", True)
    writer.party("PR", inquiry.payer_name, qualifier="PI", identifier=inquiry.payer_id)
    writer.level(number + 2, number + 1, "21", True)
    writer.party("41", submitter.name, qualifier="46", identifier=submitter.identifier)
    writer.level(number + 3, number + 2, "19", True)
    first_name = inquiry.provider_first_name
    writer.party(
        "1P",
        inquiry.provider_name,
        first_name,
        qualifier=inquiry.provider_id_kind,
        identifier=inquiry.provider_npi,
        person=bool(first_name),
    )
    return number + 3


def _person(writer: SegmentWriter, number: int, parent: int, inquiry: StatusInquiry) -> int:
    dependent = bool(inquiry.dependent_last_name or inquiry.dependent_first_name)
    writer.level(number + 1, parent, "22", dependent)
    born = "" if inquiry.birth_date == NOT_STATED else day_text(inquiry.birth_date)
    _demographics(writer, born, inquiry.sex)
    names = (inquiry.last_name, inquiry.first_name)
    writer.party("IL", *names, qualifier="MI", identifier=inquiry.member_id, person=True)
    if not dependent:
        return number + 1
    writer.level(number + 2, number + 1, "23", False)
    birth_date = inquiry.dependent_birth_date
    _demographics(writer, "" if birth_date is None else day_text(birth_date), inquiry.dependent_sex)
    writer.party("QC", inquiry.dependent_last_name, inquiry.dependent_first_name, person=True)
    return number + 2


def _demographics(writer: SegmentWriter, born: str, sex: str) -> None:
    sex = sex if sex in ("F", "M") else ""
    if born or sex:
        writer.add("DMG", "D8" if born else "", born, sex)


def _claim(writer: SegmentWriter, inquiry: StatusInquiry) -> None:
    writer.add("TRN", "1", inquiry.trace_number)
    for qualifier, value in (
        (PAYER_NUMBER, inquiry.payer_claim_control_number),
        (BILL_TYPE, inquiry.bill_type),
        (PATIENT_NUMBER, inquiry.patient_control_number),
    ):
        if value:
            writer.add("REF", qualifier, value)
    write_references(writer, inquiry.references)
    writer.add("AMT", "T3", x12_amount(inquiry.charge_cents))
    if inquiry.service_date != NOT_STATED:
        write_date(writer, SERVICE_DATE, inquiry.service_date, inquiry.service_date_to)
    for service in inquiry.services:
        write_service(writer, service)
        write_service_numbers(writer, service)


def iter_inquiries(source: bytes | BinaryIO) -> Iterator[StatusInquiry | Finding | Quarantined]:
    """Read a file as it streams by, one inquiry in memory. Raises NotX12."""
    return iter_facts(source, _GUIDE)


def read(data: bytes | BinaryIO) -> ReadFile[StatusInquiry]:
    """Read every inquiry of the file, with findings for what is broken or has no fact. Raises NotX12."""
    return read_facts(data, _GUIDE)


def read_inquiries(data: bytes) -> tuple[StatusInquiry, ...]:
    """Return every inquiry of the file (a subscriber or dependent loop with a TRN). Raises NotX12."""
    return read(data).facts
