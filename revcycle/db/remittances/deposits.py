"""Bank credits by trace number: stored once, reassociated with the remittance that announced them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Date, Table, Text, UniqueConstraint, select, update

from revcycle.db import sequences
from revcycle.db.engine import Tx
from revcycle.db.remittances import remittances
from revcycle.db.schema import Instant, metadata
from revcycle.db.work import doorbell
from revcycle.domain.finding import Finding
from revcycle.domain.remittances.deposit import BankCredit
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import RemittanceStart
from revcycle.edi.bank.deposits import read_deposits

deposits = Table(
    "deposits",
    metadata,
    Column("deposit_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("document_id", Text, nullable=False),
    Column("deposit_date", Date, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("eft_trace_number", Text, nullable=False, index=True),
    Column("payer_id", Text, nullable=False),
    Column("remittance_id", Text, nullable=False, index=True),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("practice_id", "eft_trace_number", "payer_id", "amount_cents", "deposit_date"),
)


class NoSuchDeposit(LookupError):
    """No deposit has this id."""


@dataclass(frozen=True, slots=True)
class DepositRow:
    """One bank credit; ``remittance_id`` is empty until it is reassociated."""

    deposit_id: str
    document_id: str
    deposit_date: date
    amount_cents: int
    eft_trace_number: str
    payer_id: str
    remittance_id: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class DepositIntake:
    """What a bank file brought: new deposits, how many were known, rows that could not be read."""

    deposit_ids: tuple[str, ...]
    repeated: int
    findings: tuple[Finding, ...]


_ROW = [deposits.c[name] for name in DepositRow.__dataclass_fields__]


def receive_csv(tx: Tx, data: bytes, document_id: str, at: datetime) -> DepositIntake:
    """Keep the credits of a bank file and ring the remittances they belong to; a known credit is skipped."""
    file = read_deposits(data)
    kept = tuple(_keep(tx, credit, document_id, at) for credit in file.credits)
    fresh = tuple(deposit_id for deposit_id in kept if deposit_id)
    return DepositIntake(fresh, len(kept) - len(fresh), file.findings)


def _keep(tx: Tx, credit: BankCredit, document_id: str, at: datetime) -> str:
    values: dict[str, Any] = {
        "practice_id": tx.practice_id,
        "eft_trace_number": credit.eft_trace_number,
        "payer_id": credit.payer_id,
        "amount_cents": credit.amount_cents,
        "deposit_date": credit.deposit_date,
    }
    same = [deposits.c[name] == value for name, value in values.items()]
    if tx.connection.execute(select(deposits.c.deposit_id).where(*same)).first() is not None:
        return ""
    deposit_id = sequences.identifier(tx, "deposit", "DEP")
    more = {"deposit_id": deposit_id, "document_id": document_id, "remittance_id": "", "received_at": at}
    tx.connection.execute(deposits.insert().values(values | more))
    for remittance in remittances.find(tx, trace_number=credit.eft_trace_number):
        doorbell.tell(tx, RemittanceStart(remittance.remittance_id), News.DEPOSIT, deposit_id, at)
    return deposit_id


def load(tx: Tx, deposit_id: str) -> DepositRow:
    """Return a deposit. Raises NoSuchDeposit."""
    row = tx.connection.execute(select(*_ROW).where(deposits.c.deposit_id == deposit_id)).first()
    if row is None:
        raise NoSuchDeposit(f"no deposit {deposit_id}")
    return DepositRow(*row)


def unclaimed(tx: Tx, trace_number: str = "") -> tuple[DepositRow, ...]:
    """Return deposits no remittance has claimed, oldest first; with a trace number only those under it."""
    statement = select(*_ROW).where(deposits.c.practice_id == tx.practice_id, deposits.c.remittance_id == "")
    if trace_number:
        statement = statement.where(deposits.c.eft_trace_number == trace_number)
    rows = tx.connection.execute(statement.order_by(deposits.c.deposit_date, deposits.c.deposit_id))
    return tuple(DepositRow(*row) for row in rows)


def of_remittance(tx: Tx, remittance_id: str) -> tuple[DepositRow, ...]:
    """Return the deposits that were reassociated with a remittance."""
    rows = tx.connection.execute(select(*_ROW).where(deposits.c.remittance_id == remittance_id))
    return tuple(DepositRow(*row) for row in rows)


def claim(tx: Tx, deposit_id: str, remittance_id: str) -> None:
    """Say which remittance a deposit belongs to. Raises NoSuchDeposit unless it is free."""
    free = (deposits.c.deposit_id == deposit_id) & (deposits.c.remittance_id == "")
    if tx.connection.execute(update(deposits).where(free).values(remittance_id=remittance_id)).rowcount != 1:
        raise NoSuchDeposit(f"no free deposit {deposit_id}")
