"""Apply faults to an item before it reaches the mailbox: doubled, late, cut, misnumbered, in another dialect."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from revcycle.sandbox.payer.dialect import DIALECTS
from revcycle.sandbox.payer.faults import Faults

_REFERENCE = {"TA1": ("TA1", 1), "999": ("AK1", 2), "277CA": ("TRN", 2), "835": ("CLP", 1)}
"""The element of each kind that refers to what it answers."""
_WRONG_NUMBER = "999999999"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One copy of an item, with its due time and bytes."""

    due_at: datetime
    body: bytes


def deliveries(faults: Faults, kind: str, due_at: datetime, body: bytes) -> list[Delivery]:
    """Return how often, when and with which bytes the item is delivered; once, when due and whole, without faults."""
    dialect = faults.strikes("dialect_item", kind)
    if dialect:
        body = DIALECTS[dialect.dialect](body)
    late = faults.strikes("late_item", kind)
    if late:
        due_at += timedelta(hours=late.hours)
    right = Delivery(due_at, body)
    found = [right]
    for name, spoil in _SPOILERS.items():
        fault = faults.strikes(name, kind)
        if fault:
            again = [replace(right, due_at=due_at + timedelta(hours=fault.hours))] if fault.hours else []
            found = [Delivery(due_at, spoil(body, kind)), *again]
    double = faults.strikes("duplicate_item", kind)
    if double:
        found.append(replace(found[-1], due_at=found[-1].due_at + timedelta(hours=double.hours)))
    return found


def _truncated(body: bytes, _: str) -> bytes:
    """Cut the file as a broken line would: the end of the claims and the trailers are missing."""
    return body[: len(body) * 3 // 5]


def _wrong_trailer(body: bytes, _: str) -> bytes:
    """Change the numbers in SE and IEA, so that they are not those in ST and ISA."""
    return _with(_with(body, "SE", 2), "IEA", 2)


def _wrong_reference(body: bytes, kind: str) -> bytes:
    """Change the reference, so that the item answers nothing that was sent."""
    return _with(body, *_REFERENCE[kind])


def _with(body: bytes, name: str, element: int) -> bytes:
    """Put a wrong number into that element of the first such segment."""
    segments = body.split(b"~")
    for place, segment in enumerate(segments):
        parts = segment.lstrip().split(b"*")
        if parts[0] == name.encode():
            parts[element] = _WRONG_NUMBER[: max(4, len(parts[element]))].encode()
            segments[place] = b"*".join(parts)
            break
    return b"~".join(segments)


_SPOILERS: dict[str, Callable[[bytes, str], bytes]] = {
    "truncated_item": _truncated,
    "wrong_trailer": _wrong_trailer,
    "wrong_reference": _wrong_reference,
}
