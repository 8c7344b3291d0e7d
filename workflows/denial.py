"""Denial: corrected, appealed, owed by somebody else, or written off by a manager's word; never by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.correction import CorrectionActivities
    from activities.denial import DenialActivities
    from revcycle.domain.claims.stage import ClaimStage
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.denials.appeal import AppealKind, AppealOutcome, AppealPlan
    from revcycle.domain.denials.denial import DenialOutcome, DenialRouteKind
    from revcycle.domain.denials.progress import DenialPlan
    from revcycle.domain.work import subjects
    from revcycle.domain.work.task import TaskDecision, TaskRequest
    from revcycle.domain.work.task_kinds import TaskKind
    from revcycle.temporal import names

from workflows.appeal import Appeal, AppealStart
from workflows.asking import ask
from workflows.human_decision import ask_person
from workflows.waiting import Waiting

APPROVAL_TIME = timedelta(days=5)
"""How long a manager has for an approval before it is asked for again, higher up."""
HOLD_TIME = timedelta(days=30)
"""How long a write-off that was put on hold rests."""
CORRECTED, APPEAL, PROVE, WRITE_OFF = "corrected", "appeal", "prove_timely_filing", "write_off"
BILL_PATIENT, NEXT_PAYER, APPROVE, HOLD = "bill_patient", "next_payer", "approve", "hold"
_ROUTE_OF_CHOICE = {
    APPEAL: DenialRouteKind.APPEAL,
    PROVE: DenialRouteKind.PROVE_TIMELY_FILING,
    WRITE_OFF: DenialRouteKind.WRITE_OFF_REQUEST,
    BILL_PATIENT: DenialRouteKind.BILL_PATIENT,
    NEXT_PAYER: DenialRouteKind.NEXT_PAYER,
}
_OWNER_OF_ROUTE = {
    DenialRouteKind.APPEAL: "payer",
    DenialRouteKind.PROVE_TIMELY_FILING: "payer",
    DenialRouteKind.WRITE_OFF_REQUEST: "manager",
}
Step = DenialOutcome | DenialRouteKind
"""Where one step leads: to an end, or to the next way."""


@dataclass(frozen=True)
class DenialStart:
    """Which denial of which claim, and the remittance that brought it."""

    clock: BusinessClock
    claim_id: str
    denial_id: str
    remittance_id: str


@dataclass(frozen=True)
class DenialResult:
    """How the denial ended."""

    outcome: DenialOutcome


@workflow.defn
class Denial:
    """Classified, then one way after another until an end is reached."""

    @workflow.init
    def __init__(self, start: DenialStart) -> None:
        self.start = start
        self.waiting = Waiting(start.clock)
        self.acts = 0
        self.actor = "system"
        self.reason = ""
        self.plan: DenialPlan | None = None

    @workflow.run
    async def run(self, start: DenialStart) -> DenialResult:
        """Take the way the rule says; each step names the next, and only an end ends it."""
        plan = await ask(
            DenialActivities.classify_denial,
            start.claim_id,
            start.denial_id,
            start.remittance_id,
            self.waiting.now(),
        )
        self.plan, self.reason = plan, plan.reason
        step: Step = plan.route
        self.show(plan.route, plan.work_by)
        while isinstance(step, DenialRouteKind):
            step = await self.take(step, plan)
            if isinstance(step, DenialRouteKind):
                await ask(DenialActivities.reroute_denial, start.denial_id, step, self.waiting.now())
                self.show(step, self.waiting.now() + APPROVAL_TIME)
        await ask(DenialActivities.close_denial, start.denial_id, step, self.waiting.now())
        return DenialResult(step)

    async def take(self, route: DenialRouteKind, plan: DenialPlan) -> Step:
        """Go one way to its end, or to where another begins."""
        match route:
            case DenialRouteKind.CORRECT:
                return await self.correct(plan)
            case DenialRouteKind.APPEAL:
                return await self.appeal(AppealKind.APPEAL)
            case DenialRouteKind.PROVE_TIMELY_FILING:
                return await self.appeal(AppealKind.TIMELY_FILING_PROOF)
            case DenialRouteKind.WRITE_OFF_REQUEST:
                return await self.request_write_off()
            case DenialRouteKind.BILL_PATIENT:
                return await self.bill_patient()
            case DenialRouteKind.NEXT_PAYER:
                return await self.next_payer()
            case DenialRouteKind.PERSON:
                return await self.classify_by_person(plan)

    async def correct(self, plan: DenialPlan) -> Step:
        """Have a biller correct the claim, long before the last day for it."""
        due_at = max(plan.work_by, self.waiting.now() + timedelta(days=1))
        decision = await self.decided(TaskKind.FIX_DENIAL, f"{plan.code}: {self.reason}", due_at)
        return await self.follow(decision, DenialRouteKind.CORRECT)

    async def classify_by_person(self, plan: DenialPlan) -> Step:
        """No rule knows the way: a person says it; unanswered, it is asked again."""
        due_at = max(plan.work_by, self.waiting.now() + timedelta(days=1))
        decision = await self.decided(TaskKind.CLASSIFY_DENIAL, f"{plan.code}: {self.reason}", due_at)
        return await self.follow(decision, DenialRouteKind.PERSON)

    async def follow(self, decision: TaskDecision, unanswered: DenialRouteKind) -> Step:
        """Do what a person chose. A correction that names no changes goes back to a person."""
        self.actor = decision.actor
        if decision.choice != CORRECTED:
            return _ROUTE_OF_CHOICE.get(decision.choice, unanswered)
        if not decision.reference:
            self.reason = "the correction named no changes"
            return DenialRouteKind.PERSON
        key, at = self.key("correction"), self.waiting.now()
        await ask(CorrectionActivities.apply_correction, self.start.claim_id, decision.reference, key, at)
        return DenialOutcome.CORRECTED

    async def appeal(self, kind: AppealKind) -> Step:
        """File the next level, if the ladder and its clock allow one."""
        planned = await ask(
            DenialActivities.plan_appeal, self.start.denial_id, kind, self.key("plan"), self.waiting.now()
        )
        route = DenialRouteKind.APPEAL if kind is AppealKind.APPEAL else DenialRouteKind.PROVE_TIMELY_FILING
        if not planned.possible:
            self.reason = planned.reason
            return DenialRouteKind.WRITE_OFF_REQUEST
        if planned.needs_approval:
            decision = await self.approved(planned)
            if decision.choice == WRITE_OFF:
                return DenialRouteKind.WRITE_OFF_REQUEST
            if decision.choice != APPROVE:
                return route
        result = await workflow.execute_child_workflow(
            Appeal.run, self.level(planned), id=subjects.appeal(planned.appeal_id)
        )
        return self.after(result.outcome, planned, route)

    def level(self, planned: AppealPlan) -> AppealStart:
        """Return the start of the level's own process."""
        return AppealStart(
            clock=self.start.clock,
            claim_id=self.start.claim_id,
            denial_id=self.start.denial_id,
            level=planned.level,
            kind=planned.kind,
            value_cents=planned.value_cents,
            attempt=self.next(),
        )

    def after(self, outcome: AppealOutcome, planned: AppealPlan, route: DenialRouteKind) -> Step:
        """Return where a level's end leads."""
        self.reason = f"appeal level {planned.level}: {outcome.value.replace('_', ' ')}"
        if outcome is AppealOutcome.OVERTURNED:
            return DenialOutcome.OVERTURNED
        if outcome is AppealOutcome.NOT_FILED:
            return DenialRouteKind.WRITE_OFF_REQUEST
        return route

    async def approved(self, planned: AppealPlan) -> TaskDecision:
        """Ask a manager whether to go to a level that costs more than a letter."""
        due_at = max(
            min(self.waiting.now() + APPROVAL_TIME, planned.file_by), self.waiting.now() + timedelta(days=1)
        )
        reason = f"{self.reason}; {planned.reason}"
        return await self.decided(TaskKind.APPROVE_APPEAL, reason, due_at)

    async def request_write_off(self) -> Step:
        """Ask a manager; without a yes nothing is written off, however long it takes."""
        due_at = self.waiting.now() + APPROVAL_TIME
        reason = f"{self.plan.code if self.plan else ''}: {self.reason}".lstrip(": ")
        decision = await self.decided(TaskKind.APPROVE_WRITE_OFF, reason, due_at)
        if decision.choice == WRITE_OFF:
            at = self.waiting.now()
            cents = await ask(DenialActivities.write_off_denial, self.start.denial_id, decision, at)
            return DenialOutcome.WRITTEN_OFF if cents else DenialOutcome.OVERTURNED
        if decision.choice == HOLD:
            await self.waiting.sleep_until(self.waiting.now() + HOLD_TIME, "write-off on hold")
        return DenialRouteKind.APPEAL if decision.choice == APPEAL else DenialRouteKind.WRITE_OFF_REQUEST

    async def bill_patient(self) -> Step:
        """Make it the patient's share and tell the account, unless the payer has paid meanwhile."""
        at = self.waiting.now()
        cents = await ask(DenialActivities.bill_denial_to_patient, self.start.denial_id, self.actor, at)
        return DenialOutcome.PATIENT_DUE if cents else DenialOutcome.OVERTURNED

    async def next_payer(self) -> Step:
        """Turn to the next coverage; without one a person finds the way."""
        at = self.waiting.now()
        if await ask(DenialActivities.send_denial_to_next_payer, self.start.denial_id, self.actor, at):
            return DenialOutcome.NEXT_PAYER
        self.reason = "there is no other coverage on this claim"
        return DenialRouteKind.PERSON

    async def decided(self, kind: TaskKind, reason: str, due_at: datetime) -> TaskDecision:
        """Put a task before a person and wait for the answer, or for its expiry after escalation."""
        request = TaskRequest(
            task_id=f"{self.start.denial_id}-{kind.value}-{self.next()}",
            kind=kind,
            subject=subjects.claim(self.start.claim_id),
            reason=reason,
            due_at=due_at,
            amount_cents=self.plan.value_cents if self.plan else 0,
        )
        return await ask_person(self.start.clock, request)

    def show(self, route: DenialRouteKind, due_at: datetime) -> None:
        """Tell operations the way a denial goes and its clock, in one upsert."""
        words = route.value.replace("_", " ")
        workflow.set_current_details(f"Denial {self.start.denial_id}: {words}, since {self.reason}.")
        appealing = route in (DenialRouteKind.APPEAL, DenialRouteKind.PROVE_TIMELY_FILING)
        deadline = names.NEXT_DEADLINE  # an appeal has its own clock; a second one here would look missed
        workflow.upsert_search_attributes(
            [
                names.CLAIM_STAGE.value_set(ClaimStage.DENIED.value),
                names.PAYER_CLASS.value_set(self.plan.payer_class if self.plan else ""),
                deadline.value_unset() if appealing else deadline.value_set(due_at),
                names.DEADLINE_NAME.value_set(f"denial: {words}"),
                names.OWNER_CLASS.value_set(_OWNER_OF_ROUTE.get(route, "biller")),
                names.AMOUNT_BAND.value_set(names.amount_band(self.plan.value_cents if self.plan else 0)),
            ]
        )

    def key(self, act: str) -> str:
        """Mint the idempotency key of the next effect."""
        return f"{self.start.denial_id}:{self.next()}:{act}"

    def next(self) -> int:
        """Count what this run does."""
        self.acts += 1
        return self.acts

    @workflow.signal
    def ring(self, reference: str = "") -> None:
        """Nothing waits in an inbox here; the doorbell is accepted so that a batch ring is harmless."""
