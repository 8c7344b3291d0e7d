"""What the readers of 270, 271, 276 and 277 share: which elements became facts, and findings for the rest."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from revcycle.domain.finding import Finding, Severity
from revcycle.domain.money import BrokenAmount, parse_cents
from revcycle.edi.elements import parse_day, quantity
from revcycle.edi.envelope import Quarantined
from revcycle.edi.errors import Unreadable
from revcycle.edi.interchange import Transaction, X12File, of_kind, read_file
from revcycle.edi.segments import Segment

T = TypeVar("T")

_TELL = "Nothing is lost: read it in the original file, and tell the sender if it keeps coming."
_QUALIFIED = frozenset(["REF", "DTP", "NM1", "AMT", "III"])


@dataclass(frozen=True, slots=True)
class ReadFile(Generic[T]):
    """The facts of one file, what was wrong with it, and the transactions put aside whole."""

    facts: tuple[T, ...]
    findings: tuple[Finding, ...]
    quarantined: tuple[Quarantined, ...] = ()


@dataclass(slots=True)
class Reading:
    """One transaction as it is read. ``guide`` starts every finding's code (``271``)."""

    guide: str
    findings: list[Finding] = field(default_factory=list)
    _taken: dict[int, set[int]] = field(default_factory=dict)
    _named: set[str] = field(default_factory=set)

    def take(self, segment: Segment, *elements: int) -> Segment:
        """Note that these elements of the segment are carried into facts."""
        self._taken.setdefault(segment.position, set()).update(elements)
        return segment

    def warn(
        self, code: str, segment: Segment, element: int | None, message: str, remedy: str = _TELL
    ) -> None:
        """Add a finding that stops nothing."""
        place = segment.where(element)
        self.findings.append(
            Finding(f"{self.guide}.{code}", place, message, remedy, Severity.WARNING, segment.position)
        )

    def rest(self, segments: Iterable[Segment], loop: str) -> None:
        """Name what stands in the loop and was not taken: once for each kind of segment or element."""
        for segment in segments:
            taken = self._taken.get(segment.position)
            if taken is None:
                self._not_carried(segment, None, _tag(segment), loop)
                continue
            for element in range(1, len(segment)):
                if element not in taken and segment[element]:
                    self._not_carried(segment, element, f"{segment.id}{element:02d}", loop)

    def _not_carried(self, segment: Segment, element: int | None, what: str, loop: str) -> None:
        named = f"{what} in loop {loop}"
        if named not in self._named:
            self._named.add(named)
            self.warn("not_carried", segment, element, f"{named} has no place in our facts.")

    def day(self, segment: Segment, element: int) -> date | None:
        """Take one element as a day; None, with a finding, when it is not one."""
        self.take(segment, element)
        text = segment[element]
        found = parse_day(text) if text else None
        if text and found is None:
            self.warn("broken_date", segment, element, "This is not a day of the calendar (CCYYMMDD).")
        return found

    def days(self, segment: Segment, kind: int, element: int) -> tuple[date | None, date | None]:
        """Take a day or a span (RD8), whatever the qualifier at ``kind`` says."""
        self.take(segment, kind, element)
        first, dash, last = segment[element].partition("-")
        begin = parse_day(first)
        end = parse_day(last) if dash else None
        if begin is None or (dash and end is None):
            self.warn("broken_date", segment, element, "This is not a day or a span of days.")
        return begin, end if end != begin else None

    def cents(self, segment: Segment, element: int) -> int | None:
        """Take an amount; None when empty, and None with a finding when it is not one."""
        self.take(segment, element)
        if not segment[element]:
            return None
        try:
            return parse_cents(segment[element])
        except BrokenAmount:
            self.warn("broken_amount", segment, element, "This is not an amount in dollars and cents.")
            return None

    def number(self, segment: Segment, element: int) -> Decimal | None:
        """Take a quantity; None when empty, and None with a finding when it is not one."""
        self.take(segment, element)
        if not segment[element]:
            return None
        try:
            return quantity(segment, element)
        except Unreadable:
            self.warn("broken_number", segment, element, "This is not a number.")
            return None


def _tag(segment: Segment) -> str:
    return f"{segment.id}*{segment[1]}" if segment.id in _QUALIFIED and _is_code(segment[1]) else segment.id


def _is_code(text: str) -> bool:
    return text.isascii() and text.isalnum() and len(text) <= 3


def read_transactions(
    data: bytes,
    kind: str,
    guide: str,
    read: Callable[[Transaction, Reading], Sequence[T]],
    wanted: Callable[[Transaction], bool] = lambda transaction: True,
) -> ReadFile[T]:
    """Read every transaction of the kind; one without any fact is put aside with its bytes. Raises NotX12."""
    file = read_file(data)
    facts: list[T] = []
    findings = list(file.findings)
    aside: list[Quarantined] = []
    for transaction in of_kind(file, kind):
        if not wanted(transaction):
            continue
        reading = Reading(guide)
        found = read(transaction, reading)
        facts.extend(found)
        findings.extend(reading.findings)
        if not found:
            part = _put_aside(file, transaction, reading)
            aside.append(part)
            findings.append(part.findings[0])
    return ReadFile(tuple(facts), tuple(findings), tuple(aside))


def _put_aside(file: X12File, transaction: Transaction, reading: Reading) -> Quarantined:
    start = transaction.segments[0]
    message = "This transaction holds no question and no answer that could be read."
    remedy = "Look at the other findings of this transaction and ask the sender for it again."
    nothing = Finding(
        f"{reading.guide}.nothing_read", start.where(), message, remedy, segment_position=start.position
    )
    findings = (nothing, *reading.findings)
    return Quarantined(start.position, file.raw(transaction.segments), findings, transaction.control_number)
