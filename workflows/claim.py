"""Claim: one claim's whole life, from the eligibility check until nothing is owed."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.acknowledgment import AcknowledgmentActivities
    from activities.claim_position import ClaimPositionActivities
    from activities.claim_status import ClaimStatusActivities
    from activities.correction import CorrectionActivities
    from activities.disposition import DispositionActivities
    from activities.eligibility import EligibilityActivities
    from activities.release import ReleaseActivities
    from revcycle.domain.claims.disposition import Disposition, DispositionOutcome
    from revcycle.domain.claims.eligibility import CoverageOutcome
    from revcycle.domain.claims.stage import ClaimStage
    from revcycle.domain.claims.step import ClaimStep
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.denials.denial import DenialOutcome
    from revcycle.domain.mail.acknowledgment import AcknowledgmentOutcome
    from revcycle.domain.work import subjects
    from revcycle.domain.work.clocks import Clock, ClockName
    from revcycle.domain.work.starts import ClaimStart, DenialStart
    from revcycle.domain.work.task import TaskDecision
    from revcycle.domain.work.task_kinds import ChoiceName, TaskKind

from workflows.asking import INQUIRY
from workflows.claim_life import ClaimCarried, ClaimLife
from workflows.denial import Denial

ELIGIBILITY_PATIENCE = timedelta(minutes=15)
"""How long (real time) an unreachable payer holds up a claim; then it goes out unchecked and says so."""


@workflow.defn
class Claim(ClaimLife):
    """The process of one claim. It judges nothing: activities ask the rules, history remembers the answers."""

    @workflow.init
    def __init__(self, start: ClaimStart, clock: BusinessClock, carried: ClaimCarried | None) -> None:
        super().__init__(start, clock, carried)
        self.steps: dict[ClaimStep, Callable[[], Awaitable[ClaimStep]]] = {
            ClaimStep.VERIFY_COVERAGE: self.verify_coverage,
            ClaimStep.RELEASE: self.release,
            ClaimStep.CORRECT: self.correct,
            ClaimStep.AWAIT_ACKNOWLEDGMENT: self.await_acknowledgment,
            ClaimStep.AWAIT_REMITTANCE: self.await_remittance,
            ClaimStep.AWAIT_CROSSOVER: self.await_crossover,
            ClaimStep.FIGHT_DENIAL: self.fight_denial,
            ClaimStep.EXPECT_REMITTANCE: self.expect_remittance,
            ClaimStep.TURN_TO_PATIENT: self.turn_to_patient,
            ClaimStep.WRITE_OFF: self.write_off,
            ClaimStep.AWAIT_SETTLEMENT: self.await_settlement,
            ClaimStep.REVIEW: self.review,
            ClaimStep.CLOSED: self.reopen,
        }

    @workflow.run
    async def run(self, start: ClaimStart, clock: BusinessClock, carried: ClaimCarried | None) -> str:
        """Carry the claim until nothing is owed; returns how it ended. Each step names the next."""
        if carried is None:
            await self.begin(start)
        while self.carried.step is not ClaimStep.CLOSED or self.waiting.rung:
            self.carried.step = await self.steps[self.carried.step]()
            await self.renew(start)
        self.show(f"Claim {self.claim_id}: closed, {self.carried.position.ending.replace('_', ' ')}.")
        return self.carried.position.ending

    async def verify_coverage(self) -> ClaimStep:
        """Ask the payer whether the coverage was active; a person mends what does not match."""
        try:
            checked = await replace(INQUIRY, patience=ELIGIBILITY_PATIENCE).ask(
                EligibilityActivities.check_eligibility, self.act("check_eligibility"), self.claim_id
            )
        except ActivityError:
            await self.do(ClaimPositionActivities.note_unchecked_coverage)
            return ClaimStep.RELEASE
        if checked.outcome in (CoverageOutcome.ACTIVE, CoverageOutcome.UNKNOWN):
            return ClaimStep.RELEASE
        return self.correct_by(TaskKind.FIX_REGISTRATION, checked.reason)

    async def release(self) -> ClaimStep:
        """Scrub, and queue for the payer when clean."""
        released = await self.do(ReleaseActivities.release_claim, self.claim_id)
        if not released.clean:
            return self.correct_by(TaskKind.FIX_SCRUB_FINDING, released.reason)
        self.carried.asked = 0
        return ClaimStep.AWAIT_ACKNOWLEDGMENT

    def correct_by(self, kind: TaskKind, reason: str) -> ClaimStep:
        """Next: a correction by a person, for this reason."""
        self.carried.task_kind, self.carried.reason = kind, reason
        return ClaimStep.CORRECT

    async def correct(self) -> ClaimStep:
        """Have a person mend the claim; unanswered, it is asked again, ever higher."""
        kind = self.carried.task_kind
        decision = await self.decided(kind, self.carried.reason)
        if decision.choice == ChoiceName.CORRECTED:
            verify = await self.apply(decision)
            return ClaimStep.VERIFY_COVERAGE if kind is TaskKind.FIX_REGISTRATION else verify
        return ClaimStep.CORRECT if decision.expired else ClaimStep.RELEASE

    async def apply(self, decision: TaskDecision) -> ClaimStep:
        """Make the corrected facts the claim's next version."""
        corrected = await self.do(CorrectionActivities.apply_correction, self.claim_id, decision.reference)
        return ClaimStep.VERIFY_COVERAGE if corrected.verify else ClaimStep.RELEASE

    async def await_acknowledgment(self) -> ClaimStep:
        """Wait until the payer says it has the claim; ask when it does not say.

        At the deadline the answer may be here with its doorbell still on the way: look before asking.
        """
        passed = await self.wait()
        answered = await self.read_acknowledgment()
        if answered is not None:
            return answered
        return await self.after(passed, ClaimStep.AWAIT_ACKNOWLEDGMENT)

    async def await_remittance(self) -> ClaimStep:
        """Wait for the payer's decision; ask when it is silent.

        An acknowledgment that came after we had asked may still be a rejection.
        """
        passed = await self.wait()
        answered = await self.judge_postings() or await self.read_acknowledgment()
        return answered or await self.after(passed, ClaimStep.AWAIT_REMITTANCE)

    async def read_acknowledgment(self) -> ClaimStep | None:
        """Read what acknowledgments say of the claim; None when they do not decide."""
        answer = await self.do(AcknowledgmentActivities.take_acknowledgment, self.claim_id)
        if answer.posted:
            self.waiting.ring()  # the remittance is here already
        if answer.outcome is AcknowledgmentOutcome.REJECTED:
            return self.correct_by(TaskKind.FIX_REJECTION, answer.reason)
        if answer.outcome is AcknowledgmentOutcome.ACCEPTED or answer.posted:
            return ClaimStep.AWAIT_REMITTANCE
        return None

    async def after(self, passed: Clock | None, step: ClaimStep) -> ClaimStep:
        """Nothing decided: where the payer's clock has passed ask, where another has say so, else wait on."""
        if passed is None:
            return step
        if passed.name in (ClockName.ACKNOWLEDGMENT, ClockName.REMITTANCE):
            return await self.ask_for_status()
        await self.passed(passed)
        return step

    async def ask_for_status(self) -> ClaimStep:
        """Ask the payer what has become of the claim (276); call when asking does not help.

        An outage may hold the question up for long: the claim's clocks go on beside it.
        """
        self.carried.asked += 1
        try:
            act = self.act("ask_claim_status")
            question = INQUIRY.ask(
                ClaimStatusActivities.ask_claim_status, act, self.claim_id, self.carried.asked
            )
            told = self.told(await self.beside(question))
        except ActivityError:
            told = await self.do(ClaimPositionActivities.note_unreached, self.carried.asked)
        if told.call:
            return await self.have_looked_at(TaskKind.CALL_PAYER, told.reason)
        return ClaimStep.AWAIT_REMITTANCE

    async def judge_postings(self) -> ClaimStep | None:
        """Have the new postings judged; return where the disposition leads, None when there were none."""
        judged = await self.do(DispositionActivities.judge_disposition, self.claim_id)
        return self.follow(judged) if judged.posted else None

    def follow(self, judged: Disposition) -> ClaimStep:
        """Return the step that a disposition leads to."""
        match judged.outcome:
            case DispositionOutcome.PAID:
                return ClaimStep.CLOSED
            case DispositionOutcome.RESUBMIT:
                return ClaimStep.VERIFY_COVERAGE if judged.verify else ClaimStep.RELEASE
            case DispositionOutcome.PATIENT_DUE:
                return ClaimStep.AWAIT_SETTLEMENT
            case DispositionOutcome.NEXT_PAYER:
                return ClaimStep.AWAIT_CROSSOVER if judged.crossover else ClaimStep.RELEASE
            case DispositionOutcome.DENIED:
                self.carried.denial_id, self.carried.remittance_id = "", judged.remittance_id
                return ClaimStep.FIGHT_DENIAL
            case DispositionOutcome.REVERSED:
                return ClaimStep.AWAIT_REMITTANCE
            case DispositionOutcome.OPEN:
                self.carried.reason = judged.reason
                return ClaimStep.REVIEW

    async def reopen(self) -> ClaimStep:
        """A payer or a person may speak again after the end: follow what they say, if they did."""
        self.waiting.rung = False
        return await self.judge_postings() or ClaimStep.CLOSED

    async def await_crossover(self) -> ClaimStep:
        """The payer forwards the claim itself: give the next one time, then file it ourselves, once."""
        passed = await self.wait()
        answered = await self.judge_postings()
        if answered is not None or passed is None:
            return answered or ClaimStep.AWAIT_CROSSOVER
        await self.passed(passed)
        return ClaimStep.RELEASE if passed.name is ClockName.CROSSOVER else ClaimStep.AWAIT_CROSSOVER

    async def fight_denial(self) -> ClaimStep:
        """Correct or appeal, as the Denial process finds; it ends with an answer, never in silence."""
        if not self.carried.denial_id:
            self.carried.denials += 1
            number = self.carried.epoch * 100 + self.carried.denials
            self.carried.denial_id = f"{self.claim_id}-{number}"
        denial_id, remittance_id = self.carried.denial_id, self.carried.remittance_id
        result = await self.beside(
            workflow.execute_child_workflow(
                Denial.run,
                args=[
                    DenialStart(self.claim_id, denial_id, remittance_id, self.carried.epoch),
                    self.waiting.clock,
                    None,
                ],
                id=subjects.denial(denial_id),
            )
        )
        self.carried.denial_id = ""
        await self.hear()  # the denial has moved the claim; its ring may be on the way still
        match result.outcome:
            case DenialOutcome.CORRECTED | DenialOutcome.NEXT_PAYER:
                ready = self.carried.position.stage == ClaimStage.READY_TO_BILL
                return ClaimStep.VERIFY_COVERAGE if ready else ClaimStep.RELEASE
            case DenialOutcome.OVERTURNED:
                return ClaimStep.EXPECT_REMITTANCE
            case DenialOutcome.PATIENT_DUE:
                return ClaimStep.TURN_TO_PATIENT
            case DenialOutcome.WRITTEN_OFF:
                return ClaimStep.WRITE_OFF

    async def expect_remittance(self) -> ClaimStep:
        """Wait for money that the payer has announced or owes."""
        await self.do(ClaimPositionActivities.await_remittance, self.claim_id)
        return ClaimStep.AWAIT_REMITTANCE

    async def turn_to_patient(self) -> ClaimStep:
        """The account bills the patient's share; arm the clock of its settlement."""
        await self.do(ClaimPositionActivities.await_settlement, self.claim_id)
        return ClaimStep.AWAIT_SETTLEMENT

    async def write_off(self) -> ClaimStep:
        """End a claim whose denied amount is written off, unless the patient still owes a share of it."""
        closed = await self.do(ClaimPositionActivities.close_written_off, self.claim_id)
        return ClaimStep.CLOSED if closed else ClaimStep.AWAIT_SETTLEMENT

    async def await_settlement(self) -> ClaimStep:
        """Wait until the patient's share is settled, or a payer speaks again."""
        passed = await self.wait()
        settled = await self.do(ClaimPositionActivities.read_settlement, self.claim_id)
        if settled.settled:
            return ClaimStep.CLOSED
        if settled.posted:
            return await self.judge_postings() or ClaimStep.AWAIT_SETTLEMENT
        if passed is None:
            return ClaimStep.AWAIT_SETTLEMENT
        await self.passed(passed)
        self.carried.reason = "nobody has settled the patient's share in its time"
        return ClaimStep.REVIEW if passed.name is ClockName.SETTLEMENT else ClaimStep.AWAIT_SETTLEMENT

    async def review(self) -> ClaimStep:
        """Something no rule decides: a person looks and says how to go on."""
        return await self.have_looked_at(TaskKind.REVIEW, self.carried.reason)

    async def have_looked_at(self, kind: TaskKind, reason: str) -> ClaimStep:
        """Have a person telephone the payer or look; they correct the claim, or say to wait."""
        decision = await self.decided(kind, reason)
        if decision.choice == ChoiceName.CORRECTED:
            return await self.apply(decision)
        with_patient = self.carried.position.stage == ClaimStage.PATIENT_DUE
        return ClaimStep.TURN_TO_PATIENT if with_patient else ClaimStep.EXPECT_REMITTANCE
