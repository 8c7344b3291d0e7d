"""Submission: one payer connection's way out. Drains the queue into batches, one after another."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.submission import SubmissionActivities
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.exchange.progress import BatchDelivered
    from revcycle.domain.work import subjects
    from revcycle.domain.work.starts import SubmissionStart
    from revcycle.domain.work.task import TaskRequest
    from revcycle.domain.work.task_kinds import TaskKind

from workflows.asking import DELIVERY, ask
from workflows.human_decision import ask_person, tell_person
from workflows.waiting import Waiting

GATHER = timedelta(minutes=15)
"""How long a batch gathers claims after the first."""
IDLE = timedelta(days=7)
"""A quiet connection looks at its queue this often even if no doorbell rings."""
PROOF_WAIT = timedelta(hours=4)
"""How long to leave between two looks for proof of a delivery of unknown fate."""
PROOF_LOOKS = 12
"""After so many looks (two days) in vain a person asks the other side."""
ANSWER_TIME = timedelta(days=1)
"""How long that person has; meanwhile nothing is sent again."""


@dataclass(frozen=True)
class Counters:
    """What carries over a new run: ``batches`` numbers the keys of batches, ``outages`` the tasks about outages."""

    batches: int = 0
    rung: bool = False
    outages: int = 0


@workflow.defn
class Submission:
    """Serialises one connection: control numbers come from here only, and one file is settled before the next."""

    @workflow.init
    def __init__(self, start: SubmissionStart, clock: BusinessClock, counters: Counters | None) -> None:
        self.connection_id = start.connection_id
        counted = counters or Counters()
        self.batches, self.outages = counted.batches, counted.outages
        self.waiting = Waiting(clock)
        if counted.rung:
            self.waiting.ring()

    @workflow.run
    async def run(self, start: SubmissionStart, clock: BusinessClock, counters: Counters | None) -> None:
        """Wait for claims, gather, write, deliver; for ever, in fresh histories."""
        while not workflow.info().is_continue_as_new_suggested():
            if await self.waiting.for_news(self.waiting.now() + IDLE, "look at the queue"):
                await self.waiting.sleep_until(self.waiting.now() + GATHER, "gather a batch")
            await self.drain()
        await workflow.wait_condition(workflow.all_handlers_finished)
        counted = Counters(self.batches, self.waiting.rung, self.outages)
        workflow.continue_as_new(args=[start, self.waiting.clock, counted])

    async def drain(self) -> None:
        """Write and deliver batches until the queue is empty; the most urgent claims are always next."""
        more = True
        while more and not workflow.info().is_continue_as_new_suggested():
            self.batches += 1
            key = f"{subjects.submission(self.connection_id)}:{workflow.info().first_execution_run_id}:{self.batches}"
            batch = await ask(SubmissionActivities.prepare_batch, self.connection_id, key, self.waiting.now())
            if batch.parked:
                workflow.set_current_details("Parked by a person: claims wait in the queue.")
            more = batch.more
            if batch.batch_id:
                workflow.set_current_details(f"Delivering batch {batch.batch_id} of {batch.claims} claims.")
                more = not await self.deliver(batch.batch_id) or more
        if more:
            self.waiting.ring()

    async def deliver(self, batch_id: str) -> bool:
        """Deliver and settle what became of it; tell whether it arrived.

        An unknown fate is proved before anything is sent again, and then the same file goes under the same key.
        What never left (no connection) is back on the queue.
        """
        while True:
            delivered = await DELIVERY.ask(SubmissionActivities.deliver_batch, batch_id, self.waiting.now())
            if delivered.outcome != "unknown":
                break
            delivered = await self.prove(batch_id)
            if delivered.outcome == "sent":
                break
        if delivered.outcome == "sent":
            return True
        if delivered.outage:
            await self.report_outage(delivered)
        if delivered.try_again_at is not None:
            await self.waiting.sleep_until(delivered.try_again_at, "leave the connection alone")
        return False

    async def prove(self, batch_id: str) -> BatchDelivered:
        """Look for proof of what became of a batch, in the end by asking a person; sends nothing."""
        looks = 0
        while True:
            await self.waiting.sleep_until(self.waiting.now() + PROOF_WAIT, f"proof of batch {batch_id}")
            proof = await DELIVERY.ask(SubmissionActivities.prove_batch, batch_id, self.waiting.now())
            looks += 1
            if proof.outcome != "unknown":
                return proof
            if looks % PROOF_LOOKS == 0 and (settled := await self.settle_by_person(batch_id, looks)):
                return settled

    async def settle_by_person(self, batch_id: str, looks: int) -> BatchDelivered | None:
        """Have a person ask the other side whether the batch arrived; None when nobody answers in time."""
        request = TaskRequest(
            task_id=f"{batch_id}-prove_delivery-{looks}",
            kind=TaskKind.PROVE_DELIVERY,
            subject=f"batch/{batch_id}",
            reason="The line broke while this batch was sent, and nothing since tells whether it arrived.",
            due_at=self.waiting.now() + ANSWER_TIME,
        )
        decision = await ask_person(self.waiting.clock, request)
        if decision.expired:
            return None
        arrived = decision.choice == "arrived"
        return await ask(
            SubmissionActivities.settle_batch_by_person, batch_id, arrived, decision.actor, self.waiting.now()
        )

    async def report_outage(self, delivered: BatchDelivered) -> None:
        """Put the outage before a manager, once, and go on trying."""
        self.outages += 1
        request = TaskRequest(
            task_id=f"{self.connection_id}-connection_down-{self.outages}",
            kind=TaskKind.CONNECTION_DOWN,
            subject=subjects.submission(self.connection_id),
            reason=(
                f"{self.connection_id} takes nothing ({delivered.reason}); {delivered.waiting} claims wait and "
                "go out earliest deadline first when it is back. Call them, or send urgent claims another way."
            ),
            due_at=self.waiting.now() + ANSWER_TIME,
        )
        await tell_person(self.waiting.clock, request)

    @workflow.signal
    def ring(self, reference: str = "") -> None:
        """A claim joined the queue."""
        self.waiting.ring()
