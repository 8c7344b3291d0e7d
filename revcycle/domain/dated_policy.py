"""What every policy row says of itself: whose it is, from when it holds, where it is written, and how sure we are."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class BrokenPolicy(ValueError):
    """A policy contradicts itself; the message names the field."""


class Confidence(StrEnum):
    """How well the source settles a policy: the text itself, wide agreement, or a value that differs by plan."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedPolicy:
    """One row of policy: it holds from ``effective_from`` through ``effective_to``, or without end.

    ``scope`` says what it is about (``class:commercial``, ``payer:60054:commercial``, ``patients``, ``state:NY``,
    ``poverty``). ``source`` names the law, manual or contract, ``as_of`` the day it was read. ``own`` rows are the
    practice's, all others are published with the program. A correction of a row is its next ``version``.
    """

    scope: str
    policy_id: str
    source: str
    as_of: date
    effective_from: date
    effective_to: date | None = None
    confidence: Confidence = Confidence.HIGH
    own: bool = False
    version: int = 1

    def __post_init__(self) -> None:
        """Raises BrokenPolicy."""
        if not self.source.strip():
            raise BrokenPolicy("source is empty: name the law, manual or contract")
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise BrokenPolicy(f"effective_to {self.effective_to} comes before {self.effective_from}")

    @property
    def reference(self) -> str:
        """How a decision names the row, so that it can be found again: ``medicare@2026-01-01.1``."""
        return f"{self.policy_id}@{self.effective_from}.{self.version}"

    @property
    def from_whom(self) -> str:
        """Whose rule it is, in words."""
        return "your own rule" if self.own else "published"

    def holds_on(self, day: date) -> bool:
        """Tell whether the day lies in the row's time."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)
