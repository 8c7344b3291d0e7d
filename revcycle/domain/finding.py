"""What a check found: always data, never an exception, always with its place and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How far a finding reaches: ``error`` stops its claim, ``fatal`` its file, ``warning`` nothing."""

    WARNING = "warning"
    ERROR = "error"
    FATAL = "fatal"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: the rule that says so, where it is, what it means and what to do next.

    ``where`` names segment and element (``"CLM02 in segment 41"``) or a field (``"lines[2].charge"``).
    ``message`` and ``remedy`` are plain words and never hold a person's data.
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
