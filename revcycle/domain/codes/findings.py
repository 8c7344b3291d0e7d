"""The catalogue of findings: for each code the rule behind it, what it means, what to do, and how a 999 says it.

A code stands for itself; ``*`` in one stands for the guide's name (``*.not_carried`` is ``837p.not_carried`` too).
"""

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import cache

from revcycle.domain.codes import table


@dataclass(frozen=True, slots=True)
class FindingRule:
    """One entry. ``source`` names guide and element.

    ``acknowledgment`` is the element and code of a 999 or TA1 that says the same (``IK403 8``), empty where a
    syntax acknowledgment says nothing of it; where it depends on the segment, ``SE=IK502 4;GE=AK905 5``.
    """

    code: str
    source: str
    meaning: str
    remedy: str
    acknowledgment: str
    effective_from: date

    def acknowledgment_in(self, segment_id: str) -> tuple[str, str] | None:
        """Return element and code for a finding in that segment, None where there is none."""
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
