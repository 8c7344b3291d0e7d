"""Read files whose transactions are small (278, 275, a 277 that asks for records): each whole in memory."""

from collections.abc import Callable, Collection, Sequence
from typing import BinaryIO, TypeVar

from revcycle.domain.finding import Finding, Severity
from revcycle.edi.inquiry.reading import ReadFile, Reading
from revcycle.edi.wire.envelope import Quarantined
from revcycle.edi.wire.interchange import Transaction, stream
from revcycle.edi.wire.segments import Segment, raw_of

T = TypeVar("T")

_TELL = "Read what is meant with care and tell the sender that their levels (HL) are wrong."


def read_transactions(
    source: bytes | BinaryIO,
    kind: str,
    guide: str,
    read: Callable[[Transaction, Reading], Sequence[T]],
    wanted: Callable[[Transaction], bool] = lambda transaction: True,
) -> ReadFile[T]:
    """Read every transaction of the kind; one without any fact is put aside with its bytes. Raises NotX12."""
    file = stream(source)
    facts: list[T] = []
    findings: list[Finding] = []
    aside: list[Quarantined] = []
    for passing in file:
        transaction = passing.whole() if passing.kind == kind else None
        if transaction is None or not wanted(transaction):
            continue
        reading = Reading(guide)
        found = read(transaction, reading)
        facts.extend(found)
        findings.extend(reading.findings)
        if not found:
            aside.append(_put_aside(transaction, guide, reading.findings))
            findings.append(aside[-1].findings[0])
    return ReadFile(tuple(facts), (*file.findings, *findings), tuple(aside))


def _put_aside(transaction: Transaction, guide: str, findings: Sequence[Finding]) -> Quarantined:
    start = transaction.segments[0]
    message = "This transaction holds nothing that could be read."
    remedy = "Look at the other findings of this transaction and ask the sender for it again."
    nothing = Finding(
        f"{guide}.nothing_read", start.where(), message, remedy, segment_position=start.position
    )
    raw = raw_of(transaction.segments)
    return Quarantined(start.position, raw, (nothing, *findings), transaction.control_number)


def check_levels(segments: Sequence[Segment], known: Collection[str], guide: str) -> list[Finding]:
    """Return what is wrong with the numbers and codes of the HL segments; what stands under what is read tolerantly."""
    levels = [segment for segment in segments if segment.id == "HL"]
    if not levels:
        message = "The transaction has no levels (HL), so nobody can tell what belongs to whom."
        return [_finding(f"{guide}.no_hierarchy", segments[0], None, message)]
    found: list[Finding] = []
    for number, level in enumerate(levels, 1):
        if level[1].lstrip("0") != str(number):
            message = "The levels are not numbered one after the other."
            found.append(_finding(f"{guide}.level_number", level, 1, message))
        if level[3].upper() not in known:
            message = "This kind of level does not belong in this transaction."
            found.append(_finding(f"{guide}.level_code", level, 3, message))
    return found


def _finding(code: str, segment: Segment, element: int | None, message: str) -> Finding:
    return Finding(code, segment.where(element), message, _TELL, Severity.WARNING, segment.position)
