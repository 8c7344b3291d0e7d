"""The HL tree of 837, 277CA and 278: numbers in order, parents above, child flags that hold."""

from revcycle.domain.finding import Finding
from revcycle.edi.checking.validate_codes import Handler, Told
from revcycle.edi.wire.segments import Segment

_PARENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "837": {"20": ("",), "22": ("20",), "23": ("22",)},
    "277": {"20": ("",), "21": ("20",), "19": ("21",), "PT": ("19",)},
    "278": {
        "20": ("",),
        "21": ("20",),
        "22": ("21",),
        "23": ("22",),
        "EV": ("22", "23"),
        "SS": ("EV",),
    },
}
_REMEDY = "Have the writer of this file corrected, then send the transaction again."


class LevelChecks:
    """Checks the HL segments of one transaction of that kind."""

    def __init__(self, kind: str) -> None:
        """Start before the first level."""
        self._parents = _PARENTS.get(kind, {})
        self._seen: dict[str, Segment] = {}
        self._with_children: set[str] = set()
        self._count = 0

    @property
    def handlers(self) -> dict[str, Handler]:
        """HL only."""
        return {"HL": self._level} if self._parents else {}

    def _level(self, segment: Segment, told: Told) -> None:
        self._count += 1
        number, parent, code = segment[1], segment[2], segment[3]
        if number != str(self._count):
            told.append(_wrong("x12.level_number", segment, 1, "Levels are numbered 1, 2, 3 and so on."))
        allowed = self._parents.get(code)
        above = self._seen.get(parent)
        if allowed is None:
            message = "This kind of level does not belong in this transaction."
            told.append(_wrong("x12.level_code", segment, 3, message))
        elif (above[3] if above is not None else parent) not in allowed:
            message = "The level does not stand under a level of the kind it belongs to."
            told.append(_wrong("x12.level_parent", segment, 2, message))
        self._with_children.add(parent)
        self._seen[number] = segment

    def close(self, told: Told) -> None:
        """Check the child flags: HL04 is 1 where levels follow below, else 0."""
        for number, segment in self._seen.items():
            stated = segment[4]
            if stated and (stated == "1") is not (number in self._with_children):
                message = "HL04 is 1 where levels follow below this one, and 0 where none does."
                told.append(_wrong("x12.level_children", segment, 4, message))


def _wrong(code: str, segment: Segment, element: int, message: str) -> Finding:
    return Finding(code, segment.where(element), message, _REMEDY, segment_position=segment.position)
