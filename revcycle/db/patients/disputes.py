"""Disputes: what a patient says is wrong with a bill, in their own words (sealed), and what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Row, Table, Text, select, update

from revcycle.db import sequences
from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, Sealed, metadata
from revcycle.domain.patients.dispute import Dispute, DisputeState, DisputeSubject

disputes = Table(
    "disputes",
    metadata,
    Column("dispute_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("account_id", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("claim_ids", Text, nullable=False),
    Column("words", Sealed, nullable=False),
    Column("before_cents", BigInteger, nullable=False),
    Column("change_cents", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("answered_at", Instant),
)


class NoSuchDispute(LookupError):
    """No dispute has this id."""


def open_(
    tx: Tx,
    account_id: str,
    subject: DisputeSubject,
    words: str,
    claim_ids: tuple[str, ...],
    actor: str,
    at: datetime,
) -> str:
    """Keep a dispute; return its id. From now on all contact pauses. No claims means the whole balance."""
    dispute_id = sequences.identifier(tx, "dispute", "Q")
    tx.connection.execute(
        disputes.insert().values(
            dispute_id=dispute_id,
            practice_id=tx.practice_id,
            account_id=account_id,
            state=DisputeState.RECORDED.value,
            subject=subject.value,
            claim_ids=",".join(claim_ids),
            words=tx.seal(words),
            before_cents=0,
            change_cents=0,
            actor=actor,
            opened_at=at,
        )
    )
    return dispute_id


def load(tx: Tx, dispute_id: str) -> tuple[str, Dispute]:
    """Return a dispute with its account's id. Raises NoSuchDispute."""
    row = tx.connection.execute(select(disputes).where(disputes.c.dispute_id == dispute_id)).first()
    if row is None:
        raise NoSuchDispute(f"no dispute {dispute_id}")
    return row.account_id, _dispute(row)


def words(tx: Tx, dispute_id: str) -> str:
    """Return what the patient said. It identifies them: audit who reads it. Raises NoSuchDispute."""
    found = select(disputes.c.words).where(disputes.c.dispute_id == dispute_id)
    row = tx.connection.execute(found).first()
    if row is None:
        raise NoSuchDispute(f"no dispute {dispute_id}")
    return tx.open(row[0])


def unfinished(tx: Tx, account_id: str) -> Dispute | None:
    """Return the account's dispute that is open or still owes the patient a letter, or None."""
    chosen = select(disputes).where(
        disputes.c.account_id == account_id, disputes.c.state != DisputeState.CLOSED.value
    )
    rows = [_dispute(row) for row in tx.connection.execute(chosen.order_by(disputes.c.dispute_id))]
    waiting = [dispute for dispute in rows if not dispute.open]
    # One answered lets its letter out first, unless another is open: then all contact pauses.
    return next((dispute for dispute in rows if dispute.open), waiting[0] if waiting else None)


def of_account(tx: Tx, account_id: str) -> tuple[Dispute, ...]:
    """Return an account's disputes, oldest first."""
    chosen = select(disputes).where(disputes.c.account_id == account_id).order_by(disputes.c.dispute_id)
    return tuple(_dispute(row) for row in tx.connection.execute(chosen))


def change(tx: Tx, dispute_id: str, state: DisputeState, **values: Any) -> None:
    """Move a dispute to a state and change its other columns."""
    moved = update(disputes).where(disputes.c.dispute_id == dispute_id)
    tx.connection.execute(moved.values(state=state.value, **values))


def _dispute(row: Row[Any]) -> Dispute:
    return Dispute(
        row.dispute_id,
        DisputeSubject(row.subject),
        DisputeState(row.state),
        row.opened_at.date(),
        tuple(row.claim_ids.split(",")) if row.claim_ids else (),
        row.before_cents,
        row.change_cents,
    )
