"""Request for additional information, 277 (005010X213 and 006020X313): the payer asks for records about a claim."""

from dataclasses import replace
from itertools import pairwise
from typing import BinaryIO

from revcycle.domain.claims.claim_details import Attachment
from revcycle.domain.mail.attachment_request import AttachmentRequest, QuestionedLine
from revcycle.domain.money import x12_amount
from revcycle.edi.inquiry.hierarchy import Loop, loops
from revcycle.edi.inquiry.parts import read_contact, write_contacts, write_date
from revcycle.edi.inquiry.reading import ReadFile, Reading
from revcycle.edi.inquiry.whole_transactions import check_levels, read_transactions
from revcycle.edi.records_275_277.parts import (
    REQUEST_5010,
    REQUEST_6020,
    REQUEST_GUIDES,
    AttachmentGuide,
    read_days,
    read_name,
    read_number,
    read_questions,
    write_questions,
    write_service_days,
)
from revcycle.edi.wire.envelope import Envelope
from revcycle.edi.wire.errors import ValueMissing
from revcycle.edi.wire.interchange import Transaction
from revcycle.edi.wire.segment_writer import SegmentWriter, day_text
from revcycle.edi.wire.segments import Segment

__all__ = ["REQUEST_5010", "REQUEST_6020", "is_request", "read_requests", "write_request"]

_LEVELS = ("20", "21", "19", "PT", "22", "23")
_LOOPS = {"20": "A", "21": "B", "19": "C", "PT": "D", "22": "D", "23": "E"}
# some payers still name the patient as subscriber or dependent, as older guides did
_PATIENTS = ("PT", "22", "23")


def write_request(
    envelope: Envelope, request: AttachmentRequest, guide: AttachmentGuide = REQUEST_5010
) -> bytes:
    """Return a 277 that asks for records about one claim. Raises CannotWrite."""
    if not (request.questions or request.lines):
        raise ValueMissing("STC01", "is missing: a request asks for something")
    if not request.trace_number:
        raise ValueMissing("TRN02", "is missing: the number the payer wants back with the records")
    writer, at = SegmentWriter(), envelope.at
    reference = f"{envelope.interchange_control_number:09d}"
    writer.add("BHT", "0085", "48", reference, day_text(at), f"{at:%H%M}")
    writer.level(1, 0, "20", True)
    writer.party("PR", request.payer_name, qualifier="PI", identifier=request.payer_id)
    if request.contact is not None:
        write_contacts(writer, (request.contact,))
    writer.level(2, 1, "21", True)
    writer.party("41", request.receiver_name, qualifier="46", identifier=request.receiver_id)
    writer.level(3, 2, "19", True)
    first = request.provider_first_name
    writer.party(
        "1P",
        request.provider_name,
        first,
        qualifier="XX",
        identifier=request.provider_npi,
        person=bool(first),
    )
    writer.level(4, 3, "PT", False)
    patient = (request.patient_last_name, request.patient_first_name)
    writer.party("QC", *patient, qualifier="MI", identifier=request.member_id, person=True)
    _claim(writer, request)
    for line in request.lines:
        _line(writer, line)
    return writer.interchange(envelope, "HN", "277", guide.version)


def _claim(writer: SegmentWriter, request: AttachmentRequest) -> None:
    writer.add("TRN", "1", request.trace_number)
    write_questions(writer, request.questions)
    for qualifier, value in (
        ("1K", request.payer_claim_control_number),
        ("EJ", request.patient_control_number),
        ("BLT", request.bill_type),
        ("EA", request.medical_record_number),
        ("D9", request.transmission_number),
    ):
        if value:
            writer.add("REF", qualifier, value)
    write_service_days(writer, request.service_from, request.service_to)
    if request.respond_by is not None:
        write_date(writer, "106", request.respond_by)
    for paper in request.papers:
        number = paper.control_number
        writer.add("PWK", paper.report_type, paper.transmission, "", "", "AC" if number else "", number)


def _line(writer: SegmentWriter, line: QuestionedLine) -> None:
    if not line.questions:
        raise ValueMissing("STC01", "is missing: what is asked about a line")
    procedure: tuple[str, ...] = ("",)
    if line.procedure_code:
        procedure = (line.procedure_qualifier, line.procedure_code, *line.modifiers)
    elif line.revenue_code:
        procedure = ("NU", line.revenue_code)
    revenue = line.revenue_code if line.procedure_code else ""
    writer.add("SVC", procedure, x12_amount(line.charge_cents), "", revenue)
    write_questions(writer, line.questions)
    if line.line_item_control_number:
        writer.add("REF", "FJ", line.line_item_control_number)
    write_service_days(writer, line.service_from, line.service_to)


def is_request(transaction: Transaction) -> bool:
    """Tell whether a 277 follows one of the guides that ask for records."""
    return transaction.version[:10] in REQUEST_GUIDES


def read_requests(source: bytes | BinaryIO) -> ReadFile[AttachmentRequest]:
    """Read every request of the file; a transaction without one is put aside. Raises NotX12."""
    return read_transactions(source, "277", "277rfai", _read, is_request)


def _read(transaction: Transaction, reading: Reading) -> list[AttachmentRequest]:
    reading.findings.extend(check_levels(transaction.segments, _LEVELS, "277rfai"))
    for segment in transaction.segments:
        if segment.id == "HL":
            break
        reading.take(segment, 1, 2, 3, 4, 5, 6)
    levels = [(loop, *_claims(loop.segments)) for loop in loops(transaction, _LEVELS)]
    found = [
        _read_claim(claim, loop, reading)
        for loop, _, claims in levels
        if loop.code in _PATIENTS
        for claim in claims
    ]
    for loop, head, claims in levels:
        letter = _LOOPS.get(loop.code, "?")
        reading.take(head[0], 1, 2, 3, 4)
        reading.rest(head, f"2100{letter}")
        for claim in claims:
            reading.rest(claim, f"2200{letter}")
    return [request for request in found if request.questions or request.lines]


def _claims(segments: tuple[Segment, ...]) -> tuple[list[Segment], list[list[Segment]]]:
    """Cut an HL loop into its head and the claims asked about, each from its TRN on."""
    head: list[Segment] = []
    claims: list[list[Segment]] = []
    for segment in segments:
        if segment.id == "TRN":
            claims.append([segment])
        else:
            (claims[-1] if claims else head).append(segment)
    return head, claims


def _read_claim(claim: list[Segment], loop: Loop, reading: Reading) -> AttachmentRequest:
    starts = [index for index, segment in enumerate(claim) if segment.id == "SVC"]
    own = claim[: starts[0]] if starts else claim
    lines = [claim[first:last] for first, last in pairwise([*starts, len(claim)])]
    reading.take(own[0], 1, 2)
    contact = next((s for s in (loop.nearest("20") or loop).segments if s.id == "PER"), None)
    service_from, service_to = read_days(own, "472", reading)
    papers = [reading.take(s, 1, 2, 5, 6) for s in own if s.id == "PWK"]
    return replace(
        _above(loop, reading),
        trace_number=own[0][2],
        questions=read_questions(own, reading),
        service_from=service_from,
        service_to=service_to,
        respond_by=read_days(own, "106", reading)[0],
        papers=tuple(Attachment(s[1], s[2], s[6]) for s in papers),
        contact=read_contact(contact, reading) if contact is not None else None,
        lines=tuple(_read_line(line, reading) for line in lines),
        payer_claim_control_number=read_number(own, "1K", reading),
        patient_control_number=read_number(own, "EJ", reading),
        bill_type=read_number(own, "BLT", reading),
        medical_record_number=read_number(own, "EA", reading),
        transmission_number=read_number(own, "D9", reading),
    )


def _above(loop: Loop, reading: Reading) -> AttachmentRequest:
    payer = read_name((loop.nearest("20") or loop).segments, ("PR",), reading)
    receiver = read_name((loop.nearest("21") or loop).segments, ("41",), reading)
    provider = read_name((loop.nearest("19") or loop).segments, ("1P", "85"), reading)
    patient = read_name(loop.segments, ("QC", "IL"), reading)
    return AttachmentRequest(
        payer[2], payer[0], receiver[2], receiver[0], provider[2], provider[0], *patient, "", (),
        provider_first_name=provider[1],
    )  # fmt: skip


def _read_line(line: list[Segment], reading: Reading) -> QuestionedLine:
    service = reading.take(line[0], 1, 4)
    qualifier, code, *modifiers = [*service.components(1), "", ""]
    revenue = service[4]
    if qualifier.upper() == "NU":
        qualifier, code, revenue = "HC", "", revenue or code
    service_from, service_to = read_days(line, "472", reading)
    return QuestionedLine(
        procedure_code=code,
        charge_cents=reading.cents(service, 2) or 0,
        questions=read_questions(line, reading),
        procedure_qualifier=qualifier.upper() or "HC",
        modifiers=tuple(modifier for modifier in modifiers[:4] if modifier),
        revenue_code=revenue,
        line_item_control_number=read_number(line, "FJ", reading),
        service_from=service_from,
        service_to=service_to,
    )
