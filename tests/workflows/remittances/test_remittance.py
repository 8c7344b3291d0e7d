"""Remittance on the time-skipping server with a real database: posted, held, placed, reversed, missed at the bank."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from revcycle.db.work import deadlines, tasks
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.remittances.remittance import ProviderAdjustment
from revcycle.domain.remittances.state import RemittanceState
from revcycle.domain.work import subjects
from revcycle.domain.work.starts import RemittanceStart
from revcycle.domain.work.task import WITHDRAWN
from revcycle.domain.work.task_kinds import TaskKind
from tests.support.remittance_world import QUEUE, World, charged, remittance_world
from tests.support.remittances.remittance_book import (
    balances,
    claim_facts,
    payment,
    receive,
    remittance,
    reversed_,
)
from workflows.remittance import Remittance


@pytest.fixture
async def world(time_skipping_env: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[World]:
    async with remittance_world(time_skipping_env, tmp_path) as started:
        yield started


async def test_a_clean_remittance_waits_for_its_deposit_and_ends(world: World) -> None:
    charged(world, 1)
    handle = await world.start(remittance("T1", payment(claim_facts(1), CO_45=3000)))
    await world.env.sleep(timedelta(days=1))
    assert world.state("R000001") is RemittanceState.POSTED
    world.deposit("T1", "70.00")
    await handle.signal(Remittance.ring)
    assert await handle.result() == "reassociated"
    assert balances(world.db)[LedgerAccount.CASH] == 7_000
    with world.db.read() as tx:
        assert [d.state for d in deadlines.of_subject(tx, "remittance/R000001")] == [DeadlineState.MET]


async def test_a_remittance_rung_again_after_its_end_does_nothing(world: World) -> None:
    charged(world, 1)
    world.deposit("T1", "70.00")
    handle = await world.start(remittance("T1", payment(claim_facts(1), CO_45=3000)))
    assert await handle.result() == "reassociated"
    before = balances(world.db)
    again = await world.env.client.start_workflow(
        Remittance.run,
        args=[RemittanceStart("R000001"), world.clock, None],
        id=handle.id,
        task_queue=QUEUE,
    )
    assert await again.result() == "ended before"
    assert balances(world.db) == before
    assert receive(world.db, remittance("T1", payment(claim_facts(1), CO_45=3000))) is None


async def test_a_zero_payment_needs_no_deposit_and_a_denial_writes_nothing_off(world: World) -> None:
    charged(world, 1)
    handle = await world.start(remittance("T1", payment(claim_facts(1), CO_197=10_000)))
    assert await handle.result() == "reassociated"
    assert balances(world.db) == {LedgerAccount.AR_INSURANCE: 10_000, LedgerAccount.CHARGES: -10_000}


async def test_a_file_out_of_balance_posts_nothing_until_a_person_says_so(world: World) -> None:
    charged(world, 1)
    told = replace(remittance("T1", payment(claim_facts(1), CO_45=3000)), payment_cents=7_100)
    handle = await world.start(told)
    row = await world.answer("post_with_suspense")
    assert (row.kind.value, "off by $1.00" in row.reason) == ("review_remittance", True)
    world.deposit("T1", "71.00")
    await handle.signal(Remittance.ring)
    assert await handle.result() == "reassociated"
    assert balances(world.db)[LedgerAccount.SUSPENSE] == -100
    assert balances(world.db)[LedgerAccount.CASH] == 7_100


async def test_a_refused_remittance_leaves_no_trace_in_the_books(world: World) -> None:
    charged(world, 1)
    told = replace(remittance("T1", payment(claim_facts(1), CO_45=3000)), payment_cents=7_100)
    handle = await world.start(told)
    before = balances(world.db)
    await world.answer("reject")
    assert await handle.result() == "rejected"
    assert balances(world.db) == before
    assert world.state("R000001") is RemittanceState.REJECTED


async def test_an_unmatched_payment_does_not_stop_the_others_and_is_asked_until_placed(world: World) -> None:
    ids = charged(world, 1, 2)
    lost = replace(payment(claim_facts(1), CO_45=3000), patient_control_number="OLD")
    world.deposit("T1", "140.00")
    handle = await world.start(remittance("T1", lost, payment(claim_facts(2), CO_45=3000)))
    first = await world.answer("matched", "C999999")
    assert balances(world.db)[LedgerAccount.SUSPENSE] == -7_000
    second = await world.answer("matched", ids[0])
    assert first.task_id != second.task_id
    assert await handle.result() == "reassociated"
    assert LedgerAccount.SUSPENSE not in balances(world.db)
    assert LedgerAccount.AR_INSURANCE not in balances(world.db)


async def test_a_late_reversal_and_its_correction(world: World) -> None:
    charged(world, 1)
    first = payment(claim_facts(1), CO_45=3000, PR_1=500)
    world.deposit("T1", "65.00")
    await (await world.start(remittance("T1", first))).result()
    carried = (ProviderAdjustment("FB", "FWD", -6_500),)
    await (await world.start(remittance("T2", reversed_(first), provider=carried))).result()
    assert balances(world.db)[LedgerAccount.AR_INSURANCE] == 10_000
    second = payment(claim_facts(1), CO_45=2500, PR_1=500)
    collected = (ProviderAdjustment("FB", "FWD", 6_500),)
    world.deposit("T3", "5.00")
    await (await world.start(remittance("T3", second, provider=collected))).result()
    assert balances(world.db) == {
        LedgerAccount.CASH: 7_000,
        LedgerAccount.AR_PATIENT: 500,
        LedgerAccount.CONTRACTUAL_ADJUSTMENT: 2_500,
        LedgerAccount.CHARGES: -10_000,
    }


async def test_a_missing_deposit_is_looked_for_by_a_person(world: World) -> None:
    charged(world, 1)
    handle = await world.start(remittance("T1", payment(claim_facts(1), CO_45=3000)))
    await world.env.sleep(timedelta(days=9))
    deposit_id = world.deposit("TYPO", "70.00")
    row = await world.answer("found", deposit_id)
    assert row.kind.value == "find_deposit"
    assert await handle.result() == "reassociated"
    with world.db.read() as tx:
        clocks = [d.state for d in deadlines.of_subject(tx, "remittance/R000001") if d.name == "deposit"]
    assert clocks == [DeadlineState.MISSED]


async def test_a_deposit_that_comes_by_itself_answers_the_question(world: World) -> None:
    charged(world, 1)
    handle = await world.start(remittance("T1", payment(claim_facts(1), CO_45=3000)))
    await world.env.sleep(timedelta(days=9))
    await world.task()
    world.deposit("T1", "70.00")
    await handle.signal(Remittance.ring)
    assert await handle.result() == "reassociated"
    with world.db.read() as tx:
        assert tasks.find(tx) == ()
        (asked,) = tasks.find(tx, open_only=False)
        assert (asked.kind, asked.state) == (TaskKind.FIND_DEPOSIT, WITHDRAWN)
        *_, clock = deadlines.of_subject(tx, subjects.task(asked.task_id))  # the last, as it may have gone up
        assert (clock.state, clock.about) == (DeadlineState.CANCELLED, "remittance/R000001")
