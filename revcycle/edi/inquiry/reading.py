"""What the readers of 270, 271, 276 and 277 share: which elements became facts, and findings for the rest."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import BinaryIO, Generic, TypeVar

from revcycle.domain.finding import Finding, Severity
from revcycle.domain.money import BrokenAmount, parse_cents
from revcycle.edi.wire.elements import parse_day, quantity
from revcycle.edi.wire.envelope import Quarantined
from revcycle.edi.wire.errors import Unreadable
from revcycle.edi.wire.interchange import TransactionStream, stream
from revcycle.edi.wire.segments import Segment, raw_of

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

    def drain(self) -> list[Finding]:
        """Return the findings since the last time, and forget what was taken: a level is done."""
        self._taken.clear()
        found, self.findings = self.findings, []
        return found

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
            taken = self._taken.pop(segment.position, None)
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


@dataclass(frozen=True, slots=True)
class Guide(Generic[T]):
    """How one kind of transaction is read: its ST01, the facts of its segments, and which versions are meant."""

    kind: str
    read: Callable[[Iterable[Segment], Reading], Iterator[T]]
    other_versions: tuple[str, ...] = ()

    def means(self, transaction: TransactionStream) -> bool:
        """Tell whether the transaction is of this guide."""
        of_others = any(version in transaction.version for version in self.other_versions)
        return transaction.kind == self.kind and not of_others


def iter_facts(source: bytes | BinaryIO, guide: Guide[T]) -> Iterator[T | Finding | Quarantined]:
    """Read a file as it streams by: one level in memory. Raises NotX12.

    A transaction without any fact is put aside with its bytes; the findings of the envelope come last.
    """
    file = stream(source)
    for transaction in file:
        if guide.means(transaction):
            yield from _facts_of(transaction, guide)
    yield from file.findings


def _facts_of(transaction: TransactionStream, guide: Guide[T]) -> Iterator[T | Finding | Quarantined]:
    reading = Reading(guide.kind)
    passed: list[Segment] | None = []

    def passing() -> Iterator[Segment]:
        for segment in transaction.segments:
            if passed is not None:
                passed.append(segment)
            yield segment

    for fact in guide.read(passing(), reading):
        passed = None
        yield fact
        yield from reading.drain()
    left = reading.drain()
    yield from left
    if passed is not None:
        nothing = _nothing_read(transaction, guide.kind)
        yield nothing
        found = (nothing, *left)
        yield Quarantined(transaction.head.position, raw_of(passed), found, transaction.control_number)


def _nothing_read(transaction: TransactionStream, kind: str) -> Finding:
    message = "This transaction holds no question and no answer that could be read."
    remedy = "Look at the other findings of this transaction and ask the sender for it again."
    position = transaction.head.position
    return Finding(
        f"{kind}.nothing_read", transaction.head.where(), message, remedy, segment_position=position
    )


def read_facts(source: bytes | BinaryIO, guide: Guide[T]) -> ReadFile[T]:
    """Read a whole file. Raises NotX12."""
    facts: list[T] = []
    findings: list[Finding] = []
    aside: list[Quarantined] = []
    for part in iter_facts(source, guide):
        if isinstance(part, Finding):
            findings.append(part)
        elif isinstance(part, Quarantined):
            aside.append(part)
        else:
            facts.append(part)
    return ReadFile(tuple(facts), tuple(findings), tuple(aside))
