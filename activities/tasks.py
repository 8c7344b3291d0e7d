"""Tasks on the worklist: opened, escalated and closed by HumanDecision."""

from datetime import datetime

from revcycle.db.engine import Tx
from revcycle.domain.work.act import Act
from revcycle.domain.work.task import TaskDecision, TaskRequest
from revcycle.effects.effect import Door, effect
from revcycle.effects.work import tasks


class TaskActivities(Door):
    """The worklist's side of HumanDecision."""

    @effect
    def open_task(self, tx: Tx, act: Act, request: TaskRequest) -> bool:
        """Put the task on the worklist and arm its clock."""
        return tasks.open_task(tx, act, request)

    @effect
    def escalate_task(self, tx: Tx, act: Act, request: TaskRequest, due_at: datetime) -> bool:
        """The owner did not answer in time: give the task to the role it escalates to."""
        return tasks.escalate_task(tx, act, request, due_at)

    @effect
    def close_task(self, tx: Tx, act: Act, request: TaskRequest, decision: TaskDecision) -> bool:
        """Record the answer, or that nobody gave one."""
        return tasks.close_task(tx, act, request, decision)
