"""A change that must not be made to Claim, in a module of its own: the workflow sandbox imports it anew."""

from temporalio import workflow

from revcycle.domain.clock import BusinessClock
from revcycle.domain.work.starts import ClaimStart
from workflows.claim import Claim
from workflows.claim_life import ClaimCarried


@workflow.defn(name="Claim")
class HastyClaim(Claim):
    """Sends the claim before it has asked about the coverage."""

    @workflow.init
    def __init__(self, start: ClaimStart, clock: BusinessClock, carried: ClaimCarried | None) -> None:
        super().__init__(start, clock, carried)

    @workflow.run
    async def run(self, start: ClaimStart, clock: BusinessClock, carried: ClaimCarried | None) -> str:
        """Two steps are swapped here."""
        await self.release()
        return await super().run(start, clock, carried)
