"""How a workflow asks the world outside: a remote activity that waits out outages."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy

with workflow.unsafe.imports_passed_through():
    from revcycle.temporal import names

T = TypeVar("T")

DELIVERY, INQUIRY = 1, 3
"""Urgency on the payer queue; the smaller goes first."""

_OUTAGE = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(minutes=10),
    non_retryable_error_types=[
        "PayerRefused",
        *("CannotWrite", "DelimiterInData", "CharacterRefused", "ValueTooLong", "ValueMissing"),
    ],
)


async def ask_payer(
    method: Callable[..., Coroutine[Any, Any, T]],
    *arguments: Any,
    patience: timedelta | None = None,
    urgency: int = INQUIRY,
) -> T:
    """Run an activity method on the payer queue; an outage is waited out, for ever or for ``patience`` (real time).

    A burst of inquiries must not hold up deliveries and the mail, so these go first.

    Raises ActivityError when the payer refused for good or patience ran out.
    """
    answer: T = await workflow.execute_activity_method(
        method,
        args=arguments,
        task_queue=names.PAYER_QUEUE,
        start_to_close_timeout=timedelta(seconds=60),
        heartbeat_timeout=timedelta(seconds=10),
        schedule_to_close_timeout=patience,
        retry_policy=_OUTAGE,
        priority=Priority(priority_key=urgency),
    )
    return answer
