"""Submission: write a batch as an 837 file, deliver it, and settle what became of it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

from activities.outgoing_claim import outgoing_claim
from revcycle.db import documents, effects, practices, submissions
from revcycle.db.engine import Database, Tx
from revcycle.db.submissions import BatchRow
from revcycle.domain.claim import Responsibility
from revcycle.edi import x12_837p_005010x222a1 as x12_837p
from revcycle.edi.envelope import Envelope, Party
from revcycle.payers.gateway import Delivery, DeliveryOutcome, PayerGateway

BATCH_LIMIT = 200
"""Claims in one file: far below the guide's 5,000 a transaction, so that one refused file costs little."""


@dataclass(frozen=True, slots=True)
class BatchPrepared:
    """A written batch; ``batch_id`` is empty when nothing waited. ``more``: the queue holds another batch."""

    batch_id: str
    claims: int
    more: bool


@dataclass(frozen=True, slots=True)
class BatchDelivered:
    """What became of a delivery: sent, not_sent or unknown."""

    outcome: DeliveryOutcome
    reason: str


class SubmissionActivities:
    """One connection's way out."""

    def __init__(self, db: Database, gateway: PayerGateway, sender_id: str, receiver_id: str) -> None:
        self._db = db
        self._gateway = gateway
        self._sender_id = sender_id
        self._receiver_id = receiver_id

    @activity.defn
    def prepare_batch(self, connection_id: str, key: str, at: datetime) -> BatchPrepared:
        """Take the most urgent claims off the queue and write them as one 837 file under a new control number."""
        with self._db.write() as tx:
            return effects.once(tx, key, BatchPrepared, lambda: self._prepare(tx, connection_id, at))

    @activity.defn
    async def deliver_batch(self, batch_id: str, at: datetime) -> BatchDelivered:
        """Deliver the file. The batch id is the idempotency key: a second delivery of it is no second filing."""
        batch, content = await asyncio.to_thread(self._load, batch_id)
        if batch.state == submissions.SENT:
            return BatchDelivered(DeliveryOutcome.SENT, "sent before")
        delivery = await self._gateway.submit(content, batch_id, at)
        await asyncio.to_thread(self._settle, batch_id, delivery, at)
        return BatchDelivered(delivery.outcome, delivery.reason)

    @activity.defn
    def is_batch_proved(self, batch_id: str) -> bool:
        """Tell whether an acknowledgment has meanwhile proved that a batch of unknown fate arrived."""
        with self._db.read() as tx:
            return submissions.load_batch(tx, batch_id).state == submissions.SENT

    def _prepare(self, tx: Tx, connection_id: str, at: datetime) -> BatchPrepared:
        waiting = submissions.waiting(tx, connection_id, BATCH_LIMIT + 1)
        members = waiting[:BATCH_LIMIT]
        if not members:
            return BatchPrepared("", 0, more=False)
        batch_id, control_number = submissions.open_batch(tx, connection_id)
        outgoing = tuple(
            outgoing_claim(tx, m.claim_id, m.version, Responsibility(m.responsibility)) for m in members
        )
        practice = practices.load(tx)
        submitter = Party(practice.name, self._sender_id, "BILLING OFFICE", practice.phone)
        receiver = Party("CLEARINGHOUSE", self._receiver_id)
        # Group and interchange share the number: a 999 names the group, a TA1 the interchange.
        envelope = Envelope(self._sender_id, self._receiver_id, control_number, at, control_number)
        content = x12_837p.write_claims(envelope, submitter, receiver, outgoing)
        document_id = documents.store(tx, "837P", content, f"batch {batch_id}", at)
        batch = BatchRow(
            batch_id, connection_id, control_number, document_id, submissions.PREPARED, "", at, None
        )
        submissions.save_batch(tx, batch, members)
        return BatchPrepared(batch_id, len(members), more=len(waiting) > BATCH_LIMIT)

    def _load(self, batch_id: str) -> tuple[BatchRow, bytes]:
        with self._db.read() as tx:
            batch = submissions.load_batch(tx, batch_id)
            return batch, documents.content(tx, batch.document_id)

    def _settle(self, batch_id: str, delivery: Delivery, at: datetime) -> None:
        with self._db.write() as tx:
            submissions.set_batch_state(tx, batch_id, delivery.outcome.value, delivery.receipt, at)
