"""Corrections by staff: stored sealed, then given to the workflow as the answer to its task."""

from typing import Any

from starlette.concurrency import run_in_threadpool

from revcycle.access.roles import Permission
from revcycle.api.call import Call
from revcycle.api.claims import open_correction_task
from revcycle.api.errors import bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.worklist import answer, answerable
from revcycle.db import corrections
from revcycle.domain.task import TaskDecision


def _changes(call: Call) -> dict[str, str]:
    changes = call.json().get("changes")
    if not isinstance(changes, dict) or not changes or not all(isinstance(v, str) for v in changes.values()):
        raise bad_input(
            "nothing to change", "changes", 'give fields and values, like {"coverages[0].member_id": "…"}'
        )
    return changes


def _propose(call: Call, claim_id: str, reason: str) -> tuple[str, str]:
    changes = _changes(call)
    with call.office.db.read() as tx:
        task_id = open_correction_task(tx, claim_id)
    answerable(call, task_id, "corrected")
    with call.office.db.write() as tx:
        return task_id, corrections.propose(tx, claim_id, changes, reason, call.actor, call.at)


async def correct(call: Call) -> dict[str, Any]:
    """Correct a claim that waits for it; it is scrubbed and sent again."""
    claim_id, reason = call.path["claim_id"], call.text("reason", "")
    task_id, correction_id = await run_in_threadpool(_propose, call, claim_id, reason)
    decision = TaskDecision("corrected", call.actor, correction_id, reason)
    answered = await answer(call, task_id, decision)
    return answered | {"claim_id": claim_id, "correction_id": correction_id, "fields": sorted(_changes(call))}


ENDPOINTS = (
    Endpoint(
        "POST",
        "/claims/{claim_id}/corrections",
        correct,
        Permission.CLAIM_CORRECT,
        "claim.correct",
        "claim/{claim_id}",
    ),
)
