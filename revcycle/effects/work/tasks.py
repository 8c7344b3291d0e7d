"""Tasks on the worklist: opened, escalated and closed by HumanDecision."""

from datetime import datetime

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.work import clocks, tasks
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.task import TaskDecision, TaskRequest


def open_task(tx: Tx, act: Act, request: TaskRequest) -> bool:
    """Put the task on the worklist and arm its clock."""
    tasks.open_(tx, request, act.at)
    clocks.arm(tx, act, ClockName.TASK, request.due_at, about=request.subject)
    return True


def escalate_task(tx: Tx, act: Act, request: TaskRequest, due_at: datetime) -> bool:
    """The owner did not answer in time: give the task to the role it escalates to, with a clock of its own."""
    tasks.escalate(tx, request.task_id, request.type.escalates_to, due_at)
    clocks.miss(tx, act, ClockName.TASK)
    clocks.arm(tx, act, ClockName.TASK, due_at, about=request.subject)
    return True


def close_task(tx: Tx, act: Act, request: TaskRequest, decision: TaskDecision) -> bool:
    """Record the answer, or that nobody gave one."""
    tasks.close(tx, request.task_id, decision, act.at)
    if decision.expired:
        clocks.miss(tx, act, ClockName.TASK)
    else:
        clocks.meet(tx, act, ClockName.TASK)
    reason = decision.reason or f"{request.kind.value.replace('_', ' ')}: {decision.choice.replace('_', ' ')}"
    facts = {"task": request.task_id, "choice": decision.choice} | (
        {"reference": decision.reference} if decision.reference else {}
    )
    outcome = f"{request.kind.value}:{decision.choice}"
    decisions.decide(
        tx, act, "person", outcome, reason, subject=request.subject, actor=decision.actor, facts=facts
    )
    return True
