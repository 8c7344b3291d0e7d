"""How long a test waits before it calls a wait a hang: by this machine's measured speed, with room for a busy one."""

import asyncio
import os
import time
from collections.abc import Callable
from functools import cache
from inspect import isawaitable
from typing import Any

QUIET_SECONDS = 0.012
"""Processor time the measured work took on the machine the limits were written on."""
RUNS = 7
BUSY = 4.0
"""Room for others: with four busy processes on two cores, what we do takes three to four times as long."""
SLOWNESS_MAX = 5.0
PAUSE_SECONDS = 0.05
"""Between two looks at a condition."""
_GIVEN = "TEST_MACHINE_SLOWNESS"


def patience() -> float:
    """Return by how much to stretch a limit that was written for a quiet machine."""
    return BUSY * slowness()


@cache
def slowness() -> float:
    """Return how many times slower this machine is than the one the limits were written on, at least 1.

    Measured is processor time, the best of several runs: what else runs at this moment neither shortens nor
    stretches a limit. The first process of a test run measures; those it starts are given the result.
    """
    if _GIVEN not in os.environ:
        measured = min(_measure() for _ in range(RUNS)) / QUIET_SECONDS
        os.environ[_GIVEN] = f"{min(max(measured, 1.0), SLOWNESS_MAX):.2f}"
    return float(os.environ[_GIVEN])


def until(
    condition: Callable[[], Any], seconds: float, what: str | Callable[[], str], pause: float = PAUSE_SECONDS
) -> Any:
    """Wait for the condition and return it; fail with ``what`` after that many seconds of a quiet machine."""
    end = time.monotonic() + seconds * patience()
    while not (found := condition()):
        if time.monotonic() > end:
            said = what if isinstance(what, str) else what()
            raise AssertionError(f"not within {seconds * patience():.0f} s: {said}")
        time.sleep(pause)
    return found


async def come(condition: Callable[[], Any], what: str, seconds: float = 10.0) -> Any:
    """Wait for the condition, which may be a coroutine function, as ``until`` does; the event loop runs meanwhile."""
    end = time.monotonic() + seconds * patience()
    while not (found := await asked if isawaitable(asked := condition()) else asked):
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds * patience():.0f} s: {what}")
        await asyncio.sleep(0.01)
    return found


def _measure() -> float:
    """Return the processor seconds of a fixed piece of work."""
    began = time.process_time()
    words: dict[int, str] = {}
    for number in range(100_000):
        words[number * 7919 % 1009] = str(number)
    assert len(words) == 1009
    return time.process_time() - began
