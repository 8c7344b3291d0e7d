"""Checks of the HL numbering of 270, 271, 276, 277: every level has a number, a parent and an honest child flag."""

from collections.abc import Mapping

from revcycle.domain.finding import Finding, Severity
from revcycle.edi.interchange import Transaction
from revcycle.edi.segments import Segment

_REMEDY = "Read what is meant with care and tell the sender that their levels (HL) are wrong."
_NAMES = {
    "20": "payer",
    "21": "inquirer",
    "19": "provider",
    "22": "subscriber",
    "23": "dependent",
    "PT": "patient",
    "EV": "patient event",
    "SS": "service",
}


def check_hierarchy(transaction: Transaction, parents: Mapping[str, str], guide: str) -> tuple[Finding, ...]:
    """Return what is wrong with the HL segments. ``parents`` names the level each level stands under."""
    levels = [segment for segment in transaction.segments if segment.id == "HL"]
    if not levels:
        start = transaction.segments[0]
        message = "The transaction has no levels (HL), so nobody can tell what belongs to whom."
        return (_finding(f"{guide}.no_hierarchy", start, None, message, Severity.ERROR),)
    found: list[Finding] = []
    seen: dict[str, Segment] = {}
    with_children = {level[2] for level in levels}
    for level in levels:
        found.extend(_check(level, seen, parents, level[1] in with_children, guide))
        seen.setdefault(level[1], level)
    return tuple(found)


def _check(
    level: Segment, seen: Mapping[str, Segment], parents: Mapping[str, str], has_children: bool, guide: str
) -> list[Finding]:
    found: list[Finding] = []
    if not level[1]:
        found.append(_finding(f"{guide}.level_number", level, 1, "The level has no number."))
    elif level[1] in seen:
        found.append(_finding(f"{guide}.level_number", level, 1, "Two levels have the same number."))
    found.extend(_check_parent(level, seen, parents, guide))
    if level[4] == "1" and not has_children:
        message = "The level announces levels below it and none follows."
        found.append(_finding(f"{guide}.level_children", level, 4, message))
    elif level[4] == "0" and has_children:
        message = "The level says that nothing stands below it and something does."
        found.append(_finding(f"{guide}.level_children", level, 4, message))
    return found


def _check_parent(
    level: Segment, seen: Mapping[str, Segment], parents: Mapping[str, str], guide: str
) -> list[Finding]:
    if level[3] not in parents:
        message = "This kind of level does not belong in this transaction."
        return [_finding(f"{guide}.level_code", level, 3, message)]
    wanted, above = parents[level[3]], seen.get(level[2])
    if not wanted:
        return (
            [_finding(f"{guide}.level_parent", level, 2, "A payer stands under nobody.")] if level[2] else []
        )
    if above is None:
        message = "The level names a parent that does not come before it."
        return [_finding(f"{guide}.level_parent", level, 2, message)]
    if above[3] != wanted:
        message = f"A {_NAMES[level[3]]} belongs under a {_NAMES[wanted]}, and does not stand there."
        return [_finding(f"{guide}.level_parent", level, 2, message)]
    return []


def _finding(
    code: str, segment: Segment, element: int | None, message: str, severity: Severity = Severity.WARNING
) -> Finding:
    return Finding(code, segment.where(element), message, _REMEDY, severity, segment.position)
