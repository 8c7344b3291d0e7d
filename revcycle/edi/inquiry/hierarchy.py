"""HL loops of the inquiry and answer guides (270, 271, 276, 277, 277CA): split, parents, small helpers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from revcycle.edi.wire.interchange import Transaction
from revcycle.edi.wire.segments import Segment


@dataclass(frozen=True, slots=True)
class Loop:
    """One HL loop. ``code`` is HL03; ``segments`` starts with the HL and ends before the next.

    ``above`` are the loops it stands under, nearest first, by order in the file: a broken HL02 does no harm.
    """

    code: str
    segments: tuple[Segment, ...]
    above: tuple["Loop", ...]

    def first(self, name: str, qualifier: str = "") -> Segment | None:
        """Return the first segment of that name (and first element), or None."""
        return next(
            (s for s in self.segments if s.id == name and (not qualifier or s[1].upper() == qualifier)), None
        )

    def text(self, name: str, qualifier: str, element: int) -> str:
        """Return one element of the first such segment, empty when there is none."""
        segment = self.first(name, qualifier)
        return segment[element] if segment is not None else ""

    def all(self, name: str) -> list[Segment]:
        """Return all segments of that name."""
        return [segment for segment in self.segments if segment.id == name]

    def nearest(self, code: str) -> "Loop | None":
        """Return the loop itself or the nearest one above with that HL03."""
        return next((loop for loop in (self, *self.above) if loop.code == code), None)


def loops(transaction: Transaction, order: tuple[str, ...]) -> Iterator[Loop]:
    """Return the HL loops in file order; ``order`` names the HL03 codes from the top down."""
    open_loops: list[Loop] = []
    current: list[Segment] = []
    for segment in [*transaction.segments, None]:
        if segment is None or segment.id == "HL":
            if current and current[0].id == "HL":
                code = current[0][3].upper()
                rank = order.index(code) if code in order else len(order)
                open_loops = [o for o in open_loops if o.code in order and order.index(o.code) < rank]
                loop = Loop(code, tuple(current), tuple(reversed(open_loops)))
                open_loops.append(loop)
                yield loop
            current = []
        if segment is not None:
            current.append(segment)


def below(transaction_loops: Iterable[Loop], code: str) -> list[tuple[Loop, list[Loop]]]:
    """Return each loop with that HL03, and the loops that stand under it, in file order."""
    found: dict[int, tuple[Loop, list[Loop]]] = {}
    for loop in transaction_loops:
        if loop.code == code:
            found[id(loop)] = (loop, [])
        for above in loop.above:
            if above.code == code:
                found[id(above)][1].append(loop)
    return list(found.values())
