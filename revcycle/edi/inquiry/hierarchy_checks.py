"""Checks of the HL numbering of 270, 271, 276, 277: every level has a number, a parent and an honest child flag."""

from collections.abc import Mapping

from revcycle.domain.finding import Finding, Severity
from revcycle.edi.inquiry.levels import Level
from revcycle.edi.wire.segments import Segment

_REMEDY = "Read what is meant with care and tell the sender that their levels (HL) are wrong."
_NAMES = {
    "20": "payer",
    "21": "inquirer",
    "19": "provider",
    "22": "subscriber",
    "23": "dependent",
}


class HierarchyCheck:
    """Checks one transaction's levels as they pass; ``seen`` tells whether any came."""

    def __init__(self, parents: Mapping[str, str], guide: str) -> None:
        """Take the level each level stands under; ``guide`` starts the findings' codes."""
        self._parents = parents
        self._guide = guide
        self._last = 0
        self.seen = False

    def check(self, level: Level) -> list[Finding]:
        """Return what is wrong with the level's HL."""
        segment = level.loop.segments[0]
        self.seen = True
        found = [*self._number(segment), *self._parent(level, segment)]
        if segment[4] == "1" and not level.is_parent:
            message = "The level announces levels below it and none follows."
            found.append(self._finding("level_children", segment, 4, message))
        elif segment[4] == "0" and level.is_parent:
            message = "The level says that nothing stands below it and something does."
            found.append(self._finding("level_children", segment, 4, message))
        return found

    def missing(self, start: Segment) -> Finding:
        """Return the finding for a transaction without any level."""
        message = "The transaction has no levels (HL), so nobody can tell what belongs to whom."
        return self._finding("no_hierarchy", start, None, message, Severity.ERROR)

    def _number(self, segment: Segment) -> list[Finding]:
        text = segment[1]
        number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 12 else 0
        before, self._last = self._last, number or self._last + 1
        if not text:
            return [self._finding("level_number", segment, 1, "The level has no number.")]
        if number != before + 1:
            message = "The levels are not numbered one after the other: one is used twice or left out."
            return [self._finding("level_number", segment, 1, message)]
        return []

    def _parent(self, level: Level, segment: Segment) -> list[Finding]:
        code = level.loop.code
        if code not in self._parents:
            message = "This kind of level does not belong in this transaction."
            return [self._finding("level_code", segment, 3, message)]
        wanted = self._parents[code]
        if not wanted:
            message = "A payer stands under nobody."
            return [self._finding("level_parent", segment, 2, message)] if segment[2] else []
        nearest = level.loop.above[0] if level.loop.above else None
        if nearest is None or nearest.code != wanted:
            message = f"A {_NAMES[code]} belongs under a {_NAMES[wanted]}, and does not stand there."
            return [self._finding("level_parent", segment, 2, message)]
        if segment[2] != nearest.segments[0][1]:
            message = "The level names a parent that is not the one above it."
            return [self._finding("level_parent", segment, 2, message)]
        return []

    def _finding(
        self,
        code: str,
        segment: Segment,
        element: int | None,
        message: str,
        severity: Severity = Severity.WARNING,
    ) -> Finding:
        place = segment.where(element)
        return Finding(f"{self._guide}.{code}", place, message, _REMEDY, severity, segment.position)
