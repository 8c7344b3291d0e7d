"""An account whose process is lost goes on where the database says: same end, each letter once, no clock forgotten."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from revcycle.db.patients import assistance, disputes, payments, plans
from revcycle.db.work import tasks
from revcycle.domain.patients.assistance import Household
from revcycle.domain.patients.dispute import DisputeSubject
from revcycle.domain.patients.patient_account import AccountState
from revcycle.domain.patients.patient_payment import PaymentMethod
from revcycle.domain.patients.payment_plan import even_terms
from revcycle.domain.patients.requests import ApplicationToOpen, DisputeToOpen, PaymentToPost, PlanToAgree
from revcycle.domain.work import subjects
from revcycle.domain.work.owners import Owner
from revcycle.domain.work.task_kinds import ChoiceName, TaskKind
from tests.support.patients.patients import AccountLife, account_life
from tests.support.temporal import start_dev_server, start_time_skipping
from workflows.patient_account import PatientAccount

CLERK = "ms clerk"


@pytest.fixture
async def own_env() -> AsyncIterator[WorkflowEnvironment]:
    """A server of its own for each test: what one life leaves unfinished must not hold another's clock."""
    async with await start_time_skipping() as env:
        yield env


async def dispute(life: AccountLife) -> None:
    at = await life.now()
    with life.db.write() as tx:
        made = disputes.open_(tx, life.account_id, DisputeSubject.AMOUNT, "too much", (), CLERK, at)
    await life.ask(PatientAccount.open_dispute, DisputeToOpen(made, CLERK))
    await life.until(lambda: bool(life.tasks(TaskKind.RESOLVE_DISPUTE)))


async def apply(life: AccountLife) -> None:
    at = await life.now()
    with life.db.write() as tx:
        made = assistance.apply(tx, life.account_id, Household(2, 3_000_000), CLERK, at)
    await life.ask(PatientAccount.apply_for_assistance, ApplicationToOpen(made, CLERK))
    await life.until(lambda: bool(life.tasks(TaskKind.APPROVE_CHARITY)))


async def agree(life: AccountLife) -> None:
    at = await life.now()
    with life.db.write() as tx:
        made = plans.propose(tx, life.account_id, even_terms(9_000, 2, at.date()), CLERK, at)
    await life.ask(PatientAccount.agree_plan, PlanToAgree(made, CLERK))
    await life.mailed(["statement", "plan_agreement"])


async def pay(life: AccountLife) -> None:
    at = await life.now()
    with life.db.write() as tx:
        made = payments.record(tx, life.account_id, PaymentMethod.CARD, 9_000, at.date(), CLERK, at)
    await life.ask(PatientAccount.record_payment, PaymentToPost(made, CLERK))


async def nothing(life: AccountLife) -> None:
    """The account rests."""


async def reject(life: AccountLife) -> None:
    await life.answer(TaskKind.RESOLVE_DISPUTE, ChoiceName.REJECTED)
    await life.mailed(["statement", "dispute_answer"])


async def deny(life: AccountLife) -> None:
    await life.answer(TaskKind.APPROVE_CHARITY, ChoiceName.DENY)
    await life.mailed(["statement", "charity_decision"])


Deed = Callable[[AccountLife], Awaitable[None]]


@pytest.mark.parametrize("with_tasks", [True, False], ids=["all lost", "tasks outlive it"])
@pytest.mark.parametrize(
    ("days", "before", "after", "letters"),
    [
        (0, nothing, nothing, []),
        (3, nothing, nothing, []),
        (6, nothing, nothing, ["statement"]),
        (6, agree, nothing, ["statement", "plan_agreement"]),
        (6, dispute, reject, ["statement", "dispute_answer"]),
        (6, apply, deny, ["statement", "charity_decision"]),
    ],
    ids=["at once", "gathering", "billed", "on a plan", "disputed", "assistance asked"],
)
async def test_a_life_lost_at_any_moment_ends_the_same(
    own_env: WorkflowEnvironment,
    home: Path,
    days: int,
    before: Deed,
    after: Deed,
    letters: list[str],
    with_tasks: bool,
) -> None:
    async with account_life(own_env, home, 9_000) as life:
        await life.days(days)
        await before(life)
        asked = [task for kind in TaskKind for task in life.tasks(kind)]
        await life.lose(with_tasks=with_tasks)
        await life.start_again()
        await life.until(lambda: bool(life.armed()))
        assert [task for kind in TaskKind for task in life.tasks(kind)] == asked
        await after(life)
        await pay(life)
        assert await life.handle.result() == AccountState.CLOSED
        assert life.letters() == letters
        assert life.settled("C000001") == ["paid_by_patient"]
        assert life.armed() == []


async def test_a_task_taken_up_keeps_its_owner_and_its_clock(
    own_env: WorkflowEnvironment, home: Path
) -> None:
    async with account_life(own_env, home, 9_000) as life:
        await life.days(6)
        await dispute(life)
        (task_id,) = life.tasks(TaskKind.RESOLVE_DISPUTE)
        await life.days(31)
        with life.db.read() as tx:
            before = tasks.load(tx, task_id)
        assert before.owner_role == Owner.MANAGER
        clocks = life.armed()
        await life.lose()
        await life.start_again()
        await life.days(1)
        assert life.armed() == clocks
        with life.db.read() as tx:
            assert tasks.load(tx, task_id) == before
        await life.days(7)
        with life.db.read() as tx:
            assert tasks.load(tx, task_id).state == tasks.EXPIRED
        (again,) = life.tasks(TaskKind.RESOLVE_DISPUTE)
        assert again != task_id


async def test_a_task_nobody_needs_any_more_is_withdrawn_by_the_next_life(
    own_env: WorkflowEnvironment, home: Path
) -> None:
    async with account_life(own_env, home, 9_000) as life:
        await life.days(126)
        await life.until(lambda: bool(life.tasks(TaskKind.APPROVE_REFERRAL)))
        (task_id,) = life.tasks(TaskKind.APPROVE_REFERRAL)
        await life.lose()
        at = await life.now()
        with life.db.write() as tx:
            payments.record(tx, life.account_id, PaymentMethod.CARD, 9_000, at.date(), CLERK, at)
        await life.start_again()
        assert await life.handle.result() == AccountState.CLOSED
        with life.db.read() as tx:
            row = tasks.load(tx, task_id)
        assert (row.state, row.choice, row.actor) == (tasks.WITHDRAWN, "withdrawn", "system")
        assert life.armed() == []


async def test_a_letter_let_out_and_not_mailed_is_mailed_by_the_next_life(
    own_env: WorkflowEnvironment, home: Path
) -> None:
    async with account_life(own_env, home, 9_000) as life:
        life.mail.write_text("something stands in the way of the mail drop")
        await life.days(6)
        await life.until(life.on_the_way)
        assert life.letters() == []
        await life.lose()
        life.mail.unlink()
        await life.start_again()
        await life.mailed(["statement"])
        await life.days(30)
        await life.mailed(["statement", "reminder"])


async def test_a_task_ended_in_the_engine_is_taken_up_again(home: Path) -> None:
    """On the real server: the one that skips time does not tell a process that its child was terminated."""
    async with await start_dev_server() as env, account_life(env, home, 9_000) as life:
        await dispute(life)
        (task_id,) = life.tasks(TaskKind.RESOLVE_DISPUTE)
        await life.client.get_workflow_handle(subjects.task(task_id)).terminate()
        await life.answer(TaskKind.RESOLVE_DISPUTE, ChoiceName.REJECTED)
        await life.mailed(["dispute_answer"])
        assert life.tasks(TaskKind.RESOLVE_DISPUTE) == []
