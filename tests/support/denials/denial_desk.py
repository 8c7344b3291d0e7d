"""Denials in a test: a real database, tasks and letters; only the payer, who is outside, is played."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.appeal import AppealActivities
from activities.appeal_filing import AppealFilingActivities, AppealLetterActivities
from activities.catalog import of
from activities.clocks import ClockActivities
from activities.correction import CorrectionActivities
from activities.denial import DenialActivities
from activities.tasks import TaskActivities
from revcycle.access.keyring import KeyRing
from revcycle.db.claims import claims
from revcycle.db.engine import Database
from revcycle.db.exchange import submissions
from revcycle.db.exchange.submissions import BatchRow
from revcycle.db.mail import acknowledgments
from revcycle.db.mail.acknowledgments import AcknowledgmentRow
from revcycle.db.practice import practices
from revcycle.db.tables import metadata
from revcycle.db.work import inbox, tasks
from revcycle.db.work.tasks import TaskRow
from revcycle.domain.claims.claim import Claim
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.clock import REAL_TIME
from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.domain.mail.acknowledgment import AcknowledgmentKind
from revcycle.domain.remittances.remittance import ClaimPayment
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import DenialStart
from revcycle.domain.work.task import TaskDecision
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.payers.gateway import (
    AppealFiling,
    Capabilities,
    Delivery,
    MailItem,
    PayerRefused,
    PayerUnavailable,
)
from revcycle.sandbox.practice.profile import PRACTICE
from revcycle.temporal import names
from revcycle.temporal.codec import data_converter
from tests.support.exchange.switchboards import with_one
from tests.support.golden import ending
from tests.support.remittances import remittance_book as book
from tests.support.temporal import settled
from workflows.appeal import Appeal
from workflows.catalog import runner
from workflows.denial import Denial, DenialResult
from workflows.human_decision import HumanDecision

DECIDED_AFTER = timedelta(days=30)
STEP = timedelta(days=1)
Answers = dict[TaskKind, list[TaskDecision]]


def say(choice: str, reference: str = "", actor: str = "mo") -> TaskDecision:
    """A person's answer."""
    return TaskDecision(choice, actor, reference, "as discussed")


@dataclass
class PlayedPayer:
    """A payer that takes appeals in: each delivery ends as scripted, each level is decided as scripted, or never."""

    decisions: dict[int, str] = field(default_factory=dict)
    deliveries: list[DeliveryOutcome] = field(default_factory=list)
    filed: list[tuple[AppealFiling, datetime]] = field(default_factory=list)
    refusals: int = 0

    @property
    def capabilities(self) -> Capabilities:
        """Appeals only."""
        return Capabilities(appeals=True)

    async def file_appeal(self, appeal: AppealFiling, at: datetime) -> Delivery:
        """Keep the packet, unless it is refused for good."""
        if self.refusals:
            self.refusals -= 1
            raise PayerRefused("appeals are not taken in over this line")
        self.filed.append((appeal, at))
        outcome = self.deliveries.pop(0) if self.deliveries else DeliveryOutcome.SENT
        return Delivery(outcome, "receipt-1" if outcome is DeliveryOutcome.SENT else "", "no answer")

    async def ask(self, inquiry: bytes, at: datetime) -> bytes:
        """Nobody asks in these tests."""
        self._refuse()

    async def submit(self, batch: bytes, key: str, at: datetime) -> Delivery:
        """Nobody submits in these tests."""
        self._refuse()

    async def list_mailbox(self, at: datetime) -> tuple[MailItem, ...]:
        """Nobody looks in these tests."""
        self._refuse()

    async def fetch(self, item_id: str, at: datetime) -> bytes:
        """Nobody fetches in these tests."""
        self._refuse()

    async def remove(self, item_id: str, at: datetime) -> None:
        """Nobody removes in these tests."""
        self._refuse()

    async def prove(self, key: str, at: datetime) -> Delivery:
        """What was taken in is proved, the rest is absent."""
        if any(appeal.appeal_key == key for appeal, _ in self.filed):
            return Delivery(DeliveryOutcome.SENT, "receipt-1")
        return Delivery(DeliveryOutcome.NOT_SENT, reason="never came")

    async def close(self) -> None:
        """Nothing is held open."""

    def _refuse(self) -> NoReturn:
        raise PayerUnavailable("only appeals are played here")


@dataclass
class Desk:
    """What a test holds in its hand."""

    env: WorkflowEnvironment
    client: Client
    db: Database
    payer: PlayedPayer
    mail_drop: Path
    answers: Answers = field(default_factory=dict)
    seen: list[TaskRow] = field(default_factory=list)
    told: set[str] = field(default_factory=set)

    async def now(self) -> datetime:
        """The business instant."""
        return (await self.env.get_current_time()).astimezone(UTC)

    def charged(self, facts: Claim) -> str:
        """Put a claim on the books."""
        with self.db.write() as tx:
            return book.charge(tx, facts)

    async def denied(self, payment: ClaimPayment, days_ago: int = 1) -> str:
        """Post the remittance that denies it; return its id."""
        at = await self.now()
        day = at.date() - timedelta(days=days_ago)
        remittance_id = book.post(self.db, book.remittance(f"T{day}", payment, day=day), at)
        with self.db.write() as tx:
            for row in claims.find(tx):
                told = Act(f"{remittance_id}:{row.claim_id}", subjects.claim(row.claim_id), at)
                claims.note_payer_number(tx, told, row.claim_id, f"ICN{row.patient_control_number}")
                claims.move(tx, told, row.claim_id, ClaimStage.DENIED)
        return remittance_id

    def acknowledged(self, claim_id: str, at: datetime) -> None:
        """Put the trail of a filing on record: sent, 999 and 277CA."""
        with self.db.write() as tx:
            submissions.queue(tx, claim_id, 1, "P", "clearinghouse", at.date(), at)
            members = submissions.waiting(tx, "clearinghouse", 10)
            batch_id, number = submissions.open_batch(tx, "clearinghouse")
            batch = BatchRow(batch_id, "clearinghouse", number, "a" * 64, submissions.PREPARED, "", at, None)
            submissions.save_batch(tx, batch, members)
            submissions.set_batch_state(tx, batch_id, submissions.SENT, "receipt", at)
            for kind, who, code in (
                (AcknowledgmentKind.IMPLEMENTATION, "", "A"),
                (AcknowledgmentKind.CLAIM, claim_id, "A2:20"),
            ):
                row = AcknowledgmentRow(kind, batch_id, who, True, code, "ICN1" if who else "", "b" * 64, at)
                acknowledgments.record(tx, row)

    async def run(
        self, claim_id: str, remittance_id: str, epoch: int = 0
    ) -> WorkflowHandle[Denial, DenialResult]:
        """Start the claim's first denial; ``epoch`` counts the lives of the claim."""
        denial_id = f"{claim_id}-1"
        return await self.client.start_workflow(
            Denial.run,
            args=[DenialStart(claim_id, denial_id, remittance_id, epoch), REAL_TIME, None],
            id=subjects.denial(denial_id),
            task_queue=names.CLAIMS_QUEUE,
        )

    async def lose(self, claim_id: str) -> None:
        """Lose the engine: whatever runs for the claim is gone, without a word to the database."""
        denial_id = f"{claim_id}-1"
        levels = [subjects.appeal(f"{denial_id}-{level}") for level in (1, 2)]
        asked = [subjects.task(task.task_id) for task in self.open_tasks()]
        for workflow_id in (subjects.denial(denial_id), *levels, *asked):
            try:
                await self.client.get_workflow_handle(workflow_id).terminate("the engine was lost")
            except RPCError as absent:
                if absent.status is not RPCStatusCode.NOT_FOUND:
                    raise

    async def ended(self, handle: WorkflowHandle[Denial, DenialResult], days: int = 400) -> DenialResult:
        """Let days pass, staff answering and the payer deciding, until the denial has ended."""
        for _ in range(days):
            # Not described: the test server tells an unset search attribute in a way the SDK cannot read.
            if ending(await handle.fetch_history()):
                return await handle.result()
            await self.turn()
        raise AssertionError(f"the denial did not end in {days} days; open: {self.open_tasks()}")

    async def turn(self) -> None:
        """A day: what staff and payer do in it."""
        await self.answer_tasks()
        await self.decide_appeals()
        await self.env.sleep(STEP)
        await settled(self.env)

    def open_tasks(self) -> tuple[TaskRow, ...]:
        """The worklist."""
        with self.db.read() as tx:
            return tasks.find(tx)

    async def answer_tasks(self) -> None:
        """Give each open task its scripted answer; a task without one stays open."""
        for task in self.open_tasks():
            if task.task_id not in {seen.task_id for seen in self.seen}:
                self.seen.append(task)
            if waiting := self.answers.get(task.kind):
                await self._update(task.task_id, waiting.pop(0))

    async def _update(self, task_id: str, decision: TaskDecision) -> None:
        handle = self.client.get_workflow_handle(subjects.task(task_id))
        await handle.execute_update(HumanDecision.decide, decision)

    async def decide_appeals(self) -> None:
        """Send what the payer has decided by now, as the mailbox would."""
        now = await self.now()
        for filing, at in self.payer.filed:
            decision = self.payer.decisions.get(filing.level, "")
            if not decision or filing.appeal_key in self.told or now < at + DECIDED_AFTER:
                continue
            self.told.add(filing.appeal_key)
            with self.db.write() as tx:
                inbox.put(tx, subjects.appeal(filing.appeal_key), News.APPEAL_DECISION, decision, now)
            await self.ring(subjects.appeal(filing.appeal_key))

    async def ring(self, workflow_id: str) -> None:
        """Press a doorbell; nobody may be home."""
        try:
            await self.client.get_workflow_handle(workflow_id).signal(names.RING, "")
        except RPCError as absent:
            if absent.status.name != "NOT_FOUND":
                raise


@asynccontextmanager
async def denial_desk(env: WorkflowEnvironment, home: Path) -> AsyncIterator[Desk]:
    """Open the desk with its workers."""
    ring = KeyRing.generate()
    db = Database(f"sqlite:///{home / 'denials.db'}", ring)
    metadata.create_all(db.engine)
    with db.write() as tx:
        practices.save(tx, PRACTICE)
    config = env.client.config()
    config["data_converter"] = data_converter(ring)
    client = Client(**config)
    payer, drop = PlayedPayer(), home / "mail"
    queues = {
        names.CLAIMS_QUEUE: of(
            AppealActivities(db),
            ClockActivities(db),
            CorrectionActivities(db),
            DenialActivities(db),
            TaskActivities(db),
        ),
        names.PAYER_QUEUE: of(AppealFilingActivities(db, with_one(payer), drop)),
        names.LETTERS_QUEUE: of(AppealLetterActivities(db)),
    }
    async with AsyncExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(8))
        for queue, activities in queues.items():
            worker = Worker(
                client,
                task_queue=queue,
                workflows=[Appeal, Denial, HumanDecision] if queue == names.CLAIMS_QUEUE else [],
                activities=activities,
                activity_executor=threads,
                workflow_runner=runner(),
            )
            await stack.enter_async_context(worker)
        yield Desk(env, client, db, payer, drop)
        db.close()
