"""Write an implementation acknowledgment, 999 (005010X231A1)."""

from itertools import groupby

from revcycle.domain.mail.acknowledgment import (
    ImplementationAcknowledgment,
    SegmentError,
    TransactionAcknowledgment,
)
from revcycle.domain.mail.acknowledgment_details import SegmentContext
from revcycle.edi.wire.envelope import Envelope
from revcycle.edi.wire.errors import CannotWrite
from revcycle.edi.wire.segment_writer import SegmentWriter

VERSION = "005010X231A1"
_CLAIMS = "005010X222A1"
_SEGMENTS_IN_ERROR = "5"
_ELEMENTS_IN_ERROR = "8"
_LOOP_ID = 4
_CODES_MOST = 5

_Place = tuple[str, int, str, str, tuple[SegmentContext, ...]]


def write_acknowledgment(envelope: Envelope, ack: ImplementationAcknowledgment) -> bytes:
    """Return the 999 that answers one group; without a version it is one of professional claims.

    IK303 has room for four characters, so ``2010BA`` is written as ``2010``. Counts that are not stated are
    counted. Raises CannotWrite.
    """
    writer = SegmentWriter()
    version = ack.version or _CLAIMS
    writer.add("AK1", ack.functional_id, ack.group_control_number, version)
    for transaction in ack.transactions:
        _transaction(writer, transaction, version)
    counted, accepted = len(ack.transactions), sum(t.accepted for t in ack.transactions)
    counts = (
        counted if ack.included_count is None else ack.included_count,
        counted if ack.received_count is None else ack.received_count,
        accepted if ack.accepted_count is None else ack.accepted_count,
    )
    codes = _codes("AK910", ack.error_codes)
    writer.add("AK9", ack.stated_code or ack.code, *map(str, counts), *codes)
    return writer.interchange(envelope, "FA", "999", VERSION)


def _codes(field: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    if len(codes) > _CODES_MOST:
        raise CannotWrite(field, "does not exist: at most 5 error codes are told")
    return codes


def _transaction(writer: SegmentWriter, transaction: TransactionAcknowledgment, version: str) -> None:
    number = transaction.transaction_set_control_number
    writer.add("AK2", transaction.kind, number, transaction.version or version)
    for place, errors in groupby(transaction.errors, key=_place):
        _segment_errors(writer, place, list(errors))
    codes = _codes("IK507", transaction.error_codes)
    if not codes and transaction.code != "A":
        codes = (_SEGMENTS_IN_ERROR,)
    writer.add("IK5", transaction.stated_code or transaction.code, *codes)


def _place(error: SegmentError) -> _Place:
    return error.segment_id, error.segment_position, error.loop_id, error.error_code, error.contexts


def _segment_errors(writer: SegmentWriter, place: _Place, errors: list[SegmentError]) -> None:
    segment_id, position, loop_id, code, contexts = place
    opened = False
    for error in errors:
        if not opened or not error.element_position:
            writer.add("IK3", segment_id, str(position), loop_id[:_LOOP_ID], code or _ELEMENTS_IN_ERROR)
            _contexts(writer, contexts)
            opened = bool(error.element_position)
        if error.element_position:
            parts = tuple(error.element_position.split("-"))
            writer.add("IK4", parts, error.element_reference, error.element_error_code, error.element_value)
            _contexts(writer, error.element_contexts)


def _contexts(writer: SegmentWriter, contexts: tuple[SegmentContext, ...]) -> None:
    for context in contexts:
        writer.add(
            "CTX",
            (context.name, context.reference) if context.reference else context.name,
            context.segment_id,
            str(context.segment_position) if context.segment_position else "",
            context.loop_id[:_LOOP_ID],
            tuple(context.element_position.split("-")),
            context.element_reference,
        )
