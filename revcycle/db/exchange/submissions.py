"""Claims on their way to a payer: the queue of each connection, the batches, and what proves that we filed."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
    update,
)

from revcycle.db import sequences
from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, metadata

batches = Table(
    "batches",
    metadata,
    Column("batch_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("connection_id", Text, nullable=False),
    Column("interchange_control_number", Integer, nullable=False),
    Column("document_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("prepared_at", Instant, nullable=False),
    Column("sent_at", Instant),
    UniqueConstraint("connection_id", "interchange_control_number"),
)
submissions = Table(
    "submissions",
    metadata,
    Column("submission_id", Integer, primary_key=True, autoincrement=True),
    Column("claim_id", ForeignKey("claims.claim_id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("responsibility", Text, nullable=False),
    Column("connection_id", Text, nullable=False),
    Column("payer_id", Text, nullable=False, server_default=""),
    Column("batch_id", Text, nullable=False, index=True),
    Column("filing_deadline", Date, nullable=False),
    Column("queued_at", Instant, nullable=False),
    UniqueConstraint("claim_id", "version", "responsibility"),
)
Index(
    "ix_submissions_queue", submissions.c.connection_id, submissions.c.batch_id, submissions.c.filing_deadline
)

PREPARED, SENT, NOT_SENT, UNKNOWN = "prepared", "sent", "not_sent", "unknown"


@dataclass(frozen=True, slots=True)
class Queued:
    """One claim version waiting to be sent to the payer in that place of the line.

    ``payer_id`` is the payer's id on that connection, where it differs from the one the claim uses; else empty.
    """

    submission_id: int
    claim_id: str
    version: int
    responsibility: str
    payer_id: str = ""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One 837 file. ``state`` is prepared, sent (proved), not_sent or unknown."""

    batch_id: str
    connection_id: str
    interchange_control_number: int
    document_id: str
    state: str
    receipt: str
    prepared_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """What waits for one connection: claims, their first filing deadline, batches of unknown fate."""

    claims: int
    first_deadline: date | None
    unknown_batches: int


_BATCH = [batches.c[name] for name in BatchRow.__dataclass_fields__]


def queue(
    tx: Tx,
    claim_id: str,
    version: int,
    responsibility: str,
    connection_id: str,
    filing_deadline: date,
    at: datetime,
    payer_id: str = "",
) -> None:
    """Put a claim version on its connection's queue; a second time for the same payer is a fault and fails."""
    row = {
        "claim_id": claim_id,
        "version": version,
        "responsibility": responsibility,
        "connection_id": connection_id,
        "payer_id": payer_id,
        "batch_id": "",
        "filing_deadline": filing_deadline,
        "queued_at": at,
    }
    tx.connection.execute(submissions.insert(), row)


def waiting(tx: Tx, connection_id: str, limit: int) -> tuple[Queued, ...]:
    """Return the queue's head, the earliest filing deadline first."""
    open_ = (submissions.c.connection_id == connection_id) & (submissions.c.batch_id == "")
    columns = [submissions.c[name] for name in Queued.__dataclass_fields__]
    ordered = (
        select(*columns).where(open_).order_by(submissions.c.filing_deadline, submissions.c.submission_id)
    )
    return tuple(Queued(*row) for row in tx.connection.execute(ordered.limit(limit)))


def queue_of(tx: Tx, connection_id: str) -> QueueLine:
    """Return what waits for the connection."""
    open_ = (submissions.c.connection_id == connection_id) & (submissions.c.batch_id == "")
    counted = select(func.count(), func.min(submissions.c.filing_deadline)).where(open_)
    waiting, first = tx.connection.execute(counted).one()
    unproved = (batches.c.connection_id == connection_id) & (batches.c.state == UNKNOWN)
    unknown = tx.connection.execute(select(func.count()).where(unproved)).scalar_one()
    return QueueLine(waiting, first, unknown)


def put_back(tx: Tx, batch_id: str) -> None:
    """Put the claims of a batch that certainly did not arrive back on the queue, where the most urgent goes first."""
    members = submissions.c.batch_id == batch_id
    tx.connection.execute(update(submissions).where(members).values(batch_id=""))


def open_batch(tx: Tx, connection_id: str) -> tuple[str, int]:
    """Take the next batch id and interchange control number of the connection; neither is ever given again."""
    return sequences.identifier(tx, "batch", "B"), sequences.take(tx, f"interchange:{connection_id}")


def save_batch(tx: Tx, batch: BatchRow, members: tuple[Queued, ...]) -> None:
    """Keep a written batch and take its claims off the queue."""
    row = {name: getattr(batch, name) for name in BatchRow.__dataclass_fields__}
    tx.connection.execute(batches.insert().values(practice_id=tx.practice_id, **row))
    chosen = submissions.c.submission_id.in_([member.submission_id for member in members])
    tx.connection.execute(update(submissions).where(chosen).values(batch_id=batch.batch_id))


def load_batch(tx: Tx, batch_id: str) -> BatchRow:
    """Return a batch."""
    return BatchRow(*tx.connection.execute(select(*_BATCH).where(batches.c.batch_id == batch_id)).one())


def batch_by_control_number(tx: Tx, connection_id: str, interchange_control_number: int) -> BatchRow | None:
    """Return the batch an acknowledgment means, or None."""
    wanted = (batches.c.connection_id == connection_id) & (
        batches.c.interchange_control_number == interchange_control_number
    )
    row = tx.connection.execute(select(*_BATCH).where(wanted)).first()
    return None if row is None else BatchRow(*row)


def set_batch_state(tx: Tx, batch_id: str, state: str, receipt: str, at: datetime) -> None:
    """Record what became of a batch; once sent it stays sent."""
    unsent = (batches.c.batch_id == batch_id) & (batches.c.state != SENT)
    sent_at = at if state == SENT else None
    tx.connection.execute(update(batches).where(unsent).values(state=state, receipt=receipt, sent_at=sent_at))


def claims_of_batch(tx: Tx, batch_id: str) -> tuple[str, ...]:
    """Return the ids of the claims in a batch."""
    members = select(submissions.c.claim_id).where(submissions.c.batch_id == batch_id)
    return tuple(tx.connection.execute(members.order_by(submissions.c.submission_id)).scalars())


def batches_of_claim(tx: Tx, claim_id: str) -> tuple[BatchRow, ...]:
    """Return every batch the claim went out in, oldest first."""
    joined = select(*_BATCH).join(submissions, submissions.c.batch_id == batches.c.batch_id)
    rows = tx.connection.execute(
        joined.where(submissions.c.claim_id == claim_id).order_by(batches.c.batch_id)
    )
    return tuple(BatchRow(*row) for row in rows)
