"""Deliveries over a bad line: what arrived is proved, what did not goes again, nothing is filed twice or lost."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.submission import SubmissionActivities
from revcycle.db import decisions
from revcycle.db.claims import claims, corrections
from revcycle.db.exchange import connections, payers, submissions
from revcycle.db.mail import documents
from revcycle.db.work import doorbell
from revcycle.domain.claims.claim import ClaimFrequency
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.exchange.connection import ConnectionState
from revcycle.domain.exchange.payer import Enrollment, Service
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import ClaimStart, SubmissionStart
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.effects.claims.intake import CONNECTION
from revcycle.payers.clearinghouse import Clearinghouse
from tests.support.delivery_drop import CLAIMS, FIRST_DAY, SILENT, drop
from tests.support.exchange.lossy_line import ANSWER, GOOD, REQUEST, UNREACHABLE
from tests.support.exchange.payer_directory import payer
from tests.support.exchange.switchboards import with_one
from tests.support.temporal import start_time_skipping


@pytest.fixture
async def env() -> AsyncIterator[WorkflowEnvironment]:
    async with await start_time_skipping() as started:
        yield started


@pytest.mark.parametrize("seed", range(6))
async def test_n6_a_payer_that_loses_answers_gets_every_claim_once(
    env: WorkflowEnvironment, home: Path, seed: int
) -> None:
    random = Random(seed)
    fates = tuple(random.choice((REQUEST, ANSWER, UNREACHABLE, GOOD)) for _ in range(5))
    proofs = tuple(random.choice((REQUEST, UNREACHABLE, GOOD)) for _ in range(3))
    async with drop(env, home, *fates, proofs=proofs) as bench:
        await bench.send()
        await bench.until_all(ClaimStage.CLOSED)
        assert len(bench.filings()) == CLAIMS
        assert set(bench.filings().values()) == {1}
        assert all(batch.state == submissions.SENT for batch in bench.batches())


async def test_complaint_08_a_failed_upload_is_never_recorded_as_sent(
    env: WorkflowEnvironment, home: Path
) -> None:
    """openemr X12RemoteTracker: an upload that failed stood there as sent, and nobody looked again."""
    async with drop(env, home, REQUEST, proofs=(REQUEST,) * 10) as bench:
        await bench.send()
        await bench.world.pass_days(1)
        (batch,) = bench.batches()
        assert (batch.state, batch.sent_at) == (submissions.UNKNOWN, None)
        assert bench.filings() == {}
        assert bench.line.keys == ["B000001"], "nothing is sent again while its fate is unknown"
        await bench.until_all(ClaimStage.CLOSED)
        assert set(bench.filings().values()) == {1}
        (sent,) = bench.batches()
        assert (sent.state, sent.batch_id) == (submissions.SENT, "B000001")
        assert bench.line.keys == ["B000001"] * 2, "the same file under the same key"


async def test_an_attempt_that_died_after_delivery_is_proved_whatever_the_next_attempt_meets(
    env: WorkflowEnvironment, home: Path
) -> None:
    """The worker died between delivering and settling; the next attempt found nobody and put the claims back."""
    async with drop(env, home, *(UNREACHABLE,) * 3) as bench:
        await bench.world.import_file(bench.data)
        await bench.world.pass_days(1)
        with bench.world.db.read() as tx:
            batch = submissions.load_batch(tx, "B000001")
        assert batch.state == submissions.NOT_SENT
        activities = SubmissionActivities(
            bench.world.db, with_one(Clearinghouse("http://127.0.0.1:9", "token"))
        )
        with bench.world.db.write() as tx:
            submissions.set_batch_state(tx, "B000001", submissions.UNKNOWN, "", FIRST_DAY)
        act = Act("again", subjects.submission(CONNECTION), FIRST_DAY)
        again, _ = await activities.deliver_batch(act, "B000001")
        assert again.outcome == "unknown"
        with bench.world.db.read() as tx:
            assert submissions.load_batch(tx, "B000001").state == submissions.UNKNOWN


async def test_an_answer_lost_on_its_way_back_is_proved_and_nothing_is_sent_again(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with drop(env, home, ANSWER) as bench:
        await bench.send()
        await bench.until_all(ClaimStage.CLOSED)
        assert bench.line.keys == ["B000001"]
        assert set(bench.filings().values()) == {1}


@pytest.mark.parametrize(
    ("choice", "keys"), [("arrived", ["B000001"]), ("not_arrived", ["B000001", "B000001"])]
)
async def test_what_nothing_proves_a_person_asks_the_other_side_about(
    env: WorkflowEnvironment, home: Path, choice: str, keys: list[str]
) -> None:
    async with drop(env, home, REQUEST, proofs=SILENT) as bench:
        await bench.send()
        for _ in range(5):
            await bench.world.pass_days(1)
        (task,) = bench.tasks(TaskKind.PROVE_DELIVERY)
        assert task.subject == "batch/B000001"
        await bench.decide(task, choice)
        await bench.world.pass_days(1)
        assert bench.line.keys == keys


async def test_an_outage_is_reported_once_and_its_end_drains_the_queue_most_urgent_first(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with drop(env, home, *(UNREACHABLE,) * 60) as bench:
        await bench.send()
        await bench.world.pass_days(2)
        assert bench.state() is ConnectionState.OUTAGE
        (task,) = bench.tasks(TaskKind.CONNECTION_DOWN)
        assert task.owner_role == "manager"
        assert f"{CLAIMS} claims wait" in task.reason
        with bench.world.db.read() as tx:
            waiting = submissions.waiting(tx, CONNECTION, 100)
        assert len(waiting) in (0, CLAIMS), "on the queue, or in the batch that is being tried"
        await bench.until_all(ClaimStage.CLOSED)
        assert bench.sent_deadlines() == sorted(bench.sent_deadlines())
        assert len(set(bench.sent_deadlines())) > 1
        assert bench.state() is ConnectionState.OPEN
        assert set(bench.filings().values()) == {1}


async def test_a_parked_connection_sends_nothing_until_it_is_resumed(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with drop(env, home) as bench:
        with bench.world.db.write() as tx:
            parked = replace(connections.status(tx, CONNECTION, FIRST_DAY), state=ConnectionState.PARKED)
            connections.save(tx, parked)
        await bench.send()
        for _ in range(3):
            await bench.world.pass_days(1)
        assert bench.line.keys == []
        with bench.world.db.write() as tx:
            connections.save(tx, replace(parked, state=ConnectionState.OPEN))
            doorbell.wake(tx, SubmissionStart(CONNECTION))
        await bench.world.settle()
        await bench.world.pass_days(1)
        assert bench.line.keys == ["B000001"]


async def test_a_claim_for_an_unenrolled_payer_waits_for_staff_with_the_reason(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with drop(env, home, count=1) as bench:
        await bench.world.import_file(bench.data)
        with bench.world.db.write() as tx:
            (row,) = claims.find(tx, limit=1)
            closed = Service("837P", Enrollment.PENDING, FIRST_DAY.date())
            payers.save(tx, payer(row.payer_id, closed, Service("270")), "test", "manager", FIRST_DAY)
        await bench.world.settle()
        await bench.world.pass_days(1)
        (task,) = bench.tasks(TaskKind.FIX_SCRUB_FINDING)
        assert "has our enrollment but has not answered it" in task.reason
        assert bench.line.keys == []


async def test_over_a_connection_the_payer_goes_by_the_id_it_has_there(
    env: WorkflowEnvironment, home: Path
) -> None:
    async with drop(env, home, count=1) as bench:
        await bench.world.import_file(bench.data)
        with bench.world.db.write() as tx:
            (row,) = claims.find(tx, limit=1)
            entry = payer(row.payer_id)
            there = replace(entry.routes[0], payer_id="THERE1")
            payers.save(tx, replace(entry, routes=(there,)), "test", "manager", FIRST_DAY)
        await bench.world.settle()
        await bench.world.pass_days(1)
        with bench.world.db.read() as tx:
            (batch,) = submissions.batches_of_claim(tx, row.claim_id)
            assert b"*PI*THERE1~" in documents.content(tx, batch.document_id)


async def test_complaint_07_a_claim_that_ended_or_waits_can_be_sent_again_and_knows_its_past(
    env: WorkflowEnvironment, home: Path
) -> None:
    """ottehr 9617: a claim that had gone out could not be sent again, whatever the payer said."""
    async with drop(env, home, count=1) as bench:
        await bench.send()
        await bench.until_all(ClaimStage.CLOSED)
        with bench.world.db.write() as tx:
            (row,) = claims.find(tx, limit=1)
            order = corrections.propose(
                tx, row.claim_id, {}, "the payer asked for it", "biller", FIRST_DAY, unchanged=True
            )
            doorbell.tell(tx, ClaimStart(row.claim_id, resume=True), News.RESUBMIT, order, FIRST_DAY)
        await bench.world.settle()
        for _ in range(3):
            await bench.world.pass_days(1)
        with bench.world.db.read() as tx:
            again = claims.facts(tx, row.claim_id)
            assert claims.load(tx, row.claim_id).version == row.version + 1
            assert (again.claim_frequency, again.payer_claim_control_number) == (
                ClaimFrequency.REPLACEMENT,
                row.payer_claim_control_number,
            )
            story = [one.outcome for one in decisions.of_subject(tx, subjects.claim(row.claim_id))]
            assert "sent_again" in story
            assert len(submissions.batches_of_claim(tx, row.claim_id)) == 2
