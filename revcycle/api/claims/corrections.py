"""Corrections by staff: stored sealed, then given to the workflow as the answer to its task."""

from dataclasses import dataclass, field
from typing import Annotated

from msgspec import Meta
from starlette.concurrency import run_in_threadpool

from revcycle.access.roles import Permission
from revcycle.api.asked import Text
from revcycle.api.call import Call
from revcycle.api.claims.claims import open_correction_task, open_tasks_of
from revcycle.api.errors import Refusal, RefusalCode
from revcycle.api.guard import Endpoint
from revcycle.api.replies import parts
from revcycle.api.work.worklist import TaskAnswered, answer, answerable
from revcycle.db.claims import claims, corrections
from revcycle.db.work import doorbell
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import ClaimStart
from revcycle.domain.work.task import TaskDecision
from revcycle.domain.work.task_kinds import ChoiceName
from revcycle.rules.claims.resubmission import may_resubmit

_WORDS = 'fields and values, like {"coverages[0].member_id": "…"}'


@dataclass(frozen=True, slots=True)
class Correction:
    """What to change, and why. Fields are named as the claim's facts are shown."""

    changes: Annotated[dict[str, str], Meta(min_length=1, description=_WORDS)]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Corrected(TaskAnswered):
    """A correction that was taken: its id, and which fields it changes."""

    claim_id: str
    correction_id: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resubmission:
    """Why a claim goes again, and what to change before, if anything."""

    reason: Text
    changes: Annotated[dict[str, str], Meta(description=_WORDS)] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resubmitted:
    """A claim that goes again, as which version."""

    claim_id: str
    correction_id: str
    fields: tuple[str, ...]
    version: int


def _propose(call: Call, claim_id: str, body: Correction) -> tuple[str, str]:
    with call.office.db.read() as tx:
        task_id = open_correction_task(tx, claim_id)
    answerable(call, task_id)
    with call.office.db.write() as tx:
        proposed = corrections.propose(tx, claim_id, body.changes, body.reason, call.actor, call.at)
        return task_id, proposed


async def correct(call: Call, body: Correction) -> Corrected:
    """Correct a claim that waits for it; it is scrubbed and sent again."""
    claim_id = call.path["claim_id"]
    task_id, correction_id = await run_in_threadpool(_propose, call, claim_id, body)
    decision = TaskDecision(ChoiceName.CORRECTED.value, call.actor, correction_id, body.reason)
    answered = await answer(call, task_id, decision)
    return Corrected(**parts(answered), claim_id=claim_id, correction_id=correction_id, fields=_names(body))


def resubmit(call: Call, body: Resubmission) -> Resubmitted:
    """Have a claim sent again that waits for a payer or has ended, with changes or as it is."""
    claim_id = call.path["claim_id"]
    with call.office.db.write() as tx:
        row = claims.load(tx, claim_id)
        open_tasks = tuple(task.task_id for task in open_tasks_of(tx, claim_id))
        refused = may_resubmit(row.stage, row.ending, open_tasks)
        if refused is not None:
            where = f"claim/{claim_id}"
            raise Refusal(RefusalCode.of(refused.code), refused.message, where=where, remedy=refused.remedy)
        order = corrections.propose(
            tx, claim_id, body.changes, body.reason, call.actor, call.at, unchanged=True
        )
        doorbell.tell(tx, ClaimStart(claim_id, resume=True), News.RESUBMIT, order, call.at)
    return Resubmitted(claim_id, order, _names(body), row.version + 1)


def _names(body: Correction | Resubmission) -> tuple[str, ...]:
    return tuple(sorted(body.changes))


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
