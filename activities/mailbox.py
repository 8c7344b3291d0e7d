"""The mailbox: fetch what payers left, keep it, and tell the claims. Each file is stored before it is removed there."""

import asyncio
import json
import logging
from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

from activities import acknowledgment_files
from activities.records_request import keep_requests
from activities.remittance import receive_835
from revcycle.db import appeals, deposits, documents, effects, inbox, outbox, quarantine
from revcycle.db.engine import Database, Tx
from revcycle.domain.finding import Finding, Severity
from revcycle.edi.envelope import NotX12
from revcycle.payers.gateway import MailItem, PayerRefused
from revcycle.payers.switchboard import Switchboard
from revcycle.temporal import names

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MailCollected:
    """How many files one look into the mailbox brought, and how many of them nobody could read.

    ``refused`` were listed and not given: another worker had taken them, or we may not read them there.
    """

    files: int
    quarantined: int
    refused: int = 0


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
            return effects.once(tx, key, bool, lambda: _read(tx, connection_id, item, content, at))


def _read(tx: Tx, connection_id: str, item: MailItem, content: bytes, at: datetime) -> bool:
    document_id = documents.store(tx, item.kind, content, connection_id, at, _media_type(item.kind))
    try:
        with tx.connection.begin_nested():
            found = _route(tx, connection_id, item.kind, content, document_id, at)
    except NotX12 as error:
        found = (error.finding,)
    except (ValueError, LookupError) as error:
        _LOG.warning("mailbox: a %s file could not be read (%s)", item.kind, type(error).__name__)
        found = (_unreadable(item.kind),)
    if found:
        quarantine.put(tx, document_id, item.kind, 0, content, found, at)
    return not found


def _unreadable(kind: str) -> Finding:
    return Finding(
        "unreadable",
        "file",
        f"this {kind} file could not be read",
        "look at the raw bytes in quarantine and ask the sender for a good copy",
        Severity.FATAL,
    )


def _media_type(kind: str) -> str:
    return {"deposits": "text/csv", "appeal_decision": "application/json"}.get(kind, "application/edi-x12")


def _route(
    tx: Tx, connection_id: str, kind: str, content: bytes, document_id: str, at: datetime
) -> tuple[Finding, ...]:
    """Hand the file to who keeps its kind; return what they could not read of it and did not put aside."""
    match kind:
        case "TA1":
            acknowledgment_files.keep_ta1(tx, connection_id, content, document_id, at)
        case "999":
            acknowledgment_files.keep_999(tx, connection_id, content, document_id, at)
        case "277CA":
            acknowledgment_files.keep_277ca(tx, content, document_id, at)
        case "277RFAI":
            return keep_requests(tx, content, document_id, at)
        case "835":
            receive_835(tx, content, connection_id, at)
        case "deposits":
            return deposits.receive_csv(tx, content, document_id, at).findings
        case "appeal_decision":
            _keep_appeal_decision(tx, content, at)
        case _:
            raise ValueError("a kind of file this program does not know")
    return ()


def _keep_appeal_decision(tx: Tx, content: bytes, at: datetime) -> None:
    said = json.loads(content)
    if not isinstance(said, dict):
        raise ValueError("an appeal decision is an object")
    decision, reason = said["decision"], said.get("reason_code", "")
    if decision not in ("overturned", "upheld"):
        raise ValueError("an appeal is overturned or upheld")
    subject = names.appeal(appeals.load(tx, str(said["appeal_key"])).appeal_id)
    inbox.put(tx, subject, "appeal_decision", f"{decision}:{reason}" if reason else decision, at)
    outbox.ring(tx, "Appeal", subject, None)
