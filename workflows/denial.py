"""Denial: corrected, appealed, owed by somebody else, or written off by a manager's word; never by itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.appeal import AppealActivities
    from activities.correction import CorrectionActivities
    from activities.denial import DenialActivities
    from revcycle.domain.claims.stage import ClaimStage
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.denials.appeal import AppealKind, AppealOutcome, AppealPlan
    from revcycle.domain.denials.denial import (
        AFTER_LEVEL,
        ROUTE_OF_CHOICE,
        TASK_OF_ROUTE,
        DenialOutcome,
        DenialRouteKind,
    )
    from revcycle.domain.denials.progress import DenialPlan
    from revcycle.domain.work import subjects
    from revcycle.domain.work.clocks import CLOCKS, ClockName
    from revcycle.domain.work.starts import AppealStart, DenialStart
    from revcycle.domain.work.task import TaskDecision
    from revcycle.domain.work.task_kinds import TASKS, ChoiceName, TaskKind
    from revcycle.temporal import names

from workflows.appeal import Appeal
from workflows.process import Carried, Process

Step = DenialOutcome | DenialRouteKind
"""Where one step leads: to an end, or to the next way."""


@dataclass(frozen=True)
class DenialResult:
    """How the denial ended."""

    outcome: DenialOutcome


@workflow.defn
class Denial(Process):
    """Classified, then one way after another until an end is reached."""

    plan: DenialPlan

    @workflow.init
    def __init__(self, start: DenialStart, clock: BusinessClock, carried: Carried | None) -> None:
        super().__init__(subjects.denial(start.denial_id), clock, carried or Carried(epoch=start.epoch))
        self.start = start
        self.about = subjects.claim(start.claim_id)
        self.actor = "system"
        self.reason = ""
        self.work_by: datetime | None = None
        self.attempts: dict[int, int] = {}
        self.way: dict[str, Any] = {}

    @workflow.run
    async def run(self, start: DenialStart, clock: BusinessClock, carried: Carried | None) -> DenialResult:
        """Take the way the rule says; each step names the next, and only an end ends it."""
        step = await (self.find_position() if start.epoch else self.classify())
        while isinstance(step, DenialRouteKind):
            step = await self.take(step)
            if isinstance(step, DenialRouteKind):
                await self.turn_to(step)
        return DenialResult(step)

    async def take(self, route: DenialRouteKind) -> Step:
        """Go one way to its end, or to where another begins."""
        match route:
            case DenialRouteKind.CORRECT | DenialRouteKind.PERSON:
                return await self.ask_biller(route)
            case DenialRouteKind.APPEAL:
                return await self.appeal(route, AppealKind.APPEAL)
            case DenialRouteKind.PROVE_TIMELY_FILING:
                return await self.appeal(route, AppealKind.TIMELY_FILING_PROOF)
            case DenialRouteKind.WRITE_OFF_REQUEST:
                return await self.request_write_off()
            case DenialRouteKind.BILL_PATIENT:
                return await self.bill_patient()
            case DenialRouteKind.NEXT_PAYER:
                return await self.next_payer()

    async def classify(self) -> Step:
        """Decide what to do about what the remittance refused."""
        start = self.start
        plan = await self.do(
            DenialActivities.classify_denial, start.claim_id, start.denial_id, start.remittance_id
        )
        return self.follow_plan(plan)

    async def find_position(self) -> Step:
        """Go on where an earlier life of this denial stood; without one, begin."""
        found = await self.do(DenialActivities.locate_denial, self.start.denial_id)
        if found.plan is None:
            return await self.classify()
        self.actor, self.questions = found.actor, found.questions
        route = self.follow_plan(found.plan)
        if found.outcome is not None:
            return found.outcome
        return await self.fight(found.appeal, route) if found.appeal is not None else route

    def follow_plan(self, plan: DenialPlan) -> DenialRouteKind:
        """Take the plan over and show its way; return it."""
        self.plan, self.reason, self.work_by = plan, plan.reason, plan.work_by
        self.show_way(plan.route)
        return plan.route

    async def turn_to(self, route: DenialRouteKind) -> None:
        """Note the next way, with its clocks, and show it."""
        self.work_by = await self.do(DenialActivities.reroute_denial, self.start.denial_id, route)
        self.show_way(route)

    async def ask_biller(self, route: DenialRouteKind) -> Step:
        """Have the claim corrected, or the way said that no rule knows; unanswered, it is asked again."""
        decision = await self.asked(TASK_OF_ROUTE[route], f"{self.plan.code}: {self.reason}", self.work_by)
        self.actor = decision.actor
        if decision.choice != ChoiceName.CORRECTED:
            return ROUTE_OF_CHOICE.get(decision.choice, route)
        await self.do(CorrectionActivities.apply_correction, self.start.claim_id, decision.reference)
        return await self.close(DenialOutcome.CORRECTED)

    async def appeal(self, route: DenialRouteKind, kind: AppealKind) -> Step:
        """File the next level, if the ladder and its clock allow one."""
        planned = await self.do(AppealActivities.plan_appeal, self.start.denial_id, kind)
        if not planned.possible:
            self.reason = planned.reason
            return DenialRouteKind.WRITE_OFF_REQUEST
        if planned.needs_approval:
            reason = f"{self.reason}; {planned.reason}"
            decision = await self.asked(TaskKind.APPROVE_APPEAL, reason, planned.approve_by)
            if decision.choice != ChoiceName.APPROVE:
                return ROUTE_OF_CHOICE.get(decision.choice, route)
        return await self.fight(planned, route)

    async def fight(self, planned: AppealPlan, route: DenialRouteKind) -> Step:
        """Have a level carried to its end; return where that leads."""
        self.attempts[planned.level] = self.attempts.get(planned.level, 0) + 1
        level = AppealStart(
            claim_id=self.start.claim_id,
            denial_id=self.start.denial_id,
            level=planned.level,
            kind=planned.kind,
            value_cents=planned.value_cents,
            attempt=self.attempts[planned.level],
            epoch=self.start.epoch,
        )
        result = await self.beside(
            workflow.execute_child_workflow(
                Appeal.run, args=[level, self.waiting.clock, None], id=subjects.appeal(planned.appeal_id)
            )
        )
        return await self.after(result.outcome, planned.level, route)

    async def after(self, outcome: AppealOutcome, level: int, route: DenialRouteKind) -> Step:
        """Return where a level's end leads; a level won ends the denial."""
        self.reason = f"appeal level {level}: {outcome.value.replace('_', ' ')}"
        step = AFTER_LEVEL.get(outcome, route)
        return await self.close(step) if isinstance(step, DenialOutcome) else step

    async def request_write_off(self) -> Step:
        """Ask a manager; without a yes nothing is written off, however long it takes."""
        if self.holds(ClockName.WRITE_OFF_HOLD):
            await self.until_passed(ClockName.WRITE_OFF_HOLD)
            return DenialRouteKind.WRITE_OFF_REQUEST
        reason = f"{self.plan.code}: {self.reason}".removeprefix(": ")
        decision = await self.asked(TaskKind.APPROVE_WRITE_OFF, reason, self.work_by)
        match decision.choice:
            case ChoiceName.WRITE_OFF:
                return await self.do(DenialActivities.write_off_denial, self.start.denial_id, decision)
            case ChoiceName.HOLD:
                await self.do(DenialActivities.hold_write_off, self.start.denial_id, decision)
                return await self.request_write_off()
        return ROUTE_OF_CHOICE.get(decision.choice, DenialRouteKind.WRITE_OFF_REQUEST)

    async def bill_patient(self) -> Step:
        """Make it the patient's share and tell the account, unless the payer has paid meanwhile."""
        return await self.do(DenialActivities.bill_denial_to_patient, self.start.denial_id, self.actor)

    async def next_payer(self) -> Step:
        """Turn to the next coverage; without one a person finds the way."""
        denial_id = self.start.denial_id
        if await self.do(DenialActivities.send_denial_to_next_payer, denial_id, self.actor):
            return DenialOutcome.NEXT_PAYER
        self.reason = "there is no other coverage on this claim"
        return DenialRouteKind.PERSON

    async def close(self, outcome: DenialOutcome) -> DenialOutcome:
        """End the denial as it was decided elsewhere."""
        return await self.do(DenialActivities.close_denial, self.start.denial_id, outcome)

    async def asked(self, kind: TaskKind, reason: str, due_at: datetime | None) -> TaskDecision:
        """Put a task about the denied amount before a person and wait for the answer."""
        assert due_at is not None, "a way that asks a person has a day by which it must be dealt with"
        return await self.ask_person(kind, reason, due_at, cents=self.plan.value_cents)

    def show_way(self, route: DenialRouteKind) -> None:
        """Show operations which way the denial goes, whom it waits for, and why."""
        task = TASK_OF_ROUTE.get(route)
        appealing = CLOCKS[ClockName.APPEAL_DECISION].waits_for
        self.way = {
            names.CLAIM_STAGE.name: ClaimStage.DENIED.value,
            names.PAYER_CLASS.name: self.plan.payer_class,
            names.OWNER_CLASS.name: TASKS[task].owner.value if task else appealing,
            names.AMOUNT_BAND.name: names.amount_band(self.plan.value_cents),
        }
        words = route.value.replace("_", " ")
        self.show(f"Denial {self.start.denial_id}: {words}, since {self.reason}.")

    def attributes(self) -> dict[str, Any]:
        """Add what was denied, by which class of payer, and who owns the way it goes."""
        return super().attributes() | self.way
