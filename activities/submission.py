"""Submission: write a batch as an 837 file, deliver it, and settle what became of it."""

import asyncio

from temporalio import activity

from revcycle.db.engine import Database, Tx
from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.domain.exchange.progress import BatchDelivered, BatchPrepared, SubmissionPosition
from revcycle.domain.work.act import Act
from revcycle.domain.work.position import Position
from revcycle.effects.effect import Door, effect, settle
from revcycle.effects.exchange import submission
from revcycle.effects.exchange.submission import BatchToDeliver
from revcycle.payers.gateway import Delivery
from revcycle.payers.switchboard import Switchboard


class SubmissionActivities(Door):
    """Every connection's way out."""

    def __init__(self, db: Database, switchboard: Switchboard) -> None:
        super().__init__(db)
        self._switchboard = switchboard

    @effect
    def locate_submission(self, tx: Tx, act: Act, connection_id: str) -> SubmissionPosition:
        """Return where a connection's way out stands, with a new epoch for the life that asks."""
        return submission.locate_submission(tx, act, connection_id)

    @effect
    def prepare_batch(self, tx: Tx, act: Act, connection_id: str) -> BatchPrepared:
        """Take the most urgent claims off the queue and write them as one 837 file under a new control number."""
        return submission.prepare_batch(tx, act, self._switchboard.of(connection_id))

    @activity.defn
    async def deliver_batch(self, act: Act, batch_id: str) -> tuple[BatchDelivered, Position | None]:
        """Deliver the file. The batch id is the idempotency key: a second delivery of it is no second filing."""
        batch = await asyncio.to_thread(self._begin, act, batch_id)
        delivery = batch.fate
        if delivery is None:
            gateway = self._switchboard.of(batch.connection_id).gateway
            delivery = await gateway.submit(batch.content, batch_id, act.at)
        return await asyncio.to_thread(self._settle, act, batch_id, delivery, put_back=True)

    @activity.defn
    async def prove_batch(self, act: Act, batch_id: str) -> tuple[BatchDelivered, Position | None]:
        """Find out what became of a batch of unknown fate, without sending anything.

        An acknowledgment in our mailbox proves it; else the connection is asked (receipt, listing, mail log).
        """
        batch = await asyncio.to_thread(self._load, batch_id)
        delivery = batch.fate
        if delivery is None or delivery.outcome is DeliveryOutcome.UNKNOWN:
            delivery = await self._switchboard.of(batch.connection_id).gateway.prove(batch_id, act.at)
        return await asyncio.to_thread(self._settle, act, batch_id, delivery)

    @effect
    def await_proof(self, tx: Tx, act: Act, batch_id: str) -> bool:
        """Nobody could tell whether the batch arrived: wait for proof as long again."""
        return submission.await_proof(tx, act, batch_id)

    @effect
    def settle_batch_by_person(
        self, tx: Tx, act: Act, batch_id: str, arrived: bool, actor: str
    ) -> BatchDelivered:
        """Settle a batch of unknown fate as a person found it, who asked the other side."""
        return submission.settle_by_person(tx, act, batch_id, arrived, actor)

    def _begin(self, act: Act, batch_id: str) -> BatchToDeliver:
        with self._db.write() as tx:
            return submission.begin_delivery(tx, act, batch_id)

    def _load(self, batch_id: str) -> BatchToDeliver:
        with self._db.read() as tx:
            return submission.load_delivery(tx, batch_id)

    def _settle(
        self, act: Act, batch_id: str, delivery: Delivery, *, put_back: bool = False
    ) -> tuple[BatchDelivered, Position | None]:
        return settle(
            self._db,
            act,
            BatchDelivered,
            lambda tx: submission.settle_delivery(tx, act, batch_id, delivery, put_back=put_back),
        )
