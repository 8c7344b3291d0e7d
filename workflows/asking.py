"""How a workflow asks: rules and stores beside it, the world outside, the letter writer, and people."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar, overload

from temporalio import workflow
from temporalio.common import Priority, RetryPolicy

with workflow.unsafe.imports_passed_through():
    from revcycle.temporal import names

P = ParamSpec("P")
T = TypeVar("T")

_QUICK = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=30))
_OUTAGE = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(minutes=10),
    non_retryable_error_types=[
        "PayerRefused",
        *("CannotWrite", "DelimiterInData", "CharacterRefused", "ValueTooLong", "ValueMissing"),
    ],
)


async def ask(method: Callable[Concatenate[Any, P], T], *arguments: P.args, **named: P.kwargs) -> T:
    """Run a local activity method and return what history will remember.

    It is retried until it succeeds: the database is ours, so a failure is an outage or a bug, and the claim parks.
    """
    assert not named, "an activity takes its arguments by place"
    answer: T = await workflow.execute_local_activity_method(
        method,
        args=arguments,
        start_to_close_timeout=timedelta(seconds=30),
        retry_policy=_QUICK,
    )
    return answer


@dataclass(frozen=True)
class Line:
    """A way to ask the world outside: a remote activity that waits out outages.

    ``urgency`` orders the queue (the smaller goes first: a burst of inquiries must not hold up deliveries and
    mail); ``patience`` bounds the whole, in real time, None waits for ever; ``attempt`` bounds one try.
    """

    queue: str
    urgency: int
    patience: timedelta | None = None
    attempt: timedelta = timedelta(seconds=60)
    heartbeat: timedelta | None = None

    @overload
    async def ask(
        self,
        method: Callable[Concatenate[Any, P], Coroutine[Any, Any, T]],
        *arguments: P.args,
        **named: P.kwargs,
    ) -> T: ...

    @overload
    async def ask(
        self, method: Callable[Concatenate[Any, P], T], *arguments: P.args, **named: P.kwargs
    ) -> T: ...

    async def ask(self, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Run an activity method over this line and return its answer.

        Raises ActivityError when the other side refused for good or patience ran out.
        """
        assert not named, "an activity takes its arguments by place"
        return await workflow.execute_activity_method(
            method,
            args=arguments,
            task_queue=self.queue,
            start_to_close_timeout=self.attempt,
            heartbeat_timeout=self.heartbeat,
            schedule_to_close_timeout=self.patience,
            retry_policy=_OUTAGE,
            priority=Priority(priority_key=self.urgency),
        )


DELIVERY = Line(names.PAYER_QUEUE, urgency=1, heartbeat=timedelta(seconds=10))
"""Deliveries and mail."""
INQUIRY = Line(names.PAYER_QUEUE, urgency=3, heartbeat=timedelta(seconds=10))
"""Questions about coverage and status."""
LETTERS = Line(names.LETTERS_QUEUE, urgency=3, attempt=timedelta(minutes=5))
"""The writer and mailer of letters."""
