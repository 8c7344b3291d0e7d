"""Work for a person: what is asked, until when, and what they answered."""

from dataclasses import dataclass
from datetime import datetime

from revcycle.domain.work.task_kinds import TASKS, TaskKind, TaskType

EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """What a workflow asks of a person. ``task_id`` is minted by the asking workflow (``C000001-fix_rejection-1``).

    ``subject`` is ``claim/C000001`` etc.; ``reason`` plain words without identity; ``due_at`` business time;
    ``amount_cents`` what is at stake. Who owns it and what may be answered is in the table of kinds.
    """

    task_id: str
    kind: TaskKind
    subject: str
    reason: str
    due_at: datetime
    amount_cents: int = 0

    @property
    def type(self) -> TaskType:
        """The kind's answers, owner and escalation."""
        return TASKS[self.kind]


@dataclass(frozen=True, slots=True)
class TaskDecision:
    """A person's answer, or ``EXPIRED``. ``reference`` names a stored row (a correction id), never contents."""

    choice: str
    actor: str
    reference: str = ""
    reason: str = ""

    @property
    def expired(self) -> bool:
        """Nobody answered, not even after escalation."""
        return self.choice == EXPIRED
