"""A change that must not be made to Claim, in a module of its own: the workflow sandbox imports it anew."""

from temporalio import workflow

from revcycle.domain.clock import BusinessClock
from revcycle.domain.work.starts import ClaimStart
from workflows.claim import Claim
from workflows.claim_state import ClaimState


@workflow.defn(name="Claim")
class HastyClaim(Claim):
    """Sends the claim before it has asked about the coverage."""

    @workflow.init
    def __init__(self, start: ClaimStart, clock: BusinessClock, state: ClaimState | None) -> None:
        super().__init__(start, clock, state)

    @workflow.run
    async def run(self, start: ClaimStart, clock: BusinessClock, state: ClaimState | None) -> str:
        """Two steps are swapped here."""
        await self.release()
        return await super().run(start, clock, state)
