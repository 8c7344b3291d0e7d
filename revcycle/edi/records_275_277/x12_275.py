"""Records that support a claim, 275 (005010X210 and 006020X314): the envelope, and the documents as bytes."""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from functools import partial
from typing import BinaryIO

from revcycle.domain.mail.attachment_request import Record, RecordsForClaim
from revcycle.edi.inquiry.parts import write_date
from revcycle.edi.inquiry.reading import ReadFile, Reading
from revcycle.edi.inquiry.whole_transactions import read_transactions
from revcycle.edi.records_275_277.parts import (
    RECORDS_5010,
    RECORDS_6020,
    RECORDS_GUIDES,
    AttachmentGuide,
    read_days,
    read_name,
    read_number,
    read_questions,
    write_questions,
    write_service_days,
)
from revcycle.edi.wire.envelope import Envelope
from revcycle.edi.wire.errors import CannotWrite, ValueMissing
from revcycle.edi.wire.interchange import Transaction
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text
from revcycle.edi.wire.segments import Segment

__all__ = ["RECORDS_5010", "RECORDS_6020", "read_records", "write_records"]

_REQUESTED, _ON_OUR_ACCOUNT = "11", "02"
_BASE64, _AS_IS = "B64", "ASC"
# no element can hold this character, so it marks where a document goes
_PLACE = re.compile(rb"\x00(\d+)\x00")


def write_records(envelope: Envelope, sent: RecordsForClaim, guide: AttachmentGuide = RECORDS_5010) -> bytes:
    """Return a 275 with the records for one claim. Raises CannotWrite."""
    if not sent.records:
        raise ValueMissing("LX01", "is missing: there is no record to send")
    writer = SegmentWriter()
    purpose = _REQUESTED if sent.requested else _ON_OUR_ACCOUNT
    writer.add("BGN", purpose, sent.reference, day_text(envelope.at))
    writer.party("PR", sent.payer_name, qualifier="PI", identifier=sent.payer_id)
    writer.party("41", sent.submitter_name, qualifier="46", identifier=sent.submitter_id)
    first = sent.provider_first_name
    writer.party(
        "1P", sent.provider_name, first, qualifier="XX", identifier=sent.provider_npi, person=bool(first)
    )
    patient = (sent.patient_last_name, sent.patient_first_name)
    writer.party("QC", *patient, qualifier="MI", identifier=sent.member_id, person=True)
    _numbers(writer, sent)
    write_service_days(writer, sent.service_from, sent.service_to)
    documents: list[bytes] = []
    for number, record in enumerate(sent.records, 1):
        writer.add("LX", str(number))
        _record(writer, sent, record, guide, documents)
    data = writer.interchange(envelope, "PI", "275", guide.version)
    return _PLACE.sub(lambda place: documents[int(place[1])], data)


def _numbers(writer: SegmentWriter, sent: RecordsForClaim) -> None:
    for qualifier, value in (
        ("1K", sent.payer_claim_control_number),
        ("EJ", sent.patient_control_number),
        ("EA", sent.medical_record_number),
    ):
        if value:
            writer.add("REF", qualifier, value)


def _record(
    writer: SegmentWriter,
    sent: RecordsForClaim,
    record: Record,
    guide: AttachmentGuide,
    documents: list[bytes],
) -> None:
    if not record.number:
        raise ValueMissing("TRN02", "is missing: the attachment control number, or the payer's trace number")
    writer.add("TRN", "2" if sent.requested else "1", record.number)
    write_questions(writer, record.questions)
    if record.line_item_control_number:
        writer.add("REF", "FJ", record.line_item_control_number)
    if record.submitted_on is not None:
        write_date(writer, "368", record.submitted_on)
    writer.add("CAT", "AE", record.content_kind)
    content = _packed(record, guide)
    if guide.binary == "BIN":
        writer.add("EFI", "05")
        head = f"BIN*{len(content)}"
    else:
        writer.add("OOI", "1", "47", "ATTACHMENT")
        head = f"BDS*{record.encoding}*{len(content)}"
    writer.lines.append(f"{head}*\x00{len(documents)}\x00")
    documents.append(content)


def _packed(record: Record, guide: AttachmentGuide) -> bytes:
    if not record.content:
        raise ValueMissing("BIN02" if guide.binary == "BIN" else "BDS03", "is missing: the document is empty")
    if guide.binary == "BIN":
        if record.encoding:
            raise CannotWrite("BIN02", "carries a document as it is: this guide has no encoding")
        return record.content
    if record.encoding == _BASE64:
        return b64encode(record.content)
    if record.encoding != _AS_IS:
        raise CannotWrite("BDS01", "must be B64 or ASC: the document goes in base64 or as it is")
    return record.content


def read_records(source: bytes | BinaryIO) -> ReadFile[RecordsForClaim]:
    """Read every 275 of the file; one without a document is put aside. Raises NotX12."""
    return read_transactions(source, "275", "275", _read, lambda transaction: True)


def _read(transaction: Transaction, reading: Reading) -> list[RecordsForClaim]:
    if transaction.version[:10] not in RECORDS_GUIDES:
        message = "This 275 follows a guide other than 005010X210 and 006020X314."
        reading.warn("guide", transaction.segments[0], 3, message)
    head, records = _loops(transaction.segments)
    begin = next((s for s in head if s.id == "BGN"), None)
    if begin is not None:
        reading.take(begin, 1, 2, 3, 4)
    name = partial(read_name, head, reading=reading)
    payer, submitter = name(("PR",)), name(("41",))
    provider, patient = name(("1P", "85")), name(("QC", "IL"))
    service_from, service_to = read_days(head, "472", reading)
    read = [_read_record(loop, reading) for loop in records]
    numbers = [read_number(head, qualifier, reading) for qualifier in ("1K", "IK", "EJ", "EA")]
    reading.take(head[0], 1, 2, 3)
    reading.rest(head, "1000")
    for loop in records:
        reading.rest(loop, "2000A")
    found = tuple(record for record in read if record is not None)
    if not found:
        return []
    sent = RecordsForClaim(
        begin[2] if begin is not None else "", _is_requested(begin, records),
        payer[2], payer[0], submitter[2], submitter[0], provider[2], provider[0], *patient, found,
        patient_control_number=numbers[2], payer_claim_control_number=numbers[0] or numbers[1],
        medical_record_number=numbers[3], service_from=service_from, service_to=service_to,
        provider_first_name=provider[1],
    )  # fmt: skip
    return [sent]


def _is_requested(begin: Segment | None, records: Sequence[Sequence[Segment]]) -> bool:
    if begin is not None and begin[1] in (_REQUESTED, _ON_OUR_ACCOUNT):
        return begin[1] == _REQUESTED
    return any(segment.id == "TRN" and segment[1] == "2" for loop in records for segment in loop)


def _loops(segments: Sequence[Segment]) -> tuple[list[Segment], list[list[Segment]]]:
    head: list[Segment] = []
    records: list[list[Segment]] = []
    for segment in segments:
        if segment.id == "LX":
            records.append([segment])
        else:
            (records[-1] if records else head).append(segment)
    return head, records


def _read_record(loop: Sequence[Segment], reading: Reading) -> Record | None:
    binary = next((s for s in loop if s.id in ("BIN", "BDS")), None)
    reading.take(loop[0], 1)
    if binary is None:
        reading.warn("no_document", loop[0], None, "This part holds no document (BIN or BDS).")
        return None
    trace = next((s for s in loop if s.id == "TRN"), None)
    kind = next((s for s in loop if s.id == "CAT"), None)
    for constant in ("EFI", "OOI"):
        for segment in loop:
            if segment.id == constant:
                reading.take(segment, 1, 2, 3)
    encoding, content = _unpacked(binary, reading)
    return Record(
        number=reading.take(trace, 1, 2)[2] if trace is not None else "",
        content=content,
        content_kind=reading.take(kind, 1, 2)[2] if kind is not None else "",
        encoding=encoding,
        questions=read_questions(loop, reading),
        line_item_control_number=read_number(loop, "FJ", reading),
        submitted_on=read_days(loop, "368", reading)[0],
    )


def _bytes(text: str) -> bytes:
    """Return the bytes of binary data; where its length was wrong it came as text of any alphabet."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def _unpacked(binary: Segment, reading: Reading) -> tuple[str, bytes]:
    """Return how the document travelled and its bytes; base64 that is none is kept as it came."""
    if binary.id == "BIN":
        reading.take(binary, 1, 2)
        return "", _bytes(binary[2])
    reading.take(binary, 1, 2, 3)
    encoding, content = binary[1].upper(), _bytes(binary[3])
    if encoding != _BASE64:
        return encoding, content
    try:
        return encoding, b64decode(b"".join(content.split()), validate=True)
    except binascii.Error:
        message = "The document is said to be in base64 and is not; it was kept as it came."
        reading.warn("base64", binary, 3, message, "Ask the sender for the document again.")
        return "", content
