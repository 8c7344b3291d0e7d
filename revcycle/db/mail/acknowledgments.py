"""What payers acknowledged: TA1 and 999 for a batch, 277CA for a claim; and the proof of filing made of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Integer, Table, Text, select

from revcycle.db.engine import Tx
from revcycle.db.exchange import submissions
from revcycle.db.schema import Instant, append_only, metadata
from revcycle.domain.mail.acknowledgment import AcknowledgmentKind

acknowledgments = append_only(
    Table(
        "acknowledgments",
        metadata,
        Column("acknowledgment_id", Integer, primary_key=True, autoincrement=True),
        Column("practice_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("batch_id", Text, nullable=False, index=True),
        Column("claim_id", Text, nullable=False, index=True),
        Column("accepted", Boolean, nullable=False),
        Column("code", Text, nullable=False),
        Column("payer_claim_control_number", Text, nullable=False),
        Column("document_id", Text, nullable=False),
        Column("received_at", Instant, nullable=False),
    )
)


@dataclass(frozen=True, slots=True)
class AcknowledgmentRow:
    """One answer. ``claim_id`` is empty for TA1 and 999; ``code`` is STC01 (``A2:20``), AK9/IK5 or the TA1 code."""

    kind: AcknowledgmentKind
    batch_id: str
    claim_id: str
    accepted: bool
    code: str
    payer_claim_control_number: str
    document_id: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class FilingProof:
    """What shows that a claim was filed, and when. Documents are named by content hash; None is not on file."""

    batch_id: str
    interchange_control_number: int
    sent_at: datetime
    document_id_837: str
    accepted_999_at: datetime | None
    document_id_999: str
    accepted_277ca_at: datetime | None
    document_id_277ca: str
    status: str
    payer_claim_control_number: str


_ROW = [acknowledgments.c[name] for name in AcknowledgmentRow.__dataclass_fields__]


def record(tx: Tx, acknowledgment: AcknowledgmentRow) -> int:
    """Keep an acknowledgment; return its number."""
    row = {name: getattr(acknowledgment, name) for name in AcknowledgmentRow.__dataclass_fields__}
    row["kind"] = acknowledgment.kind.value
    key = tx.connection.execute(
        acknowledgments.insert(), {"practice_id": tx.practice_id, **row}
    ).inserted_primary_key
    assert key is not None
    return int(key[0])


def load(tx: Tx, acknowledgment_id: int) -> AcknowledgmentRow:
    """Return an acknowledgment by its number."""
    row = tx.connection.execute(
        select(*_ROW).where(acknowledgments.c.acknowledgment_id == acknowledgment_id)
    ).one()
    return AcknowledgmentRow(AcknowledgmentKind(row.kind), *row[1:])


def of_batch(tx: Tx, batch_id: str) -> tuple[AcknowledgmentRow, ...]:
    """Return what came back for a batch, claims included."""
    rows = tx.connection.execute(
        select(*_ROW)
        .where(acknowledgments.c.batch_id == batch_id)
        .order_by(acknowledgments.c.acknowledgment_id)
    )
    return tuple(AcknowledgmentRow(AcknowledgmentKind(row.kind), *row[1:]) for row in rows)


def proof_of_filing(tx: Tx, claim_id: str) -> tuple[FilingProof, ...]:
    """Return one proof for each batch the claim was sent in, oldest first; the strongest holds an accepting 277CA."""
    return tuple(
        _proof(tx, claim_id, batch)
        for batch in submissions.batches_of_claim(tx, claim_id)
        if batch.sent_at is not None
    )


def _proof(tx: Tx, claim_id: str, batch: submissions.BatchRow) -> FilingProof:
    answers = [a for a in of_batch(tx, batch.batch_id) if a.accepted]
    syntax = next((a for a in answers if a.kind is AcknowledgmentKind.IMPLEMENTATION), None)
    claim = next((a for a in answers if a.kind is AcknowledgmentKind.CLAIM and a.claim_id == claim_id), None)
    assert batch.sent_at is not None
    return FilingProof(
        batch_id=batch.batch_id,
        interchange_control_number=batch.interchange_control_number,
        sent_at=batch.sent_at,
        document_id_837=batch.document_id,
        accepted_999_at=syntax.received_at if syntax else None,
        document_id_999=syntax.document_id if syntax else "",
        accepted_277ca_at=claim.received_at if claim else None,
        document_id_277ca=claim.document_id if claim else "",
        status=claim.code if claim else "",
        payer_claim_control_number=claim.payer_claim_control_number if claim else "",
    )
