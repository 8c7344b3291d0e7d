"""The worklist: what waits for a person, and their answers."""

from typing import Any

from starlette.concurrency import run_in_threadpool

from revcycle.access.roles import ANSWERS_FOR, Permission, Role, may_answer
from revcycle.api import engine, known
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, bad_input
from revcycle.api.guard import Endpoint
from revcycle.db.work import tasks
from revcycle.db.work.tasks import DECIDED, EXPIRED, TaskRow
from revcycle.domain.work import subjects
from revcycle.domain.work.task import TaskDecision


def _shown(call: Call, task: TaskRow) -> dict[str, Any]:
    return {
        "task_id": task.task_id,
        "kind": task.kind,
        "subject": task.subject,
        "reason": task.reason,
        "choices": task.choices,
        "owner_role": task.owner_role,
        "amount_cents": task.amount_cents,
        "created_at": task.created_at,
        "due_at": task.due_at,
        "overdue": task.due_at < call.at and task.ended_at is None,
        "state": task.state,
        "choice": task.choice,
        "actor": task.actor,
        "mine": may_answer(call.role, task.owner_role),
    }


def list_tasks(call: Call) -> dict[str, Any]:
    """Return the tasks, the most urgent first; ``role`` and ``subject`` narrow, ``all`` adds ended ones."""
    role, about = call.choice("role", Role), call.query.get("subject", "")
    with call.office.db.read() as tx:
        found = tasks.find(
            tx,
            role=role.value if role is not None else "",
            subject=known.subject(call, tx, about) if about else "",
            open_only=not call.query.get("all"),
            limit=call.number("limit", 200, 10_000),
        )
    return {"tasks": [_shown(call, task) for task in found]}


def next_task(call: Call) -> dict[str, Any]:
    """Return the most urgent task this person may answer, or none."""
    with call.office.db.read() as tx:
        found = tasks.find(tx, limit=10_000)
    mine = [task for task in found if task.owner_role in ANSWERS_FOR[call.role]]
    return {"task": _shown(call, mine[0]) if mine else None, "waiting": len(mine)}


def show_task(call: Call) -> dict[str, Any]:
    """Return one task."""
    with call.office.db.read() as tx:
        return _shown(call, tasks.load(tx, call.path["task_id"]))


def answerable(call: Call, task_id: str, choice: str) -> TaskRow:
    """Return a task this person may answer so. Raises NoSuchTask, Refusal."""
    with call.office.db.read() as tx:
        task = tasks.load(tx, task_id)
    if task.state in (DECIDED, EXPIRED):
        said = f"already {task.state}" + (f": {task.choice} by {task.actor}" if task.actor else "")
        raise Refusal(409, "already_decided", said, where=task_id, remedy="see `revcycle worklist list`")
    if not may_answer(call.role, task.owner_role):
        raise Refusal(
            403, "not_allowed", f"this task belongs to a {task.owner_role}", where=task_id, remedy="ask one"
        )
    if choice not in task.choices:
        raise bad_input(
            f"{choice!r} is not an answer to this task", "choice", f"one of {', '.join(task.choices)}"
        )
    return task


async def answer(call: Call, task_id: str, decision: TaskDecision) -> dict[str, Any]:
    """Give the answer to the waiting workflow. The same person's same answer again is the same answer."""
    key = call.request_key or f"decide:{task_id}:{decision.choice}:{decision.actor}"
    accepted = await engine.update(call.office, subjects.task(task_id), "decide", decision, key=key)
    return {"task_id": task_id, "choice": accepted, "actor": decision.actor, "reference": decision.reference}


async def decide(call: Call) -> dict[str, Any]:
    """Answer a task."""
    task_id, choice = call.path["task_id"], call.text("choice")
    await run_in_threadpool(answerable, call, task_id, choice)
    decision = TaskDecision(
        choice=choice, actor=call.actor, reference=call.text("reference", ""), reason=call.text("reason", "")
    )
    return await answer(call, task_id, decision)


ENDPOINTS = (
    Endpoint("GET", "/worklist", list_tasks, Permission.WORKLIST_READ, "worklist.list", "worklist"),
    Endpoint("GET", "/worklist/next", next_task, Permission.WORKLIST_READ, "worklist.next", "worklist"),
    Endpoint(
        "GET", "/worklist/{task_id}", show_task, Permission.WORKLIST_READ, "worklist.show", "task/{task_id}"
    ),
    Endpoint(
        "POST",
        "/worklist/{task_id}/decide",
        decide,
        Permission.WORKLIST_DECIDE,
        "worklist.decide",
        "task/{task_id}",
    ),
)
