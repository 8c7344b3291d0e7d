"""Temporal servers for tests, from wheels: one that skips time, and the real one."""

import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from revcycle.temporal.names import SEARCH_ATTRIBUTES

_STARTS, _SLEEPS = 5, 10


def binary(name: str) -> str:
    """Return the path of a program installed beside this Python; the SDK would download it otherwise."""
    return str(Path(sys.executable).with_name(name))


async def start_time_skipping() -> WorkflowEnvironment:
    """Start the server whose one clock jumps to the next timer while a result is awaited.

    It has no listing and no schedules; tests of these use ``start_dev_server``.
    """
    env = await _started(
        lambda: WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=binary("temporal-test-server")
        )
    )
    await add_search_attributes(env)
    setattr(env, "sleep", _patient(env))  # noqa: B010  # mypy refuses to assign a method
    return env


def _patient(env: WorkflowEnvironment) -> Callable[[timedelta | float], Awaitable[None]]:
    """Return a sleep that goes on where one call timed out: the server skips no time while a busy machine works."""
    once = env.sleep

    async def sleep(duration: timedelta | float) -> None:
        lasts = duration if isinstance(duration, timedelta) else timedelta(seconds=duration)
        until = await env.get_current_time() + lasts
        for _ in range(_SLEEPS - 1):
            try:
                return await once(lasts)
            except RPCError:
                lasts = until - await env.get_current_time()
                if lasts <= timedelta():
                    return None
        return await once(lasts)

    return sleep


async def _started(start: Callable[[], Awaitable[WorkflowEnvironment]]) -> WorkflowEnvironment:
    """Start a server; the SDK gives it five seconds, which a busy machine may not have: then it is started again."""
    for _ in range(_STARTS - 1):
        try:
            return await start()
        except RuntimeError:
            continue
    return await start()


async def settled(env: WorkflowEnvironment) -> None:
    """Wait until every workflow of the server that skips time has done all it has to do at this instant.

    It skips no time while a workflow task or an activity is pending, so a minute has passed only when none is; were it
    to hang, a real minute. What the work put into an outbox is carried by whoever carries it, not here.
    """
    await env.sleep(timedelta(minutes=1))


async def start_dev_server() -> WorkflowEnvironment:
    """Start the real server, in memory, on a free loopback port, without its web interface."""
    env = await _started(
        lambda: WorkflowEnvironment.start_local(
            dev_server_existing_path=binary("temporal"),
            dev_server_log_level="error",
            dev_server_extra_args=("--dynamic-config-value", 'history.workflowIdReuseMinimalInterval="0s"'),
        )
    )
    await add_search_attributes(env)
    return env


async def add_search_attributes(env: WorkflowEnvironment) -> None:
    """Teach the server our search attributes; it refuses unknown ones."""
    kinds = {
        name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}")
        for name, kind in SEARCH_ATTRIBUTES.items()
    }
    request = AddSearchAttributesRequest(namespace=env.client.namespace, search_attributes=kinds)
    await env.client.operator_service.add_search_attributes(request)
