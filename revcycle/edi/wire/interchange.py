"""The envelope as read: the transactions of a file, and what is wrong with its ISA, GS, SE, GE and IEA."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from revcycle.domain.finding import Finding, Severity
from revcycle.edi.wire.segment_stream import SegmentStream
from revcycle.edi.wire.segments import Segment, raw_of

_RESEND = "Ask the sender for the whole file again; what was whole in this one has been read."
_TELL = "Nothing was lost; tell the sender that their envelope is wrong."
HEADERS_MOST = 50
"""ISA and GS segments that a reading keeps; it counts all."""

_ENVELOPE = frozenset(["ISA", "GS", "ST", "SE", "GE", "IEA", "TA1"])


@dataclass(slots=True)
class Transaction:
    """One ST to SE, whole in memory. ``segments`` starts with ST and ends before SE.

    ``complete`` is False without an SE; ``version`` is ST03, else GS08; ``group_date`` is GS04.
    """

    kind: str
    control_number: str
    version: str
    group_control_number: str
    interchange_control_number: str
    group_date: str = ""
    segments: list[Segment] = field(default_factory=list)
    complete: bool = False


class TransactionStream:
    """One ST to SE as it passes. ``head`` is the ST, and the first of ``segments``, which can be taken once.

    ``complete`` tells whether an SE came; it is known when the segments are taken, or the next transaction is.
    """

    __slots__ = (
        "complete",
        "control_number",
        "group_control_number",
        "group_date",
        "head",
        "interchange_control_number",
        "kind",
        "segments",
        "version",
    )

    def __init__(self, head: Segment, reading: "Reading") -> None:
        """Take what the ST and the envelope around it say."""
        group, interchange = reading.group, reading.interchange
        self.head = head
        self.kind = head[1]
        self.control_number = head[2]
        self.version = (head[3] or (group[8] if group else "")).upper()
        self.group_control_number = group[6] if group else ""
        self.group_date = group[4] if group else ""
        self.interchange_control_number = interchange[13] if interchange else ""
        self.complete = False
        self.segments: Iterator[Segment] = iter(())

    def whole(self) -> Transaction:
        """Take all segments into memory."""
        segments = list(self.segments)
        return Transaction(
            self.kind,
            self.control_number,
            self.version,
            self.group_control_number,
            self.interchange_control_number,
            self.group_date,
            segments,
            self.complete,
        )


class Reading:
    """The transactions of a file, one after the other, in memory that does not grow with the file.

    What a consumer leaves of a transaction is passed over when it asks for the next. Control numbers and parties
    are those of the first interchange; they, ``findings`` and ``interchange_acknowledgments`` (TA1) fill as the
    reading goes and are whole at its end. ``interchange`` and ``group`` are the ISA and GS now open, ``headers`` the
    first of all that came.
    """

    def __init__(self, source: bytes | BinaryIO) -> None:
        """Read the first chunk. Raises NotX12."""
        self._stream = SegmentStream(source)
        self._segments = iter(self._stream)
        self._pushed_back: Segment | None = None
        self._transactions = self._walk()
        self.interchange: Segment | None = None
        self.group: Segment | None = None
        self.interchange_control_number = ""
        self.group_control_number = ""
        self.sender_id = ""
        self.receiver_id = ""
        self.interchange_acknowledgments: list[Segment] = []
        self.headers: list[Segment] = []
        self.interchanges = 0
        self.groups = 0
        self._groups = self._sets = 0
        self._is_stray = False
        self._handlers = {
            "ISA": self._on_isa,
            "GS": self._on_gs,
            "SE": self._on_se,
            "GE": self._on_ge,
            "IEA": self._on_iea,
            "TA1": self.interchange_acknowledgments.append,
        }

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with the envelope, so far."""
        return self._stream.findings

    @property
    def bytes_read(self) -> int:
        """How far the reading has come; it reads ahead by a chunk."""
        return self._stream.bytes_read

    @property
    def segments(self) -> int:
        """How many segments have been found; it reads ahead by a chunk."""
        return self._stream.position

    def __iter__(self) -> Iterator[TransactionStream]:
        """Go on with the reading; there is one, however often it is asked for."""
        return self._transactions

    def _walk(self) -> Iterator[TransactionStream]:
        while (segment := self._next()) is not None:
            if segment.id == "ST":
                transaction = self._opened(segment)
                yield transaction
                for _ in transaction.segments:
                    pass
            elif segment.id in self._handlers:
                self._handlers[segment.id](segment)
            elif not self._is_stray:
                self._is_stray = True
                message = "This segment stands outside any ST to SE and was ignored."
                self._warn(segment, "x12.stray_segment", message)
        self._close_interchange(self._stream.position)

    def _next(self) -> Segment | None:
        segment, self._pushed_back = self._pushed_back, None
        return segment or next(self._segments, None)

    def _opened(self, head: Segment) -> TransactionStream:
        self._sets += 1
        transaction = TransactionStream(head, self)
        transaction.segments = self._inside(transaction)
        return transaction

    def _inside(self, transaction: TransactionStream) -> Iterator[Segment]:
        """Return the segments of one transaction and judge its end."""
        yield transaction.head
        first = transaction.head.position
        for segment in self._segments:
            if segment.id not in _ENVELOPE:
                yield segment
                continue
            if segment.id == "TA1":
                self.interchange_acknowledgments.append(segment)
                first += 1
                continue
            if segment.id == "SE":
                transaction.complete = True
                self._check_count(segment, segment.position - first + 1, "segments")
                self._check_number(segment, transaction.control_number, "ST02")
                return
            self._pushed_back = segment
            self._missing("SE", "transaction set", segment.position - 1)
            return
        self._missing("SE", "transaction set", self._stream.position)

    def _on_isa(self, segment: Segment) -> None:
        self._close_interchange(segment.position - 1)
        self.interchange, self._groups = segment, 0
        self.interchanges += 1
        self._keep(segment)
        if not self.interchange_control_number:
            self.interchange_control_number = segment[13]
            self.sender_id, self.receiver_id = segment[6], segment[8]

    def _on_gs(self, segment: Segment) -> None:
        self._close_group(segment.position - 1)
        self.group, self._sets = segment, 0
        self._groups += 1
        self.groups += 1
        self._keep(segment)
        self.group_control_number = self.group_control_number or segment[6]

    def _keep(self, header: Segment) -> None:
        if len(self.headers) < HEADERS_MOST:
            self.headers.append(header)

    def _on_se(self, segment: Segment) -> None:
        self._warn(segment, "x12.unexpected_trailer", "This SE closes nothing.")

    def _on_ge(self, segment: Segment) -> None:
        if self.group is None:
            self._warn(segment, "x12.unexpected_trailer", "This GE closes nothing.")
            return
        self._check_count(segment, self._sets, "transaction sets")
        self._check_number(segment, self.group[6], "GS06")
        self.group = None

    def _on_iea(self, segment: Segment) -> None:
        self._close_group(segment.position - 1)
        if self.interchange is None:
            self._warn(segment, "x12.unexpected_trailer", "This IEA closes nothing.")
            return
        self._check_count(segment, self._groups, "groups")
        self._check_number(segment, self.interchange[13], "ISA13")
        self.interchange = None

    def _close_group(self, position: int) -> None:
        if self.group is not None:
            self._missing("GE", "functional group", position)
            self.group = None

    def _close_interchange(self, position: int) -> None:
        self._close_group(position)
        if self.interchange is not None:
            self._missing("IEA", "interchange", position)
            self.interchange = None

    def _missing(self, trailer: str, what: str, position: int) -> None:
        message = f"The {what} has no {trailer} segment: the file was cut or badly put together."
        where = f"{trailer} after segment {position}"
        code = f"x12.missing_{trailer.lower()}"
        self._stream.note(Finding(code, where, message, _RESEND, segment_position=position))

    def _warn(self, segment: Segment, code: str, message: str, element: int | None = None) -> None:
        where = segment.where(element)
        self._stream.note(Finding(code, where, message, _TELL, Severity.WARNING, segment.position))

    def _check_count(self, segment: Segment, counted: int, what: str) -> None:
        if segment[1].lstrip("0") != (str(counted) if counted else ""):
            self._warn(segment, "x12.wrong_count", f"The count of {what} is wrong; there are {counted}.", 1)

    def _check_number(self, segment: Segment, expected: str, of: str) -> None:
        if segment[2].lstrip("0") != expected.lstrip("0"):
            self._warn(segment, "x12.wrong_control_number", f"The control number differs from {of}.", 2)


def stream(source: bytes | BinaryIO) -> Reading:
    """Open a file for reading forwards. Raises NotX12; everything less is a finding."""
    return Reading(source)


@dataclass(slots=True)
class X12File:
    """A file taken apart, whole in memory. Numbers and parties are those of its first interchange."""

    interchange_control_number: str = ""
    group_control_number: str = ""
    sender_id: str = ""
    receiver_id: str = ""
    transactions: list[Transaction] = field(default_factory=list)
    interchange_acknowledgments: list[Segment] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def raw(self, parts: list[Segment]) -> bytes:
        """Return the original bytes of the segments."""
        return raw_of(parts)


def read_file(data: bytes | BinaryIO) -> X12File:
    """Take a small file apart into whole transactions. Raises NotX12; everything less is a finding."""
    reading = stream(data)
    transactions = [transaction.whole() for transaction in reading]
    return X12File(
        reading.interchange_control_number,
        reading.group_control_number,
        reading.sender_id,
        reading.receiver_id,
        transactions,
        reading.interchange_acknowledgments,
        reading.findings,
    )
