"""A guarded connection: the contract still holds, limits are kept, failures rest it."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.payers.circuit import Circuit, CircuitState
from revcycle.payers.clearinghouse import Clearinghouse
from revcycle.payers.gateway import (
    AppealFiling,
    Capabilities,
    Delivery,
    MailItem,
    PayerRefused,
    PayerUnavailable,
)
from revcycle.payers.guarded import Guarded, Held
from revcycle.payers.limits import ConnectionLimits
from revcycle.payers.rate import TokenBucket
from revcycle.sandbox.payer.app import make_app
from tests.adapters.exchange.payer_contract import PayerContract
from tests.support.exchange.http_side import HttpSide, http_side
from tests.support.exchange.other_side import AT

SENT, NOT_SENT, UNKNOWN = DeliveryOutcome.SENT, DeliveryOutcome.NOT_SENT, DeliveryOutcome.UNKNOWN
LOOSE = ConnectionLimits(calls_per_second=1000, burst=100, failures_to_open=1000)
TOKEN = "a-token-nobody-may-see"


class TestGuarded(PayerContract):
    """A guard changes nothing of the contract."""

    @pytest.fixture
    async def side(self, tmp_path: Path) -> AsyncIterator[HttpSide]:
        """The REST connection, guarded."""
        async with http_side(
            tmp_path,
            lambda office: make_app(office, TOKEN),
            lambda url, patience: Guarded(Clearinghouse(url, TOKEN, timeout_seconds=patience), LOOSE),
            (TOKEN,),
        ) as opened:
            yield opened


class Clock:
    """Monotonic time that passes only when everybody sleeps."""

    def __init__(self) -> None:
        """Begin somewhere."""
        self.time = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> float:
        """The time."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Sleep until the time has come."""
        self._count += 1
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.time + seconds, self._count, future))
        await future

    async def run(self) -> None:
        """Let everybody run, and time pass when nobody can, until nobody sleeps."""
        while True:
            for _ in range(20):
                await asyncio.sleep(0)
            if not self._sleepers:
                return
            self.time, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)


class Played:
    """A gateway that takes ``seconds`` over each call and ends it as told; it notes every start."""

    capabilities = Capabilities(appeals=True)

    def __init__(self, clock: Clock, seconds: float = 0.0) -> None:
        """Answer well."""
        self.clock = clock
        self.seconds = seconds
        self.starts: list[float] = []
        self.running = self.most = 0
        self.error: Callable[[], Exception] | None = None
        self.delivery = Delivery(SENT, "R1")

    async def _call(self) -> None:
        self.starts.append(self.clock.time)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if self.seconds:
                await self.clock.sleep(self.seconds)
            if self.error is not None:
                raise self.error()
        finally:
            self.running -= 1

    async def ask(self, inquiry: bytes, at: object) -> bytes:
        await self._call()
        return b"ISA"

    async def list_mailbox(self, at: object) -> tuple[MailItem, ...]:
        await self._call()
        return ()

    async def fetch(self, item_id: str, at: object) -> bytes:
        await self._call()
        return b"ISA"

    async def remove(self, item_id: str, at: object) -> None:
        await self._call()

    async def submit(self, batch: bytes, key: str, at: object) -> Delivery:
        await self._call()
        return self.delivery

    async def file_appeal(self, appeal: AppealFiling, at: object) -> Delivery:
        return await self.submit(b"", "", at)

    async def prove(self, key: str, at: object) -> Delivery:
        return await self.submit(b"", "", at)

    async def close(self) -> None:
        self.starts.append(-1)


def guarded(seconds: float = 0.0, **limits: float) -> tuple[Guarded, Played, Clock]:
    clock = Clock()
    played = Played(clock, seconds)
    chosen = {"calls_per_second": 1000, "burst": 1000, "concurrent": 100, **limits}
    return Guarded(played, ConnectionLimits(**chosen), clock.now, clock.sleep), played, clock  # type: ignore[arg-type]  # whole numbers where they must be


def _circuit(guard: Guarded) -> CircuitState:
    return guard.state.circuit


@settings(max_examples=40, deadline=None)
@given(
    rate=st.floats(0.1, 50),
    burst=st.integers(1, 10),
    concurrent=st.integers(1, 10),
    seconds=st.sampled_from((0.0, 0.01, 1.0)),
    calls=st.integers(1, 60),
)
def test_neither_rate_nor_concurrency_is_ever_exceeded_and_nobody_is_forgotten(
    rate: float, burst: int, concurrent: int, seconds: float, calls: int
) -> None:
    async def play() -> Played:
        guard, played, clock = guarded(seconds, calls_per_second=rate, burst=burst, concurrent=concurrent)
        tasks = [asyncio.create_task(guard.ask(b"", AT)) for _ in range(calls)]
        await clock.run()
        assert [await task for task in tasks] == [b"ISA"] * calls
        assert (guard.state.running, guard.state.waiting) == (0, 0)
        return played

    played = asyncio.run(play())
    assert len(played.starts) == calls
    assert played.most <= concurrent
    for first, start in enumerate(played.starts):
        for last in range(first, calls):
            assert last - first + 1 <= burst + rate * (played.starts[last] - start) + 1e-6


@settings(max_examples=100)
@given(st.lists(st.tuples(st.floats(0, 3), st.booleans()), max_size=40))
def test_a_bucket_gives_its_burst_after_a_quiet_time_and_no_more(steps: list[tuple[float, bool]]) -> None:
    time = [0.0]
    bucket = TokenBucket(2.0, 3, lambda: time[0])
    starts = []
    for passed, _ in steps:
        time[0] += passed
        starts.append(time[0] + bucket.take())
    assert starts == sorted(starts)
    time[0] = starts[-1] + 2 if starts else 10.0
    assert [bucket.take() for _ in range(4)] == [0, 0, 0, pytest.approx(0.5)]


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(("good", "bad", "cancelled")), st.floats(0, 20)), max_size=60))
def test_a_circuit_opens_after_so_many_failures_in_a_row_and_tries_once_after_a_rest(
    story: list[tuple[str, float]],
) -> None:
    time, in_a_row, opened_at = [0.0], 0, None
    circuit = Circuit(3, 10.0, lambda: time[0])
    for ending, passed in story:
        time[0] += passed
        entry = circuit.enter()
        resting = opened_at is not None and time[0] - opened_at < 10
        assert (entry is None) == resting
        if entry is None:
            assert circuit.state is CircuitState.OPEN
            continue
        assert entry.trial == (opened_at is not None)
        if entry.trial:
            assert circuit.enter() is None
        if ending == "good":
            circuit.succeeded(entry)
            in_a_row, opened_at = 0, None
        elif ending == "bad":
            circuit.failed(entry)
            in_a_row += 1
            opened_at = time[0] if entry.trial or in_a_row >= 3 else None
        else:
            circuit.gave_up(entry)
        assert circuit.failures == in_a_row


def test_a_late_failure_does_not_end_somebody_elses_trial() -> None:
    time = [0.0]
    circuit = Circuit(1, 10.0, lambda: time[0])
    early, late = circuit.enter(), circuit.enter()
    assert early
    assert late
    circuit.failed(early)
    time[0] = 10.0
    trial = circuit.enter()
    assert trial
    circuit.failed(late)
    assert circuit.enter() is None
    circuit.succeeded(trial)
    assert circuit.state is CircuitState.CLOSED


@pytest.mark.parametrize(
    ("error", "delivery"),
    [
        (lambda: PayerUnavailable("away"), Delivery(UNKNOWN, reason="no answer")),
        (None, Delivery(UNKNOWN, reason="no answer")),
        (None, Delivery(NOT_SENT, reason="no connection", reached=False)),
    ],
)
async def test_failures_rest_a_connection_and_one_call_tries_it(
    error: Callable[[], Exception] | None, delivery: Delivery
) -> None:
    guard, played, clock = guarded(failures_to_open=3, rest_seconds=30)
    played.error, played.delivery = error, delivery
    for _ in range(3):
        if error:
            with pytest.raises(PayerUnavailable):
                await guard.ask(b"", AT)
        else:
            assert await guard.submit(b"", "K", AT) == delivery
    assert _circuit(guard) is CircuitState.OPEN
    assert len(played.starts) == 3
    with pytest.raises(Held, match="resting after 3 failures"):
        await guard.ask(b"", AT)
    assert (await guard.submit(b"", "K", AT)).outcome is NOT_SENT
    assert (await guard.prove("K", AT)).outcome is UNKNOWN
    assert len(played.starts) == 3
    clock.time += 30
    assert _circuit(guard) is CircuitState.HALF_OPEN
    played.error, played.delivery = None, Delivery(SENT, "R1")
    assert (await guard.submit(b"", "K", AT)).receipt == "R1"
    assert _circuit(guard) is CircuitState.CLOSED


async def test_a_refusal_is_an_answer() -> None:
    guard, played, _ = guarded(failures_to_open=1)
    played.error = lambda: PayerRefused("no")
    with pytest.raises(PayerRefused):
        await guard.fetch("M1", AT)
    played.error, played.delivery = None, Delivery(NOT_SENT, reason="refused with 422")
    await guard.submit(b"", "K", AT)
    assert guard.state.circuit is CircuitState.CLOSED


async def test_a_line_too_long_is_told_to_come_later() -> None:
    guard, played, clock = guarded(1.0, concurrent=1, waiting=2)
    tasks = [asyncio.create_task(guard.submit(b"", "K", AT)) for _ in range(6)]
    await clock.run()
    outcomes = [(await task).outcome for task in tasks]
    assert outcomes.count(SENT) == len(played.starts)
    assert NOT_SENT in outcomes
    assert (guard.state.running, guard.state.waiting) == (0, 0)


async def test_who_gives_up_leaves_no_trace() -> None:
    guard, played, clock = guarded(5.0, concurrent=1, failures_to_open=1, rest_seconds=10)
    played.error = lambda: PayerUnavailable("away")
    first = asyncio.create_task(guard.ask(b"", AT))
    await clock.run()
    with pytest.raises(PayerUnavailable):
        await first
    clock.time += 10
    trial, waiting = asyncio.create_task(guard.ask(b"", AT)), asyncio.create_task(guard.ask(b"", AT))
    for _ in range(5):
        await asyncio.sleep(0)
    trial.cancel()
    waiting.cancel()
    await asyncio.gather(trial, waiting, return_exceptions=True)
    assert (guard.state.running, guard.state.waiting) == (0, 0)
    played.error = None
    again = asyncio.create_task(guard.ask(b"", AT))
    await clock.run()
    assert await again == b"ISA"


async def test_a_guard_never_calls_twice_by_itself() -> None:
    guard, played, _ = guarded()
    played.delivery = Delivery(UNKNOWN, reason="no answer")
    await guard.submit(b"", "K", AT)
    assert len(played.starts) == 1
    await guard.close()
    assert played.starts[-1] == -1


@pytest.mark.parametrize(
    "wrong",
    [{"burst": 0}, {"calls_per_second": 0}, {"concurrent": 0}, {"failures_to_open": 0}, {"waiting": -1}],
)
def test_limits_that_stop_everything_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        ConnectionLimits(**wrong)


_FILING = AppealFiling("A1", "P1", "ICN1", 1, "appeal", b"%PDF-1.7")
