"""Appeal: one level of a denial, from the packet to the payer's decision, or the end of all asking."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.appeal import AppealActivities
    from activities.appeal_filing import AppealFilingActivities, AppealLetterActivities
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.denials.appeal import OUTCOME_OF_CHOICE, AppealOutcome, AppealStep
    from revcycle.domain.exchange.delivery import DeliveryOutcome
    from revcycle.domain.work import subjects
    from revcycle.domain.work.clocks import Clock, ClockName
    from revcycle.domain.work.starts import AppealStart
    from revcycle.domain.work.task import TaskDecision
    from revcycle.domain.work.task_kinds import TASKS, ChoiceName, TaskKind
    from revcycle.temporal import names

from workflows.asking import INQUIRY, LETTERS
from workflows.process import Carried, Process

DELIVERIES_MAX = 5
"""After so many deliveries without a receipt a person looks."""
CALL_TIME = timedelta(days=3)
"""How long a person has to ask the payer or mend a packet."""
Step = AppealOutcome | AppealStep
"""Where one step leads: to the level's end, or to the next step."""


@dataclass(frozen=True)
class AppealResult:
    """How the level ended."""

    outcome: AppealOutcome


@workflow.defn
class Appeal(Process):
    """Packet, guard, filing, the payer's clock, its decision."""

    @workflow.init
    def __init__(self, start: AppealStart, clock: BusinessClock, carried: Carried | None) -> None:
        self.appeal_id = f"{start.denial_id}-{start.level}"
        life = Carried(epoch=start.epoch * 100 + start.attempt - 1)
        super().__init__(subjects.appeal(self.appeal_id), clock, carried or life)
        self.start = start
        self.about = subjects.claim(start.claim_id)
        self.late_allowed = False
        self.deliveries = 0
        self.held = ""

    @workflow.run
    async def run(self, start: AppealStart, clock: BusinessClock, carried: Carried | None) -> AppealResult:
        """File the level once, then wait for its decision; nothing ends in silence."""
        step = await (self.find_position() if start.epoch else self.open())
        while isinstance(step, AppealStep):
            step = await self.take(step)
        return AppealResult(step)

    async def take(self, step: AppealStep) -> Step:
        """Do one step; return the next."""
        match step:
            case AppealStep.PREPARE:
                return await self.prepare()
            case AppealStep.DELIVER:
                return await self.deliver()
            case AppealStep.MEND:
                return await self.mend()
            case AppealStep.AWAIT_DECISION:
                return await self.await_decision()
            case AppealStep.ASK_PAYER:
                return await self.ask_payer()

    async def open(self) -> Step:
        """Open the level, with the clock it must be filed by."""
        start = self.start
        await self.do(AppealActivities.open_appeal, start.denial_id, start.level, start.kind)
        return AppealStep.PREPARE

    async def find_position(self) -> Step:
        """Go on where an earlier life of this level stood; without one, begin."""
        found = await self.do(AppealActivities.locate_appeal, self.appeal_id)
        self.questions = found.questions
        return found.outcome or found.step or await self.open()

    async def prepare(self) -> Step:
        """Write the packet and have it guarded."""
        self.tell("writing the packet")
        act = self.act("write_appeal")
        self.told(await self.beside(LETTERS.ask(AppealLetterActivities.write_appeal, act, self.appeal_id)))
        check = await self.do(AppealActivities.check_appeal, self.appeal_id, self.late_allowed)
        self.held = check.reason
        return AppealStep.DELIVER if check.ready else AppealStep.MEND

    async def deliver(self) -> Step:
        """Deliver until a receipt proves it; the payer knows a second copy by its key."""
        self.deliveries += 1
        again = self.deliveries < DELIVERIES_MAX
        act = self.act("deliver_appeal")
        try:
            delivery = INQUIRY.ask(AppealFilingActivities.deliver_appeal, act, self.appeal_id, again)
            delivered = self.told(await self.beside(delivery))
        except ActivityError:
            return self.hold("the payer's connection refuses it for good")
        if delivered.outcome is DeliveryOutcome.SENT:
            return AppealStep.AWAIT_DECISION
        if not again:
            return self.hold(f"the payer gave no receipt: {delivered.reason}")
        await self.until_passed(ClockName.APPEAL_RESEND)
        return AppealStep.DELIVER

    def hold(self, why: str) -> AppealStep:
        """Keep the packet here until a person has looked."""
        self.held, self.deliveries = why, 0
        return AppealStep.MEND

    async def mend(self) -> Step:
        """Have a person supply what the packet lacks; unanswered, it is tried again as it is."""
        reason = f"appeal level {self.start.level} not filed: {self.held}"
        decision = await self.asked(TaskKind.MEND_APPEAL, reason)
        if decision.choice == ChoiceName.GIVE_UP:
            return await self.end(AppealOutcome.NOT_FILED, decision)
        self.late_allowed = self.late_allowed or decision.choice == ChoiceName.FILE_LATE
        return AppealStep.PREPARE

    async def await_decision(self) -> Step:
        """Wait for the payer's decision; when it is late, the payer is asked."""
        self.tell("filed, waiting for the payer's decision")
        news = await self.do(AppealActivities.read_appeal, self.appeal_id)
        if news.outcome is not None:
            return news.outcome
        clock = await self.wait()
        if clock is None:
            return AppealStep.AWAIT_DECISION
        await self.passed(clock)
        late = clock.name is ClockName.APPEAL_DECISION
        return AppealStep.ASK_PAYER if late else AppealStep.AWAIT_DECISION

    async def ask_payer(self) -> Step:
        """Have a person ask the payer; what they were told ends the level, unless the decision has come meanwhile."""
        reason = f"no decision on appeal level {self.start.level}: ask the payer, note the call's reference"
        decision = await self.asked(TaskKind.ASK_APPEAL_DECISION, reason)
        told = OUTCOME_OF_CHOICE.get(decision.choice)
        if told is None:
            return AppealStep.AWAIT_DECISION
        news = await self.do(AppealActivities.read_appeal, self.appeal_id)
        return news.outcome or await self.end(told, decision)

    async def passed(self, clock: Clock) -> None:
        """A late decision is waited for again, with a clock of its own."""
        if clock.name is ClockName.APPEAL_DECISION:
            await self.do(AppealActivities.chase_appeal, self.appeal_id)
        else:
            await super().passed(clock)

    async def end(self, outcome: AppealOutcome, decision: TaskDecision) -> AppealOutcome:
        """Record the end a person stated."""
        return await self.do(AppealActivities.end_appeal, self.appeal_id, outcome, decision)

    async def asked(self, kind: TaskKind, reason: str) -> TaskDecision:
        """Put a task about the level before a person and wait for the answer."""
        self.tell(f"waits for a {TASKS[kind].owner.value}: {kind.value.replace('_', ' ')}")
        return await self.ask_person(
            kind, reason, self.waiting.now() + CALL_TIME, cents=self.start.value_cents
        )

    def tell(self, doing: str) -> None:
        """Show operations what this level is at."""
        self.show(f"Appeal {self.appeal_id}, level {self.start.level}: {doing}.")

    def attributes(self) -> dict[str, Any]:
        """Add how much is at stake."""
        band = names.amount_band(self.start.value_cents)
        return super().attributes() | {names.AMOUNT_BAND.name: band}
