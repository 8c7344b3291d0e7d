"""Ways out whose engine is lost: what was on its way is settled first, and every wait that matters has its clock."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from activities.submission import SubmissionActivities
from revcycle.db.exchange import connections, submissions
from revcycle.db.work import clocks as clocks_of
from revcycle.db.work import deadlines, doorbell
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.exchange.connection import ConnectionState
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.starts import SubmissionStart
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.effects.claims.intake import CONNECTION
from revcycle.payers.clearinghouse import Clearinghouse
from revcycle.reports.processes import check_processes
from tests.support.delivery_drop import CLAIMS, FIRST_DAY, SILENT, Drop, drop
from tests.support.exchange.lossy_line import REQUEST, UNREACHABLE
from tests.support.exchange.switchboards import with_one
from tests.support.temporal import start_time_skipping


@pytest.fixture
async def env() -> AsyncIterator[WorkflowEnvironment]:
    async with await start_time_skipping() as started:
        yield started


SUBJECT = subjects.submission(CONNECTION)


def clocks(bench: Drop) -> list[tuple[str, str, DeadlineState]]:
    with bench.world.db.read() as tx:
        return [(one.name, one.about, one.state) for one in deadlines.of_subject(tx, SUBJECT)]


def armed(bench: Drop) -> list[str]:
    return [name for name, _, state in clocks(bench) if state is DeadlineState.ARMED]


async def differing(bench: Drop) -> list[str]:
    """What the record of the connection's way out and its process disagree about."""
    world = bench.world
    now = await world.real_now()
    _, found = await check_processes(world.db, world.client, world.clock, lambda: now)
    return [f"{one.code}: {one.message}" for one in found if one.where == SUBJECT]


async def lose_engine(bench: Drop, *also: str) -> None:
    """Terminate the connection's way out and ring it, as a claim that joins its queue does."""
    for one in (SUBJECT, *also):
        with suppress(RPCError):
            await bench.world.client.get_workflow_handle(one).terminate("engine lost")
    with bench.world.db.write() as tx:
        doorbell.wake(tx, SubmissionStart(CONNECTION))
    await bench.world.settle()


async def test_a_quiet_queue_has_a_clock_and_a_batch_under_way_none_of_it(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with drop(env, home) as bench:
        await bench.send()
        await bench.world.pass_days(1)
        assert bench.line.keys == ["B000001"]
        assert armed(bench) == [ClockName.QUEUE_LOOK]
        assert await differing(bench) == []
        for _ in range(8):
            await bench.world.pass_days(1)
        assert armed(bench) == [ClockName.QUEUE_LOOK]
        with bench.world.db.read() as tx:
            (look,) = clocks_of.armed(tx, SUBJECT)
        assert look.due_at > await bench.world.now(), "looked at after a week, and armed anew"


async def test_a_batch_written_and_not_yet_sent_goes_out_in_the_next_life(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with drop(env, home) as bench:
        await bench.world.import_file(bench.data)
        with bench.world.db.write() as tx:
            connections.save(
                tx, replace(connections.status(tx, CONNECTION, FIRST_DAY), state=ConnectionState.PARKED)
            )
        await bench.world.settle()
        await bench.world.pass_days(1)
        with bench.world.db.write() as tx:
            connections.save(
                tx, replace(connections.status(tx, CONNECTION, FIRST_DAY), state=ConnectionState.OPEN)
            )
        # An earlier life wrote the batch and was lost before it went out.
        activities = SubmissionActivities(
            bench.world.db, with_one(Clearinghouse("http://127.0.0.1:9", "token"))
        )
        written, _ = activities.prepare_batch(Act("earlier life", SUBJECT, FIRST_DAY), CONNECTION)
        assert (written.batch_id, written.claims) == ("B000001", CLAIMS)
        await lose_engine(bench)
        await bench.until_all(ClaimStage.CLOSED)
        assert bench.line.keys == ["B000001"]
        assert set(bench.filings().values()) == {1}


async def test_a_delivery_of_unknown_fate_is_proved_and_asked_about_in_the_next_life(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with drop(env, home, REQUEST, proofs=SILENT) as bench:
        await bench.send()
        await bench.world.pass_days(1)
        proof = (ClockName.DELIVERY_PROOF.value, "batch/B000001")
        assert (*proof, DeadlineState.ARMED) in clocks(bench)
        assert armed(bench) == [ClockName.DELIVERY_PROOF]
        assert await differing(bench) == [], "the proof's clock is a timer, whatever we look at meanwhile"
        for _ in range(3):
            await bench.world.pass_days(1)
        assert (*proof, DeadlineState.MISSED) in clocks(bench)
        (asked,) = bench.tasks(TaskKind.PROVE_DELIVERY)
        await lose_engine(bench, subjects.task(asked.task_id))
        await bench.world.pass_days(1)
        lost, again = sorted(bench.tasks(TaskKind.PROVE_DELIVERY), key=lambda row: row.created_at)
        assert (lost.task_id, lost.state, again.ended_at) == (asked.task_id, "withdrawn", None)
        with bench.world.db.read() as tx:
            *_, ended = deadlines.of_subject(tx, subjects.task(lost.task_id))
            *_, runs = deadlines.of_subject(tx, subjects.task(again.task_id))
        assert (ended.state, ended.about) == (DeadlineState.CANCELLED, "batch/B000001")
        assert (runs.state, runs.about) == (DeadlineState.ARMED, "batch/B000001")
        assert bench.line.keys == ["B000001"], "nothing is sent again while its fate is unknown"
        await bench.decide(again, "arrived")
        await bench.world.pass_days(1)
        assert armed(bench) == [ClockName.QUEUE_LOOK]
        assert bench.batches()[0].state == submissions.SENT


async def test_an_attempt_repeated_after_it_was_settled_sends_nothing_again(
    env: WorkflowEnvironment, home: Path
) -> None:
    """The worker died after the settlement was stored and before Temporal heard of it."""
    async with drop(env, home, *(UNREACHABLE,) * 3) as bench:
        await bench.world.import_file(bench.data)
        await bench.world.pass_days(1)
        with bench.world.db.read() as tx:
            assert submissions.load_batch(tx, "B000001").state == submissions.NOT_SENT
            assert submissions.claims_of_batch(tx, "B000001") == ()
        activities = SubmissionActivities(
            bench.world.db, with_one(Clearinghouse("http://payer.test", "token", bench.line))
        )
        before = list(bench.line.keys)
        again, _ = await activities.deliver_batch(Act("again", SUBJECT, FIRST_DAY), "B000001")
        assert again.outcome == "not_sent"
        assert bench.line.keys == before
