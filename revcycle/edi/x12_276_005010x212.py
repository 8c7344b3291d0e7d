"""Claim status inquiry, 276 (005010X212): what has become of this claim?"""

from revcycle.domain.claim_status import StatusInquiry
from revcycle.domain.money import BrokenAmount, parse_cents, x12_amount
from revcycle.edi.elements import NOT_STATED, parse_day
from revcycle.edi.envelope import Envelope, Party
from revcycle.edi.hierarchy import Loop, loops
from revcycle.edi.interchange import of_kind, read_file
from revcycle.edi.segment_writer import SegmentWriter, day_text

VERSION = "005010X212"
ORDER = ("20", "21", "19", "22", "23")


def write_inquiry(envelope: Envelope, submitter: Party, inquiry: StatusInquiry) -> bytes:
    """Return a real-time 276 for one claim; birth date and sex are the subscriber's. Raises CannotWrite."""
    writer, at = SegmentWriter(), envelope.at
    writer.add("BHT", "0010", "13", inquiry.trace_number, day_text(at), f"{at:%H%M}")
    writer.level(1, 0, "20", True)
    writer.party("PR", inquiry.payer_name, qualifier="PI", identifier=inquiry.payer_id)
    writer.level(2, 1, "21", True)
    writer.party("41", submitter.name, qualifier="46", identifier=submitter.identifier)
    writer.level(3, 2, "19", True)
    writer.party("1P", inquiry.provider_name, qualifier="XX", identifier=inquiry.provider_npi)
    dependent = bool(inquiry.dependent_last_name or inquiry.dependent_first_name)
    writer.level(4, 3, "22", dependent)
    _demographics(writer, inquiry)
    names = (inquiry.last_name, inquiry.first_name)
    writer.party("IL", *names, qualifier="MI", identifier=inquiry.member_id, person=True)
    if dependent:
        writer.level(5, 4, "23", False)
        if inquiry.dependent_birth_date is not None:
            writer.add("DMG", "D8", day_text(inquiry.dependent_birth_date))
        writer.party("QC", inquiry.dependent_last_name, inquiry.dependent_first_name, person=True)
    _claim(writer, inquiry)
    return writer.interchange(envelope, "HR", "276", VERSION)


def _demographics(writer: SegmentWriter, inquiry: StatusInquiry) -> None:
    if inquiry.birth_date != NOT_STATED:
        writer.add(
            "DMG", "D8", day_text(inquiry.birth_date), inquiry.sex if inquiry.sex in ("F", "M") else ""
        )


def _claim(writer: SegmentWriter, inquiry: StatusInquiry) -> None:
    writer.add("TRN", "1", inquiry.trace_number)
    if inquiry.payer_claim_control_number:
        writer.add("REF", "1K", inquiry.payer_claim_control_number)
    if inquiry.patient_control_number:
        writer.add("REF", "EJ", inquiry.patient_control_number)
    writer.add("AMT", "T3", x12_amount(inquiry.charge_cents))
    writer.add("DTP", "472", "D8", day_text(inquiry.service_date))


def read_inquiries(data: bytes) -> tuple[StatusInquiry, ...]:
    """Return every inquiry of the file (a subscriber or dependent loop with a TRN). Raises NotX12."""
    found: list[StatusInquiry] = []
    for transaction in of_kind(read_file(data), "276"):
        people = [loop for loop in loops(transaction, ORDER) if loop.code in ("22", "23")]
        found.extend(_read(loop) for loop in people if loop.first("TRN") is not None)
    return tuple(found)


def _read(loop: Loop) -> StatusInquiry:
    subscriber = loop.nearest("22") or loop
    source, billing = loop.nearest("20") or loop, loop.nearest("19") or loop
    payer, provider, insured = source.first("NM1"), billing.first("NM1"), subscriber.first("NM1", "IL")
    dependent = loop.first("NM1", "QC") if loop.code == "23" else None
    return StatusInquiry(
        payer_id=payer[9] if payer is not None else "",
        payer_name=payer[3] if payer is not None else "",
        provider_npi=provider[9] if provider is not None else "",
        provider_name=provider[3] if provider is not None else "",
        patient_control_number=loop.text("REF", "EJ", 2),
        member_id=insured[9] if insured is not None else "",
        last_name=insured[3] if insured is not None else "",
        first_name=insured[4] if insured is not None else "",
        birth_date=parse_day(subscriber.text("DMG", "", 2)) or NOT_STATED,
        sex=subscriber.text("DMG", "", 3) or "U",
        charge_cents=_charge(loop.text("AMT", "T3", 2)),
        service_date=parse_day(loop.text("DTP", "472", 3)) or NOT_STATED,
        trace_number=loop.text("TRN", "", 2),
        payer_claim_control_number=loop.text("REF", "1K", 2),
        dependent_last_name=dependent[3] if dependent is not None else "",
        dependent_first_name=dependent[4] if dependent is not None else "",
        dependent_birth_date=parse_day(loop.text("DMG", "", 2)) if dependent is not None else None,
    )


def _charge(text: str) -> int:
    try:
        return parse_cents(text)
    except BrokenAmount:
        return 0
