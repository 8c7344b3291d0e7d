"""Appeal: one level of a denial, from the packet to the payer's decision, or the end of all asking."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.appeal import AppealActivities
    from activities.appeal_filing import AppealFilingActivities, AppealLetterActivities
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.denials.appeal import AppealKind, AppealOutcome
    from revcycle.domain.denials.progress import AppealDelivered, AppealNews
    from revcycle.domain.work import subjects
    from revcycle.domain.work.task import TaskDecision, TaskRequest
    from revcycle.domain.work.task_kinds import TASKS, TaskKind
    from revcycle.temporal import names

from workflows.asking import INQUIRY, ask
from workflows.human_decision import ask_person
from workflows.waiting import Waiting

RESEND_AFTER = timedelta(hours=4)
"""How long after a delivery of unknown fate the same packet goes again under the same key."""
DELIVERIES_MAX = 5
"""After so many deliveries without a receipt a person calls the payer."""
CALL_TIME = timedelta(days=3)
"""How long a biller has to make a call or mend a packet."""
SENT = "sent"
TRY_AGAIN, FILE_LATE, GIVE_UP = "try_again", "file_late", "give_up"
STILL_PENDING = "still_pending"


@dataclass(frozen=True)
class AppealStart:
    """Which level of which denial. ``attempt`` tells a level taken up again from the first time."""

    clock: BusinessClock
    claim_id: str
    denial_id: str
    level: int
    kind: AppealKind
    value_cents: int = 0
    attempt: int = 1


@dataclass(frozen=True)
class AppealResult:
    """How the level ended."""

    outcome: AppealOutcome


@workflow.defn
class Appeal:
    """Packet, guard, filing, the payer's clock, its decision."""

    @workflow.init
    def __init__(self, start: AppealStart) -> None:
        self.start = start
        self.waiting = Waiting(start.clock)
        self.appeal_id = f"{start.denial_id}-{start.level}"
        self.late_allowed = False
        self.acts = 0

    @workflow.run
    async def run(self, start: AppealStart) -> AppealResult:
        """File the level once, then wait for its decision; nothing ends in silence."""
        at = self.waiting.now()
        await ask(
            AppealActivities.open_appeal, start.denial_id, start.level, start.kind, self.key("open"), at
        )
        decide_by = await self.file()
        if decide_by is None:
            return AppealResult(AppealOutcome.NOT_FILED)
        return AppealResult(await self.decision(decide_by))

    async def file(self) -> datetime | None:
        """Bring the packet to the payer; return when it should have decided, None when a person gave up."""
        while True:
            held = await self.prepare()
            if not held:
                delivered = await self.deliver()
                if delivered.outcome.value == SENT:
                    return delivered.decide_by
                held = f"the payer gave no receipt: {delivered.reason}"
            decision = await self.mend(held)
            if decision.choice == GIVE_UP:
                await self.end(AppealOutcome.NOT_FILED, decision)
                return None
            self.late_allowed = self.late_allowed or decision.choice == FILE_LATE

    async def prepare(self) -> str:
        """Write the packet and have it guarded; return what keeps it here."""
        self.show("writing the packet")
        await workflow.execute_activity_method(
            AppealLetterActivities.write_appeal,
            args=(self.appeal_id, self.waiting.now()),
            task_queue=names.LETTERS_QUEUE,
            start_to_close_timeout=timedelta(seconds=60),
        )
        key, at = self.key("check"), self.waiting.now()
        check = await ask(AppealActivities.check_appeal, self.appeal_id, self.late_allowed, key, at)
        return check.reason

    async def deliver(self) -> AppealDelivered:
        """Deliver until a receipt proves it; the payer knows a second copy by its key."""
        for _ in range(DELIVERIES_MAX):
            delivered = await self.deliver_once()
            if delivered.outcome.value == SENT:
                break
            await self.waiting.sleep_until(self.waiting.now() + RESEND_AFTER, "appeal delivered again")
        return delivered

    async def deliver_once(self) -> AppealDelivered:
        """Deliver the packet once."""
        at = self.waiting.now()
        return await INQUIRY.ask(AppealFilingActivities.deliver_appeal, self.appeal_id, at)

    async def mend(self, held: str) -> TaskDecision:
        """Have a person supply what the packet lacks; unanswered, it is tried again as it is."""
        reason = f"appeal level {self.start.level} not filed: {held}"
        return await self.decided(TaskKind.MEND_APPEAL, reason)

    async def decision(self, decide_by: datetime) -> AppealOutcome:
        """Wait for the payer's decision; when it is late, call, and wait again."""
        while True:
            self.show("filed, waiting for the payer's decision", decide_by)
            news = await self.read()
            if news.outcome is not None:
                return news.outcome
            if await self.waiting.for_news(decide_by, "appeal decision due"):
                continue
            decide_by = await ask(
                AppealActivities.chase_appeal, self.appeal_id, self.key("chase"), self.waiting.now()
            )
            if (told := await self.call()) is not None:
                return told

    async def read(self) -> AppealNews:
        """Look into the inbox."""
        return await ask(AppealActivities.read_appeal, self.appeal_id, self.key("read"), self.waiting.now())

    async def call(self) -> AppealOutcome | None:
        """Have a person call the payer; return what they were told, None while nothing is decided."""
        answers = (AppealOutcome.OVERTURNED.value, AppealOutcome.UPHELD.value, AppealOutcome.NO_ANSWER.value)
        reason = f"no decision on appeal level {self.start.level}: ask the payer, note the call's reference"
        decision = await self.decided(TaskKind.ASK_APPEAL_DECISION, reason)
        if decision.choice not in answers:
            return None
        news = await self.read()
        if news.outcome is not None:
            return news.outcome
        outcome = AppealOutcome(decision.choice)
        await self.end(outcome, decision)
        return outcome

    async def end(self, outcome: AppealOutcome, decision: TaskDecision) -> None:
        """Record the end a person stated."""
        said = (decision.reason, decision.actor, self.key("end"), self.waiting.now())
        await ask(AppealActivities.end_appeal, self.appeal_id, outcome, *said)

    async def decided(self, kind: TaskKind, reason: str) -> TaskDecision:
        """Put a task before a person and wait for the answer, or for its expiry after escalation."""
        self.show(f"waits for a {TASKS[kind].owner.value}: {kind.value.replace('_', ' ')}")
        request = TaskRequest(
            task_id=f"{self.appeal_id}-{kind.value}-{self.start.attempt}-{self.next()}",
            kind=kind,
            subject=subjects.claim(self.start.claim_id),
            reason=reason,
            due_at=self.waiting.now() + CALL_TIME,
            amount_cents=self.start.value_cents,
        )
        return await ask_person(self.start.clock, request)

    def show(self, doing: str, due_at: datetime | None = None) -> None:
        """Tell operations what this level is at; a new clock also as search attributes."""
        workflow.set_current_details(f"Appeal {self.appeal_id}, level {self.start.level}: {doing}.")
        if due_at is not None:
            workflow.upsert_search_attributes(
                [
                    names.NEXT_DEADLINE.value_set(due_at),
                    names.DEADLINE_NAME.value_set("appeal decision"),
                    names.OWNER_CLASS.value_set("payer"),
                    names.AMOUNT_BAND.value_set(names.amount_band(self.start.value_cents)),
                ]
            )

    def key(self, act: str) -> str:
        """Mint the idempotency key of the next effect."""
        return f"{self.appeal_id}:{self.start.attempt}:{self.next()}:{act}"

    def next(self) -> int:
        """Count what this run does."""
        self.acts += 1
        return self.acts

    @workflow.signal
    def ring(self, reference: str = "") -> None:
        """There may be a decision in the inbox."""
        self.waiting.ring()
