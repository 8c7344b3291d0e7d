"""Submission: one payer connection's way out. Drains the queue into batches, one after another."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.submission import SubmissionActivities
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.exchange.delivery import DeliveryOutcome
    from revcycle.domain.exchange.progress import BatchDelivered
    from revcycle.domain.work import subjects
    from revcycle.domain.work.starts import SubmissionStart
    from revcycle.domain.work.task_kinds import ChoiceName, TaskKind

from workflows.asking import DELIVERY, ask
from workflows.process import Carried, Process

GATHER = timedelta(minutes=15)
"""How long a batch gathers claims after the first."""
PROOF_WAIT = timedelta(hours=4)
"""How long to leave between two looks for proof of a delivery of unknown fate."""
ANSWER_TIME = timedelta(days=1)
"""How long a person has to ask the other side; meanwhile nothing is sent again."""


@dataclass
class SubmissionCarried(Carried):
    """What a connection's way out remembers over a fresh history. ``rung``: a claim joined the queue meanwhile."""

    rung: bool = False


@workflow.defn
class Submission(Process):
    """Serialises one connection: control numbers come from here only, and one file is settled before the next."""

    @workflow.init
    def __init__(
        self, start: SubmissionStart, clock: BusinessClock, carried: SubmissionCarried | None
    ) -> None:
        self.counted = carried or SubmissionCarried()
        super().__init__(subjects.submission(start.connection_id), clock, self.counted)
        self.connection_id = start.connection_id
        self.waiting.rung = self.counted.rung

    @workflow.run
    async def run(
        self, start: SubmissionStart, clock: BusinessClock, carried: SubmissionCarried | None
    ) -> None:
        """Wait for claims, gather, write, deliver; for ever, in fresh histories."""
        if carried is None:
            await self.take_up()
        while not workflow.info().is_continue_as_new_suggested():
            await self.await_claims()
            await self.drain()
        await workflow.wait_condition(workflow.all_handlers_finished)
        self.counted.rung = self.waiting.rung
        workflow.continue_as_new(args=[start, clock, self.counted])

    async def take_up(self) -> None:
        """Settle what an earlier life left on its way, in a life of its own."""
        where = self.told(
            await ask(SubmissionActivities.locate_submission, self.arrival(), self.connection_id)
        )
        self.counted.epoch = where.epoch
        self.stand(where.position)
        for batch_id in where.unsettled:
            await self.deliver(batch_id)

    async def await_claims(self) -> None:
        """Wait until claims wait, and let more join; a queue nobody rang for is looked at all the same.

        Without a clock the queue was not seen empty: what went on before was cut short.
        """
        if self.next_clock is None or await self.wait() is None:
            # Plumbing: it only lets a batch fill, and is far shorter than any deadline of its claims.
            await self.beside(self.waiting.sleep_until(self.waiting.now() + GATHER, "gather a batch"))

    async def drain(self) -> None:
        """Write and deliver batches until the queue is empty; the most urgent claims are always next."""
        self.waiting.rung = False
        while not workflow.info().is_continue_as_new_suggested():
            batch = await self.do(SubmissionActivities.prepare_batch, self.connection_id)
            if not batch.batch_id:
                self.show(
                    "Parked by a person: claims wait in the queue." if batch.parked else "Nothing waits."
                )
                return
            self.show(f"Delivering batch {batch.batch_id} of {batch.claims} claims.")
            await self.deliver(batch.batch_id)

    async def deliver(self, batch_id: str) -> None:
        """Deliver and settle what became of it.

        An unknown fate is proved before anything is sent again, and then the same file goes under the same key.
        What never left (no connection) is back on the queue, and the connection is left alone for a while.
        """
        delivered = await self.attempt(batch_id)
        while delivered.outcome is DeliveryOutcome.UNKNOWN:
            proved = await self.prove(batch_id)
            sent = proved.outcome is DeliveryOutcome.SENT
            delivered = proved if sent else await self.attempt(batch_id)
        if delivered.outage:
            await self.report_outage(delivered)
        if delivered.outcome is DeliveryOutcome.NOT_SENT and delivered.try_again_at is not None:
            # Plumbing: at most four hours, and the claims it holds up have clocks of their own.
            await self.waiting.sleep_until(delivered.try_again_at, "leave the connection alone")

    async def attempt(self, batch_id: str) -> BatchDelivered:
        """Send the file, unless what became of it is known or uncertain already."""
        act = self.act("deliver_batch")
        return self.told(await DELIVERY.ask(SubmissionActivities.deliver_batch, act, batch_id))

    async def prove(self, batch_id: str) -> BatchDelivered:
        """Look for proof of what became of a batch, in the end by asking a person; sends nothing."""
        while True:
            # Plumbing: how often we look. By when there must be proof is a clock of its own.
            again_at = self.waiting.now() + PROOF_WAIT
            await self.beside(self.waiting.sleep_until(again_at, f"proof of batch {batch_id}"))
            looked = DELIVERY.ask(SubmissionActivities.prove_batch, self.act("prove_batch"), batch_id)
            proof = self.told(await self.beside(looked))
            if proof.overdue:
                proof = await self.settle_by_person(batch_id, proof)
            if proof.outcome is not DeliveryOutcome.UNKNOWN:
                return proof

    async def settle_by_person(self, batch_id: str, unproved: BatchDelivered) -> BatchDelivered:
        """Have a person ask the other side whether the batch arrived; when nobody answers, wait for proof again."""
        decision = await self.ask_person(
            TaskKind.PROVE_DELIVERY,
            "The line broke while this batch was sent, and nothing since tells whether it arrived.",
            self.waiting.now() + ANSWER_TIME,
            about=subjects.batch(batch_id),
        )
        if decision.expired:
            await self.do(SubmissionActivities.await_proof, batch_id)
            return unproved
        arrived = decision.choice == ChoiceName.ARRIVED
        settle = SubmissionActivities.settle_batch_by_person
        return await self.do(settle, batch_id, arrived, decision.actor)

    async def hear(self) -> None:
        """A claim joined the queue: it is looked at again once what is under way is settled."""

    async def report_outage(self, delivered: BatchDelivered) -> None:
        """Put the outage before a manager, once, and go on trying."""
        reason = (
            f"{self.connection_id} takes nothing ({delivered.reason}); {delivered.waiting} claims wait and "
            "go out earliest deadline first when it is back. Call them, or send urgent claims another way."
        )
        await self.tell_person(TaskKind.CONNECTION_DOWN, reason, self.waiting.now() + ANSWER_TIME)
