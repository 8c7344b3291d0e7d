"""Eligibility: what payers said about a claim's coverage, and a check on demand."""

from dataclasses import dataclass
from uuid import uuid4

from starlette.concurrency import run_in_threadpool

from revcycle.access.roles import Permission
from revcycle.api import engine
from revcycle.api.call import Call
from revcycle.api.claims.eligibility_view import CheckShown, may_name_somebody, view
from revcycle.api.guard import Endpoint
from revcycle.db.claims import claims, eligibility
from revcycle.domain.claims.eligibility import CoverageOutcome
from workflows.eligibility_check import EligibilityCheck, EligibilityCheckStart


@dataclass(frozen=True, slots=True)
class EligibilityChecks:
    """What payers said about a claim's coverage, oldest first."""

    checks: tuple[CheckShown, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check on demand came to."""

    claim_id: str
    outcome: CoverageOutcome
    reason: str


def of_claim(call: Call) -> EligibilityChecks:
    """Return the checks made for a claim, without what names the member.

    Free text, the provider and other policies' numbers are shown to those who may see persons, and audited.
    """
    claim_id = call.path["claim_id"]
    with call.office.db.read() as tx:
        claims.load(tx, claim_id)
        made = eligibility.of_claim(tx, claim_id)
    visible = call.sees_persons()
    if visible and any(may_name_somebody(check.answer) for check in made):
        call.shows(f"claim/{claim_id}")
    return EligibilityChecks(tuple(view(check, visible) for check in made))


async def check(call: Call) -> Checked:
    """Ask the payer now."""
    claim_id = call.path["claim_id"]
    await run_in_threadpool(_known, call, claim_id)
    key = f"eligibility/{claim_id}/{call.request_key or uuid4().hex[:12]}"
    start = EligibilityCheckStart(call.office.start_clock, claim_id, key)
    answer = await engine.run(call.office, EligibilityCheck.run, start, workflow_id=key)
    return Checked(claim_id, answer.outcome, answer.reason)


def _known(call: Call, claim_id: str) -> None:
    with call.office.db.read() as tx:
        claims.load(tx, claim_id)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/claims/{claim_id}/eligibility",
        of_claim,
        Permission.CLAIM_READ,
        "eligibility.show",
        "claim/{claim_id}",
    ),
    Endpoint(
        "POST",
        "/claims/{claim_id}/eligibility",
        check,
        Permission.ELIGIBILITY_CHECK,
        "eligibility.check",
        "claim/{claim_id}",
    ),
)
