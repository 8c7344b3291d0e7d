"""The engine is lost while a denial is fought: the claim takes the denial up again, with its appeal."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from revcycle.db.denials import appeals, denials
from revcycle.db.work import deadlines
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.work import subjects
from revcycle.domain.work.task import TaskDecision
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.sandbox.practice.life import Life
from tests.support.claim_bench import CLAIM_ID, SUBJECT, Bench, lose, one_claim
from tests.support.temporal import start_time_skipping


@pytest.fixture
async def env() -> AsyncIterator[WorkflowEnvironment]:
    async with await start_time_skipping() as started:
        yield started


async def lose_all(bench: Bench) -> None:
    """Claim, denial, its appeal and what it asked are gone."""
    with bench.world.db.read() as tx:
        lost = [subjects.denial(row.denial_id) for row in denials.of_claim(tx, CLAIM_ID)]
        lost += [subjects.appeal(row.appeal_id) for row in appeals.of_claim(tx, CLAIM_ID)]
    asked = [subjects.task(task.task_id) for task in bench.tasks() if task.ended_at is None]
    await lose(bench, *lost, *asked)


async def test_an_appeal_under_way_is_taken_up_by_the_claim_and_filed_once(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with one_claim(env, home, life=Life.DENIED_CO197_OVERTURNED) as bench:
        await bench.until(lambda: "filed" in bench.story(), days=60)
        await lose_all(bench)
        await bench.until(lambda: bench.row().ending == "paid", days=120)
        assert bench.story().count("filed") == 1
        with bench.world.db.read() as tx:
            assert len(denials.of_claim(tx, CLAIM_ID)) == 1
            clocks = deadlines.about(tx, SUBJECT)
            assert not [one for one in clocks if one.state is DeadlineState.ARMED]


async def test_a_write_off_that_waits_for_a_manager_is_asked_once(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with one_claim(env, home, life=Life.DENIED_CO50_WRITTEN_OFF) as bench:

        def asked() -> list[TaskKind]:
            return [task.kind for task in bench.tasks() if task.ended_at is None]

        await bench.until(lambda: TaskKind.APPROVE_APPEAL in asked(), days=120)
        await lose_all(bench)
        await bench.world.pass_days(1)
        (task,) = [one for one in bench.tasks() if one.ended_at is None]
        await bench.decide(task, TaskDecision("write_off", "mia", reason="no"))
        await bench.until(lambda: TaskKind.APPROVE_WRITE_OFF in asked(), days=5)
        (task,) = [one for one in bench.tasks() if one.ended_at is None]
        await lose_all(bench)
        await bench.world.pass_days(1)
        await bench.decide(task, TaskDecision("write_off", "mia", reason="no"))
        await bench.until(lambda: bench.row().ending == "written_off", days=5)
        assert len(bench.tasks()) == 2, "nothing was asked twice"
