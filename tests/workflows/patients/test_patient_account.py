"""The lives of a guarantor's account, each from the first balance to its end, with real letters and books."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from revcycle.db import decisions
from revcycle.db.patients import assistance, disputes, patient_accounts, payments, plans, referrals
from revcycle.db.work import deadlines
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.patients.assistance import Household
from revcycle.domain.patients.dispute import DisputeOutcome, DisputeSubject
from revcycle.domain.patients.patient_account import AccountState, BillingStep, Hold
from revcycle.domain.patients.patient_payment import PaymentMethod
from revcycle.domain.patients.payment_plan import PlanTerms, even_terms
from revcycle.domain.patients.requests import (
    ApplicationToOpen,
    DisputeToOpen,
    DisputeToResolve,
    HoldToSet,
    PaymentToPost,
    PlanToAgree,
)
from revcycle.domain.work import subjects
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.task_kinds import TaskKind
from tests.support.patients.patients import (
    GUARANTOR,
    AccountLife,
    account_life,
    claim_with_share,
    reverse,
    share,
)
from tests.support.temporal import start_time_skipping
from workflows.human_decision import HumanDecision
from workflows.patient_account import PatientAccount


@pytest.fixture
async def own_env() -> AsyncIterator[WorkflowEnvironment]:
    """A server of its own for each test: what one life leaves unfinished must not hold another's clock."""
    async with await start_time_skipping() as env:
        yield env


async def pay(life: AccountLife, cents: int) -> str:
    at = await life.now()
    with life.db.write() as tx:
        payment_id = payments.record(
            tx, life.account_id, PaymentMethod.CARD, cents, at.date(), "ms clerk", at
        )
    await life.ask(PatientAccount.record_payment, PaymentToPost(payment_id, "ms clerk"))
    return payment_id


async def dispute(life: AccountLife) -> str:
    at = await life.now()
    with life.db.write() as tx:
        dispute_id = disputes.open_(
            tx, life.account_id, DisputeSubject.AMOUNT, "I was told 20 dollars", (), "ms clerk", at
        )
    await life.ask(PatientAccount.open_dispute, DisputeToOpen(dispute_id, "ms clerk"))
    return dispute_id


async def apply(life: AccountLife, income_cents: int) -> str:
    at = await life.now()
    with life.db.write() as tx:
        application_id = assistance.apply(tx, life.account_id, Household(2, income_cents), "ms clerk", at)
    await life.ask(PatientAccount.apply_for_assistance, ApplicationToOpen(application_id, "ms clerk"))
    return application_id


async def propose(life: AccountLife, terms: PlanTerms) -> str:
    at = await life.now()
    with life.db.write() as tx:
        return plans.propose(tx, life.account_id, terms, "ms clerk", at)


async def test_pays_after_the_statement(own_env: WorkflowEnvironment, home: Path) -> None:
    async with account_life(own_env, home, 4_000, 2_500) as life:
        await life.days(6)
        await life.mailed(["statement"])
        await pay(life, 5_000)
        assert life.settled("C000001") == ["paid_by_patient"]
        assert life.settled("C000002") == []
        await pay(life, 1_500)
        assert await life.handle.result() == AccountState.CLOSED
        assert life.settled("C000002") == ["paid_by_patient"]
        assert life.balance(LedgerAccount.AR_PATIENT) == 0
        assert life.balance(LedgerAccount.CASH) == 6_500


async def test_a_payment_told_twice_counts_once(own_env: WorkflowEnvironment, home: Path) -> None:
    async with account_life(own_env, home, 4_000) as life:
        payment_id = await pay(life, 1_000)
        again = await life.ask(PatientAccount.record_payment, PaymentToPost(payment_id, "ms clerk"))
        assert again.patient_cents == 3_000
        assert life.balance(LedgerAccount.CASH) == 1_000
        with pytest.raises(WorkflowUpdateFailedError):
            await life.ask(PatientAccount.record_payment, PaymentToPost("P999999", "ms clerk"))
        with pytest.raises(WorkflowUpdateFailedError):
            await life.ask(PatientAccount.record_payment, PaymentToPost("not an id", "ms clerk"))


@pytest.mark.parametrize("language", ["en", "es"])
async def test_climbs_the_ladder_to_the_agency(
    own_env: WorkflowEnvironment, home: Path, language: str
) -> None:
    async with account_life(own_env, home, 9_000, language=language) as life:
        await life.days(5.5)
        expected = ["statement", "reminder", "past_due", "final_notice"]
        for climbed in range(1, 5):
            await life.mailed(expected[:climbed])
            assert not life.tasks(TaskKind.APPROVE_REFERRAL)
            await life.days(30)
        await life.answer(TaskKind.APPROVE_REFERRAL, "hold")
        await life.days(29)
        assert not life.tasks(TaskKind.APPROVE_REFERRAL)
        await life.days(2)
        await life.answer(TaskKind.APPROVE_REFERRAL, "refer")
        assert await life.handle.result()
        await life.mailed(expected)
        assert life.settled("C000001") == ["bad_debt"]
        assert life.balance(LedgerAccount.BAD_DEBT) == 9_000
        assert life.state() is AccountState.REFERRED
        with life.db.read() as tx:
            (referral,) = referrals.find(tx, life.account_id)
            told = decisions.of_subject(tx, subjects.claim("C000001"))
            armed = deadlines.of_subject(tx, subjects.account(life.account_id))
        out = [clock.state for clock in armed if clock.name == ClockName.LETTER_OUT]
        assert [state for state in out if state is not DeadlineState.CANCELLED] == [DeadlineState.MET] * 4
        assert DeadlineState.ARMED not in {clock.state for clock in armed}
        waited_for = {clock.name for clock in armed if clock.state is DeadlineState.MET}
        assert waited_for >= {
            "next statement",
            "reminder",
            "past-due notice",
            "final notice",
            "agency referral",
        }
        assert "end of hold" in waited_for
        assert referral.amount_cents == 9_000
        assert [d.outcome for d in told] == [
            "statement_sent",
            "reminder_sent",
            "past_due_sent",
            "final_notice_sent",
            "referred",
        ]


async def test_a_lost_engine_is_not_a_lost_account(own_env: WorkflowEnvironment, home: Path) -> None:
    async with account_life(own_env, home, 9_000) as life:
        await life.days(36)
        await life.mailed(["statement", "reminder"])
        await life.handle.terminate()
        await life.start_again()
        await life.days(30)
        await life.mailed(["statement", "reminder", "past_due"])


async def test_its_history_replays(own_env: WorkflowEnvironment, home: Path) -> None:
    async with account_life(own_env, home, 9_000) as life:
        await life.days(20)
        await dispute(life)
        await life.answer(TaskKind.RESOLVE_DISPUTE, "rejected")
        await life.days(31)
        await pay(life, 9_000)
        await life.handle.result()
        history = await life.handle.fetch_history()
        await Replayer(workflows=[PatientAccount, HumanDecision]).replay_workflow(history)
        assert len(history.events) < 150


async def test_a_payment_takes_the_referral_off_the_worklist(
    own_env: WorkflowEnvironment, home: Path
) -> None:
    async with account_life(own_env, home, 9_000) as life:
        await life.days(126)
        await life.until(lambda: bool(life.tasks(TaskKind.APPROVE_REFERRAL)))
        await pay(life, 9_000)
        assert await life.handle.result() == AccountState.CLOSED
        assert not life.tasks(TaskKind.APPROVE_REFERRAL)
        assert life.balance(LedgerAccount.BAD_DEBT) == 0


async def test_keeps_a_plan(own_env: WorkflowEnvironment, home: Path) -> None:
    async with account_life(own_env, home, 10_000) as life:
        await life.days(6)
        first = (await life.now()).date() + timedelta(14)
        plan_id = await propose(life, even_terms(10_000, 3, first))
        await life.ask(PatientAccount.agree_plan, PlanToAgree(plan_id, "ms clerk"))
        await life.mailed(["statement", "plan_agreement"])
        await life.days(13)
        for cents in (3_333, 3_333, 3_334):
            assert life.state() is AccountState.ON_PLAN
            await pay(life, cents)
            await life.days(30)
        assert await life.handle.result() == AccountState.CLOSED
        await life.mailed(["statement", "plan_agreement"])
        assert life.settled("C000001") == ["paid_by_patient"]


async def test_a_plan_must_come_to_the_balance(own_env: WorkflowEnvironment, home: Path) -> None:
    async with account_life(own_env, home, 10_000) as life:
        await life.days(6)
        first = (await life.now()).date() + timedelta(14)
        for terms in (PlanTerms(3, 3_334, first), even_terms(10_000, 5, first)):
            plan_id = await propose(life, terms)
            with pytest.raises(WorkflowUpdateFailedError):
                await life.ask(PatientAccount.agree_plan, PlanToAgree(plan_id, "ms clerk"))
        assert life.state() is AccountState.BILLED


async def test_breaks_a_plan_and_the_ladder_goes_on(own_env: WorkflowEnvironment, home: Path) -> None:
    async with account_life(own_env, home, 10_000) as life:
        await life.days(36)
        await life.mailed(["statement", "reminder"])
        first = (await life.now()).date() + timedelta(10)
        plan_id = await propose(life, even_terms(10_000, 4, first))
        await life.ask(PatientAccount.agree_plan, PlanToAgree(plan_id, "ms clerk"))
        await pay(life, 2_500)
        await life.days(52)
        kept = ["statement", "reminder", "plan_agreement"]
        await life.mailed([*kept, "plan_broken"])
        await life.days(11)
        await life.mailed([*kept, "plan_broken", "statement"])
        with life.db.read() as tx:
            assert patient_accounts.load(tx, life.account_id).step is BillingStep.REMINDER
        await life.days(31)
        await life.until(lambda: life.letters()[-1] == "past_due")


async def test_hardship_in_full(own_env: WorkflowEnvironment, home: Path) -> None:
    async with account_life(own_env, home, 9_000) as life:
        await life.days(20)
        await apply(life, 3_000_000)
        await life.days(25)
        await life.mailed(["statement"])
        assert life.state() is AccountState.ASSISTANCE
        await life.answer(TaskKind.APPROVE_CHARITY, "approve")
        assert await life.handle.result() == AccountState.CLOSED
        await life.mailed(["statement", "charity_decision"])
        assert life.settled("C000001") == ["charity_care"]
        assert life.balance(LedgerAccount.CHARITY_CARE) == 9_000


async def test_hardship_over_the_limit_resumes_with_a_fresh_due_date(
    own_env: WorkflowEnvironment, home: Path
) -> None:
    async with account_life(own_env, home, 9_000) as life:
        await life.days(20)
        await apply(life, 30_000_000)
        await life.mailed(["statement", "charity_decision"])
        await life.days(28)
        await life.mailed(["statement", "charity_decision"])
        await life.days(3)
        await life.until(lambda: life.letters()[-1] == "reminder")


async def test_a_dispute_pauses_all_contact(own_env: WorkflowEnvironment, home: Path) -> None:
    async with account_life(own_env, home, 9_000) as life:
        await life.days(20)
        dispute_id = await dispute(life)
        await life.days(60)
        await life.mailed(["statement"])
        assert life.state() is AccountState.DISPUTED
        answer = DisputeToResolve(dispute_id, DisputeOutcome.REJECTED, "ms clerk")
        await life.ask(PatientAccount.resolve_dispute, answer)
        await life.mailed(["statement", "dispute_answer"])
        assert not life.tasks(TaskKind.RESOLVE_DISPUTE)
        await life.days(29)
        await life.mailed(["statement", "dispute_answer"])
        await life.days(2)
        await life.until(lambda: life.letters()[-1] == "reminder")


async def test_a_hold_stops_the_asking_until_it_ends(own_env: WorkflowEnvironment, home: Path) -> None:
    async with account_life(own_env, home, 9_000) as life:
        await life.days(20)
        await life.ask(PatientAccount.set_hold, HoldToSet(Hold.LITIGATION, "ms clerk"))
        await life.days(60)
        await life.mailed(["statement"])
        assert life.state() is AccountState.ON_HOLD
        await life.ask(PatientAccount.set_hold, HoldToSet(Hold.NONE, "ms clerk"))
        await life.mailed(["statement", "reminder"])
        with pytest.raises(WorkflowUpdateFailedError):
            await life.ask(PatientAccount.set_hold, {"hold": "no such hold", "actor": "ms clerk"})


async def test_requests_stored_while_the_engine_was_away_are_taken_later(
    own_env: WorkflowEnvironment, home: Path
) -> None:
    async with account_life(own_env, home, 9_000) as life:
        await life.days(6)
        at = await life.now()
        with life.db.write() as tx:
            today, card = at.date(), PaymentMethod.CARD
            payment_id = payments.record(tx, life.account_id, card, 1_000, today, "ms clerk", at)
            disputes.open_(tx, life.account_id, DisputeSubject.OTHER, "no", (), "ms clerk", at)
        await life.ring()
        await life.until(lambda: bool(life.tasks(TaskKind.RESOLVE_DISPUTE)))
        assert life.balance(LedgerAccount.CASH) == 1_000
        await life.ask(PatientAccount.record_payment, PaymentToPost(payment_id, "ms clerk"))
        assert life.balance(LedgerAccount.CASH) == 1_000


async def test_a_letter_nobody_could_deliver_goes_to_a_person(
    own_env: WorkflowEnvironment, home: Path
) -> None:
    nowhere = replace(GUARANTOR, address=None)
    async with account_life(own_env, home, 9_000, guarantor=nowhere) as life:
        await life.days(6)
        await life.mailed([])
        assert life.state() is AccountState.ON_HOLD
        await life.answer(TaskKind.FIX_LETTER, "try_again")
        await life.days(0.1)
        await life.until(lambda: bool(life.tasks(TaskKind.FIX_LETTER)))


async def test_a_dispute_upheld_is_written_off_once_approved(
    own_env: WorkflowEnvironment, home: Path
) -> None:
    async with account_life(own_env, home, 9_000) as life:
        await life.days(20)
        await dispute(life)
        await life.answer(TaskKind.RESOLVE_DISPUTE, "upheld_patient")
        await life.answer(TaskKind.APPROVE_DISPUTED_WRITE_OFF, "approve")
        assert await life.handle.result() == AccountState.CLOSED
        await life.mailed(["statement", "dispute_answer"])
        assert life.settled("C000001") == ["written_off"]
        assert life.balance(LedgerAccount.ADMINISTRATIVE_WRITE_OFF) == 9_000


async def test_pays_too_much_and_gets_it_back(own_env: WorkflowEnvironment, home: Path) -> None:
    async with account_life(own_env, home, 4_000) as life:
        await life.days(6)
        await pay(life, 4_500)
        assert life.settled("C000001") == ["paid_by_patient"]
        await life.answer(TaskKind.RESOLVE_CREDIT, "refund")
        assert await life.handle.result() == AccountState.CLOSED
        assert life.balance(LedgerAccount.PATIENT_CREDIT) == 0
        assert life.balance(LedgerAccount.CASH) == 4_000


async def test_a_late_reversal_stops_the_asking_and_gives_back(
    own_env: WorkflowEnvironment, home: Path
) -> None:
    async with account_life(own_env, home, 4_000) as life:
        await life.days(6)
        await pay(life, 1_000)
        reverse(life.db, "C000001", 4_000, await life.now())
        await life.days(60)
        await life.mailed(["statement"])
        share(life.db, "C000001", 600, await life.now(), "2")
        await life.ring()
        await life.until(lambda: life.balance(LedgerAccount.PATIENT_CREDIT) == -400)
        await life.answer(TaskKind.RESOLVE_CREDIT, "refund")
        assert await life.handle.result() == AccountState.CLOSED


async def test_a_new_balance_joins_the_next_statement(own_env: WorkflowEnvironment, home: Path) -> None:
    async with account_life(own_env, home, 4_000) as life:
        await life.days(6)
        claim_with_share(life.db, life.account_id, 2_000, await life.now())
        await life.ring()
        await life.days(20)
        await life.mailed(["statement"])
        await life.days(10)
        await life.mailed(["statement", "statement"])
        await life.days(30)
        await life.until(lambda: life.letters()[-1] == "reminder")


async def test_a_small_balance_is_not_worth_a_letter(own_env: WorkflowEnvironment, home: Path) -> None:
    async with account_life(own_env, home, 300) as life:
        assert await life.handle.result() == AccountState.CLOSED
        await life.mailed([])
        assert life.settled("C000001") == ["small_balance"]
        assert life.balance(LedgerAccount.SMALL_BALANCE_WRITE_OFF) == 300
