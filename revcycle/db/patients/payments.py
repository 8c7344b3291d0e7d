"""Patients' payments: recorded as they come in, posted to the books once by the account's workflow."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Date, Table, Text, select, update

from revcycle.db import sequences
from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, metadata
from revcycle.domain.patients.patient_payment import PatientPayment, PaymentMethod

patient_payments = Table(
    "patient_payments",
    metadata,
    Column("payment_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("account_id", Text, nullable=False, index=True),
    Column("method", Text, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("plan_id", Text, nullable=False),
    Column("over_cents", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("posted_at", Instant),
)


class NoSuchPayment(LookupError):
    """No payment has this id."""


class NoMoney(ValueError):
    """A payment is more than nothing."""


@dataclass(frozen=True, slots=True)
class PatientPaymentRow:
    """A payment as it is listed; not posted yet while ``posted_at`` is None. ``over_cents`` became credit."""

    payment_id: str
    account_id: str
    method: str
    amount_cents: int
    received_on: date
    plan_id: str
    over_cents: int
    actor: str
    recorded_at: datetime
    posted_at: datetime | None


_ROW = [patient_payments.c[name] for name in PatientPaymentRow.__dataclass_fields__]


def record(
    tx: Tx,
    account_id: str,
    method: PaymentMethod,
    amount_cents: int,
    received_on: date,
    actor: str,
    at: datetime,
) -> str:
    """Keep a payment that came in; return its id. It is not in the books yet. Raises NoMoney."""
    if amount_cents <= 0:
        raise NoMoney("a payment is more than zero")
    payment_id = sequences.identifier(tx, "payment", "P")
    tx.connection.execute(
        patient_payments.insert().values(
            payment_id=payment_id,
            practice_id=tx.practice_id,
            account_id=account_id,
            method=method.value,
            amount_cents=amount_cents,
            received_on=received_on,
            plan_id="",
            over_cents=0,
            actor=actor,
            recorded_at=at,
        )
    )
    return payment_id


def load(tx: Tx, payment_id: str) -> PatientPayment:
    """Return a payment. Raises NoSuchPayment."""
    row = tx.connection.execute(select(*_ROW).where(patient_payments.c.payment_id == payment_id)).first()
    if row is None:
        raise NoSuchPayment(f"no payment {payment_id}")
    method = PaymentMethod(row.method)
    return PatientPayment(row.payment_id, row.account_id, method, row.amount_cents, row.received_on)


def unposted(tx: Tx, account_id: str) -> tuple[PatientPaymentRow, ...]:
    """Return the payments that are not in the books yet, oldest first."""
    return tuple(row for row in of_account(tx, account_id) if row.posted_at is None)


def posted(tx: Tx, payment_id: str, plan_id: str, over_cents: int, at: datetime) -> None:
    """The payment is in the books."""
    values = {"plan_id": plan_id, "over_cents": over_cents, "posted_at": at}
    tx.connection.execute(
        update(patient_payments).where(patient_payments.c.payment_id == payment_id).values(**values)
    )


def of_account(tx: Tx, account_id: str) -> tuple[PatientPaymentRow, ...]:
    """Return an account's payments, oldest first."""
    chosen = select(*_ROW).where(patient_payments.c.account_id == account_id)
    rows = tx.connection.execute(chosen.order_by(patient_payments.c.payment_id))
    return tuple(PatientPaymentRow(*row) for row in rows)
