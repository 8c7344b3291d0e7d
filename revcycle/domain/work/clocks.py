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
    NEXT_STATEMENT = "next statement"
    REMINDER = "reminder"
    PAST_DUE = "past-due notice"
    FINAL_NOTICE = "final notice"
    AGENCY_REFERRAL = "agency referral"
    HOLD_END = "end of hold"
    REFERRAL_DECISION = "referral decision"
    INSTALLMENT = "installment"
    PLAN_CATCH_UP = "plan catch-up"
    PLAN_REVIEW = "plan review"
    DISPUTE_ANSWER = "dispute answer"
    ASSISTANCE_DECISION = "assistance decision"
    CREDIT_DECISION = "credit decision"
    HOLD_REVIEW = "hold review"
    LETTER_CORRECTION = "letter correction"
    PAYER_LIABILITY = "payer liability"
    LETTER_OUT = "letter to go out"


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


def _account(name: ClockName, waits_for: str, days: str, passing: str) -> ClockKind:
    return ClockKind(name, "account", waits_for, f"policy toward patients: {days}", passing)


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
    _account(
        ClockName.NEXT_STATEMENT, "patient", "gathering and payment days", "a statement is written and sent"
    ),
    _account(ClockName.REMINDER, "patient", "reminder days", "a reminder is written and sent"),
    _account(ClockName.PAST_DUE, "patient", "past-due days", "a past-due notice is written and sent"),
    _account(ClockName.FINAL_NOTICE, "patient", "final-notice days", "the final notice is written and sent"),
    _account(
        ClockName.AGENCY_REFERRAL,
        "patient",
        "the days before an agency, of policy and state law",
        "a manager is asked about referral",
    ),
    _account(ClockName.HOLD_END, "manager", "review days", "the manager is asked about referral again"),
    _account(ClockName.REFERRAL_DECISION, "manager", "review days", "the account is judged again"),
    _account(
        ClockName.INSTALLMENT,
        "patient",
        "the day agreed, and the days of grace",
        "what is missing is written in a letter that names a last day",
    ),
    _account(
        ClockName.PLAN_CATCH_UP,
        "patient",
        "the day the letter named",
        "the plan is broken, and the asking goes on",
    ),
    _account(ClockName.PLAN_REVIEW, "payer", "review days", "the account is judged again"),
    _account(ClockName.DISPUTE_ANSWER, "biller", "review days", "the account is judged again"),
    _account(ClockName.ASSISTANCE_DECISION, "manager", "review days", "the account is judged again"),
    _account(ClockName.CREDIT_DECISION, "biller", "credit days", "the account is judged again"),
    _account(ClockName.HOLD_REVIEW, "biller", "review days", "the account is judged again"),
    _account(ClockName.LETTER_CORRECTION, "biller", "review days", "the account is judged again"),
    _account(ClockName.PAYER_LIABILITY, "payer", "review days", "the account is judged again"),
    _account(
        ClockName.LETTER_OUT,
        "biller",
        "the slack that letters have",
        "the letter counts as late; it still goes out",
    ),
)
CLOCKS: dict[ClockName, ClockKind] = {kind.name: kind for kind in _KINDS}
