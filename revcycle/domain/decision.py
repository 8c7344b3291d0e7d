"""Decisions: the append-only record of why an effect happened."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """One judgement or one person's act.

    ``subject`` is ``claim/C000001``, ``account/A000001``, …; ``outcome`` a short code; ``reason`` one plain sentence
    without a person's data. ``rule`` is the rule id with version (``scrubbing@1``) or ``person``; ``facts`` are
    references and codes. ``occurred_at`` is when it happened, ``recorded_at`` when we knew (both business time).
    """

    key: str
    subject: str
    rule: str
    outcome: str
    reason: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    policy: str = ""
    facts: dict[str, str] = field(default_factory=dict)
