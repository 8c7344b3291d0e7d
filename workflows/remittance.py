"""Remittance: one 835, from its bytes to its money at the bank."""

import asyncio
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ChildWorkflowError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.posting import PostingActivities
    from activities.reassociation import ReassociationActivities
    from activities.remittance import RemittanceActivities
    from revcycle.domain.calendar import add_business_days
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.remittances.progress import DepositState
    from revcycle.domain.remittances.reassociation import Reassociation
    from revcycle.domain.remittances.state import PaymentState, RemittanceStep
    from revcycle.domain.work import subjects
    from revcycle.domain.work.starts import RemittanceStart
    from revcycle.domain.work.task import TaskDecision
    from revcycle.domain.work.task_kinds import ChoiceName, TaskKind
    from revcycle.temporal import names

from workflows.asking import ask
from workflows.process import Carried, Process

TASK_BUSINESS_DAYS = 3
"""How long the biller has for a question about a remittance before the manager is asked."""
TASKS_AT_ONCE = 50
"""Questions open at the same time for one remittance; the next ones follow as these are answered."""

QUESTIONS = {
    PaymentState.UNMATCHED: (TaskKind.MATCH_REMITTANCE, "no claim fits well enough"),
    PaymentState.HELD: (TaskKind.REVIEW_PAYMENT, "its amounts do not balance"),
    PaymentState.REPEATED: (TaskKind.REVIEW_PAYMENT, "the same payment was posted before"),
    PaymentState.ORPHAN: (TaskKind.REVIEW_REVERSAL, "it reverses nothing that was posted"),
}
"""For each reason why a claim payment lies in suspense: the task and its words."""


@workflow.defn
class Remittance(Process):
    """Balance, match, post, bring together with the deposit; a person where a rule says no."""

    @workflow.init
    def __init__(self, start: RemittanceStart, clock: BusinessClock, carried: Carried | None) -> None:
        super().__init__(subjects.remittance(start.remittance_id), clock, carried or Carried())
        self.remittance_id = start.remittance_id
        self.payment_cents = 0
        self.found: DepositState | None = None
        self.search: asyncio.Task[TaskDecision] | None = None

    @workflow.run
    async def run(self, start: RemittanceStart, clock: BusinessClock, carried: Carried | None) -> str:
        """Carry the remittance until its money is at the bank; returns how it ended."""
        steps = {
            RemittanceStep.BALANCE: self.balance,
            RemittanceStep.POST: self.post,
            RemittanceStep.SETTLE: self.settle,
        }
        step = await self.locate()
        while step in steps:
            step = await steps[step]()
        self.show(f"Remittance {self.remittance_id}: {step.value}.")
        return step.value

    async def locate(self) -> RemittanceStep:
        """Go on where the database says, in a life of its own."""
        where = self.told(
            await ask(RemittanceActivities.locate_remittance, self.arrival(), self.remittance_id)
        )
        self.carried.epoch = where.epoch
        self.payment_cents = where.payment_cents
        self.stand(where.position)
        return where.step

    async def balance(self) -> RemittanceStep:
        """Balance it; what does not balance as a whole waits for a person."""
        balanced = await self.do(RemittanceActivities.balance_remittance, self.remittance_id)
        if balanced.ok:
            return RemittanceStep.POST
        answer = await self.answered(TaskKind.REVIEW_REMITTANCE, balanced.reason, balanced.payment_cents)
        if answer.choice == ChoiceName.POST_WITH_SUSPENSE:
            await self.do(RemittanceActivities.accept_remittance, self.remittance_id)
            return RemittanceStep.POST
        await self.do(RemittanceActivities.reject_remittance, self.remittance_id)
        return RemittanceStep.REJECTED

    async def post(self) -> RemittanceStep:
        """Match each claim payment, post chunk by chunk, put the rest into suspense; each posted claim is rung."""
        self.show(f"Remittance {self.remittance_id}: posting.")
        await self.do(RemittanceActivities.match_remittance, self.remittance_id)
        while await self.do(PostingActivities.post_chunk, self.remittance_id):
            pass
        await self.do(PostingActivities.post_remainder, self.remittance_id)
        return RemittanceStep.SETTLE

    async def settle(self) -> RemittanceStep:
        """Have people place what lies in suspense while the bank's money comes."""
        unplaced = await ask(RemittanceActivities.list_unplaced, self.remittance_id)
        await asyncio.gather(self.place_all(unplaced), self.await_deposit())
        return RemittanceStep.REASSOCIATED

    async def place_all(self, positions: tuple[int, ...]) -> None:
        """Have each claim payment in suspense placed by a person."""
        for start in range(0, len(positions), TASKS_AT_ONCE):
            await asyncio.gather(*(self.place(one) for one in positions[start : start + TASKS_AT_ONCE]))

    async def place(self, position: int) -> None:
        """Ask until the claim payment is posted to a claim or refused."""
        placed = False
        while not placed:
            asked = await ask(RemittanceActivities.describe_payment, self.remittance_id, position)
            if asked.state not in QUESTIONS:
                return
            kind, words = QUESTIONS[asked.state]
            reason = f"claim payment {position} of remittance {self.remittance_id}: {words}"
            # The deposit's wait answers clocks and news meanwhile, so this waits for the answer only.
            request = self.request(kind, reason, self.due_at(), cents=abs(asked.cents))
            placed = await self.place_as(position, await self.answer_to(request))

    async def place_as(self, position: int, answer: TaskDecision) -> bool:
        """Do what the person said; False when nobody answered or the claim they named cannot take the payment."""
        if answer.expired:
            return False
        if answer.choice in (ChoiceName.MATCHED, ChoiceName.POST_AS_TOLD):
            place = PostingActivities.place_payment
            return await self.do(place, self.remittance_id, position, answer.reference)
        return await self.do(PostingActivities.refuse_payment, self.remittance_id, position)

    async def await_deposit(self) -> None:
        """Wait for the bank's money; when it is late or another amount, a person looks for it."""
        found = await self.look_for_deposit()
        while found.state in (Reassociation.MISSING, Reassociation.AMOUNT_MISMATCH):
            if found.state is Reassociation.AMOUNT_MISMATCH:
                found = await self.have_it_found(TaskKind.SETTLE_DEPOSIT, "the bank's amount is another")
            elif found.overdue:
                found = await self.have_it_found(TaskKind.FIND_DEPOSIT, "no deposit has come in time")
            else:
                passed = await self.wait()
                if passed is not None:
                    await self.passed(passed)
                found = await self.look_for_deposit()

    async def look_for_deposit(self, deposit_id: str = "") -> DepositState:
        """Look under the trace number, or take the deposit a person found."""
        self.waiting.rung = False
        found = await self.do(ReassociationActivities.reassociate, self.remittance_id, deposit_id)
        self.found = found
        if self.next_clock is not None:
            due_at = self.next_clock.due_at
            self.show(f"Remittance {self.remittance_id}: posted, deposit due {due_at:%Y-%m-%d}.")
        return found

    async def have_it_found(self, kind: TaskKind, words: str) -> DepositState:
        """Ask a person for the deposit; one that comes by itself answers the question, and it is withdrawn."""
        reason = f"remittance {self.remittance_id}: {words}"
        self.show(f"Remittance {self.remittance_id}: posted; a biller is asked, as {words}.")
        request = self.request(kind, reason, self.due_at(), cents=self.payment_cents)
        self.search = asyncio.create_task(self.answer_to(request))
        try:
            answer = await self.beside(self.search)
        except ChildWorkflowError as ended:
            if not is_cancelled_exception(ended):
                raise
            return await self.look_for_deposit()
        finally:
            self.search = None
        if answer.choice == ChoiceName.ACCEPT_DIFFERENCE:
            return await self.do(ReassociationActivities.accept_difference, self.remittance_id)
        if kind is TaskKind.FIND_DEPOSIT and not answer.reference:
            await self.do(ReassociationActivities.await_deposit)
        return await self.look_for_deposit(answer.reference)

    async def hear(self) -> None:
        """A deposit came while a person looks for one: when that changes how things stand, the question goes."""
        if self.search is None or self.found is None:
            return
        before = self.found.state
        if (await self.look_for_deposit()).state is not before:
            self.search.cancel()

    async def answered(self, kind: TaskKind, reason: str, cents: int) -> TaskDecision:
        """Ask a person, again and again: an expired question is asked anew, never dropped."""
        answer = await self.ask_person(kind, reason, self.due_at(), cents=cents)
        while answer.expired:
            answer = await self.ask_person(kind, reason, self.due_at(), cents=cents)
        return answer

    def due_at(self) -> datetime:
        """Return by when the biller must have answered a question asked now."""
        at = self.waiting.now()
        return at.combine(add_business_days(at.date(), TASK_BUSINESS_DAYS), at.timetz())

    def attributes(self) -> dict[str, Any]:
        """Show how much the payer announced."""
        return super().attributes() | {names.AMOUNT_BAND.name: names.amount_band(self.payment_cents)}
