"""Tasks on the worklist: opened, escalated and closed by HumanDecision."""

from dataclasses import replace
from datetime import datetime

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.work import clocks, tasks
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.task import TaskDecision, TaskRequest
from revcycle.domain.work.task_kinds import TaskKind

RULE = "task@1"
EVERY = 100_000
"""More tasks than one process can have open."""

RULE = "task@1"


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


def withdraw_task(tx: Tx, act: Act, task_id: str) -> bool:
    """Close a task that nobody needs to answer any more because the process that held it is gone."""
    row = tasks.load(tx, task_id)
    if row.ended_at is not None:
        return False
    tasks.withdraw(tx, task_id, act.at)
    held = replace(
        act, subject=subjects.task(task_id)
    )  # the task's own process, which ends no clock any more
    clocks.cancel(tx, held, ClockName.TASK)
    reason = "The process that asked is gone; where the question stands still, it is asked anew."
    decisions.decide(
        tx, act, RULE, f"{row.kind.value}:withdrawn", reason, subject=row.subject, facts={"task": task_id}
    )
    return True


def withdraw_lost(tx: Tx, act: Act, about: str = "", *kinds: TaskKind) -> int:
    """Withdraw the open tasks that an earlier life of the acting process asked; return how many there were.

    ``about`` is what the tasks concern, by default the process; ``kinds`` keeps it to these kinds.
    """
    found = tasks.find(tx, subject=about or act.subject, limit=EVERY)
    lost = [row.task_id for row in found if not kinds or row.kind in kinds]
    for task_id in lost:
        withdraw_task(tx, replace(act, key=f"{act.key}@{task_id}"), task_id)
    return len(lost)


def close_task(tx: Tx, act: Act, request: TaskRequest, decision: TaskDecision) -> bool:
    """Record the answer, that nobody gave one, or that nobody needs to any more; False when it is closed already."""
    if not tasks.is_open(tx, request.task_id):
        return False
    tasks.close(tx, request.task_id, decision, act.at)
    if decision.expired:
        clocks.miss(tx, act, ClockName.TASK)
    elif decision.withdrawn:
        clocks.cancel(tx, act, ClockName.TASK)
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
