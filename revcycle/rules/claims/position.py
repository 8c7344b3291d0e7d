"""Where the process of a claim goes on that starts anew: from the stage, the armed clocks and the newest denial."""

from dataclasses import dataclass

from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.claims.step import ClaimStep
from revcycle.domain.denials.denial import DenialOutcome
from revcycle.domain.work.clocks import ClockName


@dataclass(frozen=True, slots=True)
class Traces:
    """What the database knows of a claim whose process is gone.

    ``corrected``: its newest version was never queued for a payer. ``denial`` is how the denial ended that its
    newest remittance brought: None while it is open or when none was opened. ``unsettled``: the clock of the
    patient's share has passed.
    """

    stage: ClaimStage
    clocks: frozenset[ClockName] = frozenset()
    corrected: bool = False
    denial: DenialOutcome | None = None
    unsettled: bool = False


_AFTER_DENIAL = {
    DenialOutcome.CORRECTED: ClaimStep.RELEASE,
    DenialOutcome.NEXT_PAYER: ClaimStep.RELEASE,
    DenialOutcome.OVERTURNED: ClaimStep.EXPECT_REMITTANCE,
    DenialOutcome.PATIENT_DUE: ClaimStep.TURN_TO_PATIENT,
    DenialOutcome.WRITTEN_OFF: ClaimStep.WRITE_OFF,
}


def step_of(traces: Traces) -> ClaimStep:
    """Return the step at which the claim goes on: nothing that was done is done twice, nothing is left undone."""
    match traces.stage:
        case ClaimStage.CLOSED:
            return ClaimStep.CLOSED
        case ClaimStage.READY_TO_BILL:
            return ClaimStep.VERIFY_COVERAGE
        case ClaimStage.SCRUB_FAILED:
            return ClaimStep.RELEASE
        case ClaimStage.REJECTED:
            return ClaimStep.RELEASE if traces.corrected else ClaimStep.CORRECT
        case ClaimStage.NEXT_PAYER:
            return _forwarded_or_filed(traces)
        case ClaimStage.PATIENT_DUE:
            return _settling(traces)
        case ClaimStage.DENIED | ClaimStage.APPEALED:
            return ClaimStep.FIGHT_DENIAL if traces.denial is None else _AFTER_DENIAL[traces.denial]
        case _:
            return _awaited(traces)


def _settling(traces: Traces) -> ClaimStep:
    if ClockName.SETTLEMENT in traces.clocks:
        return ClaimStep.AWAIT_SETTLEMENT
    return ClaimStep.REVIEW if traces.unsettled else ClaimStep.TURN_TO_PATIENT


def _forwarded_or_filed(traces: Traces) -> ClaimStep:
    return ClaimStep.AWAIT_CROSSOVER if ClockName.CROSSOVER in traces.clocks else ClaimStep.RELEASE


def _awaited(traces: Traces) -> ClaimStep:
    """A claim at its payer waits by its clock; without one it was before a person, or its payer had announced money."""
    if ClockName.REMITTANCE in traces.clocks:
        return ClaimStep.AWAIT_REMITTANCE
    if ClockName.ACKNOWLEDGMENT in traces.clocks:
        return ClaimStep.AWAIT_ACKNOWLEDGMENT
    if traces.stage in (ClaimStage.PARTIALLY_PAID, ClaimStage.PENDING):
        return ClaimStep.REVIEW
    return ClaimStep.EXPECT_REMITTANCE
