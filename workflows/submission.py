"""Submission: one payer connection's way out. Drains the queue into batches, one after another."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.submission import SubmissionActivities
    from revcycle.domain.clock import BusinessClock
    from revcycle.temporal import names

from workflows.local import ask
from workflows.payer_io import DELIVERY, ask_payer
from workflows.waiting import Waiting

GATHER = timedelta(minutes=15)
"""How long a batch gathers claims after the first."""
IDLE = timedelta(days=7)
"""A quiet connection looks at its queue this often even if no doorbell rings."""
PROOF_WAIT = timedelta(hours=4)
"""How long an acknowledgment may take to prove a delivery of unknown fate, before the same file is offered again."""


@dataclass(frozen=True)
class SubmissionStart:
    """``batches`` counts the batches written so far; it numbers their idempotency keys."""

    clock: BusinessClock
    connection_id: str
    batches: int = 0
    rung: bool = False


@workflow.defn
class Submission:
    """Serialises one connection: control numbers come from here only, and one file is settled before the next."""

    @workflow.init
    def __init__(self, start: SubmissionStart) -> None:
        self.connection_id = start.connection_id
        self.batches = start.batches
        self.waiting = Waiting(start.clock)
        if start.rung:
            self.waiting.ring()

    @workflow.run
    async def run(self, start: SubmissionStart) -> None:
        """Wait for claims, gather, write, deliver; for ever, in fresh histories."""
        while not workflow.info().is_continue_as_new_suggested():
            if await self.waiting.for_news(self.waiting.now() + IDLE, "look at the queue"):
                await self.waiting.sleep_until(self.waiting.now() + GATHER, "gather a batch")
            await self.drain()
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(
            SubmissionStart(start.clock, self.connection_id, self.batches, self.waiting.rung)
        )

    async def drain(self) -> None:
        """Write and deliver batches until the queue is empty."""
        more = True
        while more:
            self.batches += 1
            key = f"{names.submission(self.connection_id)}:{workflow.info().first_execution_run_id}:{self.batches}"
            batch = await ask(SubmissionActivities.prepare_batch, self.connection_id, key, self.waiting.now())
            if batch.batch_id:
                workflow.set_current_details(f"Delivering batch {batch.batch_id} of {batch.claims} claims.")
                await self.deliver(batch.batch_id)
            more = batch.more

    async def deliver(self, batch_id: str) -> None:
        """Deliver until it is proved; an unknown fate is looked into before the same file is offered again."""
        while True:
            delivered = await ask_payer(
                SubmissionActivities.deliver_batch, batch_id, self.waiting.now(), urgency=DELIVERY
            )
            if delivered.outcome == "sent":
                return
            await self.waiting.sleep_until(self.waiting.now() + PROOF_WAIT, f"batch {delivered.outcome}")
            if delivered.outcome == "unknown" and await ask(SubmissionActivities.is_batch_proved, batch_id):
                return

    @workflow.signal
    def ring(self, reference: str = "") -> None:
        """A claim joined the queue."""
        self.waiting.ring()
