"""EligibilityCheck: ask a payer now, because a person wants to know."""

from dataclasses import replace
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.eligibility import EligibilityActivities
    from revcycle.domain.claims.progress import CoverageChecked
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.work.act import Act
    from revcycle.domain.work.starts import EligibilityCheckStart

from workflows.asking import INQUIRY
from workflows.process import Carried, Process

PATIENCE = timedelta(seconds=15)
"""Real time: a person waits for the answer."""


@workflow.defn
class EligibilityCheck(Process):
    """One question, one answer; what it means is kept with the claim."""

    @workflow.init
    def __init__(self, start: EligibilityCheckStart, clock: BusinessClock, carried: Carried | None) -> None:
        super().__init__(start.key, clock, carried or Carried())

    @workflow.run
    async def run(
        self, start: EligibilityCheckStart, clock: BusinessClock, carried: Carried | None
    ) -> CoverageChecked:
        """Ask, within the person's patience. The check's key is the one that the request brought."""
        act = Act(start.key, self.subject, self.waiting.now())
        return await replace(INQUIRY, patience=PATIENCE).ask(
            EligibilityActivities.check_eligibility, act, start.claim_id
        )
