"""Appeals: each level filed or to be filed, its packet and exhibits, its clocks and its decision."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, ForeignKey, Integer, Table, Text, delete, select, update

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, metadata
from revcycle.db.upsert import insert_once
from revcycle.domain.denials.appeal import AppealKind, AppealOutcome, AppealState

appeals = Table(
    "appeals",
    metadata,
    Column("appeal_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("denial_id", ForeignKey("denials.denial_id"), nullable=False, index=True),
    Column("claim_id", Text, nullable=False, index=True),
    Column("level", Integer, nullable=False),
    Column("level_name", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("notice_date", Date, nullable=False),
    Column("file_by", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("packet_document_id", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("filed_at", Instant),
    Column("receipt", Text, nullable=False),
    Column("decide_by", Instant),
    Column("outcome", Text, nullable=False),
    Column("outcome_reason", Text, nullable=False),
    Column("decided_at", Instant),
    Column("created_at", Instant, nullable=False),
)
appeal_exhibits = Table(
    "appeal_exhibits",
    metadata,
    Column("appeal_id", ForeignKey("appeals.appeal_id"), primary_key=True),
    Column("label", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("document_id", Text, nullable=False),
)


class NoSuchAppeal(LookupError):
    """No appeal has this id."""


@dataclass(frozen=True, slots=True)
class AppealRow:
    """One level of one denial. We file by ``file_by``; ``last_day`` is the last the payer's rules allow.

    ``packet_document_id`` is the letter as it goes out, exhibits within, empty until written; ``problem``
    says why it could not be written. ``decide_by`` is when we start asking; ``outcome`` is None until the
    level ended.
    """

    appeal_id: str
    denial_id: str
    claim_id: str
    level: int
    level_name: str
    body: str
    kind: AppealKind
    state: AppealState
    notice_date: date
    file_by: date
    last_day: date
    packet_document_id: str
    problem: str
    filed_at: datetime | None
    receipt: str
    decide_by: datetime | None
    outcome: AppealOutcome | None
    outcome_reason: str
    decided_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ExhibitRow:
    """A document in the packet, by the label it is cited under and the kind it is of."""

    label: str
    kind: str
    document_id: str


_ROW = [appeals.c[name] for name in AppealRow.__dataclass_fields__]


def insert(tx: Tx, appeal: AppealRow) -> bool:
    """Open a level; tell False when it is there already."""
    row: dict[str, Any] = {name: getattr(appeal, name) for name in AppealRow.__dataclass_fields__}
    row |= {
        "practice_id": tx.practice_id,
        "kind": appeal.kind.value,
        "state": appeal.state.value,
        "outcome": appeal.outcome.value if appeal.outcome else "",
    }
    return insert_once(tx, appeals, row)


def change(tx: Tx, appeal_id: str, **values: Any) -> None:
    """Change plain columns of an appeal. Raises NoSuchAppeal."""
    statement = update(appeals).where(appeals.c.appeal_id == appeal_id).values(**values)
    if tx.connection.execute(statement).rowcount != 1:
        raise NoSuchAppeal(f"no appeal {appeal_id}")


def load(tx: Tx, appeal_id: str) -> AppealRow:
    """Return an appeal. Raises NoSuchAppeal."""
    row = tx.connection.execute(select(*_ROW).where(appeals.c.appeal_id == appeal_id)).first()
    if row is None:
        raise NoSuchAppeal(f"no appeal {appeal_id}")
    return _row(row)


def of_denial(tx: Tx, denial_id: str) -> tuple[AppealRow, ...]:
    """Return the levels of a denial, the first one first."""
    found = select(*_ROW).where(appeals.c.denial_id == denial_id).order_by(appeals.c.level)
    return tuple(_row(row) for row in tx.connection.execute(found))


def of_claim(tx: Tx, claim_id: str) -> tuple[AppealRow, ...]:
    """Return every appeal of a claim, oldest first."""
    found = (
        select(*_ROW).where(appeals.c.claim_id == claim_id).order_by(appeals.c.created_at, appeals.c.level)
    )
    return tuple(_row(row) for row in tx.connection.execute(found))


def find(tx: Tx, *, state: AppealState | None = None, limit: int = 200) -> tuple[AppealRow, ...]:
    """Return appeals, the one that must be filed first first."""
    statement = select(*_ROW).where(appeals.c.practice_id == tx.practice_id)
    if state is not None:
        statement = statement.where(appeals.c.state == state.value)
    rows = tx.connection.execute(statement.order_by(appeals.c.file_by, appeals.c.appeal_id).limit(limit))
    return tuple(_row(row) for row in rows)


def put_exhibits(tx: Tx, appeal_id: str, exhibits: tuple[ExhibitRow, ...]) -> None:
    """Say which documents the packet holds; what was said before no longer counts."""
    tx.connection.execute(delete(appeal_exhibits).where(appeal_exhibits.c.appeal_id == appeal_id))
    for exhibit in exhibits:
        named = {"label": exhibit.label, "kind": exhibit.kind, "document_id": exhibit.document_id}
        tx.connection.execute(appeal_exhibits.insert().values(appeal_id=appeal_id, **named))


def exhibits_of(tx: Tx, appeal_id: str) -> tuple[ExhibitRow, ...]:
    """Return the documents in the packet, by label."""
    columns = [appeal_exhibits.c[name] for name in ExhibitRow.__dataclass_fields__]
    found = select(*columns).where(appeal_exhibits.c.appeal_id == appeal_id)
    return tuple(ExhibitRow(*row) for row in tx.connection.execute(found.order_by(appeal_exhibits.c.label)))


def _row(values: Any) -> AppealRow:
    row = AppealRow(*values)
    return replace(
        row,
        kind=AppealKind(row.kind),
        state=AppealState(row.state),
        outcome=AppealOutcome(values.outcome) if values.outcome else None,
    )
