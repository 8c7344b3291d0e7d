"""The envelope as read: the transactions of a file, and what is wrong with its ISA, GS, SE, GE and IEA."""

from dataclasses import dataclass, field

from revcycle.domain.finding import Finding, Severity
from revcycle.edi.segments import Segment, Source, decode, segments

_RESEND = "Ask the sender for the whole file again; what was whole in this one has been read."
_TELL = "Nothing was lost; tell the sender that their envelope is wrong."


@dataclass(slots=True)
class Transaction:
    """One ST to SE. ``segments`` starts with ST and ends before SE; ``complete`` is False without an SE."""

    kind: str
    control_number: str
    version: str
    group_control_number: str
    interchange_control_number: str
    group_date: str = ""
    segments: list[Segment] = field(default_factory=list)
    complete: bool = False


@dataclass(slots=True)
class X12File:
    """A file taken apart. Numbers and parties are those of its first interchange."""

    source: Source
    interchange_control_number: str = ""
    group_control_number: str = ""
    sender_id: str = ""
    receiver_id: str = ""
    transactions: list[Transaction] = field(default_factory=list)
    interchange_acknowledgments: list[Segment] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def raw(self, parts: list[Segment]) -> bytes:
        """Return the original bytes from the first to the last of the segments."""
        return self.source.raw(parts[0].start, parts[-1].end) if parts else b""


class _Walker:
    """Goes through the segments once and keeps what is open."""

    def __init__(self, file: X12File) -> None:
        self.file = file
        self.isa: Segment | None = None
        self.gs: Segment | None = None
        self.transaction: Transaction | None = None
        self.groups = 0
        self.transactions = 0
        self.last: Segment | None = None
        self.stray = False

    def walk(self, segment: Segment) -> None:
        handler = _HANDLERS.get(segment.id)
        if handler is not None:
            handler(self, segment)
        elif self.transaction is not None:
            self.transaction.segments.append(segment)
        elif not self.stray:
            self.stray = True
            self._warn(
                segment, "x12.stray_segment", "This segment stands outside any ST to SE and was ignored."
            )
        self.last = segment

    def on_isa(self, segment: Segment) -> None:
        self.close_interchange()
        self.isa, self.groups = segment, 0
        if not self.file.interchange_control_number:
            self.file.interchange_control_number = segment[13]
            self.file.sender_id, self.file.receiver_id = segment[6], segment[8]

    def on_gs(self, segment: Segment) -> None:
        self.close_group()
        self.gs, self.transactions = segment, 0
        self.groups += 1
        self.file.group_control_number = self.file.group_control_number or segment[6]

    def on_st(self, segment: Segment) -> None:
        self.close_transaction()
        version = segment[3] or (self.gs[8] if self.gs else "")
        group = self.gs[6] if self.gs else ""
        day = self.gs[4] if self.gs else ""
        interchange = self.isa[13] if self.isa else ""
        self.transaction = Transaction(
            segment[1], segment[2], version.upper(), group, interchange, day, [segment]
        )
        self.transactions += 1
        self.file.transactions.append(self.transaction)

    def on_se(self, segment: Segment) -> None:
        transaction, self.transaction = self.transaction, None
        if transaction is None:
            self._warn(segment, "x12.unexpected_trailer", "This SE closes nothing.")
            return
        transaction.complete = True
        self._check_count(segment, len(transaction.segments) + 1, "segments")
        self._check_number(segment, transaction.control_number, "ST02")

    def on_ge(self, segment: Segment) -> None:
        self.close_transaction()
        if self.gs is None:
            self._warn(segment, "x12.unexpected_trailer", "This GE closes nothing.")
            return
        self._check_count(segment, self.transactions, "transaction sets")
        self._check_number(segment, self.gs[6], "GS06")
        self.gs = None

    def on_iea(self, segment: Segment) -> None:
        self.close_group()
        if self.isa is None:
            self._warn(segment, "x12.unexpected_trailer", "This IEA closes nothing.")
            return
        self._check_count(segment, self.groups, "groups")
        self._check_number(segment, self.isa[13], "ISA13")
        self.isa = None

    def on_ta1(self, segment: Segment) -> None:
        self.file.interchange_acknowledgments.append(segment)

    def close_transaction(self) -> None:
        if self.transaction is not None:
            self._missing("SE", "transaction set")
            self.transaction = None

    def close_group(self) -> None:
        self.close_transaction()
        if self.gs is not None:
            self._missing("GE", "functional group")
            self.gs = None

    def close_interchange(self) -> None:
        self.close_group()
        if self.isa is not None:
            self._missing("IEA", "interchange")
            self.isa = None

    def _missing(self, trailer: str, what: str) -> None:
        position = self.last.position if self.last else 1
        message = f"The {what} has no {trailer} segment: the file was cut or badly put together."
        where = f"{trailer} after segment {position}"
        self.file.findings.append(
            Finding(f"x12.missing_{trailer.lower()}", where, message, _RESEND, segment_position=position)
        )

    def _warn(self, segment: Segment, code: str, message: str, element: int | None = None) -> None:
        self.file.findings.append(
            Finding(code, segment.where(element), message, _TELL, Severity.WARNING, segment.position)
        )

    def _check_count(self, segment: Segment, counted: int, what: str) -> None:
        if segment[1].lstrip("0") != (str(counted) if counted else ""):
            self._warn(segment, "x12.wrong_count", f"The count of {what} is wrong; there are {counted}.", 1)

    def _check_number(self, segment: Segment, expected: str, of: str) -> None:
        if segment[2].lstrip("0") != expected.lstrip("0"):
            self._warn(segment, "x12.wrong_control_number", f"The control number differs from {of}.", 2)


_HANDLERS = {
    "ISA": _Walker.on_isa,
    "GS": _Walker.on_gs,
    "ST": _Walker.on_st,
    "SE": _Walker.on_se,
    "GE": _Walker.on_ge,
    "IEA": _Walker.on_iea,
    "TA1": _Walker.on_ta1,
}


def read_file(data: bytes) -> X12File:
    """Take a file apart into transactions. Raises NotX12; everything less is a finding."""
    source = decode(data)
    file = X12File(source)
    walker = _Walker(file)
    for segment in segments(source):
        walker.walk(segment)
    walker.close_interchange()
    return file


def of_kind(file: X12File, kind: str) -> list[Transaction]:
    """Return the transactions with that ST01."""
    return [transaction for transaction in file.transactions if transaction.kind == kind]
