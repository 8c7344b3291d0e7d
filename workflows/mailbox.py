"""Mailbox: one payer connection's way in. Looks at business intervals; what it finds rings the claims."""

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.mailbox import MailboxActivities
    from revcycle.domain.clock import BusinessClock

from workflows.asking import DELIVERY
from workflows.waiting import Waiting

LOOKS_PER_RUN = 200


@dataclass(frozen=True)
class MailboxStart:
    """``every_minutes`` is the business time between two looks."""

    clock: BusinessClock
    connection_id: str
    every_minutes: int


@workflow.defn
class Mailbox:
    """Polls for ever, in fresh histories; a refused or broken look is followed by the next."""

    @workflow.init
    def __init__(self, start: MailboxStart) -> None:
        self.waiting = Waiting(start.clock)

    @workflow.run
    async def run(self, start: MailboxStart) -> None:
        """Look, wait, look again."""
        for _ in range(LOOKS_PER_RUN):
            try:
                now = self.waiting.now()
                mail = await DELIVERY.ask(MailboxActivities.collect_mail, start.connection_id, now)
                if mail.refused and not mail.files:
                    workflow.set_current_details(f"{mail.refused} files are listed and not given to us.")
            except ActivityError:
                workflow.set_current_details("The last look into the mailbox was refused.")
            again_at = self.waiting.now() + timedelta(minutes=start.every_minutes)
            await self.waiting.for_news(again_at, "look into the mailbox")
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(start)

    @workflow.signal
    def ring(self, reference: str = "") -> None:
        """Look now."""
        self.waiting.ring()
