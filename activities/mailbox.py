"""The mailbox: fetch what payers left, keep it, and tell the claims. Each file is stored before it is removed there."""

import asyncio
from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.engine import Database
from revcycle.domain.mail.progress import MailCollected
from revcycle.effects.mail import mailbox
from revcycle.payers.gateway import MailItem, PayerRefused
from revcycle.payers.switchboard import Switchboard


class MailboxActivities:
    """Empties the mailboxes of the connections."""

    def __init__(self, db: Database, switchboard: Switchboard) -> None:
        self._db = db
        self._switchboard = switchboard

    @activity.defn
    async def collect_mail(self, connection_id: str, at: datetime) -> MailCollected:
        """Fetch, keep and remove every waiting file. Raises PayerUnavailable for Temporal to retry."""
        files = quarantined = refused = 0
        gateway = self._switchboard.of(connection_id).gateway
        for item in await gateway.list_mailbox(at):
            try:
                content = await gateway.fetch(item.item_id, at)
            except PayerRefused:
                refused += 1  # mostly another worker took it between the listing and now
                continue
            quarantined += not await asyncio.to_thread(self._keep, connection_id, item, content, at)
            await gateway.remove(item.item_id, at)
            files += 1
        return MailCollected(files, quarantined, refused)

    def _keep(self, connection_id: str, item: MailItem, content: bytes, at: datetime) -> bool:
        with self._db.write() as tx:
            key = f"mail:{connection_id}:{item.item_id}"
            return once.once(tx, key, bool, lambda: mailbox.read(tx, connection_id, item, content, at))
