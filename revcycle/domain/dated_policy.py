"""The fields of every policy row: scope, dates, source and confidence."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class BrokenPolicy(ValueError):
    """A policy contradicts itself. The message names the field."""


class Confidence(StrEnum):
    """How certain the source is: the text itself, wide agreement, or a value that differs by plan."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedPolicy:
    """One row of policy, in force from ``effective_from`` through ``effective_to``, or without end.

    ``scope`` is what it applies to (``class:commercial``, ``payer:60054:commercial``, ``patients``, ``state:NY``,
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
        """Raise BrokenPolicy when fields contradict each other."""
        if not self.source.strip():
            raise BrokenPolicy("source is empty: name the law, manual or contract")
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise BrokenPolicy(f"effective_to {self.effective_to} comes before {self.effective_from}")

    @property
    def reference(self) -> str:
        """The row's name in decisions, by which it is found again: ``medicare@2026-01-01.1``."""
        return f"{self.policy_id}@{self.effective_from}.{self.version}"

    @property
    def from_whom(self) -> str:
        """The owner of the rule, in words."""
        return "your own rule" if self.own else "published"

    def holds_on(self, day: date) -> bool:
        """Tell whether the row is in force on the day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)
