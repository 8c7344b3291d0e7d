"""The only way a workflow waits: on its doorbell or a condition, never past a named business deadline."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from revcycle.domain.clock import BusinessClock

_ROUNDED = timedelta(seconds=1)


class Waiting:
    """Business time, doorbell and deadlines of one workflow."""

    def __init__(self, clock: BusinessClock) -> None:
        self.clock = clock
        self.rung = False

    def now(self) -> datetime:
        """Return the business instant; every activity gets it as ``at``."""
        return self.clock.business(workflow.now())

    def ring(self) -> None:
        """Somebody rang: there may be news in the inbox."""
        self.rung = True

    async def for_news(self, deadline: datetime, name: str) -> bool:
        """Wait for the doorbell, at most until the deadline; tell whether it rang.

        A ring that came before the wait counts. ``name`` is the deadline's name in the Temporal UI.
        """
        rang = await self.until(lambda: self.rung, deadline, name)
        self.rung = False
        return rang

    async def until(self, condition: Callable[[], bool], deadline: datetime, name: str) -> bool:
        """Wait for the condition, at most until the deadline (business time); tell whether it holds."""
        remaining = self.clock.real(deadline) - workflow.now()
        while not condition() and remaining > timedelta():
            with contextlib.suppress(TimeoutError):
                await workflow.wait_condition(condition, timeout=remaining, timeout_summary=name)
            remaining = self._still(deadline)
        return condition()

    async def sleep_until(self, deadline: datetime, name: str) -> None:
        """Wait for the instant itself."""
        remaining = self.clock.real(deadline) - workflow.now()
        while remaining > timedelta():
            await workflow.sleep(remaining, summary=name)
            remaining = self._still(deadline)

    def _still(self, deadline: datetime) -> timedelta:
        """Return how long (real time) to wait once more after a timer; nothing when the deadline has come.

        Where somebody drives business time (a sandbox world) a timer may come before its instant: time stood still
        meanwhile. One that comes less than a second early is only rounded.
        """
        if deadline - self.now() < _ROUNDED:
            return timedelta()
        return self.clock.real(deadline) - workflow.now()
