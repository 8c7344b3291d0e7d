"""Documents (raw X12, letters, deposits): stored once by content hash, sealed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Integer, Table, Text, select

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, Sealed, append_only, metadata
from revcycle.db.upsert import insert_once

documents = append_only(
    Table(
        "documents",
        metadata,
        Column("document_id", Text, primary_key=True),
        Column("practice_id", Text, nullable=False),
        Column("kind", Text, nullable=False, index=True),
        Column("media_type", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("size", Integer, nullable=False),
        Column("received_at", Instant, nullable=False),
        Column("content", Sealed, nullable=False),
    )
)


class NoSuchDocument(LookupError):
    """No document has this id."""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document's description. ``document_id`` is the SHA-256 of its bytes."""

    document_id: str
    kind: str
    media_type: str
    source: str
    size: int
    received_at: datetime


def document_id(content: bytes) -> str:
    """Return the id a document with these bytes has."""
    return hashlib.sha256(content).hexdigest()


def store(
    tx: Tx, kind: str, content: bytes, source: str, at: datetime, media_type: str = "application/edi-x12"
) -> str:
    """Keep a document; the same bytes again are the same document. Returns its id."""
    key = document_id(content)
    row = {"document_id": key, "practice_id": tx.practice_id, "kind": kind, "media_type": media_type}
    more = {"source": source, "size": len(content), "received_at": at, "content": tx.seal_bytes(content)}
    insert_once(tx, documents, row | more)
    return key


def exists(tx: Tx, key: str) -> bool:
    """Tell whether the document is kept."""
    return (
        tx.connection.execute(select(documents.c.size).where(documents.c.document_id == key)).first()
        is not None
    )


def describe(tx: Tx, key: str) -> DocumentRow:
    """Return what is known of a document. Raises NoSuchDocument."""
    columns = [documents.c[name] for name in DocumentRow.__dataclass_fields__]
    row = tx.connection.execute(select(*columns).where(documents.c.document_id == key)).first()
    if row is None:
        raise NoSuchDocument(f"no document {key[:12]}")
    return DocumentRow(*row)


def content(tx: Tx, key: str) -> bytes:
    """Return a document's bytes. Raises NoSuchDocument."""
    row = tx.connection.execute(select(documents.c.content).where(documents.c.document_id == key)).first()
    if row is None:
        raise NoSuchDocument(f"no document {key[:12]}")
    return tx.open_bytes(row[0])
