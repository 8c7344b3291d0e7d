"""What the rules of patient billing say comes next: one step, and the questions people must answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from revcycle.domain.patients.patient_account import AccountState
from revcycle.domain.work.task_kinds import TaskKind


class AccountAction(StrEnum):
    """What to do now."""

    WAIT = "wait"
    SEND = "send"
    WRITE_OFF_SMALL = "write_off_small"
    END_PLAN = "end_plan"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step. ``letter`` names the letter of SEND; ``reference`` what it is about (a plan, a dispute, …).

    ``outcome`` says how END_PLAN ends it. WAIT lasts until ``wake_at`` for what ``name`` says; ``promised``
    makes that a letter's day: we are measured by whether it goes out.
    """

    action: AccountAction
    reason: str
    state: AccountState
    letter: str = ""
    reference: str = ""
    outcome: str = ""
    wake_at: datetime | None = None
    name: str = ""
    promised: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What a person must decide about the account; kind and reference tell two questions apart."""

    kind: TaskKind
    reference: str
    reason: str
    choices: tuple[str, ...]
    due_at: datetime
    amount_cents: int
    owner_role: str
    escalation_role: str = "manager"

    @property
    def topic(self) -> str:
        """The question's name while it is open."""
        return f"{self.kind.value}:{self.reference}"


@dataclass(frozen=True, slots=True)
class AccountPosition:
    """Where an account stands, as every update answers it: amounts and codes, no identity."""

    account_id: str
    state: str
    step: str
    patient_cents: int
    credit_cents: int


@dataclass(frozen=True, slots=True)
class AccountReview:
    """The judgement on an account: its position, the step to take and the questions that must be open."""

    position: AccountPosition
    step: NextStep
    questions: tuple[Question, ...] = ()
