"""Clocks: each deadline a process can hold, whom it waits for, where its days come from and what its passing does."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from revcycle.domain.work.task_kinds import TaskKind


class ClockName(StrEnum):
    """The names of clocks, as the record, the Temporal timer and the worklist show them."""

    TIMELY_FILING = "timely filing"
    ACKNOWLEDGMENT = "acknowledgment"
    REMITTANCE = "remittance"
    CROSSOVER = "crossover"
    SETTLEMENT = "patient settlement"
    CORRECTED_CLAIM = "corrected claim"
    DENIAL_WORK = "denial work"
    WRITE_OFF_HOLD = "write-off hold"
    APPEAL_FILING = "appeal filing"
    APPEAL_RESEND = "appeal resend"
    APPEAL_DECISION = "appeal decision"
    TASK = "task"
    DEPOSIT = "deposit"
    QUEUE_LOOK = "look at the queue"
    DELIVERY_PROOF = "proof of delivery"
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
    ``policy`` where its days come from, ``passing`` what happens when it passes, in plain words; ``tells`` is the
    task that is opened where a person must know that it passed.
    """

    name: ClockName
    holder: str
    waits_for: str
    policy: str
    passing: str
    tells: TaskKind | None = None


def _account(name: ClockName, waits_for: str, days: str, passing: str) -> ClockKind:
    return ClockKind(name, "account", waits_for, f"policy toward patients: {days}", passing)


_KINDS = (
    ClockKind(
        ClockName.TIMELY_FILING,
        "claim",
        "biller",
        "the payer's filing limit, from the date of service",
        "the limit is missed; a manager is told",
        tells=TaskKind.FILING_LIMIT_PASSED,
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
        ClockName.CORRECTED_CLAIM,
        "denial",
        "biller",
        "the payer's days for a corrected claim",
        "the last day for a corrected claim is missed; a manager is told",
        tells=TaskKind.FILING_LIMIT_PASSED,
    ),
    ClockKind(
        ClockName.DENIAL_WORK,
        "denial",
        "biller",
        "the policy's safety buffer before the last day; 5 days for a manager's approval",
        "the task on the denial goes to the role it escalates to",
    ),
    ClockKind(
        ClockName.WRITE_OFF_HOLD,
        "denial",
        "manager",
        "30 days from the manager's word",
        "the manager is asked again",
    ),
    ClockKind(
        ClockName.APPEAL_FILING,
        "appeal",
        "biller",
        "the payer's days for the level, from the notice it answers",
        "the last day to file the level is missed; a manager is told",
        tells=TaskKind.FILING_LIMIT_PASSED,
    ),
    ClockKind(
        ClockName.APPEAL_RESEND,
        "appeal",
        "payer",
        "4 hours after a delivery without a receipt",
        "the same packet is delivered again under the same key",
    ),
    ClockKind(
        ClockName.APPEAL_DECISION,
        "appeal",
        "payer",
        "the payer's days to decide the level and the days of grace",
        "a biller asks the payer, and the decision is waited for again",
    ),
    ClockKind(
        ClockName.TASK,
        "task",
        "biller",
        "the days its kind of task allows",
        "the task goes to the role it escalates to, then counts as expired",
    ),
    ClockKind(
        ClockName.DEPOSIT,
        "remittance",
        "payer",
        "five business days from the payment date",
        "a biller looks for the deposit",
    ),
    ClockKind(
        ClockName.QUEUE_LOOK,
        "submission",
        "nobody",
        "7 days since the queue was last looked at",
        "the queue is looked at although no claim rang",
    ),
    ClockKind(
        ClockName.DELIVERY_PROOF,
        "submission",
        "payer",
        "2 days from a delivery of unknown fate",
        "a biller asks the other side whether the batch arrived",
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
