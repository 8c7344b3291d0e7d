"""Submission: write a batch as an 837 file, deliver it, and settle what became of it."""

from dataclasses import dataclass
from datetime import datetime

from revcycle.db import positions, sequences
from revcycle.db.engine import Tx
from revcycle.db.exchange import connections, submissions
from revcycle.db.exchange.submissions import BatchRow, Queued
from revcycle.db.mail import documents
from revcycle.db.practice import practices
from revcycle.db.work import clocks, deadlines
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.exchange.connection import ConnectionState, ConnectionStatus
from revcycle.domain.exchange.delivery import BatchState, DeliveryOutcome
from revcycle.domain.exchange.progress import BatchDelivered, BatchPrepared, SubmissionPosition
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.edi.claim_837.x12_837 import ClaimToSend, write_claims
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.effects.exchange.outgoing import outgoing_claim
from revcycle.effects.work import tasks
from revcycle.effects.work.clocks import miss_clock
from revcycle.payers.gateway import Delivery
from revcycle.payers.switchboard import Connection
from revcycle.rules.exchange.connection_outage import after_delivery, pause_before_next
from revcycle.rules.exchange.delivery_clocks import next_look, proof_due

BATCH_LIMIT = 200
"""Claims in one file: far below the guide's 5,000 a transaction, so that one refused file costs little."""


@dataclass(frozen=True, slots=True)
class BatchToDeliver:
    """A batch and its file; ``fate`` is what is known of it already, so that it must not be sent."""

    batch_id: str
    connection_id: str
    content: bytes
    fate: Delivery | None = None


def locate_submission(tx: Tx, act: Act, connection_id: str) -> SubmissionPosition:
    """Return where a connection's way out stands, with a new epoch; what an earlier life asked is asked anew."""
    unsettled = submissions.unsettled(tx, connection_id)
    for batch_id in unsettled:
        tasks.withdraw_lost(tx, act, subjects.batch(batch_id))
    if not unsettled:
        _rest(tx, act)
    epoch = sequences.take(tx, f"epoch:{act.subject}")
    return SubmissionPosition(epoch, unsettled, positions.of(tx, act.subject))


def prepare_batch(tx: Tx, act: Act, connection: Connection) -> BatchPrepared:
    """Take the most urgent claims off the queue and write them as one 837 file under a new control number.

    When there are none, or a person parked the connection, it rests until it is rung or looked at again.
    """
    connection_id, at = connection.connection_id, act.at
    parked = connections.status(tx, connection_id, at).state is ConnectionState.PARKED
    waiting = () if parked else submissions.waiting(tx, connection_id, BATCH_LIMIT)
    if not waiting:
        _rest(tx, act)
        return BatchPrepared(parked=parked)
    clocks.cancel(tx, act, ClockName.QUEUE_LOOK)
    members = _of_one_kind(tx, waiting, mailed=connection.on_paper)
    outgoing = tuple(sent for _, sent in members)
    batch_id, control_number = submissions.open_batch(tx, connection_id)
    content = _written(tx, connection, control_number, outgoing, at)
    kind = outgoing[0].claim.kind.value
    document_id = documents.store(tx, kind, content, f"batch {batch_id}", at)
    batch = BatchRow(batch_id, connection_id, control_number, document_id, submissions.PREPARED, "", at, None)
    submissions.save_batch(tx, batch, tuple(member for member, _ in members))
    return BatchPrepared(batch_id, len(members))


def _rest(tx: Tx, act: Act) -> None:
    clocks.arm(tx, act, ClockName.QUEUE_LOOK, next_look(act.at))


def begin_delivery(tx: Tx, act: Act, batch_id: str) -> BatchToDeliver:
    """Load a batch to be sent. Its fate is unknown from before the first byte until it is settled.

    An attempt that died on the way may have arrived, whatever the next attempt meets, so only proof counts then.
    """
    batch = load_delivery(tx, batch_id)
    if batch.fate is None:
        submissions.set_batch_state(tx, batch_id, submissions.UNKNOWN, "", act.at)
    return batch


def load_delivery(tx: Tx, batch_id: str) -> BatchToDeliver:
    """Load a batch and what is known of its fate."""
    batch = submissions.load_batch(tx, batch_id)
    content = documents.content(tx, batch.document_id)
    return BatchToDeliver(batch_id, batch.connection_id, content, _fate(tx, batch))


def _fate(tx: Tx, batch: BatchRow) -> Delivery | None:
    if batch.state is submissions.SENT:
        return Delivery(DeliveryOutcome.SENT, batch.receipt, "an acknowledgment came, or it was sent before")
    if batch.state is submissions.UNKNOWN:
        return Delivery(DeliveryOutcome.UNKNOWN, reason="an earlier attempt may have arrived")
    if not submissions.claims_of_batch(tx, batch.batch_id):
        return Delivery(DeliveryOutcome.NOT_SENT, reason="its claims are back on the queue")
    return None


def settle_delivery(
    tx: Tx, act: Act, batch_id: str, delivery: Delivery, *, put_back: bool = False
) -> BatchDelivered:
    """Record what became of a batch; ``put_back`` its claims on the queue when it certainly did not arrive.

    While its fate is unknown the clock of its proof runs; once that has passed a person is to be asked.
    """
    submissions.set_batch_state(tx, batch_id, BatchState(delivery.outcome), delivery.receipt, act.at)
    batch = submissions.load_batch(tx, batch_id)
    outcome = DeliveryOutcome.SENT if batch.state is submissions.SENT else delivery.outcome
    if outcome is DeliveryOutcome.UNKNOWN:
        return BatchDelivered(outcome, delivery.reason, overdue=not _proof_awaited(tx, act, batch_id))
    clocks.meet(tx, act, ClockName.DELIVERY_PROOF)
    if outcome is DeliveryOutcome.NOT_SENT and put_back:
        submissions.put_back(tx, batch_id)
    before, after = _note(tx, batch.connection_id, outcome, delivery.reason, act.at)
    return BatchDelivered(
        outcome,
        delivery.reason,
        act.at + pause_before_next(after.failures),
        after.state is ConnectionState.OUTAGE and before.state is not ConnectionState.OUTAGE,
        submissions.queue_of(tx, batch.connection_id).claims,
    )


def _proof_awaited(tx: Tx, act: Act, batch_id: str) -> bool:
    """Tell whether the clock of a batch's proof runs, arming it the first time and ending it once it has passed."""
    armed = [clock for clock in clocks.armed(tx, act.subject) if clock.name is ClockName.DELIVERY_PROOF]
    if armed and armed[0].due_at > act.at:
        return True
    if armed:
        miss_clock(tx, act, ClockName.DELIVERY_PROOF)
        return False
    if deadlines.about(tx, subjects.batch(batch_id)):
        return False
    return await_proof(tx, act, batch_id)


def await_proof(tx: Tx, act: Act, batch_id: str) -> bool:
    """Wait for proof of a batch's fate, as long again when nobody whom we asked could tell."""
    clocks.arm(tx, act, ClockName.DELIVERY_PROOF, proof_due(act.at), about=subjects.batch(batch_id))
    return True


def settle_by_person(tx: Tx, act: Act, batch_id: str, arrived: bool, actor: str) -> BatchDelivered:
    """Settle a batch of unknown fate as a person found it, who asked the other side."""
    outcome = DeliveryOutcome.SENT if arrived else DeliveryOutcome.NOT_SENT
    return settle_delivery(
        tx, act, batch_id, Delivery(outcome, f"told {actor}", f"{actor} asked the other side")
    )


def _note(
    tx: Tx, connection_id: str, outcome: DeliveryOutcome, reason: str, at: datetime
) -> tuple[ConnectionStatus, ConnectionStatus]:
    """Note how a delivery went with the connection; return its state before and after."""
    before = connections.status(tx, connection_id, at)
    after = after_delivery(before, outcome is DeliveryOutcome.SENT, reason, at)
    if after != before:
        connections.save(tx, after)
    return before, after


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
