"""Check of the worklist: every open task has an active member of staff who may answer it, and offers an answer."""

from revcycle.db.engine import Tx
from revcycle.db.practice import users
from revcycle.db.work import tasks
from revcycle.domain.finding import Finding
from revcycle.domain.work.owners import MAY_ANSWER


def check_owners(tx: Tx) -> tuple[Finding, ...]:
    """Return the open tasks that no active member of staff may answer."""
    staff = {row.role.value for row in users.find(tx) if not row.disabled}
    answered = {owner.value for role in staff for owner in MAY_ANSWER[role]}
    found = {}
    for task in tasks.find(tx, limit=1_000_000):
        if task.owner_role not in answered:
            message = f"The task belongs to a {task.owner_role}, and no active member of staff may answer it."
            remedy = f"add somebody with `revcycle user add` who answers for a {task.owner_role}"
            found[task.task_id] = Finding("task.nobody", task.task_id, message, remedy)
    return tuple(found.values())
