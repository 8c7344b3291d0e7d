"""What surrounds every file: who sends it to whom under which number, and what a file is at first sight."""

from dataclasses import dataclass
from datetime import datetime

from revcycle.domain.finding import Finding, Severity
from revcycle.domain.person import Address
from revcycle.edi.wire.errors import (
    CannotWrite,
    CharacterRefused,
    DelimiterInData,
    NotX12,
    ValueMissing,
    ValueTooLong,
)
from revcycle.edi.wire.guides import guide_of
from revcycle.edi.wire.segment_stream import SegmentStream

__all__ = [
    "CannotWrite",
    "CharacterRefused",
    "DelimiterInData",
    "Envelope",
    "NotX12",
    "Party",
    "Quarantined",
    "ValueMissing",
    "ValueTooLong",
    "sniff",
]


@dataclass(frozen=True, slots=True)
class Envelope:
    """ISA and GS of one file. ``at`` is business time (UTC); ``usage`` is T test or P production.

    ``sender_id`` and ``receiver_id`` have 2 to 15 characters; the interchange control number is never reused
    toward the same partner.
    """

    sender_id: str
    receiver_id: str
    interchange_control_number: int
    at: datetime
    group_control_number: int = 1
    usage: str = "T"


@dataclass(frozen=True, slots=True)
class Party:
    """A submitter, receiver, payer or payee. ``identifier`` is its EDI id, payer id or (for a payee) NPI."""

    name: str
    identifier: str
    contact_name: str = ""
    contact_phone: str = ""
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One part of a file put aside: position of its first segment, its bytes as they came, and why."""

    position: int
    raw: bytes
    findings: tuple[Finding, ...]
    control_number: str = ""


def sniff(data: bytes) -> str:
    """Return what the file's first transaction is: ``837P``, ``835``, ``277CA``, ``277``, ``999`` and so on.

    An interchange with nothing but a TA1 is ``TA1``; what we have no guide for gives its ST01 (``278``), or
    ``837I`` and ``837D``. Raises NotX12.
    """
    acknowledgment, version = False, ""
    for segment in SegmentStream(data):
        if segment.id == "TA1":
            acknowledgment = True
        elif segment.id == "GS":
            version = segment[8]
        elif segment.id == "ST":
            return guide_of(segment[1], segment[3], version)
    if acknowledgment:
        return "TA1"
    remedy = "Ask the sender for the whole file again."
    message = "The interchange holds no transaction set (no ST segment)."
    raise NotX12(Finding("x12.no_transaction", "after the ISA segment", message, remedy, Severity.FATAL, 1))
