"""Where a claim goes on whose process is gone: from stage, clocks and the newest denial."""

import pytest

from revcycle.domain.claims.stage import STAGES, ClaimStage
from revcycle.domain.claims.step import ClaimStep
from revcycle.domain.denials.denial import DenialOutcome
from revcycle.domain.work.clocks import CLOCKS, ClockName
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.rules.claims.position import Traces, step_of
from workflows.claim import Claim

REMITTANCE = frozenset({ClockName.REMITTANCE, ClockName.TIMELY_FILING})
ACKNOWLEDGMENT = frozenset({ClockName.ACKNOWLEDGMENT, ClockName.TIMELY_FILING})
FILING = frozenset({ClockName.TIMELY_FILING})


@pytest.mark.parametrize(
    ("traces", "step"),
    [
        (Traces(ClaimStage.READY_TO_BILL, FILING), ClaimStep.VERIFY_COVERAGE),
        (Traces(ClaimStage.SCRUB_FAILED, FILING), ClaimStep.RELEASE),
        (Traces(ClaimStage.REJECTED, FILING), ClaimStep.CORRECT),
        (Traces(ClaimStage.REJECTED, FILING, corrected=True), ClaimStep.RELEASE),
        (Traces(ClaimStage.SUBMITTED, ACKNOWLEDGMENT), ClaimStep.AWAIT_ACKNOWLEDGMENT),
        (Traces(ClaimStage.SUBMITTED, REMITTANCE), ClaimStep.AWAIT_REMITTANCE),
        (Traces(ClaimStage.SUBMITTED, FILING), ClaimStep.EXPECT_REMITTANCE),
        (Traces(ClaimStage.ACCEPTED, REMITTANCE), ClaimStep.AWAIT_REMITTANCE),
        (Traces(ClaimStage.PENDING, REMITTANCE), ClaimStep.AWAIT_REMITTANCE),
        (Traces(ClaimStage.PENDING), ClaimStep.REVIEW),
        (Traces(ClaimStage.PARTIALLY_PAID), ClaimStep.REVIEW),
        (Traces(ClaimStage.DENIED), ClaimStep.FIGHT_DENIAL),
        (Traces(ClaimStage.APPEALED), ClaimStep.FIGHT_DENIAL),
        (Traces(ClaimStage.DENIED, denial=DenialOutcome.CORRECTED), ClaimStep.RELEASE),
        (Traces(ClaimStage.APPEALED, denial=DenialOutcome.OVERTURNED), ClaimStep.EXPECT_REMITTANCE),
        (Traces(ClaimStage.DENIED, denial=DenialOutcome.WRITTEN_OFF), ClaimStep.WRITE_OFF),
        (Traces(ClaimStage.NEXT_PAYER, frozenset({ClockName.CROSSOVER})), ClaimStep.AWAIT_CROSSOVER),
        (Traces(ClaimStage.NEXT_PAYER), ClaimStep.RELEASE),
        (Traces(ClaimStage.PATIENT_DUE), ClaimStep.TURN_TO_PATIENT),
        (Traces(ClaimStage.PATIENT_DUE, frozenset({ClockName.SETTLEMENT})), ClaimStep.AWAIT_SETTLEMENT),
        (Traces(ClaimStage.PATIENT_DUE, unsettled=True), ClaimStep.REVIEW),
        (Traces(ClaimStage.CLOSED), ClaimStep.CLOSED),
    ],
)
def test_each_trace_leads_to_its_step(traces: Traces, step: ClaimStep) -> None:
    assert step_of(traces) is step


@pytest.mark.parametrize("stage", list(ClaimStage))
def test_every_stage_leads_somewhere_with_and_without_clocks(stage: ClaimStage) -> None:
    for clocks in (frozenset[ClockName](), FILING, REMITTANCE, ACKNOWLEDGMENT):
        assert step_of(Traces(stage, clocks)) in ClaimStep
    assert ClaimStage.READY_TO_BILL in STAGES[stage].follows, "a person may correct it and send it again"
    assert ClaimStage.CLOSED in STAGES[stage].follows


def test_every_step_is_a_step_of_the_process() -> None:
    assert {step.value for step in ClaimStep} - set(dir(Claim)) == {"closed"}


def test_a_manager_is_told_of_a_passed_filing_limit() -> None:
    assert CLOCKS[ClockName.TIMELY_FILING].tells is TaskKind.FILING_LIMIT_PASSED
