"""Is a file sound: envelope, levels, money of claims, codes and identifiers, and what its readers say.

One pass forwards over the segments in flat memory, then one by the readers of the guides that were seen. The
balance of remittances is a judgement of ``rules.balancing`` and is joined to this by who asks.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from revcycle.domain.finding import Finding, Severity
from revcycle.edi.checking.validate_claims import ClaimMoneyChecks
from revcycle.edi.checking.validate_codes import CodeChecks, Handler, Told
from revcycle.edi.checking.validate_counts import CountChecks
from revcycle.edi.checking.validate_envelope import EnvelopeChecks
from revcycle.edi.checking.validate_levels import LevelChecks
from revcycle.edi.wire.elements import parse_day
from revcycle.edi.wire.guides import guide_of
from revcycle.edi.wire.interchange import Reading, TransactionStream, stream

FINDINGS_MOST = 5_000
_LEVELLED = frozenset(["837P", "837I", "837D", "837", "277CA", "278"])
_UNDATED = date(2025, 1, 1)


@dataclass(frozen=True, slots=True)
class InterchangeSeen:
    """An ISA: ``acknowledge`` is ISA14; date and time as it states them (YYMMDD, HHMM)."""

    control_number: str
    sender_id: str
    receiver_id: str
    stated_date: str
    stated_time: str
    acknowledge: bool
    usage: str


@dataclass(frozen=True, slots=True)
class GroupSeen:
    """A GS inside its interchange; without an envelope all is empty."""

    interchange: InterchangeSeen
    functional_id: str
    control_number: str
    version: str


@dataclass(frozen=True, slots=True)
class TransactionSeen:
    """An ST to SE: which guide, in which group, from which segment of the file to which."""

    guide: str
    kind: str
    version: str
    control_number: str
    group: GroupSeen
    first: int
    last: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Validation:
    """What the pass over the segments saw and found."""

    transactions: tuple[TransactionSeen, ...]
    interchanges: tuple[InterchangeSeen, ...]
    findings: tuple[Finding, ...]

    @property
    def guides(self) -> frozenset[str]:
        """The guides of the file."""
        return frozenset(transaction.guide for transaction in self.transactions)


def validate(source: bytes | BinaryIO, progress: Callable[[int], None] = lambda _: None) -> Validation:
    """Look through a file once. Raises NotX12. ``progress`` is told how many bytes have been read."""
    reading = stream(source)
    envelope, told = EnvelopeChecks(), list[Finding]()
    seen: list[TransactionSeen] = []
    for transaction in reading:
        envelope.check(reading, transaction, told)
        seen.append(_look(reading, transaction, told))
        progress(reading.bytes_read)
        del told[FINDINGS_MOST:]
    envelope.acknowledgments(reading.interchange_acknowledgments, told)
    findings = ordered((*reading.findings, *told))
    groups = (transaction.group.interchange for transaction in seen)
    return Validation(tuple(seen), tuple(dict.fromkeys(groups)), findings)


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order of the file, each once, up to a number that a person may still read."""
    once = {(finding.code, finding.where): finding for finding in findings}
    told = sorted(once.values(), key=lambda finding: finding.segment_position or 0)
    if len(told) <= FINDINGS_MOST:
        return tuple(told)
    message = f"There are more than {FINDINGS_MOST} findings; these are the first."
    remedy = "Correct what repeats, and validate again."
    return (*told[:FINDINGS_MOST], Finding("x12.more_findings", "file", message, remedy, Severity.WARNING))


def _look(reading: Reading, transaction: TransactionStream, told: Told) -> TransactionSeen:
    group = _group(reading)
    guide = guide_of(transaction.kind, transaction.version, group.version)
    levels, money = LevelChecks(transaction.kind if guide in _LEVELLED else ""), ClaimMoneyChecks()
    codes = CodeChecks(parse_day(transaction.group_date) or _UNDATED)
    handlers: dict[str, list[Handler]] = {}
    for checks in (codes, levels, *((money,) if transaction.kind == "837" else ()), *_counts(transaction)):
        for name, handler in checks.handlers.items():
            handlers.setdefault(name, []).append(handler)
    last = transaction.head.position
    for segment in transaction.segments:
        last = segment.position
        for handler in handlers.get(segment.id, ()):
            handler(segment, told)
    levels.close(told)
    money.close(told)
    return TransactionSeen(
        guide,
        transaction.kind,
        transaction.version,
        transaction.control_number,
        group,
        transaction.head.position,
        last,
        transaction.complete,
    )


def _counts(transaction: TransactionStream) -> tuple[CountChecks, ...]:
    return (CountChecks(),) if transaction.kind in ("999", "997") else ()


def _group(reading: Reading) -> GroupSeen:
    isa, gs = reading.interchange, reading.group
    interchange = InterchangeSeen("", "", "", "", "", acknowledge=False, usage="")
    if isa is not None:
        interchange = InterchangeSeen(isa[13], isa[6], isa[8], isa[9], isa[10], isa[14] == "1", isa[15])
    if gs is None:
        return GroupSeen(interchange, "", "", "")
    return GroupSeen(interchange, gs[1], gs[6], gs[8])
