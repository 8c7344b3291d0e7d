"""A guarantor with claims whose patient share is open, and the account's process over them, for tests."""

from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

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
from revcycle.db.work import inbox, tasks
from revcycle.domain.claims.claim import Claim, Coverage, Provider, Responsibility, ServiceLine
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.clock import REAL_TIME
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerTransaction
from revcycle.domain.patients.patient_account import AccountState
from revcycle.domain.patients.patient_step import AccountPosition
from revcycle.domain.person import Address, Person
from revcycle.domain.practice import Practice
from revcycle.domain.work import subjects
from revcycle.domain.work.starts import AccountStart
from revcycle.domain.work.task import TaskDecision
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.temporal import names
from tests.support.temporal import settled
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
    book(db, claim_id, "charge", at, (LedgerAccount.AR_INSURANCE, 20_000), (LedgerAccount.CHARGES, -20_000))
    share(db, claim_id, patient_cents, at)
    return claim_id


def share(db: Database, claim_id: str, patient_cents: int, at: datetime, suffix: str = "") -> None:
    """The payer's decision: part paid, part taken off, the rest the patient's."""
    paid, off = (20_000 - patient_cents) // 2, 20_000 - patient_cents - (20_000 - patient_cents) // 2
    book(
        db,
        claim_id,
        f"remit{suffix}",
        at,
        (LedgerAccount.REMITTANCE_CLEARING, paid),
        (LedgerAccount.CONTRACTUAL_ADJUSTMENT, off),
        (LedgerAccount.AR_PATIENT, patient_cents),
        (LedgerAccount.AR_INSURANCE, -20_000),
    )
    with db.write() as tx:
        claims.set_stage(tx, claim_id, ClaimStage.PATIENT_DUE, at)


def reverse(db: Database, claim_id: str, patient_cents: int, at: datetime) -> None:
    """The payer takes its decision back: the claim is an open question of insurance again."""
    paid, off = (20_000 - patient_cents) // 2, 20_000 - patient_cents - (20_000 - patient_cents) // 2
    book(
        db,
        claim_id,
        "reversal",
        at,
        (LedgerAccount.REMITTANCE_CLEARING, -paid),
        (LedgerAccount.CONTRACTUAL_ADJUSTMENT, -off),
        (LedgerAccount.AR_PATIENT, -patient_cents),
        (LedgerAccount.AR_INSURANCE, 20_000),
    )
    with db.write() as tx:
        claims.set_stage(tx, claim_id, ClaimStage.PENDING, at)


def book(db: Database, claim_id: str, kind: str, at: datetime, *entries: tuple[LedgerAccount, int]) -> None:
    """Enter one transaction of a claim."""
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
        ledger.post(tx, LedgerTransaction(f"{kind}:{claim_id}", kind, lines, at), at)


@dataclass
class AccountLife:
    """One account's process on a server that skips time, with everything a test looks at."""

    env: WorkflowEnvironment
    client: Client
    db: Database
    mail: Path
    account_id: str
    handle: WorkflowHandle[PatientAccount, str]

    async def now(self) -> datetime:
        """The business instant."""
        return (await self.env.get_current_time()).astimezone(UTC)

    async def days(self, count: float) -> None:
        """Let time pass, in pieces: the server answers a long sleep only when all that falls due in it is done."""
        while count > 0:
            await self.env.sleep(timedelta(days=min(count, 10)))
            count -= 10
        await settled(self.env)

    async def start_again(self) -> None:
        """Start the account's process from its ids alone, as after the loss of the engine."""
        self.handle = await start(self.client, self.account_id)

    async def ring(self) -> None:
        """Press the doorbell."""
        await self.handle.signal(PatientAccount.ring, "")
        await settled(self.env)

    async def ask(self, update: Any, *arguments: str) -> AccountPosition:
        """Make a request as the api does."""
        answer: AccountPosition = await self.handle.execute_update(update, args=arguments)
        await settled(self.env)
        return answer

    async def answer(self, kind: TaskKind, choice: str, reason: str = "") -> None:
        """Answer the open task of the kind, as its owner."""
        await settled(self.env)
        task_id = self.tasks(kind)[-1]
        decision = TaskDecision(choice, "ms manager", reason=reason)
        await self.client.get_workflow_handle(subjects.task(task_id)).execute_update(
            HumanDecision.decide, decision
        )
        await settled(self.env)

    def tasks(self, kind: TaskKind) -> list[str]:
        """The open tasks of a kind."""
        with self.db.read() as tx:
            found = tasks.find(tx, subject=subjects.account(self.account_id))
        return [row.task_id for row in found if row.kind is kind]

    def letters(self) -> list[str]:
        """The kinds of the letters that went into the mail, in order."""
        with self.db.read() as tx:
            rows = statements.of_account(tx, self.account_id)
        mailed = [row for row in rows if row.mailed_at]
        assert all((self.mail / f"{row.letter_id}.pdf").read_bytes().startswith(b"%PDF") for row in mailed)
        return [row.kind.value for row in sorted(mailed, key=lambda row: str(row.released_at))]

    async def mailed(self, expected: list[str]) -> None:
        """These letters, and no others, go into the mail by now."""
        await settled(self.env)
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


async def start(client: Client, account_id: str) -> WorkflowHandle[PatientAccount, str]:
    """Start the account's process."""
    return await client.start_workflow(
        PatientAccount.run,
        args=[AccountStart(account_id), REAL_TIME, None],
        id=subjects.account(account_id),
        task_queue=names.CLAIMS_QUEUE,
    )


@asynccontextmanager
async def account_life(
    env: WorkflowEnvironment, home: Path, *shares: int, guarantor: Person = GUARANTOR, language: str = "en"
) -> AsyncIterator[AccountLife]:
    """Start the account of a guarantor with one claim for each share."""
    db = open_database(home)
    at = (await env.get_current_time()).astimezone(UTC)
    account_id = guarantor_account(db, at, language, guarantor)
    for number, cents in enumerate(shares):
        claim_with_share(db, account_id, cents, at, days_ago=40 - number)
    mail = home / "mail"
    billing, requests, work = PatientBillingActivities(db), PatientRequestActivities(db), TaskActivities(db)
    letters = PatientLetterActivities(db, mail)
    local: list[Callable[..., Any]] = [
        billing.begin_account,
        billing.review_account,
        billing.release_letter,
        billing.write_off_small,
        billing.end_plan,
        billing.close_account,
        billing.answer_question,
        billing.withdraw_question,
        requests.post_payment,
        requests.agree_plan,
        requests.open_application,
        requests.open_dispute,
        requests.resolve_dispute,
        requests.set_hold,
        work.open_task,
        work.escalate_task,
        work.close_task,
    ]
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
            activities=[letters.write_letter, letters.mail_letter],
            activity_executor=threads,
        )
        async with claims_worker, letters_worker:
            life = AccountLife(env, env.client, db, mail, account_id, await start(env.client, account_id))
            yield life
            if (await life.handle.describe()).close_time is None:
                await life.handle.terminate()
    db.close()
