"""An appeal: one level of the payer's ladder, its packet, its clocks and its end."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class AppealKind(StrEnum):
    """What is argued: the denial itself, or that the claim was filed in time."""

    APPEAL = "appeal"
    TIMELY_FILING_PROOF = "timely_filing_proof"


class AppealState(StrEnum):
    """Where an appeal stands."""

    PREPARING = "preparing"
    READY = "ready"
    FILED = "filed"
    DECIDED = "decided"
    NOT_FILED = "not_filed"


class AppealOutcome(StrEnum):
    """How a level ended. NO_ANSWER: nobody could get a decision; NOT_FILED: it never went out."""

    OVERTURNED = "overturned"
    UPHELD = "upheld"
    NO_ANSWER = "no_answer"
    NOT_FILED = "not_filed"


@dataclass(frozen=True, slots=True)
class AppealPlan:
    """Whether and how to go to the next level, without identity.

    When ``possible``: ``file_by`` is the last moment we allow ourselves, ``needs_approval`` asks for a
    manager first. ``reason`` says in plain words why it goes on, or why the ladder ends here.
    """

    appeal_id: str
    level: int
    possible: bool
    needs_approval: bool
    kind: AppealKind
    file_by: datetime
    value_cents: int
    reason: str


@dataclass(frozen=True, slots=True)
class PacketFacts:
    """What is known of a packet before it goes out, for the guard.

    ``last_day`` is the last day the payer's rules allow. ``exhibits`` are the kinds of documents in it.
    """

    last_day: date
    letter: bool
    exhibits: frozenset[str]
    required: frozenset[str]
    filed_already: bool
    problem: str = ""
