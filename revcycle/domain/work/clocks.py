"""Clocks: each deadline a process can hold, whom it waits for, where its days come from and what its passing does."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ClockName(StrEnum):
    """The names of clocks, as the record, the Temporal timer and the worklist show them."""

    TIMELY_FILING = "timely filing"
    ACKNOWLEDGMENT = "acknowledgment"
    REMITTANCE = "remittance"
    CROSSOVER = "crossover"
    SETTLEMENT = "patient settlement"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Clock:
    """An armed clock: its name, and the business instant at which it passes."""

    name: ClockName
    due_at: datetime


@dataclass(frozen=True, slots=True)
class ClockKind:
    """What a clock means.

    ``holder`` is the process that holds it, ``waits_for`` whom it waits for (the search attribute OwnerClass),
    ``policy`` where its days come from, ``passing`` what happens when it passes, in plain words.
    """

    name: ClockName
    holder: str
    waits_for: str
    policy: str
    passing: str


_KINDS = (
    ClockKind(
        ClockName.TIMELY_FILING,
        "claim",
        "biller",
        "the payer's filing limit, from the date of service",
        "the limit is missed; a manager is told",
    ),
    ClockKind(
        ClockName.ACKNOWLEDGMENT,
        "claim",
        "payer",
        "the payer's acknowledgment days",
        "the payer is asked for the claim's status (276)",
    ),
    ClockKind(
        ClockName.REMITTANCE,
        "claim",
        "payer",
        "the payer's follow-up days",
        "the payer is asked for the claim's status (276)",
    ),
    ClockKind(
        ClockName.CROSSOVER,
        "claim",
        "payer",
        "30 days for the next payer to answer a claim that was forwarded",
        "we file with the next payer ourselves",
    ),
    ClockKind(
        ClockName.SETTLEMENT,
        "claim",
        "patient",
        "365 days for a patient's share to be settled",
        "a biller reviews the claim",
    ),
    ClockKind(
        ClockName.TASK,
        "task",
        "biller",
        "the days its kind of task allows",
        "the task goes to the role it escalates to, then counts as expired",
    ),
)
CLOCKS: dict[ClockName, ClockKind] = {kind.name: kind for kind in _KINDS}
