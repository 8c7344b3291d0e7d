"""A guarantor with claims whose patient share is open, and the account's process over them, for tests."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities import catalog
from activities.clocks import ClockActivities
from activities.patient_billing import PatientBillingActivities
from activities.patient_letters import PatientLetterActivities
from activities.patient_requests import PatientRequestActivities
from activities.tasks import TaskActivities
from revcycle.access.keyring import KeyRing
from revcycle.db import ledger
from revcycle.db.claims import claims
from revcycle.db.engine import Database
from revcycle.db.patients import accounts, patient_accounts, statements
from revcycle.db.practice import practices
from revcycle.db.tables import metadata
from revcycle.db.work import deadlines, inbox, tasks
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.claim import Claim, Coverage, Provider, ServiceLine
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.clock import REAL_TIME, BusinessClock
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerKind, LedgerTransaction
from revcycle.domain.patients.patient_account import AccountState
from revcycle.domain.patients.patient_step import AccountPosition
from revcycle.domain.person import Address, Person
from revcycle.domain.practice import Practice
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.starts import AccountStart
from revcycle.domain.work.task import TaskDecision
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.temporal import names
from workflows.human_decision import HumanDecision
from workflows.patient_account import PatientAccount

PLACE = Address("1 Main Street", "Springfield", "IL", "627010001")
GUARANTOR = Person("Zimmermann", "Quintessa", date(1980, 4, 2), "F", address=PLACE)
PRACTICE = Practice(
    "Prairie Family Medicine",
    Address("200 Clinic Way", "Springfield", "IL", "627020002"),
    "217-555-0100",
    "1234567893",
    "123456789",
    "prairie.example",
    "A. Manager",
)
PROVIDER = Provider("Prairie Family Medicine", "1234567893", tin="123456789", address=PRACTICE.address)


def open_database(home: Path, url: str = "") -> Database:
    """A fresh database with every table and a practice."""
    db = Database(url or f"sqlite:///{home / 'revcycle.db'}", KeyRing.generate())
    metadata.create_all(db.engine)
    with db.write() as tx:
        practices.save(tx, PRACTICE)
    return db


def guarantor_account(db: Database, at: datetime, language: str = "en", person: Person = GUARANTOR) -> str:
    """The guarantor's account."""
    with db.write() as tx:
        return accounts.find_or_open(tx, person, language, at)


def claim_with_share(
    db: Database, account_id: str, patient_cents: int, at: datetime, *, days_ago: int = 30
) -> str:
    """A claim of 200 dollars that insurance settled but for the patient's deductible."""
    serviced = at.date() - timedelta(days_ago)
    with db.write() as tx:
        number = len(claims.find(tx, account_id=account_id))
        line = ServiceLine(1, "99213", 20_000 + number, Decimal(1), serviced, (1,))
        coverage = Coverage(Responsibility.PRIMARY, "AETNA", "Aetna", f"W{account_id}", GUARANTOR)
        claim = Claim(
            patient_control_number=f"{account_id}-{number}",
            charge_cents=20_000 + number,
            place_of_service="11",
            patient=GUARANTOR,
            billing_provider=PROVIDER,
            coverages=(coverage,),
            diagnosis_codes=("J069",),
            lines=(line,),
        )
        claim_id = claims.insert(
            tx, claim, account_id=account_id, connection_id="c", source_document_id="d", cause="file", at=at
        )
    book(
        db,
        claim_id,
        LedgerKind.CHARGE,
        at,
        "",
        (LedgerAccount.AR_INSURANCE, 20_000),
        (LedgerAccount.CHARGES, -20_000),
    )
    share(db, claim_id, patient_cents, at)
    return claim_id


def share(db: Database, claim_id: str, patient_cents: int, at: datetime, suffix: str = "") -> None:
    """The payer's decision: part paid, part taken off, the rest the patient's."""
    paid, off = (20_000 - patient_cents) // 2, 20_000 - patient_cents - (20_000 - patient_cents) // 2
    book(
        db,
        claim_id,
        LedgerKind.REMITTANCE,
        at,
        suffix,
        (LedgerAccount.REMITTANCE_CLEARING, paid),
        (LedgerAccount.CONTRACTUAL_ADJUSTMENT, off),
        (LedgerAccount.AR_PATIENT, patient_cents),
        (LedgerAccount.AR_INSURANCE, -20_000),
    )
    with db.write() as tx:
        claims.move(tx, payer_act(claim_id, at), claim_id, ClaimStage.PATIENT_DUE)


def reverse(db: Database, claim_id: str, patient_cents: int, at: datetime) -> None:
    """The payer takes its decision back: the claim is an open question of insurance again."""
    paid, off = (20_000 - patient_cents) // 2, 20_000 - patient_cents - (20_000 - patient_cents) // 2
    book(
        db,
        claim_id,
        LedgerKind.REMITTANCE_REVERSAL,
        at,
        "",
        (LedgerAccount.REMITTANCE_CLEARING, -paid),
        (LedgerAccount.CONTRACTUAL_ADJUSTMENT, -off),
        (LedgerAccount.AR_PATIENT, -patient_cents),
        (LedgerAccount.AR_INSURANCE, 20_000),
    )
    with db.write() as tx:
        claims.move(tx, payer_act(claim_id, at), claim_id, ClaimStage.PENDING)


def payer_act(claim_id: str, at: datetime) -> Act:
    """An act of the claim's own process."""
    return Act(f"test:{claim_id}", subjects.claim(claim_id), at)


def book(
    db: Database,
    claim_id: str,
    kind: LedgerKind,
    at: datetime,
    suffix: str,
    *entries: tuple[LedgerAccount, int],
) -> None:
    """Enter one transaction of a claim; ``suffix`` tells it from others of its kind."""
    with db.write() as tx:
        account_id = claims.load(tx, claim_id).account_id
        lines = tuple(
            Entry(
                account,
                cents,
                claim_id,
                account_id,
                code="PR-1" if account is LedgerAccount.AR_PATIENT else "",
            )
            for account, cents in entries
        )
        ledger.post(tx, LedgerTransaction(f"{kind.value}{suffix}:{claim_id}", kind, lines, at), at)


@dataclass
class AccountLife:
    """One account's process on a server that skips time, with everything a test looks at."""

    env: WorkflowEnvironment
    client: Client
    db: Database
    mail: Path
    account_id: str
    handle: WorkflowHandle[PatientAccount, str]
    writer: Worker

    async def now(self) -> datetime:
        """The business instant."""
        return (await self.env.get_current_time()).astimezone(UTC)

    async def days(self, count: float) -> None:
        """Let time pass, in pieces: the server answers a long sleep only when all that falls due in it is done."""
        while count > 0:
            await self.env.sleep(timedelta(days=min(count, 10)))
            count -= 10

    async def lose(self, *, with_tasks: bool = True) -> None:
        """Lose the engine: the account's process is gone, and those of its open tasks unless they outlive it."""
        await self.handle.terminate()
        for kind in TaskKind if with_tasks else ():
            for task_id in self.tasks(kind):
                with suppress(RPCError):  # gone with its parent
                    await self.client.get_workflow_handle(subjects.task(task_id)).terminate()

    async def start_again(self) -> None:
        """Start the account's process from its ids alone, and wait until it has taken up its open tasks."""
        lost = {task_id: await self.run_of(task_id) for kind in TaskKind for task_id in self.tasks(kind)}
        self.handle = await start(self.client, self.account_id)
        for task_id, run_id in lost.items():
            for _ in range(200):
                if await self.run_of(task_id) != run_id:
                    break
                await asyncio.sleep(0.02)

    async def run_of(self, task_id: str) -> str | None:
        """Which run of its process a task has."""
        return (await self.client.get_workflow_handle(subjects.task(task_id)).describe()).run_id

    async def until(self, condition: Callable[[], bool], limit: float = 10) -> None:
        """Wait (real time) until what was asked for is done."""
        for _ in range(int(limit / 0.02)):
            if condition():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("it did not happen in time")

    async def ring(self) -> None:
        """Press the doorbell."""
        await self.handle.signal(PatientAccount.ring, "")

    async def ask(self, update: Any, asked: Any) -> AccountPosition:
        """Make a request as the api does."""
        answer: AccountPosition = await self.handle.execute_update(update, asked)
        return answer

    async def answer(self, kind: TaskKind, choice: str, reason: str = "") -> None:
        """Answer the open task of the kind, as its owner, once its process is there to hear it."""
        decision = TaskDecision(choice, "ms manager", reason=reason)
        for _ in range(200):
            if found := self.tasks(kind):
                task = self.client.get_workflow_handle(subjects.task(found[-1]))
                with suppress(RPCError):
                    await task.execute_update(HumanDecision.decide, decision)
                    await self.until(lambda: found[-1] not in self.tasks(kind))
                    return
            await asyncio.sleep(0.05)
        raise AssertionError(f"nobody could answer {kind.value}")

    def tasks(self, kind: TaskKind) -> list[str]:
        """The open tasks of a kind."""
        with self.db.read() as tx:
            found = tasks.find(tx, subject=subjects.account(self.account_id))
        return [row.task_id for row in found if row.kind is kind]

    def armed(self) -> list[str]:
        """Whose clocks are armed: the account's and those of its tasks, the earliest first."""
        with self.db.read() as tx:
            rows = deadlines.about(tx, subjects.account(self.account_id))
        held = sorted((row.due_at, row.subject) for row in rows if row.state is DeadlineState.ARMED)
        return [subject for _, subject in held]

    def ended(self, name: ClockName) -> list[DeadlineState]:
        """How the account's clocks of a name ended, oldest first."""
        with self.db.read() as tx:
            rows = deadlines.of_subject(tx, subjects.account(self.account_id))
        return [row.state for row in rows if row.name == name and row.ended_at is not None]

    def letters(self) -> list[str]:
        """The kinds of the letters that went into the mail, in order."""
        with self.db.read() as tx:
            rows = statements.of_account(tx, self.account_id)
        mailed = [row for row in rows if row.mailed_at]
        assert all((self.mail / f"{row.letter_id}.pdf").read_bytes().startswith(b"%PDF") for row in mailed)
        return [row.kind.value for row in sorted(mailed, key=lambda row: str(row.released_at))]

    def on_the_way(self) -> bool:
        """Whether a letter was let out that the mail house has not got."""
        with self.db.read() as tx:
            return bool(statements.unmailed(tx, self.account_id))

    async def mailed(self, expected: list[str]) -> None:
        """These letters, and no others, go into the mail by now (real time to finish the last)."""
        for _ in range(200):
            if len(self.letters()) >= len(expected):
                break
            await asyncio.sleep(0.02)
        assert self.letters() == expected

    def settled(self, claim_id: str) -> list[str]:
        """How the claim was told that it ended."""
        with self.db.write() as tx:
            return [m.reference for m in inbox.take(tx, subjects.claim(claim_id)) if m.kind == "settled"]

    def balance(self, account: LedgerAccount) -> int:
        """A balance of the books."""
        with self.db.read() as tx:
            return ledger.trial_balance(tx).get(account, 0)

    def state(self) -> AccountState:
        """What the account waits for."""
        with self.db.read() as tx:
            return patient_accounts.load(tx, self.account_id).state


async def start(
    client: Client, account_id: str, clock: BusinessClock = REAL_TIME
) -> WorkflowHandle[PatientAccount, str]:
    """Start the account's process."""
    return await client.start_workflow(
        PatientAccount.run,
        args=[AccountStart(account_id), clock, None],
        id=subjects.account(account_id),
        task_queue=names.CLAIMS_QUEUE,
    )


@asynccontextmanager
async def account_life(
    env: WorkflowEnvironment,
    home: Path,
    *shares: int,
    guarantor: Person = GUARANTOR,
    language: str = "en",
    writes: bool = True,
    clock: BusinessClock = REAL_TIME,
) -> AsyncIterator[AccountLife]:
    """Start the account of a guarantor with one claim for each share; ``writes``: letters are written at once."""
    db = open_database(home)
    at = (await env.get_current_time()).astimezone(UTC)
    account_id = guarantor_account(db, at, language, guarantor)
    for number, cents in enumerate(shares):
        claim_with_share(db, account_id, cents, at, days_ago=40 - number)
    mail = home / "mail"
    local = catalog.of(
        *(door(db) for door in (PatientBillingActivities, PatientRequestActivities, TaskActivities)),
        ClockActivities(db),
    )
    with ThreadPoolExecutor(4) as threads:
        claims_worker = Worker(
            env.client,
            task_queue=names.CLAIMS_QUEUE,
            workflows=[PatientAccount, HumanDecision],
            activities=local,
            activity_executor=threads,
        )
        letters_worker = Worker(
            env.client,
            task_queue=names.LETTERS_QUEUE,
            activities=catalog.of(PatientLetterActivities(db, mail)),
            activity_executor=threads,
        )
        async with claims_worker, letters_worker if writes else nullcontext():
            handle = await start(env.client, account_id, clock)
            life = AccountLife(env, env.client, db, mail, account_id, handle, letters_worker)
            yield life
            with suppress(RPCError):  # it has ended by itself; this server cannot describe an unset attribute
                await life.handle.terminate()
    db.close()
