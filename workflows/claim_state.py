"""What a claim's process remembers: its step, its counters, its clock; and how it starts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from revcycle.domain.claims.stage import ClaimStage
    from revcycle.domain.work.task_kinds import TaskKind


class ClaimStep(StrEnum):
    """What the claim does next."""

    VERIFY_COVERAGE = "verify_coverage"
    RELEASE = "release"
    CORRECT = "correct"
    AWAIT_ACKNOWLEDGMENT = "await_acknowledgment"
    AWAIT_REMITTANCE = "await_remittance"
    AWAIT_CROSSOVER = "await_crossover"
    FIGHT_DENIAL = "fight_denial"
    AWAIT_SETTLEMENT = "await_settlement"
    REVIEW = "review"
    CLOSED = "closed"


STEP_OF_STAGE = {
    ClaimStage.READY_TO_BILL: ClaimStep.VERIFY_COVERAGE,
    ClaimStage.SCRUB_FAILED: ClaimStep.RELEASE,
    ClaimStage.REJECTED: ClaimStep.RELEASE,
    ClaimStage.SUBMITTED: ClaimStep.AWAIT_ACKNOWLEDGMENT,
    ClaimStage.PATIENT_DUE: ClaimStep.AWAIT_SETTLEMENT,
    ClaimStage.NEXT_PAYER: ClaimStep.RELEASE,
}
_STAGE_OF_STEP = {
    ClaimStep.AWAIT_ACKNOWLEDGMENT: ClaimStage.SUBMITTED,
    ClaimStep.AWAIT_REMITTANCE: ClaimStage.ACCEPTED,
    ClaimStep.AWAIT_CROSSOVER: ClaimStage.NEXT_PAYER,
    ClaimStep.FIGHT_DENIAL: ClaimStage.DENIED,
    ClaimStep.AWAIT_SETTLEMENT: ClaimStage.PATIENT_DUE,
    ClaimStep.CLOSED: ClaimStage.CLOSED,
}
_STAGE_OF_TASK = {
    TaskKind.FIX_REGISTRATION: ClaimStage.READY_TO_BILL,
    TaskKind.FIX_SCRUB_FINDING: ClaimStage.SCRUB_FAILED,
    TaskKind.FIX_REJECTION: ClaimStage.REJECTED,
}
OWNER_OF_STEP = {
    ClaimStep.CORRECT: "biller",
    ClaimStep.AWAIT_ACKNOWLEDGMENT: "payer",
    ClaimStep.AWAIT_REMITTANCE: "payer",
    ClaimStep.AWAIT_CROSSOVER: "payer",
    ClaimStep.FIGHT_DENIAL: "denial",
    ClaimStep.AWAIT_SETTLEMENT: "patient",
    ClaimStep.CLOSED: "nobody",
}
"""Whom operations see the claim wait for; a denial says for itself whether for us or for the payer."""


@dataclass
class ClaimState:
    """All a claim must remember over continue-as-new. ``acts``, ``tasks`` and ``denials`` number its effects."""

    step: ClaimStep = ClaimStep.VERIFY_COVERAGE
    epoch: int = 0
    acts: int = 0
    tasks: int = 0
    denials: int = 0
    asked: int = 0
    due_at: datetime | None = None
    task_kind: TaskKind = TaskKind.REVIEW
    reason: str = ""
    remittance_id: str = ""
    ending: str = ""


def stage_of(state: ClaimState) -> ClaimStage | None:
    """Return the stage operations see, None for a step too short to show."""
    if state.step is ClaimStep.CORRECT:
        return _STAGE_OF_TASK.get(state.task_kind, ClaimStage.REJECTED)
    return _STAGE_OF_STEP.get(state.step)
