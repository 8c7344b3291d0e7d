"""Tasks on the worklist: opened, escalated and closed by HumanDecision."""

from datetime import datetime

from temporalio import activity

from revcycle.db import deadlines, decisions, effects, tasks
from revcycle.db.deadlines import DeadlineState
from revcycle.db.engine import Database, Tx
from revcycle.domain.decision import Decision
from revcycle.domain.task import TaskDecision, TaskRequest


class TaskActivities:
    """The worklist's side of HumanDecision."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def open_task(self, request: TaskRequest, at: datetime) -> None:
        """Put the task on the worklist and arm its clock."""
        with self._db.write() as tx:
            effects.once(tx, f"open:{request.task_id}", bool, lambda: _open(tx, request, at))

    @activity.defn
    def escalate_task(self, request: TaskRequest, due_at: datetime, at: datetime) -> None:
        """The owner did not answer in time: give the task to the escalation role."""
        with self._db.write() as tx:
            effects.once(tx, f"escalate:{request.task_id}", bool, lambda: _escalate(tx, request, due_at, at))

    @activity.defn
    def close_task(self, request: TaskRequest, decision: TaskDecision, at: datetime) -> None:
        """Record the answer, or that nobody gave one."""
        with self._db.write() as tx:
            effects.once(tx, f"close:{request.task_id}", bool, lambda: _close(tx, request, decision, at))


def _clock(request: TaskRequest) -> str:
    return f"task {request.task_id}"


def _open(tx: Tx, request: TaskRequest, at: datetime) -> bool:
    tasks.open_(tx, request, at)
    deadlines.arm(tx, request.subject, _clock(request), request.due_at, at)
    return True


def _escalate(tx: Tx, request: TaskRequest, due_at: datetime, at: datetime) -> bool:
    tasks.escalate(tx, request.task_id, request.escalation_role, due_at)
    deadlines.end(tx, request.subject, _clock(request), DeadlineState.MISSED, at)
    deadlines.arm(tx, request.subject, _clock(request), due_at, at)
    return True


def _close(tx: Tx, request: TaskRequest, decision: TaskDecision, at: datetime) -> bool:
    tasks.close(tx, request.task_id, decision, at)
    if decision.expired:
        deadlines.end(tx, request.subject, _clock(request), DeadlineState.MISSED, at)
    else:
        deadlines.meet(tx, request.subject, _clock(request), at)
    reason = decision.reason or f"{request.kind.value.replace('_', ' ')}: {decision.choice.replace('_', ' ')}"
    facts = {"task": request.task_id, "choice": decision.choice} | (
        {"reference": decision.reference} if decision.reference else {}
    )
    decisions.record(
        tx,
        Decision(
            key=f"task:{request.task_id}",
            subject=request.subject,
            rule="person",
            outcome=f"{request.kind.value}:{decision.choice}",
            reason=reason,
            actor=decision.actor,
            occurred_at=at,
            recorded_at=at,
            facts=facts,
        ),
    )
    return True
