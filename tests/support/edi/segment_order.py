"""Whether the segments of one loop stand in the order of a guide."""

from collections.abc import Sequence

from revcycle.edi.wire.segments import Segment


def in_order(loop: Sequence[Segment], table: str) -> bool:
    """Tell whether every segment is in the table (by name, or by name and first element) and none goes back.

    Raises AssertionError with the name of a segment that the guide does not have there.
    """
    places = {name: place for place, name in enumerate(table.split())}
    last = -1
    for segment in loop:
        qualified = f"{segment.id}*{segment[1]}"
        place = places.get(qualified, places.get(segment.id))
        assert place is not None, f"{qualified} is not in this loop"
        if place < last:
            return False
        last = place
    return True
