"""Remittances that lose their engine, and deposits that nobody finds: each goes on where the database says."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.remittance import RemittanceActivities
from revcycle.db.work import deadlines, tasks
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.remittances.state import RemittanceState
from revcycle.domain.work import subjects
from revcycle.domain.work.task import WITHDRAWN, TaskDecision
from revcycle.domain.work.task_kinds import TaskKind
from tests.support.remittance_world import Lives, charged, remittance_world
from tests.support.remittances.remittance_book import (
    balances,
    claim_facts,
    payment,
    receive,
    remittance,
    remittance_act,
)
from tests.support.temporal import start_time_skipping
from workflows.human_decision import HumanDecision
from workflows.remittance import Remittance


@pytest.fixture
async def lives(tmp_path: Path) -> AsyncIterator[Lives]:
    """A server of its own for each test: what one life leaves unfinished must not hold another's clock."""
    async with await start_time_skipping() as env, remittance_world(env, tmp_path) as started:
        yield started


async def test_a_deposit_waited_for_is_waited_for_after_the_engine_is_lost(lives: Lives) -> None:
    charged(lives, 1)
    await lives.start(remittance("T1", payment(claim_facts(1), CO_45=3000)))
    await lives.env.sleep(timedelta(days=1))
    await lives.lose_engine("R000001")
    handle = await lives.again("R000001")
    await lives.env.sleep(timedelta(days=1))
    assert lives.clocks("R000001") == [("deposit", DeadlineState.ARMED)]
    lives.deposit("T1", "70.00")
    await handle.signal(Remittance.ring)
    assert await handle.result() == "reassociated"
    assert lives.clocks("R000001") == [("deposit", DeadlineState.MET)]
    assert balances(lives.db) == {
        LedgerAccount.CASH: 7_000,
        LedgerAccount.CONTRACTUAL_ADJUSTMENT: 3_000,
        LedgerAccount.CHARGES: -10_000,
    }


async def test_the_questions_of_a_lost_life_are_withdrawn_and_asked_anew(lives: Lives) -> None:
    (claim_id,) = charged(lives, 1)
    lost = replace(payment(claim_facts(1), CO_45=3000), patient_control_number="OLD")
    await lives.start(remittance("T1", lost))
    await lives.env.sleep(timedelta(days=9))
    both = {(TaskKind.MATCH_REMITTANCE, ""), (TaskKind.FIND_DEPOSIT, "")}
    assert set(lives.asked()) == both
    await lives.lose_engine("R000001")
    handle = await lives.again("R000001")
    await lives.env.sleep(timedelta(hours=1))
    assert set(lives.asked()) == both, "asked at once: the deposit was overdue already"
    withdrawn = {one for one in lives.asked(open_only=False) if one[1]}
    assert withdrawn == {(kind, WITHDRAWN) for kind, _ in both}
    with lives.db.read() as tx:
        found = {row.kind: row.task_id for row in tasks.find(tx)}
        armed = {one.about for row in found.values() for one in deadlines.of_subject(tx, subjects.task(row))}
    assert armed == {"remittance/R000001"}
    deposit_id = lives.deposit("TYPO", "70.00")
    for kind, choice, reference in (
        (TaskKind.MATCH_REMITTANCE, "matched", claim_id),
        (TaskKind.FIND_DEPOSIT, "found", deposit_id),
    ):
        asked = lives.env.client.get_workflow_handle(subjects.task(found[kind]))
        await asked.execute_update(HumanDecision.decide, TaskDecision(choice, "biller", reference))
    assert await handle.result() == "reassociated"
    assert lives.asked() == []
    assert lives.clocks("R000001") == [("deposit", DeadlineState.MISSED)]
    assert balances(lives.db)[LedgerAccount.CASH] == 7_000
    assert LedgerAccount.SUSPENSE not in balances(lives.db)


async def test_what_a_person_let_pass_is_not_asked_again_after_the_engine_is_lost(lives: Lives) -> None:
    charged(lives, 1)
    told = replace(remittance("T1", payment(claim_facts(1), CO_45=3000)), payment_cents=7_100)
    remittance_id = receive(lives.db, told)
    assert remittance_id == "R000001"
    before = RemittanceActivities(lives.db)
    assert not before.balance_remittance(remittance_act(remittance_id, "balance"), remittance_id)[0].ok
    before.accept_remittance(remittance_act(remittance_id, "accept"), remittance_id)
    lives.deposit("T1", "71.00")
    handle = await lives.again(remittance_id)
    assert await handle.result() == "reassociated"
    assert lives.asked(open_only=False) == []
    assert balances(lives.db)[LedgerAccount.SUSPENSE] == -100


async def test_a_wrong_amount_at_the_bank_survives_a_lost_engine_and_nothing_is_invented(
    lives: Lives,
) -> None:
    charged(lives, 1)
    lives.deposit("T1", "69.00")
    await lives.start(remittance("T1", payment(claim_facts(1), CO_45=3000)))
    assert (await lives.task()).kind is TaskKind.SETTLE_DEPOSIT
    before = balances(lives.db)
    await lives.lose_engine("R000001")
    handle = await lives.again("R000001")
    await lives.env.sleep(timedelta(hours=1))
    assert balances(lives.db) == before
    await lives.answer("accept_difference")
    assert await handle.result() == "reassociated"
    assert balances(lives.db)[LedgerAccount.SUSPENSE] == 100
    assert LedgerAccount.REMITTANCE_CLEARING not in balances(lives.db)


async def test_a_payment_unplaced_when_its_money_is_at_the_bank_is_asked_about_after_a_loss(
    lives: Lives,
) -> None:
    (claim_id,) = charged(lives, 1)
    lives.deposit("T1", "70.00")
    lost = replace(payment(claim_facts(1), CO_45=3000), patient_control_number="OLD")
    await lives.start(remittance("T1", lost))
    await lives.env.sleep(timedelta(hours=1))
    assert lives.state("R000001") is RemittanceState.REASSOCIATED
    await lives.lose_engine("R000001")
    handle = await lives.again("R000001")
    await lives.env.sleep(timedelta(hours=1))
    await lives.answer("matched", claim_id)
    assert await handle.result() == "reassociated"
    assert LedgerAccount.SUSPENSE not in balances(lives.db)


async def test_a_deposit_nobody_finds_is_waited_for_again_and_asked_about_again(lives: Lives) -> None:
    charged(lives, 1)
    handle = await lives.start(remittance("T1", payment(claim_facts(1), CO_45=3000)))
    await lives.env.sleep(timedelta(days=9))
    first = await lives.answer("keep_waiting")
    await lives.env.sleep(timedelta(days=1))
    assert lives.clocks("R000001") == [("deposit", DeadlineState.MISSED), ("deposit", DeadlineState.ARMED)]
    await lives.env.sleep(timedelta(days=9))
    assert (await lives.task()).task_id != first.task_id
    lives.deposit("T1", "70.00")
    await handle.signal(Remittance.ring)
    assert await handle.result() == "reassociated"
    assert {state for _, state in lives.clocks("R000001")} == {DeadlineState.MISSED}
