"""The relay: carries doorbells from the outbox to Temporal, again and again until they are through."""

import asyncio
import logging
import time
from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDReusePolicy,
)
from temporalio.service import RPCError, RPCStatusCode

from revcycle.db.engine import Database
from revcycle.db.work import inbox, outbox
from revcycle.db.work.outbox import Ring
from revcycle.domain.clock import BusinessClock
from revcycle.domain.work.starts import ClaimStart
from revcycle.temporal import names

_LOG = logging.getLogger(__name__)
_BATCH, _LANES = 200, 20
_IDLE_SECONDS = 0.1
_SWEEP_SECONDS = 300.0
KEYS: dict[str, SearchAttributeKey[str]] = {
    key.name: key for key in (names.CLAIM_STAGE, names.PAYER_CLASS, names.OWNER_CLASS, names.AMOUNT_BAND)
}


class Relay:
    """Drains the outbox. Sending twice is harmless, so it marks done only after sending."""

    def __init__(self, db: Database, client: Client, clock: BusinessClock) -> None:
        self._db = db
        self._client = client
        self._clock = clock
        self._lanes = asyncio.Semaphore(_LANES)

    async def run(self) -> None:
        """Drain for ever; a lost server or database is an outage to wait out, not an end."""
        swept_at = time.monotonic()
        while True:
            try:
                if time.monotonic() - swept_at > _SWEEP_SECONDS:
                    swept_at = time.monotonic()
                    await self.sweep()
                if await self.drain():
                    continue
            except Exception:  # noqa: BLE001  # whatever it is, the next round tries again
                _LOG.warning("relay: outbox not reachable, trying again", exc_info=False)
                await asyncio.sleep(1)
            await asyncio.sleep(_IDLE_SECONDS)

    async def sweep(self) -> int:
        """Ring every running workflow whose inbox holds unread news: a doorbell may have been lost."""
        subjects = await asyncio.to_thread(self._unread)
        rings = [Ring(0, subject, None, {}) for subject in subjects]
        return sum(await asyncio.gather(*(self._send(ring) for ring in rings)))

    async def drain(self) -> int:
        """Send what waits now; return how many rings went through."""
        rings = await asyncio.to_thread(self._take)
        sent = await asyncio.gather(*(self._send(ring) for ring in rings))
        through = tuple(ring for ring, ok in zip(rings, sent, strict=True) if ok)
        if through:
            await asyncio.to_thread(self._done, through)
        return len(through)

    def _unread(self) -> tuple[str, ...]:
        with self._db.read() as tx:
            return inbox.unread_subjects(tx)

    def _take(self) -> tuple[Ring, ...]:
        now = datetime.now(UTC)
        with self._db.read() as tx:
            if not outbox.waiting(tx, now):
                return ()
        with self._db.write() as tx:
            return outbox.take(tx, _BATCH, now)

    def _done(self, rings: tuple[Ring, ...]) -> None:
        with self._db.write() as tx:
            outbox.done(tx, rings)

    async def _send(self, ring: Ring) -> bool:
        async with self._lanes:
            try:
                await self._press(ring)
            except RPCError as error:
                if ring.start is None and error.status is RPCStatusCode.NOT_FOUND:
                    return True  # nobody is home and nobody is to be started: the message waits in the inbox
                _LOG.warning("relay: %s not rung: %s", ring.workflow_id, error.status.name)
                return False
        return True

    async def _press(self, ring: Ring) -> None:
        start = ring.start
        if start is None or (isinstance(start, ClaimStart) and start.resume):
            # Nearly always somebody is home: ringing costs a third of a start with its arguments.
            try:
                await self._client.get_workflow_handle(ring.workflow_id).signal(names.RING, "")
            except RPCError as error:
                if start is None or error.status is not RPCStatusCode.NOT_FOUND:
                    raise
            else:
                return
        pairs = [SearchAttributePair(KEYS[name], value) for name, value in ring.attributes.items()]
        await self._client.start_workflow(
            start.workflow,
            args=[start, self._clock, None],  # the third is what a process carries over: none yet
            id=ring.workflow_id,
            task_queue=names.CLAIMS_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal=names.RING,
            start_signal_args=[""],
            search_attributes=TypedSearchAttributes(pairs),
        )
