"""What the world has told a workflow and it has not read yet. The doorbell may be lost; this may not."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, Integer, Table, Text, bindparam, select, update

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, metadata
from revcycle.domain.work.news import News

inbox = Table(
    "inbox",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("practice_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("occurred_at", Instant, nullable=False),
    Column("read", Integer, nullable=False),
)
Index(
    "ix_inbox_unread",
    inbox.c.subject,
    sqlite_where=inbox.c.read == 0,
    postgresql_where=inbox.c.read == 0,
)


@dataclass(frozen=True, slots=True)
class Message:
    """One piece of news: its kind (``acknowledged``, ``posted``, …) and the row or code it refers to."""

    seq: int
    kind: News
    reference: str
    occurred_at: datetime


_UNREAD = (
    select(inbox.c.seq, inbox.c.kind, inbox.c.reference, inbox.c.occurred_at)
    .where((inbox.c.subject == bindparam("of_subject")) & (inbox.c.read == 0))
    .order_by(inbox.c.seq)
)
_READ = update(inbox).where(inbox.c.seq == bindparam("of_seq")).values(read=1)


def put(tx: Tx, subject: str, kind: News, reference: str, at: datetime) -> None:
    """Leave a message for the subject (``claim/C000001``). Ring its workflow in the same transaction."""
    row = {
        "practice_id": tx.practice_id,
        "subject": subject,
        "kind": kind.value,
        "reference": reference,
        "occurred_at": at,
        "read": 0,
    }
    tx.connection.execute(inbox.insert(), row)


def take(tx: Tx, subject: str, *kinds: News) -> tuple[Message, ...]:
    """Return the unread messages (of the kinds, or all) and mark them read.

    Call it inside ``effects.once``: a retried activity then gets the same answer, not an empty inbox.
    """
    rows = tx.connection.execute(_UNREAD, {"of_subject": subject}).all()
    chosen = [row for row in rows if not kinds or row.kind in kinds]
    if chosen:
        tx.connection.execute(_READ, [{"of_seq": row.seq} for row in chosen])
    return tuple(Message(row.seq, News(row.kind), row.reference, row.occurred_at) for row in chosen)


def has(tx: Tx, subject: str, kind: News) -> bool:
    """Tell whether an unread message of the kind waits."""
    return any(row.kind == kind for row in tx.connection.execute(_UNREAD, {"of_subject": subject}))


def unread_subjects(tx: Tx) -> tuple[str, ...]:
    """Return the subjects with unread messages, for the sweep that rings again."""
    return tuple(tx.connection.execute(select(inbox.c.subject).where(inbox.c.read == 0).distinct()).scalars())
