"""Eligibility inquiry, 270 (005010X279A1): is this person covered on this day?"""

from revcycle.domain.eligibility import EligibilityInquiry
from revcycle.edi.elements import NOT_STATED, parse_day
from revcycle.edi.envelope import Envelope, Party
from revcycle.edi.hierarchy import Loop, loops
from revcycle.edi.interchange import of_kind, read_file
from revcycle.edi.segment_writer import SegmentWriter, day_text

VERSION = "005010X279A1"
ORDER = ("20", "21", "22", "23")
_HEALTH_BENEFIT_PLAN = "30"


def trace_originator(identifier: str) -> str:
    """Return TRN03: ten characters that name who gave the trace number."""
    return "9" + identifier.rjust(9, "0")[-9:]


def write_inquiry(envelope: Envelope, submitter: Party, inquiry: EligibilityInquiry) -> bytes:
    """Return a real-time 270 for one person. Raises CannotWrite."""
    writer, at = SegmentWriter(), envelope.at
    writer.add("BHT", "0022", "13", inquiry.trace_number, day_text(at), f"{at:%H%M}")
    writer.level(1, 0, "20", True)
    writer.party("PR", inquiry.payer_name, qualifier="PI", identifier=inquiry.payer_id)
    writer.level(2, 1, "21", True)
    writer.party("1P", inquiry.provider_name, qualifier="XX", identifier=inquiry.provider_npi)
    dependent = bool(inquiry.dependent_last_name or inquiry.dependent_first_name)
    writer.level(3, 2, "22", dependent)
    trace = ("1", inquiry.trace_number, trace_originator(submitter.identifier))
    if not dependent:
        writer.add("TRN", *trace)
    writer.party(
        "IL", inquiry.last_name, inquiry.first_name, qualifier="MI", identifier=inquiry.member_id, person=True
    )
    if inquiry.birth_date != NOT_STATED:
        writer.add("DMG", "D8", day_text(inquiry.birth_date))
    if dependent:
        writer.level(4, 3, "23", False)
        writer.add("TRN", *trace)
        writer.party("03", inquiry.dependent_last_name, inquiry.dependent_first_name, person=True)
        if inquiry.dependent_birth_date is not None:
            writer.add("DMG", "D8", day_text(inquiry.dependent_birth_date))
    writer.add("DTP", "291", "D8", day_text(inquiry.service_date))
    writer.add("EQ", _HEALTH_BENEFIT_PLAN)
    return writer.interchange(envelope, "HS", "270", VERSION)


def read_inquiries(data: bytes) -> tuple[EligibilityInquiry, ...]:
    """Return every inquiry of the file (a loop with an EQ). Raises NotX12."""
    found: list[EligibilityInquiry] = []
    for transaction in of_kind(read_file(data), "270"):
        created = next((s[4] for s in transaction.segments if s.id == "BHT"), "")
        people = [loop for loop in loops(transaction, ORDER) if loop.code in ("22", "23")]
        found.extend(_read(loop, created) for loop in people if loop.first("EQ") is not None)
    return tuple(found)


def _read(loop: Loop, created: str) -> EligibilityInquiry:
    subscriber = loop.nearest("22") or loop
    source, receiver = loop.nearest("20") or loop, loop.nearest("21") or loop
    payer, provider, insured = source.first("NM1"), receiver.first("NM1"), subscriber.first("NM1", "IL")
    dependent = loop.first("NM1", "03") if loop.code == "23" else None
    service_date = parse_day(loop.text("DTP", "291", 3) or subscriber.text("DTP", "291", 3) or created)
    return EligibilityInquiry(
        payer_id=payer[9] if payer is not None else "",
        payer_name=payer[3] if payer is not None else "",
        provider_npi=provider[9] if provider is not None else "",
        provider_name=provider[3] if provider is not None else "",
        member_id=insured[9] if insured is not None else "",
        last_name=insured[3] if insured is not None else "",
        first_name=insured[4] if insured is not None else "",
        birth_date=parse_day(subscriber.text("DMG", "", 2)) or NOT_STATED,
        service_date=service_date or NOT_STATED,
        trace_number=loop.text("TRN", "", 2) or subscriber.text("TRN", "", 2),
        dependent_last_name=dependent[3] if dependent is not None else "",
        dependent_first_name=dependent[4] if dependent is not None else "",
        dependent_birth_date=parse_day(loop.text("DMG", "", 2)) if dependent is not None else None,
    )
