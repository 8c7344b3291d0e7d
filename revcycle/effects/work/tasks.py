"""Tasks on the worklist: opened, escalated and closed by HumanDecision."""

from dataclasses import replace
from datetime import datetime

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.work import clocks, tasks
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.task import WITHDRAWN, TaskDecision, TaskRequest
from revcycle.domain.work.task_kinds import TaskKind


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
    """Record the answer, that nobody gave one, or that the question was withdrawn."""
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


LOST = "a task of an earlier life of this process; it is asked anew"
EVERY = 100_000
"""More tasks than one process can have open."""


def withdraw_lost(tx: Tx, act: Act, about: str = "", *kinds: TaskKind) -> int:
    """Withdraw the open tasks that an earlier life of the acting process asked; return how many there were.

    Only a process that starts anew does this: its earlier life and the tasks' own processes are gone, so it ends
    their clocks for them. ``about`` is what the tasks concern, by default the process; ``kinds`` keeps it to
    these kinds.
    """
    found = tasks.find(tx, subject=about or act.subject, limit=EVERY)
    lost = [row for row in found if not kinds or row.kind in kinds]
    for row in lost:
        tasks.close(tx, row.task_id, TaskDecision(WITHDRAWN, "system", reason=LOST), act.at)
        clocks.cancel(tx, replace(act, subject=subjects.task(row.task_id)), ClockName.TASK)
        facts, outcome = {"task": row.task_id}, f"{row.kind.value}:{WITHDRAWN}"
        decisions.decide(tx, act, "person", outcome, LOST, subject=row.subject, facts=facts, part=row.task_id)
    return len(lost)
