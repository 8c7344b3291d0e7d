"""Tasks on the worklist: opened, escalated and closed by HumanDecision."""

from datetime import datetime

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.work import deadlines, tasks
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.decision import Decision
from revcycle.domain.work.task import TaskDecision, TaskRequest


def _clock(request: TaskRequest) -> str:
    return f"task {request.task_id}"


def open_task(tx: Tx, request: TaskRequest, at: datetime) -> bool:
    """Put the task on the worklist and arm its clock."""
    tasks.open_(tx, request, at)
    deadlines.arm(tx, request.subject, _clock(request), request.due_at, at)
    return True


def escalate_task(tx: Tx, request: TaskRequest, due_at: datetime, at: datetime) -> bool:
    """The owner did not answer in time: give the task to the escalation role."""
    tasks.escalate(tx, request.task_id, request.escalation_role, due_at)
    deadlines.end(tx, request.subject, _clock(request), DeadlineState.MISSED, at)
    deadlines.arm(tx, request.subject, _clock(request), due_at, at)
    return True


def close_task(tx: Tx, request: TaskRequest, decision: TaskDecision, at: datetime) -> bool:
    """Record the answer, or that nobody gave one."""
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
