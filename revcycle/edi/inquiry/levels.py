"""The levels (HL) of 270, 271, 276, 277 as they pass: one in memory with those it stands under."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from revcycle.edi.inquiry.hierarchy import Loop
from revcycle.edi.wire.segments import Segment


@dataclass(frozen=True, slots=True)
class Level:
    """One HL loop, and whether another stands below it. ``loop.code`` is empty for what comes before the first HL."""

    loop: Loop
    is_parent: bool


def levels(segments: Iterable[Segment], order: Sequence[str]) -> Iterator[Level]:
    """Return the levels in file order, the header first; ``order`` names the HL03 codes from the top down.

    What a level stands under is told by the order in the file: a broken HL02 does no harm.
    """
    waiting: Loop | None = None
    for loop in _loops(segments, order):
        if waiting is not None:
            yield Level(waiting, any(above is waiting for above in loop.above))
        waiting = loop
    if waiting is not None:
        yield Level(waiting, False)


def _loops(segments: Iterable[Segment], order: Sequence[str]) -> Iterator[Loop]:
    open_loops: list[Loop] = []
    for group in _groups(segments):
        code = group[0][3].upper() if group[0].id == "HL" else ""
        rank = order.index(code) if code in order else len(order)
        open_loops = [o for o in open_loops if o.code in order and order.index(o.code) < rank]
        loop = Loop(code, tuple(group), tuple(reversed(open_loops)))
        if code:
            open_loops.append(loop)
        yield loop


def _groups(segments: Iterable[Segment]) -> Iterator[list[Segment]]:
    group: list[Segment] = []
    for segment in segments:
        if segment.id == "HL" and group:
            yield group
            group = []
        group.append(segment)
    if group:
        yield group
