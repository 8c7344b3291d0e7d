"""Submission: write a batch as an 837 file, deliver it, and settle what became of it."""

import asyncio
from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.engine import Database
from revcycle.db.exchange import submissions
from revcycle.db.exchange.submissions import BatchRow
from revcycle.db.mail import documents
from revcycle.domain.exchange.connection import ConnectionState
from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.domain.exchange.progress import BatchDelivered, BatchPrepared
from revcycle.effects.exchange import submission
from revcycle.payers.gateway import Delivery
from revcycle.payers.switchboard import Switchboard
from revcycle.rules.exchange.connection_outage import pause_before_next


class SubmissionActivities:
    """Every connection's way out."""

    def __init__(self, db: Database, switchboard: Switchboard) -> None:
        self._db = db
        self._switchboard = switchboard

    @activity.defn
    def prepare_batch(self, connection_id: str, key: str, at: datetime) -> BatchPrepared:
        """Take the most urgent claims off the queue and write them as one 837 file under a new control number."""
        connection = self._switchboard.of(connection_id)
        with self._db.write() as tx:
            return once.once(tx, key, BatchPrepared, lambda: submission.prepare_batch(tx, connection, at))

    @activity.defn
    async def deliver_batch(self, batch_id: str, at: datetime) -> BatchDelivered:
        """Deliver the file. The batch id is the idempotency key: a second delivery of it is no second filing.

        Its fate is unknown from before the first byte until it is settled: an attempt that died on the way may
        have arrived, whatever the next attempt meets, so only proof counts then.
        """
        batch, content = await asyncio.to_thread(self._load, batch_id)
        if batch.state == submissions.SENT:
            return BatchDelivered(DeliveryOutcome.SENT, "sent before")
        if batch.state == submissions.UNKNOWN:
            return BatchDelivered(DeliveryOutcome.UNKNOWN, "an earlier attempt may have arrived")
        await asyncio.to_thread(self._begin, batch_id, at)
        gateway = self._switchboard.of(batch.connection_id).gateway
        delivery = await gateway.submit(content, batch_id, at)
        return await asyncio.to_thread(self._settle, batch, delivery, at, put_back=True)

    @activity.defn
    async def prove_batch(self, batch_id: str, at: datetime) -> BatchDelivered:
        """Find out what became of a batch of unknown fate, without sending anything.

        An acknowledgment in our mailbox proves it; else the connection is asked (receipt, listing, mail log).
        """
        batch, _ = await asyncio.to_thread(self._load, batch_id)
        if batch.state == submissions.SENT:
            return BatchDelivered(DeliveryOutcome.SENT, "an acknowledgment came")
        proof = await self._switchboard.of(batch.connection_id).gateway.prove(batch_id, at)
        return await asyncio.to_thread(self._settle, batch, proof, at)

    @activity.defn
    def settle_batch_by_person(
        self, batch_id: str, arrived: bool, actor: str, at: datetime
    ) -> BatchDelivered:
        """Settle a batch of unknown fate as a person found it, who asked the other side."""
        batch, _ = self._load(batch_id)
        outcome = DeliveryOutcome.SENT if arrived else DeliveryOutcome.NOT_SENT
        return self._settle(batch, Delivery(outcome, f"told {actor}", f"{actor} asked the other side"), at)

    def _load(self, batch_id: str) -> tuple[BatchRow, bytes]:
        with self._db.read() as tx:
            batch = submissions.load_batch(tx, batch_id)
            return batch, documents.content(tx, batch.document_id)

    def _begin(self, batch_id: str, at: datetime) -> None:
        with self._db.write() as tx:
            submissions.set_batch_state(tx, batch_id, submissions.UNKNOWN, "", at)

    def _settle(
        self, batch: BatchRow, delivery: Delivery, at: datetime, *, put_back: bool = False
    ) -> BatchDelivered:
        outcome = delivery.outcome
        with self._db.write() as tx:
            submissions.set_batch_state(tx, batch.batch_id, outcome.value, delivery.receipt, at)
            if submissions.load_batch(tx, batch.batch_id).state == submissions.SENT:
                outcome = DeliveryOutcome.SENT
            if outcome is DeliveryOutcome.UNKNOWN:
                return BatchDelivered(outcome, delivery.reason)
            if outcome is DeliveryOutcome.NOT_SENT and put_back:
                submissions.put_back(tx, batch.batch_id)
            before, after = submission.note(tx, batch.connection_id, outcome, delivery.reason, at)
            return BatchDelivered(
                outcome,
                delivery.reason,
                at + pause_before_next(after.failures),
                after.state is ConnectionState.OUTAGE and before.state is not ConnectionState.OUTAGE,
                submissions.queue_of(tx, batch.connection_id).claims,
            )
