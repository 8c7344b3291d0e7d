"""Interchange acknowledgment, TA1: whether the envelope of a file was accepted."""

from revcycle.domain.mail.acknowledgment import InterchangeAcknowledgment
from revcycle.edi.wire.elements import parse_day
from revcycle.edi.wire.envelope import Envelope
from revcycle.edi.wire.interchange import stream
from revcycle.edi.wire.segment_writer import SegmentWriter, encode, interchange_header
from revcycle.edi.wire.segments import Segment


def write_acknowledgment(envelope: Envelope, ack: InterchangeAcknowledgment) -> bytes:
    """Return an interchange with a TA1 and no group.

    Without the date and time of the interchange it answers, TA102 and TA103 carry those of ``envelope``.
    """
    at, writer = envelope.at, SegmentWriter()
    number = ack.interchange_control_number.rjust(9, "0")
    day = f"{ack.interchange_date:%y%m%d}" if ack.interchange_date is not None else f"{at:%y%m%d}"
    writer.add("TA1", number, day, ack.interchange_time or f"{at:%H%M}", ack.code, ack.note_code)
    trailer = f"IEA*0*{envelope.interchange_control_number:09d}"
    return encode([interchange_header(envelope), *writer.lines, trailer])


def read_acknowledgments(data: bytes) -> tuple[InterchangeAcknowledgment, ...]:
    """Return every TA1 of the file. Raises NotX12."""
    reading = stream(data)
    for _ in reading:
        """The acknowledgments stand outside of any transaction."""
    return tuple(map(_read, reading.interchange_acknowledgments))


def _read(segment: Segment) -> InterchangeAcknowledgment:
    return InterchangeAcknowledgment(
        segment[1], segment[4].upper(), segment[5], parse_day(segment[2]), segment[3]
    )
