"""The mailbox: fetch what payers left, keep it, and tell the claims. Each file is stored before it is removed there."""

import json
import logging
from datetime import datetime

from revcycle.db.denials import appeals
from revcycle.db.engine import Tx
from revcycle.db.mail import documents, quarantine
from revcycle.db.remittances import deposits
from revcycle.db.work import doorbell
from revcycle.domain.finding import Finding, Severity
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News
from revcycle.edi.wire.envelope import NotX12
from revcycle.effects.claims.records import keep_requests
from revcycle.effects.mail import acknowledgments
from revcycle.effects.remittances.remittance import receive_835
from revcycle.payers.gateway import MailItem

_LOG = logging.getLogger(__name__)


def read(tx: Tx, connection_id: str, item: MailItem, content: bytes, at: datetime) -> bool:
    """Read one item of mail into inboxes, and ring who it concerns."""
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
            acknowledgments.keep_ta1(tx, connection_id, content, document_id, at)
        case "999":
            acknowledgments.keep_999(tx, connection_id, content, document_id, at)
        case "277CA":
            acknowledgments.keep_277ca(tx, content, document_id, at)
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
    subject = subjects.appeal(appeals.load(tx, str(said["appeal_key"])).appeal_id)
    told = f"{decision}:{reason}" if reason else decision
    doorbell.tell_running(tx, subject, News.APPEAL_DECISION, told, at)
