"""Claims: find, show, explain."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from revcycle.access.roles import Permission
from revcycle.api import known
from revcycle.api.asked import After, PageLimit
from revcycle.api.call import Call
from revcycle.api.claims.facts import ClaimFacts, claim_facts
from revcycle.api.errors import Refusal, RefusalCode, bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.replies import parts
from revcycle.db import ledger
from revcycle.db.claims import claims
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.engine import Tx
from revcycle.db.work import deadlines, tasks
from revcycle.db.work.deadlines import DeadlineRow
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.claims.stage import ClaimStage
from revcycle.effects.claims.rehydration import Underway, wake_claim, wake_page
from revcycle.reports import claim_story
from revcycle.reports.claim_story import StoryLine

_PAGE_MAX = 1_000


@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """Which claims: at a stage, of a payer, of an account."""

    stage: ClaimStage | None = None
    payer: str = ""
    account: str = ""
    limit: PageLimit = 100
    after: After = ""


@dataclass(frozen=True, slots=True)
class ClaimSearch:
    """Who to look for: a member id, a patient's name as LAST,FIRST, or both."""

    member_id: str = ""
    patient_name: Annotated[str, Meta(description="a name as LAST,FIRST")] = ""


@dataclass(frozen=True, slots=True)
class ClaimSummary:
    """Where a claim stands and what is open of it, without identity; ``ending`` is empty while it is open."""

    claim_id: str
    account_id: str
    payer_id: str
    responsibility: Responsibility
    stage: ClaimStage
    ending: str
    service_date: date
    charge_cents: int
    insurance_cents: int
    patient_cents: int
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims, in id order."""

    claims: tuple[ClaimSummary, ...]


@dataclass(frozen=True, slots=True)
class ClaimShown(ClaimSummary):
    """A claim with its facts, its open clocks and the ids of its open tasks."""

    facts: ClaimFacts
    deadlines: tuple[DeadlineRow, ...]
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoryQuery:
    """``as_of``: only what had happened by that day; ``known_at``: only what was recorded by it."""

    as_of: date | None = None
    known_at: date | None = None


@dataclass(frozen=True, slots=True)
class ClaimStory:
    """What happened to a claim, oldest first; stage and ending are empty for a day in the past."""

    claim_id: str
    stage: str
    ending: str
    open_cents: int
    story: tuple[StoryLine, ...]


@dataclass(frozen=True, slots=True)
class ClaimClocks:
    """The clocks of a claim."""

    deadlines: tuple[DeadlineRow, ...]


@dataclass(frozen=True, slots=True)
class ClaimRung:
    """A claim whose workflow was told to go on."""

    claim_id: str
    stage: ClaimStage
    rung: bool


@dataclass(frozen=True, slots=True)
class EverythingRung:
    """How many processes were told to go on, of each kind; a claim brings back its denials and appeals."""

    claims: int
    accounts: int
    remittances: int
    connections: int


def summary(tx: Tx, row: ClaimRow) -> ClaimSummary:
    """Return where a claim stands, without identity."""
    balance = ledger.claim_balance(tx, row.claim_id)
    return ClaimSummary(
        claim_id=row.claim_id,
        account_id=row.account_id,
        payer_id=row.payer_id,
        responsibility=row.responsibility,
        stage=row.stage,
        ending=row.ending,
        service_date=row.service_date,
        charge_cents=row.charge_cents,
        insurance_cents=balance.insurance_cents,
        patient_cents=balance.patient_cents,
        version=row.version,
        updated_at=row.updated_at,
    )


def list_claims(call: Call, query: ClaimQuery) -> Claims:
    """Return claims by stage, payer or account, in id order; ``after`` pages on."""
    with call.office.db.read() as tx:
        known.payer(tx, query.payer)
        known.account(tx, query.account)
        rows = claims.find(
            tx,
            stage=query.stage,
            payer_id=query.payer,
            account_id=query.account,
            limit=query.limit,
            after=query.after,
        )
        return Claims(tuple(summary(tx, row) for row in rows))


def search_claims(call: Call, body: ClaimSearch) -> Claims:
    """Find claims by member id or patient name: in the body, for an address is logged everywhere."""
    if not body.member_id and not body.patient_name:
        raise bad_input(
            "nothing to search for", "member_id, patient_name", "give one of them; a name as LAST,FIRST"
        )
    with call.office.db.read() as tx:
        name = known.last_and_first(body.patient_name)
        rows = claims.find(tx, member_id=body.member_id, patient_name=name, limit=_PAGE_MAX)
        for row in rows:
            call.shows(f"claim/{row.claim_id}")
        return Claims(tuple(summary(tx, row) for row in rows))


def show_claim(call: Call) -> ClaimShown:
    """Return one claim with its facts, open clocks and open tasks; identity as the role allows."""
    claim_id = call.path["claim_id"]
    subject = f"claim/{claim_id}"
    with call.office.db.read() as tx:
        row = claims.load(tx, claim_id)
        answer = ClaimShown(
            **parts(summary(tx, row)),
            facts=claim_facts(claims.facts(tx, claim_id), visible=call.sees_persons()),
            deadlines=tuple(clock for clock in deadlines.about(tx, subject) if clock.ended_at is None),
            tasks=tuple(task.task_id for task in tasks.find(tx, subject=subject)),
        )
    if call.sees_persons():
        call.shows(subject)
    return answer


def tell_story(call: Call, query: StoryQuery) -> ClaimStory:
    """Return what happened to a claim and why; as of a day, and as known on a day (then without today's stage)."""
    claim_id = call.path["claim_id"]
    with call.office.db.read() as tx:
        row = claims.load(tx, claim_id)
        story = claim_story.tell(tx, claim_id, as_of=query.as_of, known_at=query.known_at)
    now = query.as_of is None and query.known_at is None
    balances = [line.open_cents for line in story if line.open_cents is not None]
    return ClaimStory(
        claim_id=claim_id,
        stage=row.stage if now else "",
        ending=row.ending if now else "",
        open_cents=balances[-1] if balances else 0,
        story=story,
    )


def timeline(call: Call) -> ClaimClocks:
    """Return the clocks of a claim: armed, met, missed."""
    with call.office.db.read() as tx:
        claims.load(tx, call.path["claim_id"])
        return ClaimClocks(deadlines.about(tx, f"claim/{call.path['claim_id']}"))


def rehydrate(call: Call) -> ClaimRung:
    """Have a claim's workflow go on from the database: after a lost engine, or when it does not run."""
    claim_id = call.path["claim_id"]
    with call.office.db.write() as tx:
        row = wake_claim(tx, claim_id)
    return ClaimRung(claim_id, row.stage, rung=True)


def rehydrate_all(call: Call) -> EverythingRung:
    """Have everything under way go on from the database: open claims, open accounts, remittances, queues.

    It goes page by page; broken off, it may be done again.
    """
    return EverythingRung(**{kind.value: _wake_all(call, kind) for kind in Underway})


def _wake_all(call: Call, kind: Underway) -> int:
    woken, after, more = 0, "", True
    while more:
        with call.office.db.write() as tx:
            count, after = wake_page(tx, kind, after, _PAGE_MAX)
        woken, more = woken + count, bool(after)
    return woken


def open_tasks_of(tx: Tx, claim_id: str) -> tuple[tasks.TaskRow, ...]:
    """Return the open tasks about the claim, those of its denials among them. Raises NoSuchClaim."""
    claims.load(tx, claim_id)
    return tasks.find(tx, subject=f"claim/{claim_id}")


def open_correction_task(tx: Tx, claim_id: str) -> str:
    """Return the task of the claim, or of a denial of it, that a correction answers. Raises Refusal."""
    waiting = [task for task in open_tasks_of(tx, claim_id) if "corrected" in task.choices]
    if not waiting:
        raise Refusal(
            RefusalCode.NOTHING_TO_CORRECT,
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
    Endpoint(
        "POST",
        "/rehydrate",
        rehydrate_all,
        Permission.CLAIM_REHYDRATE,
        "claim.rehydrate_all",
        "claims",
    ),
)
