"""The only way a workflow waits: on its doorbell or a condition, never past a named business deadline."""

from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from revcycle.domain.clock import BusinessClock


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
        if condition() or remaining <= timedelta():
            return condition()
        try:
            await workflow.wait_condition(condition, timeout=remaining, timeout_summary=name)
        except TimeoutError:
            return False
        return True

    async def sleep_until(self, deadline: datetime, name: str) -> None:
        """Wait for the instant itself."""
        remaining = self.clock.real(deadline) - workflow.now()
        if remaining > timedelta():
            await workflow.sleep(remaining, summary=name)
