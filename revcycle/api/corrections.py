"""Corrections by staff: stored sealed, then given to the workflow as the answer to its task."""

from typing import Any

from starlette.concurrency import run_in_threadpool

from revcycle.access.roles import Permission
from revcycle.api.call import Call
from revcycle.api.claims import open_correction_task, open_tasks_of
from revcycle.api.errors import Refusal, bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.worklist import answer, answerable
from revcycle.db.claims import claims, corrections
from revcycle.db.work import doorbell
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import ClaimStart
from revcycle.domain.work.task import TaskDecision
from revcycle.rules.claims.resubmission import may_resubmit


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


def resubmit(call: Call) -> dict[str, Any]:
    """Have a claim sent again that waits for a payer or has ended, with changes or as it is."""
    claim_id, reason = call.path["claim_id"], call.text("reason")
    changes = _changes(call) if call.json().get("changes") else {}
    with call.office.db.write() as tx:
        row = claims.load(tx, claim_id)
        open_tasks = tuple(task.task_id for task in open_tasks_of(tx, claim_id))
        refused = may_resubmit(row.stage, row.ending, open_tasks)
        if refused is not None:
            raise Refusal(
                409, refused.code, refused.message, where=f"claim/{claim_id}", remedy=refused.remedy
            )
        order = corrections.propose(tx, claim_id, changes, reason, call.actor, call.at, unchanged=True)
        doorbell.tell(tx, ClaimStart(claim_id, resume=True), News.RESUBMIT, order, call.at)
    return {
        "claim_id": claim_id,
        "correction_id": order,
        "fields": sorted(changes),
        "version": row.version + 1,
    }


ENDPOINTS = (
    Endpoint(
        "POST",
        "/claims/{claim_id}/resubmissions",
        resubmit,
        Permission.CLAIM_CORRECT,
        "claim.resubmit",
        "claim/{claim_id}",
    ),
    Endpoint(
        "POST",
        "/claims/{claim_id}/corrections",
        correct,
        Permission.CLAIM_CORRECT,
        "claim.correct",
        "claim/{claim_id}",
    ),
)
