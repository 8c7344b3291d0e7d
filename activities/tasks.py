"""Tasks on the worklist: opened, escalated and closed by HumanDecision."""

from datetime import datetime

from temporalio import activity

from revcycle.db import effects
from revcycle.db.engine import Database
from revcycle.domain.work.task import TaskDecision, TaskRequest
from revcycle.effects.work import tasks


class TaskActivities:
    """The worklist's side of HumanDecision."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def open_task(self, request: TaskRequest, at: datetime) -> None:
        """Put the task on the worklist and arm its clock."""
        with self._db.write() as tx:
            effects.once(tx, f"open:{request.task_id}", bool, lambda: tasks.open_task(tx, request, at))

    @activity.defn
    def escalate_task(self, request: TaskRequest, due_at: datetime, at: datetime) -> None:
        """The owner did not answer in time: give the task to the escalation role."""
        with self._db.write() as tx:
            effects.once(
                tx, f"escalate:{request.task_id}", bool, lambda: tasks.escalate_task(tx, request, due_at, at)
            )

    @activity.defn
    def close_task(self, request: TaskRequest, decision: TaskDecision, at: datetime) -> None:
        """Record the answer, or that nobody gave one."""
        with self._db.write() as tx:
            effects.once(
                tx, f"close:{request.task_id}", bool, lambda: tasks.close_task(tx, request, decision, at)
            )
