"""Bad days in the life of a claim, each in a world of its own, time skipped."""

from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from pathlib import Path

import httpx
import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from revcycle.db.claims import claims
from revcycle.db.exchange import submissions
from revcycle.db.mail import acknowledgments
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.clock import BusinessClock
from revcycle.domain.work.task import TaskDecision
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.reports.invariants import check_book
from revcycle.sandbox.payer.script import Fault
from revcycle.sandbox.practice.batch import write_batch
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.synthetic import generate
from tests.support.claim_bench import CLAIM_ID, FIRST_DAY, FOR_EVER, SUBJECT, BadLine, one_claim
from tests.support.temporal import start_time_skipping
from tests.support.worlds.world import skipped_world


@pytest.fixture
async def env() -> AsyncIterator[WorkflowEnvironment]:
    async with await start_time_skipping() as started:
        yield started


async def test_a_payer_that_cannot_be_asked_holds_a_claim_up_only_for_a_while(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with one_claim(env, home, Fault("server_error", "/realtime", count=FOR_EVER)) as bench:
        await bench.until(lambda: "released" in bench.story(), days=2)
        assert bench.story()[:3] == ["taken_in", "coverage_unchecked", "released"]
        await bench.until(lambda: bench.row().ending == "paid", days=30)
        assert await bench.ending() == "completed"


@pytest.mark.parametrize("lost", ["answer", "request"])
async def test_a_delivery_of_unknown_fate_is_proved_or_offered_again_under_its_key(
    env: WorkflowEnvironment, home: Path, lost: str
) -> None:
    lines: list[BadLine] = []

    def bad(payer: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
        lines.append(BadLine(payer, lost))
        return lines[0]

    async with one_claim(env, home, line=bad) as bench:
        await bench.until(lambda: bench.row().ending == "paid", days=30)
        with bench.world.db.read() as tx:
            (batch,) = submissions.batches_of_claim(tx, CLAIM_ID)
            assert batch.state == submissions.SENT
            answers = acknowledgments.of_batch(tx, batch.batch_id)
            assert [one.kind.value for one in answers] == ["TA1", "999", "277CA"]
            assert check_book(tx) == ()
        assert set(lines[0].keys) == {batch.batch_id}
        assert len(lines[0].keys) <= 2
        assert bench.story().count("remittance") == 1


async def test_a_claim_nobody_acknowledges_is_asked_about_and_then_called_about(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with one_claim(env, home, line=lambda payer: BadLine(payer, "taken")) as bench:
        await bench.until(lambda: bool(bench.tasks()), days=10)
        assert "acknowledgment_accepted" not in bench.story()
        assert "status_not_found" in bench.story()
        (task,) = bench.tasks()
        assert (task.kind, task.owner_role) == (TaskKind.CALL_PAYER, "biller")
        assert set(task.choices) >= {"wait", "corrected"}


async def test_an_answer_that_comes_twice_counts_once(env: WorkflowEnvironment, home: Path) -> None:
    faults = (Fault("duplicate_item", "277CA"), Fault("duplicate_item", "835"))
    async with one_claim(env, home, *faults) as bench:
        await bench.until(lambda: bench.row().ending == "paid", days=40)
        await bench.world.pass_days(2)
        assert bench.story().count("remittance") == 1
        assert bench.row().stage is ClaimStage.CLOSED
        with bench.world.db.read() as tx:
            assert check_book(tx) == ()


async def test_a_task_nobody_answers_goes_to_the_manager_and_is_asked_again(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with one_claim(env, home, life=Life.REJECTED_277CA_CORRECTED) as bench:
        await bench.until(lambda: bool(bench.tasks()), days=5)
        await bench.until(lambda: bench.tasks()[0].owner_role == "manager", days=6)
        await bench.until(lambda: len(bench.tasks()) == 2, days=8)
        first, second = bench.tasks()
        assert (first.owner_role, first.choice) == ("manager", "expired")
        assert (second.kind, second.owner_role) == (TaskKind.FIX_REJECTION, "biller")
        assert second.due_at > first.due_at
        assert bench.row().stage is ClaimStage.REJECTED
        assert bench.story().count("released") == 1, "what nobody corrected is not sent again"


async def test_an_answer_that_was_not_offered_is_refused_and_changes_nothing(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with one_claim(env, home, life=Life.INACTIVE_COVERAGE_CORRECTED) as bench:
        await bench.until(lambda: bool(bench.tasks()), days=2)
        (task,) = bench.tasks()
        for decision, words in (
            (TaskDecision("approve", "bo"), "choose one of"),
            (TaskDecision("expired", "bo"), "choose one of"),
            (TaskDecision("send_anyway", ""), "needs the person"),
        ):
            with pytest.raises(WorkflowUpdateFailedError) as caught:
                await bench.decide(task, decision)
            assert words in str(caught.value.cause)
        assert "released" not in bench.story()
        assert (
            await bench.decide(task, TaskDecision("send_anyway", "bo", "", "the card is right"))
            == "send_anyway"
        )
        await bench.until(lambda: "released" in bench.story(), days=2)
        assert "fix_registration:send_anyway" in bench.story()


async def test_a_closed_claim_that_is_rung_for_nothing_stays_closed(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with one_claim(env, home) as bench:
        await bench.until(lambda: bench.row().ending == "paid", days=30)
        before, row = bench.story(), bench.row()
        for _ in range(2):
            bench.ring()
            await bench.world.pass_days(1)
            assert await bench.ending() == "completed"
        assert (bench.story(), bench.row()) == (before, row)


async def test_a_claim_whose_process_was_lost_goes_on_where_the_database_stands(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with one_claim(env, home) as bench:
        await bench.until(lambda: bench.row().stage is ClaimStage.ACCEPTED, days=5)
        await bench.world.client.get_workflow_handle(SUBJECT).terminate("the engine lost its memory")
        bench.ring()
        await bench.until(lambda: bench.row().ending == "paid", days=60)
        assert await bench.ending() == "completed"
        assert bench.story().count("released") == 1
        with bench.world.db.read() as tx:
            assert check_book(tx) == ()


async def test_a_batch_waits_for_what_comes_within_minutes(env: WorkflowEnvironment, home: Path) -> None:
    """Claims that are ready together go in one file, the most urgent first; none waits for a full one."""
    practice = generate(5, 5, FIRST_DAY.date(), {Life.PAID_CLEAN: 1})
    clock = BusinessClock((await env.get_current_time()).astimezone(UTC), FIRST_DAY)
    async with skipped_world(env, home, practice.script, clock=clock) as world:
        await world.import_file(write_batch(practice, FIRST_DAY))
        await world.settle()
        await world.pass_days(1)
        with world.db.read() as tx:
            rows = claims.find(tx)
            batches = {tuple(b.batch_id for b in submissions.batches_of_claim(tx, r.claim_id)) for r in rows}
            (proof,) = acknowledgments.proof_of_filing(tx, CLAIM_ID)
    assert batches == {("B000001",)}
    assert proof.sent_at - FIRST_DAY < timedelta(days=1)
