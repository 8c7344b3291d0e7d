"""Appeals, time skipped: filed once, chased when the payer is silent, never ended in silence."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from revcycle.db import decisions
from revcycle.db.denials import appeals
from revcycle.db.denials.appeals import AppealRow
from revcycle.db.practice import practices
from revcycle.db.work import deadlines, inbox
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.denials.appeal import AppealOutcome, AppealState
from revcycle.domain.denials.denial import DenialOutcome
from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.sandbox.practice.profile import PRACTICE
from tests.support.denials.denial_desk import Answers, Desk, denial_desk, say
from tests.support.remittances.remittance_book import claim_facts, payment, post, remittance
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


def approved() -> Answers:
    """A manager who lets it go."""
    return {TaskKind.APPROVE_WRITE_OFF: [say("write_off")], TaskKind.APPROVE_APPEAL: [say("write_off")]}


async def appealed(desk: Desk, days_ago: int = 1) -> tuple[str, WorkflowHandle[Any, Any]]:
    claim_id = desk.charged(FACTS)
    remittance_id = await desk.denied(payment(FACTS, "4", CO_197=CHARGE), days_ago)
    return claim_id, await desk.run(claim_id, remittance_id)


def level_one(desk: Desk, claim_id: str) -> AppealRow:
    with desk.db.read() as tx:
        return appeals.load(tx, f"{claim_id}-1-1")


def level_one_of(claim_id: str) -> str:
    return subjects.appeal(f"{claim_id}-1-1")


async def test_a_silent_payer_is_called_until_somebody_knows(desk: Desk) -> None:
    claim_id, handle = await appealed(desk)
    desk.answers = approved() | {TaskKind.ASK_APPEAL_DECISION: [say("still_pending"), say("upheld")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.WRITTEN_OFF
    calls = [task for task in desk.seen if task.kind is TaskKind.ASK_APPEAL_DECISION]
    assert len(calls) == 2
    appeal = level_one(desk, claim_id)
    assert (appeal.outcome, appeal.outcome_reason) == (AppealOutcome.UPHELD, "as discussed")
    assert appeal.filed_at is not None
    assert calls[0].created_at >= appeal.filed_at + timedelta(days=30 + 14)
    with desk.db.read() as tx:
        clocks = [d for d in deadlines.of_subject(tx, level_one_of(claim_id)) if d.name == "appeal decision"]
    assert [clock.state for clock in clocks] == [
        DeadlineState.MISSED,
        DeadlineState.MISSED,
        DeadlineState.MET,
    ]


async def test_calls_nobody_makes_are_asked_for_again(desk: Desk) -> None:
    _, handle = await appealed(desk)
    for _ in range(110):
        await desk.turn()
    assert len([task for task in desk.seen if task.kind is TaskKind.ASK_APPEAL_DECISION]) >= 3
    desk.answers = approved() | {TaskKind.ASK_APPEAL_DECISION: [say("no_answer")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.WRITTEN_OFF


async def test_a_delivery_of_unknown_fate_goes_again_under_the_same_key(desk: Desk) -> None:
    desk.payer.deliveries = [DeliveryOutcome.UNKNOWN, DeliveryOutcome.NOT_SENT]
    desk.payer.decisions = {1: "overturned"}
    claim_id, handle = await appealed(desk)
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    assert {filing.appeal_key for filing, _ in desk.payer.filed} == {f"{claim_id}-1-1"}
    assert len({filing.document for filing, _ in desk.payer.filed}) == 1
    assert len(desk.payer.filed) == 3
    with desk.db.read() as tx:
        told = [d.outcome for d in decisions.of_subject(tx, subjects.claim(claim_id))]
        clocks = [(d.name, d.state) for d in deadlines.of_subject(tx, level_one_of(claim_id))]
    assert told.count("filed") == 1
    resend = ("appeal resend", DeadlineState.MISSED)
    assert clocks == [
        ("appeal filing", DeadlineState.MET),
        resend,
        resend,
        ("appeal decision", DeadlineState.MET),
    ]


async def test_a_last_day_to_file_that_passes_while_the_packet_is_held_is_missed_and_told(desk: Desk) -> None:
    with desk.db.write() as tx:
        tx.connection.execute(delete(practices.practices))
    claim_id, handle = await appealed(desk, days_ago=175)
    for _ in range(10):
        await desk.turn()
    told = [task for task in desk.seen if task.kind is TaskKind.FILING_LIMIT_PASSED]
    assert [(task.owner_role, "appeal filing" in task.reason) for task in told] == [("manager", True)]
    with desk.db.write() as tx:
        practices.save(tx, PRACTICE)
        states = {d.name: d.state for d in deadlines.of_subject(tx, level_one_of(claim_id))}
    assert states == {"appeal filing": DeadlineState.MISSED}
    desk.payer.decisions = {1: "overturned"}
    desk.answers = {TaskKind.MEND_APPEAL: [say("file_late")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    assert len(desk.payer.filed) == 1


async def test_a_payer_that_never_gives_a_receipt_becomes_a_task(desk: Desk) -> None:
    desk.payer.deliveries = [DeliveryOutcome.UNKNOWN] * 5
    desk.payer.decisions = {1: "overturned"}
    _, handle = await appealed(desk)
    desk.answers = {TaskKind.MEND_APPEAL: [say("try_again")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    (task,) = desk.seen
    assert task.owner_role == "manager"
    assert "no receipt" in task.reason


async def test_a_connection_that_refuses_the_packet_for_good_becomes_a_task(desk: Desk) -> None:
    desk.payer.refusals = 1
    desk.payer.decisions = {1: "overturned"}
    _, handle = await appealed(desk)
    desk.answers = {TaskKind.MEND_APPEAL: [say("try_again")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    (task,) = desk.seen
    assert "refuses it for good" in task.reason
    assert len(desk.payer.filed) == 1


async def test_a_letter_that_cannot_be_written_is_held_and_mended(desk: Desk) -> None:
    with desk.db.write() as tx:
        tx.connection.execute(delete(practices.practices))
    desk.payer.decisions = {1: "overturned"}
    claim_id, handle = await appealed(desk)
    await desk.turn()
    await desk.turn()
    assert desk.payer.filed == []
    assert "has no profile" in desk.open_tasks()[0].reason
    with desk.db.write() as tx:
        practices.save(tx, PRACTICE)
    desk.answers = {TaskKind.MEND_APPEAL: [say("try_again")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    assert level_one(desk, claim_id).problem == ""


async def test_a_level_given_up_is_not_filed_and_the_manager_asked(desk: Desk) -> None:
    with desk.db.write() as tx:
        tx.connection.execute(delete(practices.practices))
    claim_id, handle = await appealed(desk)
    desk.answers = approved() | {TaskKind.MEND_APPEAL: [say("give_up")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.WRITTEN_OFF
    assert level_one(desk, claim_id).state is AppealState.NOT_FILED
    assert desk.payer.filed == []


async def test_a_level_taken_up_again_is_filed_after_all(desk: Desk) -> None:
    with desk.db.write() as tx:
        tx.connection.execute(delete(practices.practices))
    desk.payer.decisions = {1: "overturned"}
    claim_id, handle = await appealed(desk)
    desk.answers = {TaskKind.MEND_APPEAL: [say("give_up")], TaskKind.APPROVE_WRITE_OFF: []}
    for _ in range(4):
        await desk.turn()
    with desk.db.write() as tx:
        practices.save(tx, PRACTICE)
    desk.answers = {TaskKind.APPROVE_WRITE_OFF: [say("appeal")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    assert level_one(desk, claim_id).outcome is AppealOutcome.OVERTURNED


async def test_a_payment_before_any_letter_wins_the_appeal(desk: Desk) -> None:
    claim_id, handle = await appealed(desk)
    for _ in range(5):
        await desk.turn()
    now = await desk.now()
    post(desk.db, remittance("PAID", payment(FACTS, CO_45=3_000), day=now.date()), now)
    desk.answers = {TaskKind.ASK_APPEAL_DECISION: [say("still_pending")]}
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    assert level_one(desk, claim_id).outcome_reason == "paid"


async def test_doubled_and_empty_doorbells_change_nothing(desk: Desk) -> None:
    claim_id, handle = await appealed(desk)
    await desk.turn()
    subject = subjects.appeal(f"{claim_id}-1-1")
    for _ in range(3):
        await desk.ring(subject)
        await desk.turn()
    assert level_one(desk, claim_id).state is AppealState.FILED
    with desk.db.write() as tx:
        for _ in range(2):
            inbox.put(tx, subject, News.APPEAL_DECISION, "overturned", await desk.now())
    await desk.ring(subject)
    await desk.ring(subject)
    assert (await desk.ended(handle)).outcome is DenialOutcome.OVERTURNED
    with desk.db.read() as tx:
        told = [d.outcome for d in decisions.of_subject(tx, subjects.claim(claim_id))]
    assert told.count("overturned") == 1
