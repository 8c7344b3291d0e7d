"""Submission: write a batch as an 837 file, deliver it, and settle what became of it."""

from datetime import datetime

from revcycle.db.engine import Tx
from revcycle.db.exchange import connections, submissions
from revcycle.db.exchange.submissions import BatchRow, Queued
from revcycle.db.mail import documents
from revcycle.db.practice import practices
from revcycle.domain.claims.claim import Responsibility
from revcycle.domain.exchange.connection import ConnectionState, ConnectionStatus
from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.domain.exchange.progress import BatchPrepared
from revcycle.edi.claim_837.x12_837 import ClaimToSend, write_claims
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.effects.exchange.outgoing import outgoing_claim
from revcycle.payers.switchboard import Connection
from revcycle.rules.exchange.connection_outage import after_delivery

BATCH_LIMIT = 200
"""Claims in one file: far below the guide's 5,000 a transaction, so that one refused file costs little."""


def note(
    tx: Tx, connection_id: str, outcome: DeliveryOutcome, reason: str, at: datetime
) -> tuple[ConnectionStatus, ConnectionStatus]:
    """Note how a delivery went with the connection; return its state before and after."""
    before = connections.status(tx, connection_id, at)
    after = after_delivery(before, outcome is DeliveryOutcome.SENT, reason, at)
    if after != before:
        connections.save(tx, after)
    return before, after


def prepare_batch(tx: Tx, connection: Connection, at: datetime) -> BatchPrepared:
    """Take the most urgent claims off the queue and write them as one 837 file under a new control number."""
    connection_id = connection.connection_id
    if connections.status(tx, connection_id, at).state is ConnectionState.PARKED:
        return BatchPrepared("", 0, more=False, parked=True)
    waiting = submissions.waiting(tx, connection_id, BATCH_LIMIT + 1)
    if not waiting:
        return BatchPrepared("", 0, more=False)
    members = _of_one_kind(tx, waiting[:BATCH_LIMIT], mailed=connection.on_paper)
    outgoing = tuple(sent for _, sent in members)
    batch_id, control_number = submissions.open_batch(tx, connection_id)
    content = _written(tx, connection, control_number, outgoing, at)
    kind = outgoing[0].claim.kind.value
    document_id = documents.store(tx, kind, content, f"batch {batch_id}", at)
    batch = BatchRow(batch_id, connection_id, control_number, document_id, submissions.PREPARED, "", at, None)
    submissions.save_batch(tx, batch, tuple(member for member, _ in members))
    return BatchPrepared(batch_id, len(members), more=len(waiting) > len(members))


def _of_one_kind(tx: Tx, waiting: tuple[Queued, ...], *, mailed: bool) -> list[tuple[Queued, ClaimToSend]]:
    """A file holds claims of one guide: those of the most urgent claim's kind go now, the others next."""
    loaded = [(one, _loaded(tx, one, mailed=mailed)) for one in waiting]
    first = loaded[0][1].claim.kind
    return [(one, sent) for one, sent in loaded if sent.claim.kind is first]


def _loaded(tx: Tx, one: Queued, *, mailed: bool) -> ClaimToSend:
    place = Responsibility(one.responsibility)
    return outgoing_claim(tx, one.claim_id, one.version, place, one.payer_id, mailed=mailed)


def _written(
    tx: Tx, connection: Connection, control_number: int, outgoing: tuple[ClaimToSend, ...], at: datetime
) -> bytes:
    practice = practices.load(tx)
    submitter = Party(practice.name, connection.sender_id, "BILLING OFFICE", practice.phone)
    receiver = Party(connection.receiver_name, connection.receiver_id)
    # Group and interchange share the number: a 999 names the group, a TA1 the interchange.
    envelope = Envelope(connection.sender_id, connection.receiver_id, control_number, at, control_number)
    return write_claims(envelope, submitter, receiver, outgoing)
