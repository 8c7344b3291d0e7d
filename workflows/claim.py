"""Claim: one claim's whole life, from the eligibility check until nothing is owed."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.acknowledgment import AcknowledgmentActivities
    from activities.adjudication import AdjudicationActivities
    from activities.claim_position import ClaimPositionActivities
    from activities.claim_status import ClaimStatusActivities
    from activities.correction import CorrectionActivities
    from activities.eligibility import EligibilityActivities
    from activities.release import ReleaseActivities
    from revcycle.domain.claims.disposition import AdjudicationOutcome
    from revcycle.domain.claims.eligibility import CoverageOutcome
    from revcycle.domain.claims.progress import Acknowledged
    from revcycle.domain.claims.stage import ClaimStage
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.denials.denial import DenialOutcome
    from revcycle.domain.mail.acknowledgment import AcknowledgmentOutcome
    from revcycle.domain.work import subjects
    from revcycle.domain.work.starts import ClaimStart
    from revcycle.domain.work.task import TaskDecision, TaskRequest
    from revcycle.domain.work.task_kinds import TaskKind
    from revcycle.temporal import names

from workflows.asking import INQUIRY, ask
from workflows.claim_state import OWNER_OF_STEP, STEP_OF_STAGE, ClaimState, ClaimStep, stage_of
from workflows.denial import Denial, DenialStart
from workflows.human_decision import ask_person
from workflows.waiting import Waiting

CORRECTION_TIME = timedelta(days=5)
"""How long the biller has before the manager is asked."""
PAYMENT_TIME = timedelta(days=30)
"""How long a payer may take to send what it announced: the money of an overturned denial, a correction, a crossover."""
ASKED_IN_VAIN = 4
"""After so many questions that no line carries, a person telephones."""
ELIGIBILITY_PATIENCE = timedelta(minutes=15)
"""How long (real time) an unreachable payer holds up a claim; then it goes out unchecked and says so."""


@workflow.defn
class Claim:
    """The process of one claim. It judges nothing: activities ask the rules, history remembers the answers."""

    @workflow.init
    def __init__(self, start: ClaimStart, clock: BusinessClock, state: ClaimState | None) -> None:
        self.claim_id = start.claim_id
        self.state = state or ClaimState()
        self.waiting = Waiting(clock)

    @workflow.run
    async def run(self, start: ClaimStart, clock: BusinessClock, state: ClaimState | None) -> str:
        """Carry the claim until nothing is owed; returns how it ended."""
        await self.begin(start)
        while self.state.step is not ClaimStep.CLOSED:
            match self.state.step:
                case ClaimStep.VERIFY_COVERAGE:
                    await self.verify_coverage()
                case ClaimStep.RELEASE:
                    await self.release()
                case ClaimStep.CORRECT:
                    await self.correct()
                case ClaimStep.AWAIT_ACKNOWLEDGMENT:
                    await self.await_acknowledgment()
                case ClaimStep.AWAIT_REMITTANCE:
                    await self.await_remittance()
                case ClaimStep.AWAIT_CROSSOVER:
                    await self.await_crossover()
                case ClaimStep.FIGHT_DENIAL:
                    await self.fight_denial()
                case ClaimStep.AWAIT_SETTLEMENT:
                    await self.await_settlement()
                case ClaimStep.REVIEW:
                    await self.review()
            await self.renew(start)
        return self.state.ending

    async def begin(self, start: ClaimStart) -> None:
        """A new claim starts at the beginning, one that has lived before where it stands."""
        if not self.state.acts:
            self.waiting.rung = False  # the ring that started us brings no news yet
        if start.resume and not self.state.epoch:
            await self.find_position()

    async def find_position(self) -> None:
        """Ask the database where the claim stands; an answer of a payer may have woken it."""
        found = await ask(ClaimPositionActivities.locate_claim, self.claim_id, workflow.info().run_id)
        self.state.epoch, self.state.ending = found.epoch, found.ending
        self.waiting.ring()
        if found.stage is ClaimStage.CLOSED:
            self.state.step = ClaimStep.CLOSED
            await self.reopen_if_posted()
        else:
            step = STEP_OF_STAGE.get(found.stage, ClaimStep.AWAIT_REMITTANCE)
            self.go(step, self.waiting.now() + PAYMENT_TIME)

    async def reopen_if_posted(self) -> None:
        """A payer may speak again after the end: judge what it posted, if it did."""
        self.waiting.rung = False
        await self.judge_postings()

    async def verify_coverage(self) -> None:
        """Ask the payer whether the coverage was active; a person mends what does not match."""
        try:
            checked = await replace(INQUIRY, patience=ELIGIBILITY_PATIENCE).ask(
                EligibilityActivities.check_eligibility,
                self.claim_id,
                self.key("eligibility"),
                self.waiting.now(),
            )
        except ActivityError:
            await ask(
                ClaimPositionActivities.note_unchecked_coverage,
                self.claim_id,
                self.key("unchecked"),
                self.waiting.now(),
            )
            self.go(ClaimStep.RELEASE)
            return
        if checked.outcome in (CoverageOutcome.ACTIVE, CoverageOutcome.UNKNOWN):
            self.go(ClaimStep.RELEASE)
        else:
            self.go_correct(TaskKind.FIX_REGISTRATION, checked.reason)

    async def release(self) -> None:
        """Scrub, and queue for the payer when clean."""
        released = await ask(
            ReleaseActivities.release_claim, self.claim_id, self.key("release"), self.waiting.now()
        )
        if released.clean:
            self.state.asked = 0
            self.go(ClaimStep.AWAIT_ACKNOWLEDGMENT, released.acknowledge_by)
        else:
            self.go_correct(TaskKind.FIX_SCRUB_FINDING, released.reason)

    async def correct(self) -> None:
        """Have a person mend the claim; unanswered, it is asked again, ever higher."""
        again = self.state.task_kind is TaskKind.FIX_REGISTRATION
        decision = await self.decided(self.state.task_kind, self.state.reason)
        if decision.choice == "corrected":
            await self.apply(decision)
            self.go(ClaimStep.VERIFY_COVERAGE if again else ClaimStep.RELEASE)
        elif not decision.expired:
            self.go(ClaimStep.RELEASE)

    async def await_acknowledgment(self) -> None:
        """Wait until the payer says it has the claim; ask when it does not say.

        At the deadline the answer may be here with its doorbell still on the way: look before asking.
        """
        rang = await self.waiting.for_news(self.due_at(), "acknowledgment due")
        answer = await self.acknowledged()
        if answer.outcome is AcknowledgmentOutcome.REJECTED:
            self.go_correct(TaskKind.FIX_REJECTION, answer.reason)
        elif answer.outcome is AcknowledgmentOutcome.ACCEPTED or answer.posted:
            self.go(ClaimStep.AWAIT_REMITTANCE, answer.follow_up_at)
        elif not rang:
            await self.ask_for_status()
        if answer.posted:
            self.waiting.ring()

    async def acknowledged(self) -> Acknowledged:
        """Read what acknowledgments say of the claim."""
        return await ask(
            AcknowledgmentActivities.take_acknowledgment,
            self.claim_id,
            self.key("acknowledgment"),
            self.waiting.now(),
        )

    async def await_remittance(self) -> None:
        """Wait for the payer's decision; ask when it is silent."""
        rang = await self.waiting.for_news(self.due_at(), "remittance due")
        if await self.judge_postings():
            return
        if rang:
            await self.read_late_acknowledgment()
        else:
            await self.ask_for_status()

    async def read_late_acknowledgment(self) -> None:
        """An acknowledgment that came after we had asked may still be a rejection."""
        answer = await self.acknowledged()
        if answer.outcome is AcknowledgmentOutcome.REJECTED:
            self.go_correct(TaskKind.FIX_REJECTION, answer.reason)
        elif answer.outcome is AcknowledgmentOutcome.ACCEPTED:
            self.go(ClaimStep.AWAIT_REMITTANCE, answer.follow_up_at)

    async def judge_postings(self) -> bool:
        """Have the new postings judged and follow the judgement; tell whether there were any."""
        judged = await ask(
            AdjudicationActivities.judge_adjudication,
            self.claim_id,
            self.key("adjudication"),
            self.waiting.now(),
        )
        if not judged.posted:
            return False
        match judged.outcome:
            case AdjudicationOutcome.PAID:
                self.state.ending = "paid"
                self.go(ClaimStep.CLOSED)
            case AdjudicationOutcome.RESUBMIT:
                self.go(ClaimStep.RELEASE)
            case AdjudicationOutcome.PATIENT_DUE:
                await self.turn_to_patient()
            case AdjudicationOutcome.NEXT_PAYER if judged.crossover:
                self.go(ClaimStep.AWAIT_CROSSOVER, self.waiting.now() + PAYMENT_TIME)
            case AdjudicationOutcome.NEXT_PAYER:
                self.go(ClaimStep.RELEASE)
            case AdjudicationOutcome.DENIED:
                self.state.remittance_id = judged.remittance_id
                self.go(ClaimStep.FIGHT_DENIAL)
            case AdjudicationOutcome.REVERSED:
                await self.expect_remittance()
            case AdjudicationOutcome.OPEN:
                self.state.reason = judged.reason
                self.go(ClaimStep.REVIEW)
        return True

    async def ask_for_status(self) -> None:
        """Ask the payer what has become of the claim (276); call when asking does not help."""
        self.state.asked += 1
        try:
            told = await INQUIRY.ask(
                ClaimStatusActivities.ask_claim_status,
                self.claim_id,
                self.state.asked,
                self.key("status"),
                self.waiting.now(),
            )
        except ActivityError:
            self.go(ClaimStep.AWAIT_REMITTANCE, self.waiting.now() + CORRECTION_TIME)
            if self.state.asked % ASKED_IN_VAIN == 0:
                await self.have_looked_at(TaskKind.CALL_PAYER, "the payer cannot be asked over any line")
            return
        self.go(ClaimStep.AWAIT_REMITTANCE, told.ask_again_at)
        if told.call:
            await self.have_looked_at(TaskKind.CALL_PAYER, told.reason)

    async def have_looked_at(self, kind: TaskKind, reason: str) -> None:
        """Have a person telephone the payer or look; they correct the claim, or say to wait."""
        decision = await self.decided(kind, reason)
        if decision.choice == "corrected":
            await self.apply(decision)
            self.go(ClaimStep.RELEASE)
        else:
            await self.expect_remittance()

    async def await_crossover(self) -> None:
        """The payer forwards the claim itself: give the next one time, then file it ourselves, once."""
        if await self.waiting.for_news(self.due_at(), "crossover due"):
            await self.judge_postings()
        else:
            self.go(ClaimStep.RELEASE)

    async def fight_denial(self) -> None:
        """Correct or appeal, as the Denial process finds; it ends with an answer, never in silence."""
        self.state.denials += 1
        denial_id = f"{self.claim_id}-{self.state.epoch * 100 + self.state.denials}"
        result = await workflow.execute_child_workflow(
            Denial.run,
            DenialStart(self.waiting.clock, self.claim_id, denial_id, self.state.remittance_id),
            id=subjects.denial(denial_id),
        )
        match result.outcome:
            case DenialOutcome.CORRECTED | DenialOutcome.NEXT_PAYER:
                self.go(ClaimStep.RELEASE)
            case DenialOutcome.OVERTURNED:
                await self.expect_remittance()
            case DenialOutcome.PATIENT_DUE:
                await self.turn_to_patient()
            case DenialOutcome.WRITTEN_OFF:
                await self.close("written_off")

    async def turn_to_patient(self) -> None:
        """The account bills the patient's share; arm the clock of its settlement."""
        due_at = await ask(
            ClaimPositionActivities.await_settlement, self.claim_id, self.key("patient"), self.waiting.now()
        )
        self.go(ClaimStep.AWAIT_SETTLEMENT, due_at)

    async def await_settlement(self) -> None:
        """Wait until the patient's share is settled, or a payer speaks again."""
        if not await self.waiting.for_news(self.due_at(), "patient settlement due"):
            self.go(ClaimStep.REVIEW)
            return
        settled = await ask(
            ClaimPositionActivities.read_settlement, self.claim_id, self.key("settlement"), self.waiting.now()
        )
        if settled.ending:
            self.state.ending = settled.ending
            self.go(ClaimStep.CLOSED)
        elif settled.posted:
            await self.judge_postings()

    async def review(self) -> None:
        """Something no rule decides: a person looks and says how to go on."""
        await self.have_looked_at(TaskKind.REVIEW, self.state.reason)

    async def expect_remittance(self) -> None:
        """Arm the clock of a remittance the payer has announced or owes."""
        due_at = self.waiting.now() + PAYMENT_TIME
        await ask(
            ClaimPositionActivities.await_remittance,
            self.claim_id,
            due_at,
            self.key("expect"),
            self.waiting.now(),
        )
        self.go(ClaimStep.AWAIT_REMITTANCE, due_at)

    async def close(self, ending: str) -> None:
        """End the claim with a reason, unless the patient still owes a share of it."""
        closed = await ask(
            ClaimPositionActivities.close_claim, self.claim_id, ending, self.key("close"), self.waiting.now()
        )
        if closed:
            self.state.ending = ending
            self.go(ClaimStep.CLOSED)
        else:
            await self.turn_to_patient()

    async def apply(self, decision: TaskDecision) -> None:
        """Make the corrected facts the claim's next version."""
        await ask(
            CorrectionActivities.apply_correction,
            self.claim_id,
            decision.reference,
            self.key("correction"),
            self.waiting.now(),
        )

    async def decided(self, kind: TaskKind, reason: str) -> TaskDecision:
        """Put a task before a person and wait for the answer, or for its expiry after escalation."""
        self.state.tasks += 1
        task_id = f"{self.claim_id}-{kind.value}-{self.state.epoch * 100 + self.state.tasks}"
        due_at = self.waiting.now() + CORRECTION_TIME
        workflow.upsert_search_attributes([names.OWNER_CLASS.value_set("biller")])
        workflow.set_current_details(
            f"Claim {self.claim_id}: waits for a biller, {kind.value.replace('_', ' ')}."
        )
        request = TaskRequest(task_id, kind, subjects.claim(self.claim_id), reason, due_at)
        return await ask_person(self.waiting.clock, request)

    def go_correct(self, kind: TaskKind, reason: str) -> None:
        """Next: a correction by a person, for this reason."""
        self.state.task_kind, self.state.reason = kind, reason
        self.go(ClaimStep.CORRECT)

    def go(self, step: ClaimStep, due_at: datetime | None = None) -> None:
        """Turn to the next step; where the stage changes or a clock is armed, tell operations in one upsert."""
        self.state.step, self.state.due_at = step, due_at
        stage = stage_of(self.state)
        if stage is None:
            return
        attributes: list[SearchAttributeUpdate[Any]] = [
            names.CLAIM_STAGE.value_set(stage.value),
            names.OWNER_CLASS.value_set(OWNER_OF_STEP[step]),
        ]
        if due_at is not None:
            attributes += [names.NEXT_DEADLINE.value_set(due_at), names.DEADLINE_NAME.value_set(step.value)]
        else:  # the clock is a child's now, or there is none: a stale one would look missed
            attributes += [names.NEXT_DEADLINE.value_unset(), names.DEADLINE_NAME.value_unset()]
        workflow.upsert_search_attributes(attributes)
        by = f", until {due_at:%Y-%m-%d}" if due_at else ""
        workflow.set_current_details(f"Claim {self.claim_id}: {step.value.replace('_', ' ')}{by}.")

    def key(self, act: str) -> str:
        """Mint the idempotency key of the next effect: the claim, this life of it, and a count."""
        self.state.acts += 1
        return f"{subjects.claim(self.claim_id)}:{self.state.epoch}:{self.state.acts}:{act}"

    def due_at(self) -> datetime:
        """The deadline of the present wait; every wait has one."""
        return self.state.due_at or self.waiting.now() + PAYMENT_TIME

    async def renew(self, start: ClaimStart) -> None:
        """Start a fresh history with the full state when this one grows long; ring again for what came meanwhile."""
        if self.state.step is ClaimStep.CLOSED and self.waiting.rung:
            await self.reopen_if_posted()
        if workflow.info().is_continue_as_new_suggested():
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(args=[start, self.waiting.clock, self.state])

    @workflow.signal
    def ring(self, reference: str = "") -> None:
        """There may be news in the inbox."""
        self.waiting.ring()
