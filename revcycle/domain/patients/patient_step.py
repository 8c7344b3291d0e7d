"""What the rules of patient billing say comes next: one step, and the questions people must answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from revcycle.domain.patients.contact import ContactKind
from revcycle.domain.patients.patient_account import AccountState
from revcycle.domain.patients.payment_plan import PlanState
from revcycle.domain.work.clocks import Clock
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

    ``outcome`` says how END_PLAN ends it. WAIT lasts until ``clock`` passes; ``promised`` makes that a letter's
    day: we are measured by whether it goes out.
    """

    action: AccountAction
    reason: str
    state: AccountState
    letter: ContactKind | None = None
    reference: str = ""
    outcome: PlanState | None = None
    clock: Clock | None = None
    promised: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What a person must decide about the account; kind and reference tell two questions apart.

    Who owns it and what may be answered is in the table of task kinds.
    """

    kind: TaskKind
    reference: str
    reason: str
    due_at: datetime
    amount_cents: int

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
