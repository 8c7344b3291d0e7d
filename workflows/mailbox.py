"""Mailbox: one payer connection's way in. Looks at business intervals; what it finds rings the claims."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.mailbox import MailboxActivities
    from revcycle.domain.clock import BusinessClock
    from revcycle.domain.work import subjects
    from revcycle.domain.work.starts import MailboxStart

from workflows.asking import DELIVERY
from workflows.process import Carried, Process

LOOKS_PER_RUN = 200


@workflow.defn
class Mailbox(Process):
    """Polls for ever, in fresh histories; a refused or broken look is followed by the next."""

    @workflow.init
    def __init__(self, start: MailboxStart, clock: BusinessClock, carried: Carried | None) -> None:
        super().__init__(subjects.mailbox(start.connection_id), clock, carried or Carried())

    @workflow.run
    async def run(self, start: MailboxStart, clock: BusinessClock, carried: Carried | None) -> None:
        """Look, wait, look again."""
        for _ in range(LOOKS_PER_RUN):
            await self.look(start.connection_id)
            # Plumbing: how often we look is no deadline, and a ring looks at once.
            again_at = self.waiting.now() + timedelta(minutes=start.every_minutes)
            await self.waiting.for_news(again_at, "look into the mailbox")
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(args=[start, clock, self.carried])

    async def look(self, connection_id: str) -> None:
        """Collect what lies there; say what could not be had."""
        try:
            mail = await DELIVERY.ask(MailboxActivities.collect_mail, self.act("collect_mail"), connection_id)
        except ActivityError:
            self.show("The last look into the mailbox was refused.")
        else:
            if mail.refused and not mail.files:
                self.show(f"{mail.refused} files are listed and not given to us.")
