"""Limits of time are for hangs: stretched by the machine's measured speed, and they say what did not come."""

import pytest

from tests.support import patience
from tests.support.patience import BUSY, SLOWNESS_MAX, come, slowness, until


def test_the_general_limit_is_stretched(request: pytest.FixtureRequest) -> None:
    limit = request.node.get_closest_marker("timeout")
    assert limit.args[0] == float(request.config.getini("timeout")) * patience.patience()


@pytest.mark.timeout(7)
def test_a_limit_of_ones_own_is_stretched(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("timeout").args[0] == 7 * BUSY * slowness()


def test_the_factor_has_bounds() -> None:
    assert 1.0 <= slowness() <= SLOWNESS_MAX


def test_another_process_is_given_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_MACHINE_SLOWNESS", "2.50")
    slowness.cache_clear()
    try:
        assert slowness() == 2.5
    finally:
        slowness.cache_clear()


def test_what_does_not_come_is_named() -> None:
    assert until(lambda: 3, 1, "three") == 3
    with pytest.raises(AssertionError, match="the rain"):
        until(lambda: None, 0, "the rain")
    with pytest.raises(AssertionError, match="who was late"):
        until(lambda: None, 0, lambda: "who was late")


async def test_a_condition_may_be_asked_of_something_that_takes_its_time() -> None:
    async def three() -> int:
        return 3

    assert await come(three, "three") == 3
    assert await come(lambda: 4, "four") == 4
    with pytest.raises(AssertionError, match="the rain"):
        await come(lambda: None, "the rain", 0)
