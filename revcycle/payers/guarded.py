"""Any connection with a rate limit, a limit of concurrent calls, a circuit breaker and an outage mode around it.

It never tries anything twice: quick tries are the connection's, slow ones Temporal's.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.payers.circuit import Circuit, CircuitState, Entry
from revcycle.payers.gateway import (
    AppealFiling,
    Capabilities,
    Delivery,
    MailItem,
    PayerGateway,
    PayerRefused,
    PayerUnavailable,
)
from revcycle.payers.limits import ConnectionLimits
from revcycle.payers.rate import TokenBucket

_Answer = TypeVar("_Answer")


class Held(PayerUnavailable):
    """We did not call: the connection is resting, or has too many waiting. Nothing left this machine."""


@dataclass(frozen=True, slots=True)
class GuardState:
    """How a connection stands: its circuit, failures in a row, calls under way, callers in line."""

    circuit: CircuitState
    failures: int
    running: int
    waiting: int


class Guarded:
    """A PayerGateway around another one. Used from one event loop."""

    def __init__(
        self,
        gateway: PayerGateway,
        limits: ConnectionLimits,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Guard the gateway. ``now`` is monotonic time in seconds, ``sleep`` waits on the same clock."""
        self._gateway = gateway
        self._limits = limits
        self._sleep = sleep
        self._bucket = TokenBucket(limits.calls_per_second, limits.burst, now)
        self._circuit = Circuit(limits.failures_to_open, limits.rest_seconds, now)
        self._places = asyncio.Semaphore(limits.concurrent)
        self._running = 0
        self._waiting = 0

    @property
    def capabilities(self) -> Capabilities:
        """What the guarded connection can carry."""
        return self._gateway.capabilities

    @property
    def state(self) -> GuardState:
        """How the connection stands now."""
        return GuardState(self._circuit.state, self._circuit.failures, self._running, self._waiting)

    async def close(self) -> None:
        """Close the guarded connection."""
        await self._gateway.close()

    async def ask(self, inquiry: bytes, at: datetime) -> bytes:
        """Ask, or raise Held (a PayerUnavailable)."""
        return await self._question(lambda: self._gateway.ask(inquiry, at))

    async def list_mailbox(self, at: datetime) -> tuple[MailItem, ...]:
        """List, or raise Held."""
        return await self._question(lambda: self._gateway.list_mailbox(at))

    async def fetch(self, item_id: str, at: datetime) -> bytes:
        """Fetch, or raise Held."""
        return await self._question(lambda: self._gateway.fetch(item_id, at))

    async def remove(self, item_id: str, at: datetime) -> None:
        """Remove, or raise Held."""
        await self._question(lambda: self._gateway.remove(item_id, at))

    async def submit(self, batch: bytes, key: str, at: datetime) -> Delivery:
        """Deliver; NOT_SENT when we did not call."""
        return await self._delivery(lambda: self._gateway.submit(batch, key, at), DeliveryOutcome.NOT_SENT)

    async def file_appeal(self, appeal: AppealFiling, at: datetime) -> Delivery:
        """Deliver; NOT_SENT when we did not call."""
        return await self._delivery(lambda: self._gateway.file_appeal(appeal, at), DeliveryOutcome.NOT_SENT)

    async def prove(self, key: str, at: datetime) -> Delivery:
        """Look for proof; UNKNOWN when we did not call."""
        return await self._delivery(lambda: self._gateway.prove(key, at), DeliveryOutcome.UNKNOWN)

    async def _question(self, call: Callable[[], Awaitable[_Answer]]) -> _Answer:
        async with self._turn() as entry:
            try:
                answer = await call()
            except PayerUnavailable:
                self._circuit.failed(entry)
                raise
            except PayerRefused:
                self._circuit.succeeded(entry)  # a no is an answer
                raise
            self._circuit.succeeded(entry)
            return answer

    async def _delivery(self, call: Callable[[], Awaitable[Delivery]], held: DeliveryOutcome) -> Delivery:
        try:
            async with self._turn() as entry:
                delivery = await call()
                if delivery.reached and delivery.outcome is not DeliveryOutcome.UNKNOWN:
                    self._circuit.succeeded(entry)
                else:
                    self._circuit.failed(entry)
                return delivery
        except Held as reason:
            return Delivery(held, reason=str(reason), reached=False)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[Entry]:
        """Wait for a place and a turn. Raises Held when the call must not be made now."""
        self._hold_back()
        await self._stand_in_line()
        try:
            self._hold_back()
            entry = self._circuit.enter()
            if entry is None:
                raise Held("the connection is resting after failures; another call is trying it")
            self._running += 1
            try:
                yield entry
            finally:
                self._running -= 1
                self._circuit.gave_up(entry)
        finally:
            self._places.release()

    def _hold_back(self) -> None:
        if self._circuit.state is CircuitState.OPEN:
            failures = self._circuit.failures
            raise Held(f"the connection is resting after {failures} failures; it will be tried again")

    async def _stand_in_line(self) -> None:
        """Get one of the places, then wait for the turn: a place is needed to start, so no turns pile up."""
        if self._waiting >= self._limits.waiting + self._limits.concurrent:
            raise Held("too many calls are waiting for this connection; it will be tried again")
        self._waiting += 1
        try:
            await self._places.acquire()
            try:
                seconds = self._bucket.take()
                if seconds:
                    await self._sleep(seconds)
            except BaseException:
                self._places.release()
                raise
        finally:
            self._waiting -= 1
