"""A claim that comes back after the engine was lost, and what operations are told of it on the way."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from revcycle.db.claims import corrections
from revcycle.db.work import clocks, deadlines, doorbell, tasks
from revcycle.db.work.deadlines import DeadlineState
from revcycle.db.work.tasks import TaskRow
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.work import subjects
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import ClaimStart
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.effects.claims.correction import apply
from revcycle.sandbox.practice.life import Life
from tests.support.claim_bench import CLAIM_ID, FIRST_DAY, FOR_EVER, SUBJECT, BadLine, lose, one_claim, shown
from tests.support.remittances.remittance_book import act
from tests.support.temporal import start_time_skipping


@pytest.fixture
async def env() -> AsyncIterator[WorkflowEnvironment]:
    async with await start_time_skipping() as started:
        yield started


async def test_a_claim_that_ends_says_how(env: WorkflowEnvironment, home: Path) -> None:
    async with one_claim(env, home) as bench:
        await bench.until(lambda: bench.row().ending == "paid", days=30)
        assert await bench.world.client.get_workflow_handle(SUBJECT).result() == "paid"
        told = await shown(bench)
        assert (told["ClaimStage"], told["OwnerClass"]) == ("closed", "nobody")
        assert "NextDeadline" not in told


async def test_a_filing_limit_that_passes_is_news(env: WorkflowEnvironment, home: Path) -> None:
    """Nobody corrects what the payer rejected: the limit passes while a person is asked, and a manager is told."""
    async with one_claim(env, home, life=Life.REJECTED_277CA_CORRECTED) as bench:
        await bench.until(lambda: bool(bench.tasks()), days=5)
        told = await shown(bench)
        assert (told["ClaimStage"], told["DeadlineName"], told["OwnerClass"]) == (
            "rejected",
            "timely filing",
            "biller",
        )
        with bench.world.db.read() as tx:
            (limit,) = (one for one in clocks.armed(tx, SUBJECT) if one.name is ClockName.TIMELY_FILING)
        days = (limit.due_at - await bench.world.now()).days

        def told_of() -> list[TaskRow]:
            return [one for one in bench.tasks() if one.kind is TaskKind.FILING_LIMIT_PASSED]

        await bench.world.pass_days(days - 1)
        assert told_of() == []
        await bench.until(lambda: bool(told_of()), days=3)
        (task,) = told_of()
        assert (task.owner_role, task.choices) == ("manager", ("noted",))
        with bench.world.db.read() as tx:
            held = [one for one in deadlines.of_subject(tx, SUBJECT) if one.name == ClockName.TIMELY_FILING]
        assert [one.state for one in held] == [DeadlineState.MISSED]
        assert bench.story().count("clock_missed") == 1
        assert bench.row().stage is ClaimStage.REJECTED
        assert await bench.ending() == "", "the claim goes on"
        await lose(bench)
        assert told_of() == [task], "who only tells outlives who told it"
        await lose(bench, subjects.task(task.task_id))
        old, new = sorted(told_of(), key=lambda one: one.created_at)
        assert (old.state, new.state) == (tasks.WITHDRAWN, tasks.OPEN)


@pytest.mark.parametrize("corrected", [False, True])
async def test_a_rejected_claim_is_asked_of_a_person_again_after_the_engine_was_lost(
    env: WorkflowEnvironment, home: Path, corrected: bool
) -> None:
    """The old task is withdrawn and asked anew, about what the payer said; a correction made is not asked again."""
    async with one_claim(env, home, life=Life.REJECTED_277CA_CORRECTED) as bench:
        await bench.until(lambda: bool(bench.tasks()), days=5)
        (lost,) = bench.tasks()
        if corrected:
            with bench.world.db.write() as tx:
                order = corrections.propose(tx, CLAIM_ID, {"place_of_service": "22"}, "", "bo", FIRST_DAY)
                apply(tx, act(CLAIM_ID, "lost", at=FIRST_DAY), CLAIM_ID, order)
        await lose(bench, subjects.task(lost.task_id))
        if corrected:
            await bench.until(lambda: bench.story().count("released") == 2, days=2)
            withdrawn = next(one for one in bench.tasks() if one.task_id == lost.task_id)
            assert withdrawn.state == tasks.WITHDRAWN
            return
        await bench.until(lambda: len(bench.tasks()) == 2, days=2)
        old, new = sorted(bench.tasks(), key=lambda one: one.created_at)
        assert (old.state, new.state, new.kind) == (tasks.WITHDRAWN, tasks.OPEN, TaskKind.FIX_REJECTION)
        assert bench.story().count("released") == 1
        with bench.world.db.read() as tx:
            held = [one.state for one in deadlines.of_subject(tx, subjects.task(old.task_id))]
        assert held == [DeadlineState.CANCELLED]


async def test_a_submitted_claim_goes_on_waiting_after_the_engine_was_lost(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with one_claim(env, home) as bench:
        await bench.until(lambda: bench.row().stage is ClaimStage.SUBMITTED, days=2)
        await lose(bench)
        told = await shown(bench)
        assert (told["ClaimStage"], told["DeadlineName"]) == ("submitted", "acknowledgment")
        await bench.until(lambda: bench.row().ending == "paid", days=60)
        assert bench.story().count("released") == 1


async def test_a_patients_share_is_waited_for_after_the_engine_was_lost(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with one_claim(env, home, life=Life.PAID_PATIENT_PAYS) as bench:
        await bench.until(lambda: bench.row().stage is ClaimStage.PATIENT_DUE, days=40)
        with bench.world.db.read() as tx:
            before = clocks.armed(tx, SUBJECT)
        await lose(bench)
        told = await shown(bench)
        assert (told["ClaimStage"], told["OwnerClass"]) == ("patient_due", "patient")
        with bench.world.db.read() as tx:
            assert clocks.armed(tx, SUBJECT) == before
        with bench.world.db.write() as tx:
            doorbell.tell(tx, ClaimStart(CLAIM_ID, resume=True), News.SETTLED, "small_balance", FIRST_DAY)
        await bench.until(lambda: bench.row().ending == "small_balance", days=2)
        assert await bench.ending() == "completed"


async def test_a_payer_that_no_line_reaches_is_asked_again_and_then_called(
    env: WorkflowEnvironment, home: Path
) -> None:
    """The clock of the acknowledgment is missed, each question that failed is on record, and a person telephones."""
    async with one_claim(env, home, line=lambda payer: BadLine(payer, "taken", FOR_EVER, deaf=True)) as bench:
        await bench.until(lambda: bool(bench.tasks()), days=60)
        assert bench.story().count("status_unreached") == 4
        (task,) = bench.tasks()
        assert task.kind is TaskKind.CALL_PAYER
        with bench.world.db.read() as tx:
            states = [one.state for one in deadlines.of_subject(tx, SUBJECT) if one.name == "acknowledgment"]
        assert states == [DeadlineState.MISSED]
