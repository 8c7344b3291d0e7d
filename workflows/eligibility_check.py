"""EligibilityCheck: ask a payer now, because a person wants to know."""

from dataclasses import dataclass, replace
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.eligibility import EligibilityActivities
    from revcycle.domain.claims.progress import CoverageChecked
    from revcycle.domain.clock import BusinessClock

from workflows.asking import INQUIRY
from workflows.waiting import Waiting

PATIENCE = timedelta(seconds=15)
"""Real time: a person waits for the answer."""


@dataclass(frozen=True)
class EligibilityCheckStart:
    """Which claim's coverage to check. ``key`` makes the check once-only."""

    clock: BusinessClock
    claim_id: str = ""
    key: str = ""


@workflow.defn
class EligibilityCheck:
    """One question, one answer; what it means is kept with the claim."""

    @workflow.run
    async def run(self, start: EligibilityCheckStart) -> CoverageChecked:
        """Ask, within the person's patience."""
        now = Waiting(start.clock).now()
        return await replace(INQUIRY, patience=PATIENCE).ask(
            EligibilityActivities.check_eligibility, start.claim_id, start.key, now
        )

    @workflow.signal
    def ring(self, reference: str = "") -> None:
        """Nothing waits in an inbox here; the doorbell is accepted so that a batch ring is harmless."""
