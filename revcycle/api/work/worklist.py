"""The worklist: what waits for a person, and their answers."""

from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool

from revcycle.access.roles import ANSWERS_FOR, Permission, Role, may_answer
from revcycle.api import engine, known
from revcycle.api.asked import Flag, ListLimit, Text
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, RefusalCode
from revcycle.api.guard import Endpoint
from revcycle.db.work import tasks
from revcycle.db.work.tasks import DECIDED, EXPIRED, TaskRow
from revcycle.domain.work import subjects
from revcycle.domain.work.task import TaskDecision
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.effects.work.answers import check_answer


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """Which tasks: of a role, about a subject; ``all`` adds ended ones."""

    role: Role | None = None
    subject: str = ""
    all: Flag = ""
    limit: ListLimit = 200


@dataclass(frozen=True, slots=True)
class TaskShown:
    """What waits for a person, and whether this person may answer it (``mine``)."""

    task_id: str
    kind: TaskKind
    subject: str
    reason: str
    choices: tuple[str, ...]
    owner_role: str
    amount_cents: int
    created_at: datetime
    due_at: datetime
    overdue: bool
    state: str
    choice: str
    actor: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Tasks:
    """Tasks, the most urgent first."""

    tasks: tuple[TaskShown, ...]


@dataclass(frozen=True, slots=True)
class NextTask:
    """The most urgent task this person may answer, and how many there are."""

    task: TaskShown | None
    waiting: int


@dataclass(frozen=True, slots=True)
class TaskChoice:
    """An answer: one of the task's choices, the id of a row that belongs to it, and why."""

    choice: Text
    reference: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TaskAnswered:
    """The answer in force."""

    task_id: str
    choice: str
    actor: str
    reference: str


def _shown(call: Call, task: TaskRow) -> TaskShown:
    return TaskShown(
        task_id=task.task_id,
        kind=task.kind,
        subject=task.subject,
        reason=task.reason,
        choices=task.choices,
        owner_role=task.owner_role,
        amount_cents=task.amount_cents,
        created_at=task.created_at,
        due_at=task.due_at,
        overdue=task.due_at < call.at and task.ended_at is None,
        state=task.state,
        choice=task.choice,
        actor=task.actor,
        mine=may_answer(call.role, task.owner_role),
    )


def list_tasks(call: Call, query: TaskQuery) -> Tasks:
    """Return the tasks, the most urgent first; ``role`` and ``subject`` narrow, ``all`` adds ended ones."""
    with call.office.db.read() as tx:
        found = tasks.find(
            tx,
            role=query.role.value if query.role is not None else "",
            subject=known.subject(call, tx, query.subject) if query.subject else "",
            open_only=not query.all,
            limit=query.limit,
        )
    return Tasks(tuple(_shown(call, task) for task in found))


def next_task(call: Call) -> NextTask:
    """Return the most urgent task this person may answer, or none."""
    with call.office.db.read() as tx:
        found = tasks.find(tx, limit=10_000)
    mine = [task for task in found if task.owner_role in ANSWERS_FOR[call.role]]
    return NextTask(_shown(call, mine[0]) if mine else None, len(mine))


def show_task(call: Call) -> TaskShown:
    """Return one task."""
    with call.office.db.read() as tx:
        return _shown(call, tasks.load(tx, call.path["task_id"]))


def answerable(call: Call, task_id: str) -> TaskRow:
    """Return an open task this person may answer. Raises NoSuchTask, Refusal."""
    with call.office.db.read() as tx:
        task = tasks.load(tx, task_id)
    if task.state in (DECIDED, EXPIRED):
        said = f"already {task.state}" + (f": {task.choice} by {task.actor}" if task.actor else "")
        raise Refusal(RefusalCode.ALREADY_DECIDED, said, where=task_id, remedy="see `revcycle worklist list`")
    if not may_answer(call.role, task.owner_role):
        raise Refusal(
            RefusalCode.NOT_ALLOWED,
            f"this task belongs to a {task.owner_role}",
            where=task_id,
            remedy="ask one",
        )
    return task


def _check(call: Call, task_id: str, told: TaskChoice) -> None:
    task = answerable(call, task_id)
    with call.office.db.read() as tx:
        check_answer(tx, task, told.choice, told.reference)


async def answer(call: Call, task_id: str, decision: TaskDecision) -> TaskAnswered:
    """Give the answer to the waiting workflow. The same person's same answer again is the same answer."""
    key = call.request_key or f"decide:{task_id}:{decision.choice}:{decision.actor}"
    accepted: str = await engine.update(call.office, subjects.task(task_id), "decide", decision, key=key)
    return TaskAnswered(task_id, accepted, decision.actor, decision.reference)


async def decide(call: Call, body: TaskChoice) -> TaskAnswered:
    """Answer a task."""
    task_id = call.path["task_id"]
    await run_in_threadpool(_check, call, task_id, body)
    decision = TaskDecision(
        choice=body.choice, actor=call.actor, reference=body.reference, reason=body.reason
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
