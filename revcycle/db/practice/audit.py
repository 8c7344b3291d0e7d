"""The audit log: append-only, one number after the other, each record sealed onto the one before."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Boolean, Column, Integer, RowMapping, Table, Text, select

from revcycle.access.audit_chain import FIRST, AuditRecord, ChainCheck, SealedRecord, digest, verify
from revcycle.db import sequences
from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, append_only, metadata

audit_records = append_only(
    Table(
        "audit_records",
        metadata,
        Column("practice_id", Text, primary_key=True),
        Column("seq", Integer, primary_key=True, autoincrement=False),
        Column("user_id", Text, nullable=False, index=True),
        Column("role", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("subject", Text, nullable=False, index=True),
        Column("why", Text, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("person_read", Boolean, nullable=False),
        Column("real_at", Instant, nullable=False),
        Column("business_at", Instant, nullable=False),
        Column("seal", Text, nullable=False),
    )
)
_PAGE = 1_000


def append(
    tx: Tx,
    *,
    user_id: str,
    role: str,
    action: str,
    subject: str,
    why: str,
    outcome: str,
    person_read: bool,
    real_at: datetime,
    business_at: datetime,
) -> int:
    """Write one record; return its number. The sequence's row lock serialises writers until commit."""
    seq = sequences.take(tx, _sequence(tx))
    record = AuditRecord(
        seq, tx.practice_id, user_id, role, action, subject, why, outcome, person_read, real_at, business_at
    )
    previous = select(audit_records.c.seal).where(
        audit_records.c.practice_id == tx.practice_id, audit_records.c.seq == seq - 1
    )
    before = tx.connection.execute(previous).scalar_one_or_none() or FIRST
    row = {name: getattr(record, name) for name in AuditRecord.__dataclass_fields__}
    tx.connection.execute(audit_records.insert().values(**row, seal=_seal(tx, digest(before, record))))
    return seq


def find(
    tx: Tx,
    *,
    user_id: str = "",
    subject: str = "",
    persons_only: bool = False,
    before: int = 0,
    limit: int = 100,
) -> tuple[AuditRecord, ...]:
    """Return records, the newest first; ``before`` pages on from a record's number."""
    statement = select(audit_records).where(audit_records.c.practice_id == tx.practice_id)
    if user_id:
        statement = statement.where(audit_records.c.user_id == user_id)
    if subject:
        statement = statement.where(audit_records.c.subject == subject)
    if persons_only:
        statement = statement.where(audit_records.c.person_read)
    if before:
        statement = statement.where(audit_records.c.seq < before)
    rows = tx.connection.execute(statement.order_by(audit_records.c.seq.desc()).limit(limit)).mappings()
    return tuple(_record(row) for row in rows)


def check(tx: Tx) -> ChainCheck:
    """Verify the whole chain of this practice."""
    return verify(_walk(tx), sequences.current(tx, _sequence(tx)), lambda text: _seal(tx, text))


def _walk(tx: Tx) -> Iterator[SealedRecord]:
    after = -1
    while True:
        page = (
            select(audit_records)
            .where(audit_records.c.practice_id == tx.practice_id, audit_records.c.seq > after)
            .order_by(audit_records.c.seq)
            .limit(_PAGE)
        )
        rows = tx.connection.execute(page).mappings().all()
        if not rows:
            return
        yield from (SealedRecord(_record(row), row["seal"]) for row in rows)
        after = rows[-1]["seq"]


def _sequence(tx: Tx) -> str:
    return f"audit:{tx.practice_id}"


def _seal(tx: Tx, digested: str) -> str:
    # Keyed: who can write to the database but has no key ring cannot forge a chain that holds.
    return tx.blind("audit", digested)


def _record(row: RowMapping) -> AuditRecord:
    return AuditRecord(**{name: row[name] for name in AuditRecord.__dataclass_fields__})
