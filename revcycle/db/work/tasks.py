"""The worklist: each task a workflow waits on, its owner, its due time and its answer."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Table, Text, select, update

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, metadata
from revcycle.db.upsert import insert_once
from revcycle.domain.work.owners import Owner
from revcycle.domain.work.task import TaskDecision, TaskRequest
from revcycle.domain.work.task_kinds import TaskKind

tasks = Table(
    "tasks",
    metadata,
    Column("task_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("choices", Text, nullable=False),
    Column("owner_role", Text, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("choice", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("answer_reason", Text, nullable=False),
    Column("ended_at", Instant),
)

OPEN, ESCALATED, DECIDED, EXPIRED = "open", "escalated", "decided", "expired"


class NoSuchTask(LookupError):
    """No task has this id."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as the worklist shows it."""

    task_id: str
    kind: TaskKind
    subject: str
    reason: str
    choices: tuple[str, ...]
    owner_role: str
    amount_cents: int
    created_at: datetime
    due_at: datetime
    state: str
    choice: str
    actor: str
    ended_at: datetime | None


_ROW = [tasks.c[name] for name in TaskRow.__dataclass_fields__]


def _row(values: Any) -> TaskRow:
    row = TaskRow(*values)
    return replace(row, kind=TaskKind(row.kind), choices=tuple(values.choices.split(",")))


def open_(tx: Tx, request: TaskRequest, at: datetime) -> None:
    """Put a task on the worklist; the same id again changes nothing."""
    insert_once(
        tx,
        tasks,
        {
            "task_id": request.task_id,
            "practice_id": tx.practice_id,
            "kind": request.kind.value,
            "subject": request.subject,
            "reason": request.reason,
            "choices": ",".join(request.type.names),
            "owner_role": request.type.owner.value,
            "amount_cents": request.amount_cents,
            "created_at": at,
            "due_at": request.due_at,
            "state": OPEN,
            "choice": "",
            "actor": "",
            "reference": "",
            "answer_reason": "",
        },
    )


def escalate(tx: Tx, task_id: str, role: Owner, due_at: datetime) -> None:
    """Give an untouched task to the next role."""
    tx.connection.execute(
        update(tasks)
        .where(tasks.c.task_id == task_id)
        .values(state=ESCALATED, owner_role=role.value, due_at=due_at)
    )


def close(tx: Tx, task_id: str, decision: TaskDecision, at: datetime) -> None:
    """Record the answer, or that nobody gave one."""
    tx.connection.execute(
        update(tasks)
        .where(tasks.c.task_id == task_id)
        .values(
            state=EXPIRED if decision.expired else DECIDED,
            choice=decision.choice,
            actor=decision.actor,
            reference=decision.reference,
            answer_reason=decision.reason,
            ended_at=at,
        )
    )


def load(tx: Tx, task_id: str) -> TaskRow:
    """Return a task. Raises NoSuchTask."""
    row = tx.connection.execute(select(*_ROW).where(tasks.c.task_id == task_id)).first()
    if row is None:
        raise NoSuchTask(f"no task {task_id}")
    return _row(row)


def open_ids(tx: Tx) -> tuple[str, ...]:
    """Return the ids of all open tasks."""
    wanted = select(tasks.c.task_id).where(
        tasks.c.practice_id == tx.practice_id, tasks.c.state.in_((OPEN, ESCALATED))
    )
    return tuple(tx.connection.execute(wanted.order_by(tasks.c.task_id)).scalars())


def find(
    tx: Tx, *, role: str = "", subject: str = "", open_only: bool = True, limit: int = 200
) -> tuple[TaskRow, ...]:
    """Return tasks, the most urgent first (due time, then amount)."""
    statement = select(*_ROW).where(tasks.c.practice_id == tx.practice_id)
    if open_only:
        statement = statement.where(tasks.c.state.in_((OPEN, ESCALATED)))
    if role:
        statement = statement.where(tasks.c.owner_role == role)
    if subject:
        statement = statement.where(tasks.c.subject == subject)
    ordered = statement.order_by(tasks.c.due_at, tasks.c.amount_cents.desc()).limit(limit)
    return tuple(_row(row) for row in tx.connection.execute(ordered))
