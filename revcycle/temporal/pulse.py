"""A pulse for activities that talk to others: while one runs, its worker says that it lives."""

import asyncio
import contextlib
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

EVERY_SECONDS = 3.0
"""Calls that end sooner send none: a pulse is a request to the server."""


class Pulse(Interceptor):
    """Beats for remote activities with a heartbeat timeout: a killed worker's work is taken up when they stop."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002  # the SDK's
        """Wrap the activity."""
        return _Beating(next)


class _Beating(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002  # the SDK's
        if activity.info().heartbeat_timeout is None:
            return await super().execute_activity(input)
        beating = asyncio.create_task(_beat())
        try:
            return await super().execute_activity(input)
        finally:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating


async def _beat() -> None:
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        activity.heartbeat()
