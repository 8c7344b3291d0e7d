"""Implementation acknowledgment, 999 (005010X231A1): how the syntax of a claim group was judged."""

from itertools import groupby

from revcycle.domain.acknowledgment import (
    ImplementationAcknowledgment,
    SegmentError,
    TransactionAcknowledgment,
)
from revcycle.edi.elements import is_number
from revcycle.edi.envelope import Envelope
from revcycle.edi.interchange import Transaction, of_kind, read_file
from revcycle.edi.segment_writer import SegmentWriter
from revcycle.edi.segments import Segment

VERSION = "005010X231A1"
_CLAIMS = "005010X222A1"
_REJECTED = frozenset("RMWX")
_SEGMENTS_IN_ERROR = "5"
_ELEMENTS_IN_ERROR = "8"
_LOOP_ID = 4


def write_acknowledgment(envelope: Envelope, ack: ImplementationAcknowledgment) -> bytes:
    """Return the 999 that answers one group of professional claims. Raises CannotWrite.

    IK303 has room for four characters, so ``2010BA`` is written as ``2010``.
    """
    writer = SegmentWriter()
    writer.add("AK1", "HC", ack.group_control_number, _CLAIMS)
    for transaction in ack.transactions:
        writer.add("AK2", "837", transaction.transaction_set_control_number, _CLAIMS)
        for place, errors in groupby(transaction.errors, key=_place):
            _segment_errors(writer, place, list(errors))
        in_error = () if transaction.code == "A" else (_SEGMENTS_IN_ERROR,)
        writer.add("IK5", transaction.code, *in_error)
    count, accepted = len(ack.transactions), sum(t.accepted for t in ack.transactions)
    writer.add("AK9", ack.code, str(count), str(count), str(accepted))
    return writer.interchange(envelope, "FA", "999", VERSION)


def _place(error: SegmentError) -> tuple[str, int, str, str]:
    return error.segment_id, error.segment_position, error.loop_id, error.error_code


def _segment_errors(
    writer: SegmentWriter, place: tuple[str, int, str, str], errors: list[SegmentError]
) -> None:
    segment_id, position, loop_id, code = place
    opened = False
    for error in errors:
        if not opened or not error.element_position:
            writer.add("IK3", segment_id, str(position), loop_id[:_LOOP_ID], code or _ELEMENTS_IN_ERROR)
            opened = bool(error.element_position)
        if error.element_position:
            parts = tuple(error.element_position.split("-"))
            writer.add("IK4", parts, "", error.element_error_code)


def read_acknowledgments(data: bytes) -> tuple[ImplementationAcknowledgment, ...]:
    """Return one acknowledgment for every 999 (or 997) of the file. Raises NotX12."""
    file = read_file(data)
    transactions = [*of_kind(file, "999"), *of_kind(file, "997")]
    return tuple(_read(transaction) for transaction in transactions)


def _read(transaction: Transaction) -> ImplementationAcknowledgment:
    group, code = "", ""
    found: list[TransactionAcknowledgment] = []
    number, errors, is_open = "", list[SegmentError](), False
    for segment in transaction.segments:
        if segment.id == "AK1":
            group = segment[2]
        elif segment.id == "AK2":
            number, errors, is_open = segment[2], [], True
        elif segment.id in ("IK3", "AK3"):
            errors.append(_segment_error(segment))
        elif segment.id in ("IK4", "AK4") and errors:
            _add_element(errors, segment)
        elif segment.id in ("IK5", "AK5") and is_open:
            found.append(TransactionAcknowledgment(number, _code(segment[1]), tuple(errors)))
            is_open = False
        elif segment.id == "AK9":
            code = _code(segment[1])
    if is_open:
        found.append(TransactionAcknowledgment(number, "R", tuple(errors)))
    return ImplementationAcknowledgment(group, code or _code_of(found), tuple(found))


def _code(text: str) -> str:
    return "R" if text.upper() in _REJECTED else text.upper()


def _code_of(found: list[TransactionAcknowledgment]) -> str:
    """What AK901 would be where a cut file lacks it."""
    accepted = sum(transaction.accepted for transaction in found)
    return "R" if not accepted else "A" if accepted == len(found) else "P"


def _segment_error(segment: Segment) -> SegmentError:
    position = int(segment[2]) if is_number(segment[2]) else 0
    return SegmentError(segment[1], position, segment[3], segment[4])


def _add_element(errors: list[SegmentError], segment: Segment) -> None:
    last = errors[-1]
    position = "-".join(part for part in segment.components(1) if part)
    error = SegmentError(
        last.segment_id, last.segment_position, last.loop_id, last.error_code, position, segment[3]
    )
    if last.element_position:
        errors.append(error)
    else:
        errors[-1] = error
