"""Remittance: one 835, from its bytes to its money at the bank."""

import asyncio

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.posting import PostingActivities
    from activities.reassociation import ReassociationActivities
    from activities.remittance import RemittanceActivities
    from activities.tasks import TaskActivities
    from revcycle.domain.calendar import add_business_days
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.remittances.progress import DepositState, PaymentQuestion
    from revcycle.domain.remittances.reassociation import Reassociation
    from revcycle.domain.work import subjects
    from revcycle.domain.work.act import Act
    from revcycle.domain.work.starts import RemittanceStart
    from revcycle.domain.work.task import TaskDecision, TaskRequest
    from revcycle.domain.work.task_kinds import TaskKind
    from revcycle.temporal import names

from workflows.asking import ask
from workflows.human_decision import HumanDecision
from workflows.process import Carried
from workflows.waiting import Waiting

TASK_BUSINESS_DAYS = 3
"""How long the biller has for a question about a remittance before the manager is asked."""
TASKS_AT_ONCE = 50
"""Questions open at the same time for one remittance; the next ones follow as these are answered."""

MATCHED, NOT_OURS, POST_AS_TOLD, KEEP_IN_SUSPENSE = "matched", "not_ours", "post_as_told", "keep_in_suspense"
POST_WITH_SUSPENSE, REJECT = "post_with_suspense", "reject"
FOUND, KEEP_WAITING, ACCEPT_DIFFERENCE = "found", "keep_waiting", "accept_difference"

QUESTIONS = {
    "unmatched": (TaskKind.MATCH_REMITTANCE, "no claim fits well enough"),
    "held": (TaskKind.REVIEW_PAYMENT, "its amounts do not balance"),
    "repeated": (TaskKind.REVIEW_PAYMENT, "the same payment was posted before"),
    "orphan": (TaskKind.REVIEW_REVERSAL, "it reverses nothing that was posted"),
}
"""For each reason why a claim payment lies in suspense: the task and its words."""


@workflow.defn
class Remittance:
    """Balance, match, post, bring together with the deposit; a person where a rule says no."""

    @workflow.init
    def __init__(self, start: RemittanceStart, clock: BusinessClock, carried: Carried | None) -> None:
        self.remittance_id = start.remittance_id
        self.waiting = Waiting(clock)
        self.epoch = self.acts = self.tasks = 0

    @workflow.run
    async def run(self, start: RemittanceStart, clock: BusinessClock, carried: Carried | None) -> str:
        """Carry the remittance until its money is at the bank; returns how it ended."""
        position = await ask(
            RemittanceActivities.locate_remittance, self.remittance_id, workflow.info().run_id
        )
        self.epoch = position.epoch
        if position.ended:
            return "ended before"
        if not position.posted:
            if not await self.may_post():
                return "rejected"
            await self.post()
        await self.finish()
        return "reassociated"

    async def may_post(self) -> bool:
        """Balance it; what does not balance as a whole waits for a person."""
        balanced = await ask(
            RemittanceActivities.balance_remittance,
            self.remittance_id,
            self.key("balance"),
            self.waiting.now(),
        )
        if balanced.ok:
            return True
        answer = await self.answered(TaskKind.REVIEW_REMITTANCE, balanced.reason, balanced.payment_cents)
        if answer.choice == POST_WITH_SUSPENSE:
            return True
        await ask(
            RemittanceActivities.reject_remittance,
            self.remittance_id,
            self.key("reject"),
            self.waiting.now(),
        )
        return False

    async def post(self) -> None:
        """Match each claim payment and post chunk by chunk; each posted claim is rung."""
        workflow.set_current_details(f"Remittance {self.remittance_id}: posting.")
        await ask(
            RemittanceActivities.match_remittance,
            self.remittance_id,
            self.key("match"),
            self.waiting.now(),
        )
        while await ask(
            PostingActivities.post_chunk, self.remittance_id, self.key("post"), self.waiting.now()
        ):
            pass

    async def finish(self) -> None:
        """Put the rest into suspense; then people place it while the bank's money comes."""
        rest = await ask(
            PostingActivities.post_remainder,
            self.remittance_id,
            self.key("remainder"),
            self.waiting.now(),
        )
        await asyncio.gather(self.place_all(rest.unresolved), self.await_deposit())

    async def place_all(self, positions: tuple[int, ...]) -> None:
        """Have each claim payment in suspense placed by a person."""
        for start in range(0, len(positions), TASKS_AT_ONCE):
            await asyncio.gather(*(self.place(one) for one in positions[start : start + TASKS_AT_ONCE]))

    async def place(self, position: int) -> None:
        """Ask until the claim payment is posted to a claim or refused."""
        placed = False
        while not placed:
            asked: PaymentQuestion = await ask(
                RemittanceActivities.describe_payment, self.remittance_id, position
            )
            if asked.state not in QUESTIONS:
                return
            kind, words = QUESTIONS[asked.state]
            reason = f"claim payment {position} of remittance {self.remittance_id}: {words}"
            answer = await self.answered(kind, reason, abs(asked.cents))
            placed = await self.place_as(position, answer)

    async def place_as(self, position: int, answer: TaskDecision) -> bool:
        """Do what the person said; False when the claim they named cannot take the payment."""
        key, at = self.key("place"), self.waiting.now()
        if answer.choice in (MATCHED, POST_AS_TOLD):
            place = PostingActivities.place_payment
            return await ask(place, self.remittance_id, position, answer.reference, key, at)
        await ask(PostingActivities.refuse_payment, self.remittance_id, position, key, at)
        return True

    async def await_deposit(self) -> None:
        """Wait for the bank's money; when it is late or another amount, a person looks for it."""
        found = await self.look_for_deposit()
        while found.state in (Reassociation.MISSING, Reassociation.AMOUNT_MISMATCH):
            if found.state is Reassociation.AMOUNT_MISMATCH:
                found = await self.have_it_found(found, "the bank's amount is another")
            elif await self.waiting.for_news(found.due_at, "deposit due"):
                found = await self.look_for_deposit()
            else:
                found = await self.have_it_found(found, "no deposit has come in time")
        workflow.set_current_details(f"Remittance {self.remittance_id}: its money is at the bank.")

    async def look_for_deposit(self, deposit_id: str = "") -> DepositState:
        """Look under the trace number, or take the deposit a person found."""
        self.waiting.rung = False
        found: DepositState = await ask(
            ReassociationActivities.reassociate,
            self.remittance_id,
            deposit_id,
            self.key("reassociate"),
            self.waiting.now(),
        )
        if found.state is Reassociation.MISSING:
            workflow.upsert_search_attributes(
                [
                    names.NEXT_DEADLINE.value_set(found.due_at),
                    names.DEADLINE_NAME.value_set("deposit"),
                    names.AMOUNT_BAND.value_set(names.amount_band(found.payment_cents)),
                ]
            )
            workflow.set_current_details(
                f"Remittance {self.remittance_id}: posted, deposit due {found.due_at:%Y-%m-%d}."
            )
        return found

    async def have_it_found(self, found: DepositState, words: str) -> DepositState:
        """Ask a person for the deposit; one that comes by itself answers the question."""
        mismatch = found.state is Reassociation.AMOUNT_MISMATCH
        request = self.request(
            TaskKind.SETTLE_DEPOSIT if mismatch else TaskKind.FIND_DEPOSIT,
            f"remittance {self.remittance_id}: {words}",
            found.payment_cents,
        )
        task = asyncio.create_task(self.decided(request))
        while not task.done():
            await workflow.wait_condition(lambda: task.done() or self.waiting.rung)
            if not task.done():
                news = await self.look_for_deposit()
                if news.state is not found.state:
                    await self.withdraw(request, task)
                    return news
        answer = task.result()
        if answer.choice != ACCEPT_DIFFERENCE:
            return await self.look_for_deposit(answer.reference)
        await ask(
            ReassociationActivities.accept_difference,
            self.remittance_id,
            self.key("accept"),
            self.waiting.now(),
        )
        return DepositState(Reassociation.MATCHED, found.due_at, found.payment_cents)

    async def withdraw(self, request: TaskRequest, task: asyncio.Task[TaskDecision]) -> None:
        """Take a question off the worklist that has answered itself."""
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        answer = TaskDecision(FOUND, actor="system", reason="the deposit came while the task was open")
        act = Act(self.key("withdraw"), subjects.task(request.task_id), self.waiting.now())
        await ask(TaskActivities.close_task, act, request, answer)

    async def answered(self, kind: TaskKind, reason: str, cents: int) -> TaskDecision:
        """Ask a person, again and again: an expired question is asked anew, never dropped."""
        answer = await self.decided(self.request(kind, reason, cents))
        while answer.expired:
            answer = await self.decided(self.request(kind, reason, cents))
        return answer

    def request(self, kind: TaskKind, reason: str, cents: int) -> TaskRequest:
        """Mint the next task of this remittance."""
        self.tasks += 1
        at = self.waiting.now()
        due_on = add_business_days(at.date(), TASK_BUSINESS_DAYS)
        return TaskRequest(
            task_id=f"{self.remittance_id}-{kind.value}-{self.epoch}-{self.tasks}",
            kind=kind,
            subject=subjects.remittance(self.remittance_id),
            reason=reason,
            due_at=at.combine(due_on, at.timetz()),
            amount_cents=cents,
        )

    async def decided(self, request: TaskRequest) -> TaskDecision:
        """Put a task before a person; returns the answer, or that there was none."""
        return await workflow.execute_child_workflow(
            HumanDecision.run,
            args=[request, self.waiting.clock],
            id=subjects.task(request.task_id),
        )

    def key(self, act: str) -> str:
        """Mint the idempotency key of the next effect: the remittance, this life of it, and a count."""
        self.acts += 1
        return f"{subjects.remittance(self.remittance_id)}:{self.epoch}:{self.acts}:{act}"

    @workflow.signal
    def ring(self, reference: str = "") -> None:
        """There may be a deposit in the inbox."""
        self.waiting.ring()
