"""Submission: write a batch as an 837 file, deliver it, and settle what became of it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

from activities.outgoing_claim import outgoing_claim
from revcycle.db import connections, documents, effects, practices, submissions
from revcycle.db.engine import Database, Tx
from revcycle.db.submissions import BatchRow, Queued
from revcycle.domain.claim import Responsibility
from revcycle.domain.connection import ConnectionState, ConnectionStatus
from revcycle.edi.envelope import Envelope, Party
from revcycle.edi.x12_837 import ClaimToSend, write_claims
from revcycle.payers.gateway import Delivery, DeliveryOutcome
from revcycle.payers.switchboard import Connection, Switchboard
from revcycle.rules.connection_outage import after_delivery, pause_before_next

BATCH_LIMIT = 200
"""Claims in one file: far below the guide's 5,000 a transaction, so that one refused file costs little."""


@dataclass(frozen=True, slots=True)
class BatchPrepared:
    """A written batch; ``batch_id`` is empty when nothing waited, or when a person has parked the connection.

    ``more``: the queue holds another batch.
    """

    batch_id: str
    claims: int
    more: bool
    parked: bool = False


@dataclass(frozen=True, slots=True)
class BatchDelivered:
    """What became of a delivery: sent, not_sent or unknown.

    The claims of a batch that never left are back on the queue, and the connection is left alone until
    ``try_again_at``.
    ``outage``: this failure began an outage. ``waiting`` counts the claims on the queue.
    """

    outcome: DeliveryOutcome
    reason: str
    try_again_at: datetime | None = None
    outage: bool = False
    waiting: int = 0


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
            return effects.once(tx, key, BatchPrepared, lambda: _prepare(tx, connection, at))

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
            before, after = _note(tx, batch.connection_id, outcome, delivery.reason, at)
            return BatchDelivered(
                outcome,
                delivery.reason,
                at + pause_before_next(after.failures),
                after.state is ConnectionState.OUTAGE and before.state is not ConnectionState.OUTAGE,
                submissions.queue_of(tx, batch.connection_id).claims,
            )


def _note(
    tx: Tx, connection_id: str, outcome: DeliveryOutcome, reason: str, at: datetime
) -> tuple[ConnectionStatus, ConnectionStatus]:
    before = connections.status(tx, connection_id, at)
    after = after_delivery(before, outcome is DeliveryOutcome.SENT, reason, at)
    if after != before:
        connections.save(tx, after)
    return before, after


def _prepare(tx: Tx, connection: Connection, at: datetime) -> BatchPrepared:
    connection_id = connection.connection_id
    if connections.status(tx, connection_id, at).state is ConnectionState.PARKED:
        return BatchPrepared("", 0, more=False, parked=True)
    waiting = submissions.waiting(tx, connection_id, BATCH_LIMIT + 1)
    if not waiting:
        return BatchPrepared("", 0, more=False)
    members = _of_one_kind(tx, waiting[:BATCH_LIMIT], mailed=connection.on_paper)
    outgoing = tuple(sent for _, sent in members)
    batch_id, control_number = submissions.open_batch(tx, connection_id)
    content = _written(tx, connection, control_number, outgoing, at)
    kind = outgoing[0].claim.kind.value
    document_id = documents.store(tx, kind, content, f"batch {batch_id}", at)
    batch = BatchRow(batch_id, connection_id, control_number, document_id, submissions.PREPARED, "", at, None)
    submissions.save_batch(tx, batch, tuple(member for member, _ in members))
    return BatchPrepared(batch_id, len(members), more=len(waiting) > len(members))


def _of_one_kind(tx: Tx, waiting: tuple[Queued, ...], *, mailed: bool) -> list[tuple[Queued, ClaimToSend]]:
    """A file holds claims of one guide: those of the most urgent claim's kind go now, the others next."""
    loaded = [(one, _loaded(tx, one, mailed=mailed)) for one in waiting]
    first = loaded[0][1].claim.kind
    return [(one, sent) for one, sent in loaded if sent.claim.kind is first]


def _loaded(tx: Tx, one: Queued, *, mailed: bool) -> ClaimToSend:
    place = Responsibility(one.responsibility)
    return outgoing_claim(tx, one.claim_id, one.version, place, one.payer_id, mailed=mailed)


def _written(
    tx: Tx, connection: Connection, control_number: int, outgoing: tuple[ClaimToSend, ...], at: datetime
) -> bytes:
    practice = practices.load(tx)
    submitter = Party(practice.name, connection.sender_id, "BILLING OFFICE", practice.phone)
    receiver = Party(connection.receiver_name, connection.receiver_id)
    # Group and interchange share the number: a 999 names the group, a TA1 the interchange.
    envelope = Envelope(connection.sender_id, connection.receiver_id, control_number, at, control_number)
    return write_claims(envelope, submitter, receiver, outgoing)
