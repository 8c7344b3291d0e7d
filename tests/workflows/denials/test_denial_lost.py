"""The engine is lost in the middle of a denial: started anew it ends as it would have, and files nothing twice."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from revcycle.db import decisions
from revcycle.db.claims import claims, corrections
from revcycle.db.denials import appeals, denials
from revcycle.db.practice import practices
from revcycle.db.work import deadlines, inbox
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.denials.appeal import AppealOutcome, AppealState
from revcycle.domain.denials.denial import DenialOutcome, DenialState
from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.sandbox.practice.profile import PRACTICE
from tests.support.denials.denial_desk import Desk, denial_desk, say
from tests.support.remittances.remittance_book import AT, claim_facts, payment_with
from tests.support.temporal import start_time_skipping

CHARGE = 10_000
FACTS = claim_facts(1)


@pytest.fixture
async def env() -> AsyncIterator[WorkflowEnvironment]:
    async with await start_time_skipping() as started:
        yield started


@pytest.fixture
async def desk(env: WorkflowEnvironment, home: Path) -> AsyncIterator[Desk]:
    async with denial_desk(env, home) as opened:
        yield opened


async def started(desk: Desk, days: int, **adjusted: int) -> tuple[str, str]:
    """A denial some days old: its claim and its remittance."""
    claim_id = desk.charged(FACTS)
    remittance_id = await desk.denied(payment_with(FACTS, adjusted, "4"))
    await desk.run(claim_id, remittance_id)
    await days_pass(desk, days)
    return claim_id, remittance_id


async def days_pass(desk: Desk, days: int) -> None:
    for _ in range(days):
        await desk.turn()


async def lost(desk: Desk, claim_id: str, remittance_id: str) -> WorkflowHandle[Any, Any]:
    """Lose the engine for three days, then start the denial as the claim does in its next life."""
    await desk.lose(claim_id)
    await days_pass(desk, 3)
    return await desk.run(claim_id, remittance_id, epoch=1)


def no_clock_is_left(desk: Desk, claim_id: str) -> bool:
    with desk.db.read() as tx:
        rows = deadlines.about(tx, subjects.claim(claim_id))
        return all(row.state is not DeadlineState.ARMED for row in rows)


async def test_while_a_biller_corrects_the_same_task_goes_on(desk: Desk) -> None:
    claim_id, remittance_id = await started(desk, 2, CO_16=CHARGE)
    handle = await lost(desk, claim_id, remittance_id)
    await days_pass(desk, 1)
    (task,) = desk.open_tasks()
    assert desk.seen == [task], "what was asked before is not asked twice"
    with desk.db.write() as tx:
        correction_id = corrections.propose(tx, claim_id, {"place_of_service": "22"}, "wrong", "bo", AT)
    desk.answers = {TaskKind.FIX_DENIAL: [say("corrected", correction_id)]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.CORRECTED
    with desk.db.read() as tx:
        assert claims.facts(tx, claim_id).place_of_service == "22"
        assert denials.load(tx, f"{claim_id}-1").state is DenialState.ENDED
    assert no_clock_is_left(desk, claim_id)


async def test_while_a_manager_is_asked_the_escalation_goes_on_too(desk: Desk) -> None:
    claim_id, remittance_id = await started(desk, 7, CO_29=CHARGE)
    (before,) = desk.open_tasks()
    handle = await lost(desk, claim_id, remittance_id)
    await days_pass(desk, 1)
    assert desk.open_tasks() == (before,)
    desk.answers = {TaskKind.APPROVE_WRITE_OFF: [say("write_off")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.WRITTEN_OFF
    assert no_clock_is_left(desk, claim_id)


async def test_a_write_off_on_hold_rests_until_its_day(desk: Desk) -> None:
    desk.answers = {TaskKind.APPROVE_WRITE_OFF: [say("hold")]}
    claim_id, remittance_id = await started(desk, 4, CO_29=CHARGE)
    assert desk.open_tasks() == ()
    handle = await lost(desk, claim_id, remittance_id)
    await days_pass(desk, 20)
    assert desk.open_tasks() == ()
    await days_pass(desk, 10)
    first, second = desk.seen
    assert timedelta(days=29) < second.created_at - first.created_at < timedelta(days=33)
    desk.answers = {TaskKind.APPROVE_WRITE_OFF: [say("write_off")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.WRITTEN_OFF
    assert no_clock_is_left(desk, claim_id)


async def test_a_packet_that_is_held_is_mended_and_filed_once(desk: Desk) -> None:
    with desk.db.write() as tx:
        tx.connection.execute(delete(practices.practices))
    desk.payer.decisions = {1: "overturned"}
    claim_id, remittance_id = await started(desk, 2, CO_197=CHARGE)
    (before,) = desk.open_tasks()
    handle = await lost(desk, claim_id, remittance_id)
    await days_pass(desk, 1)
    assert [task.task_id for task in desk.open_tasks()] == [before.task_id]
    with desk.db.write() as tx:
        practices.save(tx, PRACTICE)
    desk.answers = {TaskKind.MEND_APPEAL: [say("try_again")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    assert len(desk.payer.filed) == 1
    assert no_clock_is_left(desk, claim_id)


async def test_a_packet_on_its_way_goes_again_under_its_key(desk: Desk) -> None:
    desk.payer.deliveries = [DeliveryOutcome.UNKNOWN] * 4
    desk.payer.decisions = {1: "overturned"}
    claim_id = desk.charged(FACTS)
    remittance_id = await desk.denied(payment_with(FACTS, {"CO_197": CHARGE}, "4"))
    await desk.run(claim_id, remittance_id)
    await desk.env.sleep(timedelta(hours=5))
    await desk.lose(claim_id)
    assert len(desk.payer.filed) < 4
    desk.payer.deliveries = []
    handle = await desk.run(claim_id, remittance_id, epoch=1)
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    assert {filing.appeal_key for filing, _ in desk.payer.filed} == {f"{claim_id}-1-1"}
    assert no_clock_is_left(desk, claim_id)


async def test_an_appeal_that_was_filed_is_not_filed_again(desk: Desk) -> None:
    desk.payer.decisions = {1: "upheld:50", 2: "overturned"}
    claim_id, remittance_id = await started(desk, 5, CO_50=CHARGE)
    with desk.db.read() as tx:
        decide_by = appeals.load(tx, f"{claim_id}-1-1").decide_by
    handle = await lost(desk, claim_id, remittance_id)
    await days_pass(desk, 1)
    with desk.db.read() as tx:
        appeal = appeals.load(tx, f"{claim_id}-1-1")
    assert (appeal.state, appeal.decide_by) == (AppealState.FILED, decide_by)
    desk.answers = {TaskKind.APPROVE_APPEAL: [say("approve")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    assert [filing.level for filing, _ in desk.payer.filed] == [1, 2]
    assert no_clock_is_left(desk, claim_id)


async def test_while_the_next_level_waits_for_approval_it_is_asked_once(desk: Desk) -> None:
    desk.payer.decisions = {1: "upheld:50", 2: "overturned"}
    claim_id, remittance_id = await started(desk, 33, CO_50=CHARGE)
    (before,) = desk.open_tasks()
    assert before.kind is TaskKind.APPROVE_APPEAL
    handle = await lost(desk, claim_id, remittance_id)
    await days_pass(desk, 1)
    assert [task.task_id for task in desk.open_tasks()] == [before.task_id]
    desk.answers = {TaskKind.APPROVE_APPEAL: [say("approve")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    assert [filing.level for filing, _ in desk.payer.filed] == [1, 2]
    assert no_clock_is_left(desk, claim_id)


async def test_a_decision_that_came_while_the_engine_was_away_is_read(desk: Desk) -> None:
    claim_id, remittance_id = await started(desk, 3, CO_197=CHARGE)
    await desk.lose(claim_id)
    subject = subjects.appeal(f"{claim_id}-1-1")
    with desk.db.write() as tx:
        inbox.put(tx, subject, News.APPEAL_DECISION, "overturned", await desk.now())
    handle = await desk.run(claim_id, remittance_id, epoch=1)
    assert (await desk.ended(handle, days=3)).outcome is DenialOutcome.OVERTURNED
    with desk.db.read() as tx:
        assert appeals.load(tx, f"{claim_id}-1-1").outcome is AppealOutcome.OVERTURNED
        told = [one.outcome for one in decisions.of_subject(tx, subjects.claim(claim_id))]
    assert told.count("filed") == 1
    assert no_clock_is_left(desk, claim_id)


async def test_while_the_payer_is_being_asked_the_call_goes_on(desk: Desk) -> None:
    claim_id, remittance_id = await started(desk, 46, CO_197=CHARGE)
    (before,) = desk.open_tasks()
    assert before.kind is TaskKind.ASK_APPEAL_DECISION
    handle = await lost(desk, claim_id, remittance_id)
    await days_pass(desk, 1)
    desk.answers = {
        TaskKind.ASK_APPEAL_DECISION: [say("upheld")],
        TaskKind.APPROVE_APPEAL: [say("write_off")],
        TaskKind.APPROVE_WRITE_OFF: [say("write_off")],
    }
    assert (await desk.ended(handle)).outcome is DenialOutcome.WRITTEN_OFF
    asked = [task.task_id for task in desk.seen if task.kind is TaskKind.ASK_APPEAL_DECISION]
    assert asked == [before.task_id]
    assert no_clock_is_left(desk, claim_id)


async def test_a_denial_that_had_ended_tells_its_end_again(desk: Desk) -> None:
    desk.answers = {TaskKind.APPROVE_WRITE_OFF: [say("write_off")]}
    claim_id, remittance_id = await started(desk, 3, CO_29=CHARGE)
    handle = await desk.run(claim_id, remittance_id, epoch=1)
    assert (await desk.ended(handle)).outcome is DenialOutcome.WRITTEN_OFF
    with desk.db.read() as tx:
        told = [one.outcome for one in decisions.of_subject(tx, subjects.claim(claim_id))]
    assert told.count("written_off") == 1
