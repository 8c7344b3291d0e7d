"""The mailbox: fetch what payers left, keep it, and tell the claims. Each file is stored before it is removed there."""

import asyncio
from dataclasses import replace

from temporalio import activity

from revcycle.db.engine import Database
from revcycle.domain.mail.progress import MailCollected
from revcycle.domain.work.act import Act
from revcycle.effects.effect import Door, settle
from revcycle.effects.mail import mailbox
from revcycle.payers.gateway import MailItem, PayerRefused
from revcycle.payers.switchboard import Switchboard


class MailboxActivities(Door):
    """Empties the mailboxes of the connections."""

    def __init__(self, db: Database, switchboard: Switchboard) -> None:
        super().__init__(db)
        self._switchboard = switchboard

    @activity.defn
    async def collect_mail(self, act: Act, connection_id: str) -> MailCollected:
        """Fetch, keep and remove every waiting file. Raises PayerUnavailable for Temporal to retry."""
        files = quarantined = refused = 0
        gateway = self._switchboard.of(connection_id).gateway
        for item in await gateway.list_mailbox(act.at):
            try:
                content = await gateway.fetch(item.item_id, act.at)
            except PayerRefused:
                refused += 1  # mostly another worker took it between the listing and now
                continue
            quarantined += not await asyncio.to_thread(self._keep, act, connection_id, item, content)
            await gateway.remove(item.item_id, act.at)
            files += 1
        return MailCollected(files, quarantined, refused)

    def _keep(self, act: Act, connection_id: str, item: MailItem, content: bytes) -> bool:
        # The item names the act: whichever look finds it, it is kept once.
        one = replace(act, key=f"mail:{connection_id}:{item.item_id}")
        readable, _ = settle(
            self._db, one, bool, lambda tx: mailbox.read(tx, one, connection_id, item.kind, content)
        )
        return readable
