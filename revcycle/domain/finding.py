"""Findings: the results of checks, as data with a place and a remedy."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """The effect of a finding: ``error`` stops its claim, ``fatal`` its file, ``warning`` nothing."""

    WARNING = "warning"
    ERROR = "error"
    FATAL = "fatal"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a check: the rule, the place, what is wrong and what to do next.

    ``where`` names segment and element (``"CLM02 in segment 41"``) or a field (``"lines[2].charge"``). ``message``
    and ``remedy`` are plain words and never hold a person's data.
    """

    code: str
    where: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR
    segment_position: int | None = None


def blocking(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings that stop the claim."""
    return tuple(finding for finding in findings if finding.severity is not Severity.WARNING)
