"""What the world has told a workflow and it has not read yet. The doorbell may be lost; this may not."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, Integer, Table, Text, select, update

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, metadata

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
    kind: str
    reference: str
    occurred_at: datetime


def put(tx: Tx, subject: str, kind: str, reference: str, at: datetime) -> None:
    """Leave a message for the subject (``claim/C000001``). Ring its workflow in the same transaction."""
    tx.connection.execute(
        inbox.insert().values(
            practice_id=tx.practice_id,
            subject=subject,
            kind=kind,
            reference=reference,
            occurred_at=at,
            read=0,
        )
    )


def take(tx: Tx, subject: str, *kinds: str) -> tuple[Message, ...]:
    """Return the unread messages (of the kinds, or all) and mark them read.

    Call it inside ``effects.once``: a retried activity then gets the same answer, not an empty inbox.
    """
    unread = (inbox.c.subject == subject) & (inbox.c.read == 0)
    if kinds:
        unread &= inbox.c.kind.in_(kinds)
    columns = (inbox.c.seq, inbox.c.kind, inbox.c.reference, inbox.c.occurred_at)
    rows = tx.connection.execute(select(*columns).where(unread).order_by(inbox.c.seq)).all()
    if rows:
        tx.connection.execute(
            update(inbox).where(inbox.c.seq.in_([row.seq for row in rows])).values(read=1)
        )
    return tuple(Message(*row) for row in rows)


def has(tx: Tx, subject: str, kind: str) -> bool:
    """Tell whether an unread message of the kind waits."""
    unread = (inbox.c.subject == subject) & (inbox.c.read == 0) & (inbox.c.kind == kind)
    return tx.connection.execute(select(inbox.c.seq).where(unread).limit(1)).first() is not None


def unread_subjects(tx: Tx) -> tuple[str, ...]:
    """Return the subjects with unread messages, for the sweep that rings again."""
    return tuple(
        tx.connection.execute(select(inbox.c.subject).where(inbox.c.read == 0).distinct()).scalars()
    )
