"""How local activities run: rules on facts already at hand, one short SQL transaction each."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy

T = TypeVar("T")

_QUICK = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=30))


async def ask(method: Callable[..., T], *arguments: Any) -> T:
    """Run a local activity method (``ClaimActivities.scrub_claim``) and return what history will remember.

    It is retried until it succeeds: the database is ours, so a failure is an outage or a bug, and the claim parks.
    """
    answer: T = await workflow.execute_local_activity_method(
        method,
        args=arguments,
        start_to_close_timeout=timedelta(seconds=30),
        retry_policy=_QUICK,
    )
    return answer
