"""The catalogue of finding codes: for each its rule, its meaning, what to do, and the code of a 999 for it.

``*`` in a code means any guide's name (``*.not_carried`` is ``837p.not_carried`` too).
"""

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import cache

from revcycle.domain.codes import table


@dataclass(frozen=True, slots=True)
class FindingRule:
    """One entry. ``source`` names guide and element.

    ``acknowledgment`` is the element and code of a 999 or TA1 with the same meaning (``IK403 8``), empty where syntax
    acknowledgments have none; where it depends on the segment, ``SE=IK502 4;GE=AK905 5``.
    """

    code: str
    source: str
    meaning: str
    remedy: str
    acknowledgment: str
    effective_from: date

    def acknowledgment_in(self, segment_id: str) -> tuple[str, str] | None:
        """Return element and code for a finding in that segment, None when there is none."""
        for told in self.acknowledgment.split(";"):
            where, _, rest = told.rpartition("=")
            if rest and (not where or where == segment_id):
                element, _, code = rest.partition(" ")
                return element, code
        return None


def finding_rule(code: str) -> FindingRule | None:
    """Return the entry of a finding's code, the exact one before one with a ``*``."""
    entries = _entries()
    exact = entries.get(code)
    if exact is not None:
        return exact
    return next((entry for pattern, entry in entries.items() if fnmatchcase(code, pattern)), None)


def all_finding_rules() -> tuple[FindingRule, ...]:
    """Return the whole catalogue."""
    return tuple(_entries().values())


@cache
def _entries() -> dict[str, FindingRule]:
    return {row["code"]: _read(row) for row in table.rows("findings.csv")}


def _read(row: dict[str, str]) -> FindingRule:
    return FindingRule(
        row["code"],
        row["source"],
        row["meaning"],
        row["remedy"],
        row["acknowledgment"],
        date.fromisoformat(row["effective_from"]),
    )
