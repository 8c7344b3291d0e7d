"""Claims: find, show, import, correct, explain."""

from typing import Any

from revcycle.access.roles import Permission
from revcycle.api import known
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.people import claim_facts
from revcycle.db import ledger
from revcycle.db.claims import claims
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.denials import denials
from revcycle.db.engine import Tx
from revcycle.db.work import deadlines, doorbell, tasks
from revcycle.domain.claims.claim import ClaimStage
from revcycle.domain.work.starts import ClaimStart
from revcycle.reports import claim_story

_PAGE_MAX = 1_000


def summary(tx: Tx, row: ClaimRow) -> dict[str, Any]:
    """Return where a claim stands, without identity."""
    balance = ledger.claim_balance(tx, row.claim_id)
    return {
        "claim_id": row.claim_id,
        "account_id": row.account_id,
        "payer_id": row.payer_id,
        "responsibility": row.responsibility,
        "stage": row.stage,
        "ending": row.ending,
        "service_date": row.service_date,
        "charge_cents": row.charge_cents,
        "insurance_cents": balance.insurance_cents,
        "patient_cents": balance.patient_cents,
        "version": row.version,
        "updated_at": row.updated_at,
    }


def list_claims(call: Call) -> dict[str, Any]:
    """Return claims by stage, payer or account, in id order; ``after`` pages on."""
    with call.office.db.read() as tx:
        known.payer(tx, call.query.get("payer", ""))
        known.account(tx, call.query.get("account", ""))
        rows = claims.find(
            tx,
            stage=call.choice("stage", ClaimStage),
            payer_id=call.query.get("payer", ""),
            account_id=call.query.get("account", ""),
            limit=call.number("limit", 100, _PAGE_MAX),
            after=call.query.get("after", ""),
        )
        return {"claims": [summary(tx, row) for row in rows]}


def search_claims(call: Call) -> dict[str, Any]:
    """Find claims by member id or patient name: in the body, for an address is logged everywhere."""
    member_id, name = call.text("member_id", ""), call.text("patient_name", "")
    if not member_id and not name:
        raise bad_input(
            "nothing to search for", "member_id, patient_name", "give one of them; a name as LAST,FIRST"
        )
    name = known.last_and_first(name)
    with call.office.db.read() as tx:
        rows = claims.find(tx, member_id=member_id, patient_name=name, limit=_PAGE_MAX)
        for row in rows:
            call.shows(f"claim/{row.claim_id}")
        return {"claims": [summary(tx, row) for row in rows]}


def show_claim(call: Call) -> dict[str, Any]:
    """Return one claim with its facts, open clocks and open tasks; identity as the role allows."""
    claim_id = call.path["claim_id"]
    subject = f"claim/{claim_id}"
    with call.office.db.read() as tx:
        row = claims.load(tx, claim_id)
        facts = claims.facts(tx, claim_id)
        clocks = [clock for clock in deadlines.of_subject(tx, subject) if clock.ended_at is None]
        answer = summary(tx, row) | {
            "facts": claim_facts(facts, visible=call.sees_persons()),
            "deadlines": clocks,
            "tasks": [task.task_id for task in tasks.find(tx, subject=subject)],
        }
    if call.sees_persons():
        call.shows(subject)
    return answer


def tell_story(call: Call) -> dict[str, Any]:
    """Return what happened to a claim and why; as of a day, and as known on a day (then without today's stage)."""
    claim_id, as_of, known_at = call.path["claim_id"], call.day("as_of"), call.day("known_at")
    with call.office.db.read() as tx:
        row = claims.load(tx, claim_id)
        story = claim_story.tell(tx, claim_id, as_of=as_of, known_at=known_at)
    now = as_of is None and known_at is None
    balances = [line.open_cents for line in story if line.open_cents is not None]
    return {
        "claim_id": claim_id,
        "stage": row.stage if now else "",
        "ending": row.ending if now else "",
        "open_cents": balances[-1] if balances else 0,
        "story": story,
    }


def timeline(call: Call) -> dict[str, Any]:
    """Return the clocks of a claim: armed, met, missed."""
    with call.office.db.read() as tx:
        claims.load(tx, call.path["claim_id"])
        return {"deadlines": deadlines.of_subject(tx, f"claim/{call.path['claim_id']}")}


def rehydrate(call: Call) -> dict[str, Any]:
    """Have a claim's workflow go on from the database: after a lost engine, or when it does not run."""
    claim_id = call.path["claim_id"]
    with call.office.db.write() as tx:
        row = claims.load(tx, claim_id)
        doorbell.wake(tx, ClaimStart(claim_id, resume=True))
    return {"claim_id": claim_id, "stage": row.stage, "rung": True}


def open_tasks_of(tx: Tx, claim_id: str) -> tuple[tasks.TaskRow, ...]:
    """Return the open tasks of the claim and of its denials. Raises NoSuchClaim."""
    claims.load(tx, claim_id)
    subjects = [f"claim/{claim_id}", *(f"denial/{row.denial_id}" for row in denials.of_claim(tx, claim_id))]
    return tuple(task for subject in subjects for task in tasks.find(tx, subject=subject))


def open_correction_task(tx: Tx, claim_id: str) -> str:
    """Return the task of the claim, or of a denial of it, that a correction answers. Raises Refusal."""
    waiting = [task for task in open_tasks_of(tx, claim_id) if "corrected" in task.choices]
    if not waiting:
        raise Refusal(
            409,
            "nothing_to_correct",
            f"no open task of {claim_id} waits for a correction",
            where=f"claim/{claim_id}",
            remedy="see what it waits for with `revcycle claim show`",
        )
    return waiting[0].task_id


ENDPOINTS = (
    Endpoint("GET", "/claims", list_claims, Permission.CLAIM_READ, "claim.list", "claims"),
    Endpoint("POST", "/claims/search", search_claims, Permission.PERSON_READ, "claim.search", "claims"),
    Endpoint(
        "GET", "/claims/{claim_id}", show_claim, Permission.CLAIM_READ, "claim.show", "claim/{claim_id}"
    ),
    Endpoint(
        "GET",
        "/claims/{claim_id}/story",
        tell_story,
        Permission.CLAIM_READ,
        "claim.explain",
        "claim/{claim_id}",
    ),
    Endpoint(
        "GET",
        "/claims/{claim_id}/deadlines",
        timeline,
        Permission.CLAIM_READ,
        "claim.timeline",
        "claim/{claim_id}",
    ),
    Endpoint(
        "POST",
        "/claims/{claim_id}/rehydrate",
        rehydrate,
        Permission.CLAIM_REHYDRATE,
        "claim.rehydrate",
        "claim/{claim_id}",
    ),
)
