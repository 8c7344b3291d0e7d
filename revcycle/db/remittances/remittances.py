"""Remittances: each 835 once, its header in plain columns, each claim payment in a row of its own, sealed."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    select,
    update,
)

from revcycle.db import sequences
from revcycle.db.engine import Tx
from revcycle.db.facts import from_json, to_json
from revcycle.db.remittances.remittance_contents import contents
from revcycle.db.schema import Instant, Sealed, metadata
from revcycle.domain.remittances.remittance import ClaimPayment, Remittance

remittances = Table(
    "remittances",
    metadata,
    Column("remittance_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("document_id", Text, nullable=False, index=True),
    Column("content_index", Text, nullable=False, unique=True),
    Column("payer_id", Text, nullable=False),
    Column("eft_trace_number", Text, nullable=False, index=True),
    Column("payment_cents", BigInteger, nullable=False),
    Column("payment_method", Text, nullable=False),
    Column("payment_date", Date, nullable=False),
    Column("claim_count", Integer, nullable=False),
    Column("quarantined", Integer, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("header", Sealed, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
remittance_claims = Table(
    "remittance_claims",
    metadata,
    Column("remittance_id", ForeignKey("remittances.remittance_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("payer_id", Text, nullable=False),
    Column("payment_date", Date, nullable=False),
    Column("patient_control_number", Text, nullable=False, index=True),
    Column("payer_claim_control_number", Text, nullable=False),
    Column("status_code", Text, nullable=False),
    Column("charge_cents", BigInteger, nullable=False),
    Column("payment_cents", BigInteger, nullable=False),
    Column("service_date", Date),
    Column("state", Text, nullable=False),
    Column("claim_id", Text, nullable=False),
    Column("contractual_cents", BigInteger, nullable=False),
    Column("patient_cents", BigInteger, nullable=False),
    Column("denied_cents", BigInteger, nullable=False),
    Column("denial_codes", Text, nullable=False),
    Column("reversed_by", Text, nullable=False),
    Column("posted_at", Instant),
    Column("payment", Sealed, nullable=False),
)
Index("ix_remittance_claims_claim", remittance_claims.c.claim_id, remittance_claims.c.remittance_id)


class RemittanceState(StrEnum):
    """Where a remittance stands. ``posted`` waits for its money; ``reassociated`` has it (or needs none)."""

    RECEIVED = "received"
    HELD = "held"
    REJECTED = "rejected"
    POSTED = "posted"
    REASSOCIATED = "reassociated"


class PaymentState(StrEnum):
    """Where one claim payment stands.

    ``held``: does not balance; ``unmatched``: no claim found for it; ``orphan``: a reversal of nothing we
    posted; ``repeated``: posted before; ``informational``: moves no money (CLP02 23, 25).
    """

    RECEIVED = "received"
    HELD = "held"
    MATCHED = "matched"
    UNMATCHED = "unmatched"
    POSTED = "posted"
    ORPHAN = "orphan"
    REPEATED = "repeated"
    INFORMATIONAL = "informational"
    NOT_OURS = "not_ours"


UNRESOLVED = (PaymentState.HELD, PaymentState.UNMATCHED, PaymentState.ORPHAN, PaymentState.REPEATED)
"""The states whose money lies in suspense until a person decides."""


class NoSuchRemittance(LookupError):
    """No remittance (or no claim payment of it) has this id."""


@dataclass(frozen=True, slots=True)
class RemittanceRow:
    """The header of an 835, without identity. ``quarantined`` counts unreadable parts of its file."""

    remittance_id: str
    document_id: str
    payer_id: str
    eft_trace_number: str
    payment_cents: int
    payment_method: str
    payment_date: date
    claim_count: int
    quarantined: int
    state: RemittanceState
    received_at: datetime


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """What the plain columns know of one claim payment; ``claim_id`` is empty until matched."""

    remittance_id: str
    position: int
    payer_id: str
    payment_date: date
    patient_control_number: str
    payer_claim_control_number: str
    status_code: str
    charge_cents: int
    payment_cents: int
    service_date: date | None
    state: PaymentState
    claim_id: str
    contractual_cents: int
    patient_cents: int
    denied_cents: int
    denial_codes: tuple[str, ...]
    reversed_by: str
    posted_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredClaimPayment:
    """One posted claim payment with all its facts (identity included).

    ``stands`` is False for a reversal and for what it reversed: neither counts as paid or denied any more.
    """

    remittance_id: str
    position: int
    payment: ClaimPayment
    payer_id: str
    payment_date: date
    posted_at: datetime
    stands: bool = True


_HEADER = [remittances.c[name] for name in RemittanceRow.__dataclass_fields__]
_PAYMENT = [remittance_claims.c[name] for name in PaymentRow.__dataclass_fields__]


def receive(
    tx: Tx, document_id: str, content_facts: Remittance, at: datetime, quarantined: int = 0
) -> str | None:
    """Keep an 835 transaction; return its id, or None when the same contents were received before.

    Sameness is of contents (payer, trace number, amounts, claims): a second envelope changes nothing.
    """
    index = tx.blind("remittance", to_json(contents(content_facts)))
    known = select(remittances.c.remittance_id).where(remittances.c.content_index == index)
    if tx.connection.execute(known).first() is not None:
        return None
    remittance_id = sequences.identifier(tx, "remittance", "R")
    tx.connection.execute(
        remittances.insert().values(
            remittance_id=remittance_id,
            practice_id=tx.practice_id,
            document_id=document_id,
            content_index=index,
            payer_id=content_facts.payer_id,
            eft_trace_number=content_facts.eft_trace_number,
            payment_cents=content_facts.payment_cents,
            payment_method=content_facts.payment_method,
            payment_date=content_facts.payment_date,
            claim_count=len(content_facts.claims),
            quarantined=quarantined,
            state=RemittanceState.RECEIVED.value,
            header=tx.seal(to_json(replace(content_facts, claims=()))),
            received_at=at,
            updated_at=at,
        )
    )
    rows = [
        _row(tx, remittance_id, content_facts, replace(payment, position=position))
        for position, payment in enumerate(content_facts.claims, start=1)
    ]
    if rows:
        tx.connection.execute(remittance_claims.insert(), rows)
    return remittance_id


def _row(tx: Tx, remittance_id: str, remittance: Remittance, payment: ClaimPayment) -> dict[str, Any]:
    days = [service.service_date for service in payment.services if service.service_date]
    return {
        "remittance_id": remittance_id,
        "position": payment.position,
        "payer_id": remittance.payer_id,
        "payment_date": remittance.payment_date,
        "patient_control_number": payment.patient_control_number,
        "payer_claim_control_number": payment.payer_claim_control_number,
        "status_code": payment.status_code,
        "charge_cents": payment.charge_cents,
        "payment_cents": payment.payment_cents,
        "service_date": min(days) if days else None,
        "state": PaymentState.RECEIVED.value,
        "claim_id": "",
        "contractual_cents": 0,
        "patient_cents": 0,
        "denied_cents": 0,
        "denial_codes": "",
        "reversed_by": "",
        "payment": tx.seal(to_json(payment)),
    }


def load(tx: Tx, remittance_id: str) -> RemittanceRow:
    """Return the header of a remittance. Raises NoSuchRemittance."""
    row = tx.connection.execute(select(*_HEADER).where(remittances.c.remittance_id == remittance_id)).first()
    if row is None:
        raise NoSuchRemittance(f"no remittance {remittance_id}")
    return _header_row(row)


def _header_row(values: Any) -> RemittanceRow:
    row = RemittanceRow(*values)
    return replace(row, state=RemittanceState(row.state))


def find(
    tx: Tx,
    *,
    state: RemittanceState | None = None,
    trace_number: str = "",
    limit: int = 1000,
    after: str = "",
) -> tuple[RemittanceRow, ...]:
    """Return remittances in id order."""
    statement = select(*_HEADER).where(
        remittances.c.practice_id == tx.practice_id, remittances.c.remittance_id > after
    )
    if state is not None:
        statement = statement.where(remittances.c.state == state.value)
    if trace_number:
        statement = statement.where(remittances.c.eft_trace_number == trace_number)
    rows = tx.connection.execute(statement.order_by(remittances.c.remittance_id).limit(limit))
    return tuple(_header_row(row) for row in rows)


def set_state(tx: Tx, remittance_id: str, state: RemittanceState, at: datetime) -> None:
    """Move a remittance to a state. Raises NoSuchRemittance."""
    statement = update(remittances).where(remittances.c.remittance_id == remittance_id)
    if tx.connection.execute(statement.values(state=state.value, updated_at=at)).rowcount != 1:
        raise NoSuchRemittance(f"no remittance {remittance_id}")


def facts(tx: Tx, remittance_id: str, *, with_claims: bool = True) -> Remittance:
    """Return all facts of a remittance (identity included), or its header only. Raises NoSuchRemittance."""
    sealed = tx.connection.execute(
        select(remittances.c.header).where(remittances.c.remittance_id == remittance_id)
    ).scalar_one_or_none()
    if sealed is None:
        raise NoSuchRemittance(f"no remittance {remittance_id}")
    header = from_json(tx.open(sealed), Remittance)
    return replace(header, claims=payments(tx, remittance_id)) if with_claims else header


def payments(
    tx: Tx, remittance_id: str, positions: tuple[int, ...] | None = None
) -> tuple[ClaimPayment, ...]:
    """Return the claim payments of a remittance in their order, all or those at the positions."""
    statement = select(remittance_claims.c.payment).where(remittance_claims.c.remittance_id == remittance_id)
    if positions is not None:
        statement = statement.where(remittance_claims.c.position.in_(positions))
    sealed = tx.connection.execute(statement.order_by(remittance_claims.c.position)).scalars()
    return tuple(from_json(tx.open(one), ClaimPayment) for one in sealed)


def rows(
    tx: Tx,
    *,
    remittance_id: str = "",
    claim_id: str = "",
    states: tuple[PaymentState, ...] = (),
    limit: int | None = None,
) -> tuple[PaymentRow, ...]:
    """Return claim payments of a remittance or of a claim, in the order they were received."""
    statement = select(*_PAYMENT)
    if remittance_id:
        statement = statement.where(remittance_claims.c.remittance_id == remittance_id)
    if claim_id:
        statement = statement.where(remittance_claims.c.claim_id == claim_id)
    if states:
        statement = statement.where(remittance_claims.c.state.in_([state.value for state in states]))
    ordered = statement.order_by(remittance_claims.c.remittance_id, remittance_claims.c.position).limit(limit)
    return tuple(_payment_row(row) for row in tx.connection.execute(ordered))


_POSTED = (
    select(*_PAYMENT)
    .where(
        remittance_claims.c.claim_id == bindparam("of_claim"),
        remittance_claims.c.state == PaymentState.POSTED.value,
    )
    .order_by(remittance_claims.c.posted_at, remittance_claims.c.remittance_id, remittance_claims.c.position)
)


def posted(tx: Tx, claim_id: str) -> tuple[PaymentRow, ...]:
    """Return the posted payments of a claim, oldest first."""
    return tuple(_payment_row(row) for row in tx.connection.execute(_POSTED, {"of_claim": claim_id}))


def _payment_row(values: Any) -> PaymentRow:
    row = PaymentRow(*values)
    codes = tuple(code for code in str(row.denial_codes).split(",") if code)
    return replace(row, state=PaymentState(row.state), denial_codes=codes)


def payment_row(tx: Tx, remittance_id: str, position: int) -> PaymentRow:
    """Return one claim payment of a remittance. Raises NoSuchRemittance."""
    statement = select(*_PAYMENT).where(
        remittance_claims.c.remittance_id == remittance_id, remittance_claims.c.position == position
    )
    row = tx.connection.execute(statement).first()
    if row is None:
        raise NoSuchRemittance(f"no claim payment {remittance_id}:{position}")
    return _payment_row(row)


def change(tx: Tx, remittance_id: str, position: int, **values: Any) -> None:
    """Change plain columns of a claim payment. Raises NoSuchRemittance."""
    statement = update(remittance_claims).where(
        remittance_claims.c.remittance_id == remittance_id, remittance_claims.c.position == position
    )
    if tx.connection.execute(statement.values(**values)).rowcount != 1:
        raise NoSuchRemittance(f"no claim payment {remittance_id}:{position}")


def claim_payments(tx: Tx, claim_id: str) -> tuple[StoredClaimPayment, ...]:
    """Return what payers have said of a claim and was posted, oldest first, reversals included."""
    chosen = (
        select(
            remittance_claims.c.remittance_id,
            remittance_claims.c.position,
            remittance_claims.c.payment,
            remittance_claims.c.payer_id,
            remittance_claims.c.payment_date,
            remittance_claims.c.posted_at,
            remittance_claims.c.status_code,
            remittance_claims.c.reversed_by,
        )
        .where(
            remittance_claims.c.claim_id == claim_id,
            remittance_claims.c.state == PaymentState.POSTED.value,
        )
        .order_by(
            remittance_claims.c.posted_at, remittance_claims.c.remittance_id, remittance_claims.c.position
        )
    )
    return tuple(
        StoredClaimPayment(
            row.remittance_id,
            row.position,
            from_json(tx.open(row.payment), ClaimPayment),
            row.payer_id,
            row.payment_date,
            row.posted_at,
            stands=row.status_code != "22" and not row.reversed_by,
        )
        for row in tx.connection.execute(chosen)
    )
