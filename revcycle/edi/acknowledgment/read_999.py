"""Read implementation acknowledgments: 999 (005010X231A1) and its elder, the 997."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from revcycle.domain.finding import Finding, Severity
from revcycle.domain.mail.acknowledgment import (
    ImplementationAcknowledgment,
    SegmentError,
    TransactionAcknowledgment,
)
from revcycle.domain.mail.acknowledgment_details import SegmentContext
from revcycle.edi.wire.elements import is_number
from revcycle.edi.wire.interchange import TransactionStream, stream
from revcycle.edi.wire.segments import Segment

_KINDS = frozenset(["999", "997"])
_REJECTED = frozenset("RMWX")
_ERROR_CODES = {"IK5": range(2, 7), "AK5": range(2, 7), "AK9": range(5, 10)}


@dataclass(frozen=True, slots=True)
class ImplementationFile:
    """All 999s of a file, and what was read of them without a place in the facts."""

    acknowledgments: tuple[ImplementationAcknowledgment, ...]
    findings: tuple[Finding, ...]


def read_acknowledgments(data: bytes) -> tuple[ImplementationAcknowledgment, ...]:
    """Return one acknowledgment for every 999 (or 997) of the file. Raises NotX12."""
    return read_acknowledgment_file(data).acknowledgments


def read_acknowledgment_file(source: bytes | BinaryIO) -> ImplementationFile:
    """Return every 999 (or 997) with the findings of the reader. Raises NotX12."""
    reading = stream(source)
    readers = [_read(transaction) for transaction in reading if transaction.kind in _KINDS]
    told = tuple(finding for reader in readers for finding in reader.findings)
    return ImplementationFile(tuple(r.acknowledgment() for r in readers), (*reading.findings, *told))


def _read(transaction: TransactionStream) -> "_Reader":
    reader = _Reader()
    for segment in transaction.segments:
        handler = _HANDLERS.get(segment.id)
        if handler is None:
            reader.note(segment, "999.not_carried", f"The segment {segment.id[:3]} is not carried.")
        else:
            handler(reader, segment)
    return reader


@dataclass(slots=True)
class _Reader:
    """One 999 as it passes."""

    group: Segment | None = None
    verdict: Segment | None = None
    answered: Segment | None = None
    errors: list[SegmentError] = field(default_factory=list)
    transactions: list[TransactionAcknowledgment] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def on_start(self, segment: Segment) -> None:
        """ST and SE say nothing more here."""

    def on_group(self, segment: Segment) -> None:
        """AK1."""
        self.group = segment

    def on_transaction(self, segment: Segment) -> None:
        """AK2; one without its verdict before it was cut."""
        self.close(None)
        self.answered, self.errors = segment, []

    def on_segment_error(self, segment: Segment) -> None:
        """IK3 or AK3."""
        self.errors.append(SegmentError(segment[1], _whole(segment[2]), segment[3], segment[4]))

    def on_element_error(self, segment: Segment) -> None:
        """IK4 or AK4: the first goes with its IK3, each further one repeats the IK3's part."""
        if not self.errors:
            self.note(segment, "999.not_carried", "An element's error stands without its segment's.")
            return
        last = self.errors[-1]
        error = replace(
            last,
            element_position=_parts(segment, 1),
            element_reference=segment[2],
            element_error_code=segment[3],
            element_value=segment[4],
            element_contexts=(),
        )
        if last.element_position:
            self.errors.append(error)
        else:
            self.errors[-1] = error

    def on_context(self, segment: Segment) -> None:
        """CTX behind an IK3 or an IK4."""
        if not self.errors:
            self.note(segment, "999.not_carried", "A context stands without an error.")
            return
        last, context = self.errors[-1], _context(segment)
        if last.element_position:
            self.errors[-1] = replace(last, element_contexts=(*last.element_contexts, context))
        else:
            self.errors[-1] = replace(last, contexts=(*last.contexts, context))

    def on_verdict(self, segment: Segment) -> None:
        """IK5 or AK5."""
        self.close(segment)

    def on_group_verdict(self, segment: Segment) -> None:
        """AK9."""
        self.verdict = segment

    def close(self, verdict: Segment | None) -> None:
        """End the transaction that is open; without a verdict (a cut file) it counts as rejected."""
        answered, self.answered = self.answered, None
        if answered is None:
            return
        stated = verdict[1].upper() if verdict is not None else "R"
        self.transactions.append(
            TransactionAcknowledgment(
                answered[2],
                _code(stated),
                tuple(self.errors),
                answered[1],
                answered[3],
                _error_codes(verdict),
                _stated(stated),
            )
        )

    def acknowledgment(self) -> ImplementationAcknowledgment:
        """Return the whole; what AK901 lacks in a cut file follows from its transactions."""
        self.close(None)
        group, verdict = self.group, self.verdict
        stated = verdict[1].upper() if verdict is not None else ""
        return ImplementationAcknowledgment(
            group[2] if group is not None else "",
            _code(stated) or _code_of(self.transactions),
            tuple(self.transactions),
            group[1] if group is not None else "",
            group[3] if group is not None else "",
            _count(verdict, 2),
            _count(verdict, 3),
            _count(verdict, 4),
            _error_codes(verdict),
            _stated(stated),
        )

    def note(self, segment: Segment, code: str, message: str) -> None:
        """Name what has no place in the facts."""
        remedy = "It decides nothing; look it up in the file where it matters."
        where, position = segment.where(), segment.position
        self.findings.append(Finding(code, where, message, remedy, Severity.WARNING, position))


_HANDLERS: dict[str, Callable[[_Reader, Segment], None]] = {
    "ST": _Reader.on_start,
    "AK1": _Reader.on_group,
    "AK2": _Reader.on_transaction,
    "IK3": _Reader.on_segment_error,
    "AK3": _Reader.on_segment_error,
    "IK4": _Reader.on_element_error,
    "AK4": _Reader.on_element_error,
    "CTX": _Reader.on_context,
    "IK5": _Reader.on_verdict,
    "AK5": _Reader.on_verdict,
    "AK9": _Reader.on_group_verdict,
}


def _context(segment: Segment) -> SegmentContext:
    return SegmentContext(
        segment.component(1, 1),
        segment.component(1, 2),
        segment[2],
        _whole(segment[3]),
        segment[4],
        _parts(segment, 5),
        segment[6],
    )


def _whole(text: str) -> int:
    return int(text) if is_number(text) else 0


def _parts(segment: Segment, element: int) -> str:
    """Return a position in a segment: ``5``, ``5-3`` for a part, ``5-3-2`` for a repeat of it."""
    return "-".join(part for part in segment.components(element) if part)


def _code(stated: str) -> str:
    return "R" if stated in _REJECTED else stated


def _stated(stated: str) -> str:
    return stated if stated in _REJECTED and stated != "R" else ""


def _error_codes(segment: Segment | None) -> tuple[str, ...]:
    if segment is None:
        return ()
    return tuple(segment[index] for index in _ERROR_CODES[segment.id] if segment[index])


def _count(verdict: Segment | None, element: int) -> int | None:
    return int(verdict[element]) if verdict is not None and is_number(verdict[element]) else None


def _code_of(found: list[TransactionAcknowledgment]) -> str:
    accepted = sum(transaction.accepted for transaction in found)
    return "R" if not accepted else "A" if accepted == len(found) else "P"
