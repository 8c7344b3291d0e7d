"""Interchange acknowledgment, TA1: whether the envelope of a file was accepted."""

from revcycle.domain.acknowledgment import InterchangeAcknowledgment
from revcycle.edi.envelope import Envelope
from revcycle.edi.interchange import read_file
from revcycle.edi.segment_writer import SegmentWriter, encode, interchange_header


def write_acknowledgment(envelope: Envelope, ack: InterchangeAcknowledgment) -> bytes:
    """Return an interchange with a TA1 and no group. TA102 and TA103 carry the time of ``envelope``."""
    at, writer = envelope.at, SegmentWriter()
    number = ack.interchange_control_number.rjust(9, "0")
    writer.add("TA1", number, f"{at:%y%m%d}", f"{at:%H%M}", ack.code, ack.note_code)
    trailer = f"IEA*0*{envelope.interchange_control_number:09d}"
    return encode([interchange_header(envelope), *writer.lines, trailer])


def read_acknowledgments(data: bytes) -> tuple[InterchangeAcknowledgment, ...]:
    """Return every TA1 of the file. Raises NotX12."""
    return tuple(
        InterchangeAcknowledgment(segment[1], segment[4].upper(), segment[5])
        for segment in read_file(data).interchange_acknowledgments
    )
