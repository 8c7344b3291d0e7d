"""Bad input put aside: its raw bytes, where it stood and what is wrong with it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Integer, Table, Text, select, update

from revcycle.db.engine import Tx
from revcycle.db.facts import from_json, to_json
from revcycle.db.schema import Instant, Sealed, metadata
from revcycle.domain.finding import Finding

quarantine = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", Integer, primary_key=True, autoincrement=True),
    Column("practice_id", Text, nullable=False),
    Column("document_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("raw", Sealed, nullable=False),
    Column("findings", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
)


class NotInQuarantine(LookupError):
    """Nothing in quarantine has this number."""


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """One part put aside. ``position`` counts segments from the start of the file; ``state`` is open or resolved."""

    quarantine_id: int
    document_id: str
    kind: str
    position: int
    findings: tuple[Finding, ...]
    state: str
    received_at: datetime


def put(
    tx: Tx,
    document_id: str,
    kind: str,
    position: int,
    raw: bytes,
    findings: tuple[Finding, ...],
    at: datetime,
) -> int:
    """Put a part of a file (or all of it) aside; return its number."""
    row = quarantine.insert().values(
        practice_id=tx.practice_id,
        document_id=document_id,
        kind=kind,
        position=position,
        raw=tx.seal_bytes(raw),
        findings=to_json(findings),
        state="open",
        received_at=at,
    )
    key = tx.connection.execute(row).inserted_primary_key
    assert key is not None
    return int(key[0])


def list_(tx: Tx, *, open_only: bool = True, document_id: str = "") -> tuple[QuarantineRow, ...]:
    """Return what lies in quarantine, oldest first."""
    columns = [quarantine.c[name] for name in QuarantineRow.__dataclass_fields__]
    statement = select(*columns).where(quarantine.c.practice_id == tx.practice_id)
    if open_only:
        statement = statement.where(quarantine.c.state == "open")
    if document_id:
        statement = statement.where(quarantine.c.document_id == document_id)
    rows = tx.connection.execute(statement.order_by(quarantine.c.quarantine_id)).all()
    return tuple(
        QuarantineRow(
            r.quarantine_id,
            r.document_id,
            r.kind,
            r.position,
            from_json(r.findings, tuple[Finding, ...]),
            r.state,
            r.received_at,
        )
        for r in rows
    )


def raw(tx: Tx, quarantine_id: int) -> bytes:
    """Return the raw bytes of a part. Raises NotInQuarantine."""
    row = tx.connection.execute(
        select(quarantine.c.raw).where(quarantine.c.quarantine_id == quarantine_id)
    ).first()
    if row is None:
        raise NotInQuarantine(f"nothing in quarantine has number {quarantine_id}")
    return tx.open_bytes(row[0])


def resolve(tx: Tx, quarantine_id: int) -> None:
    """Mark a part as dealt with. Raises NotInQuarantine."""
    statement = update(quarantine).where(quarantine.c.quarantine_id == quarantine_id).values(state="resolved")
    if tx.connection.execute(statement).rowcount != 1:
        raise NotInQuarantine(f"nothing in quarantine has number {quarantine_id}")
