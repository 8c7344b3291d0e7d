"""The books: append-only double entry in whole cents. Every key enters once; every transaction sums to zero."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Case, Column, ForeignKey, Index, Integer, Select, Table, Text, case, func, select

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, append_only, metadata
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerTransaction

ledger_transactions = append_only(
    Table(
        "ledger_transactions",
        metadata,
        Column("transaction_id", Integer, primary_key=True, autoincrement=True),
        Column("practice_id", Text, nullable=False),
        Column("key", Text, nullable=False, unique=True),
        Column("kind", Text, nullable=False),
        Column("reverses", Text, nullable=False),
        Column("occurred_at", Instant, nullable=False),
        Column("recorded_at", Instant, nullable=False),
    )
)
ledger_entries = append_only(
    Table(
        "ledger_entries",
        metadata,
        Column("entry_id", Integer, primary_key=True, autoincrement=True),
        Column("transaction_id", ForeignKey("ledger_transactions.transaction_id"), nullable=False, index=True),
        Column("account", Text, nullable=False),
        Column("amount_cents", BigInteger, nullable=False),
        Column("claim_id", Text, nullable=False, index=True),
        Column("account_id", Text, nullable=False, index=True),
        Column("payer_id", Text, nullable=False),
        Column("remittance_id", Text, nullable=False, index=True),
        Column("code", Text, nullable=False),
    )
)
Index("ix_ledger_entries_book", ledger_entries.c.account, ledger_entries.c.amount_cents)


@dataclass(frozen=True, slots=True)
class Balance:
    """What is open, in cents: asked of insurance, asked of the patient, and held for the patient as credit."""

    insurance_cents: int
    patient_cents: int
    credit_cents: int = 0

    @property
    def open_cents(self) -> int:
        """Everything still owed."""
        return self.insurance_cents + self.patient_cents


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """One entry with its transaction, for reading."""

    key: str
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    entry: Entry


def post(tx: Tx, transaction: LedgerTransaction, recorded_at: datetime) -> bool:
    """Enter a transaction; tell False when its key is in the books already (nothing is entered twice)."""
    known = select(ledger_transactions.c.transaction_id).where(ledger_transactions.c.key == transaction.key)
    if tx.connection.execute(known).first() is not None:
        return False
    header = ledger_transactions.insert().values(
        practice_id=tx.practice_id,
        key=transaction.key,
        kind=transaction.kind,
        reverses=transaction.reverses,
        occurred_at=transaction.occurred_at,
        recorded_at=recorded_at,
    )
    key = tx.connection.execute(header).inserted_primary_key
    assert key is not None
    rows = [
        {
            "transaction_id": key[0],
            "account": entry.account.value,
            "amount_cents": entry.amount_cents,
            "claim_id": entry.claim_id,
            "account_id": entry.account_id,
            "payer_id": entry.payer_id,
            "remittance_id": entry.remittance_id,
            "code": entry.code,
        }
        for entry in transaction.entries
        if entry.amount_cents
    ]
    if rows:
        tx.connection.execute(ledger_entries.insert(), rows)
    return True


def _of(account: LedgerAccount) -> Case[int]:
    return case((ledger_entries.c.account == account.value, ledger_entries.c.amount_cents), else_=0)


def _balance(tx: Tx, where: Select[int, int, int]) -> Balance:
    row = tx.connection.execute(where).one()
    insurance, patient, credit = (int(cents or 0) for cents in row)
    return Balance(insurance, patient, -credit)


_SUMS: Select[int, int, int] = select(
    func.sum(_of(LedgerAccount.AR_INSURANCE)),
    func.sum(_of(LedgerAccount.AR_PATIENT)),
    func.sum(_of(LedgerAccount.PATIENT_CREDIT)),
)


def claim_balance(tx: Tx, claim_id: str) -> Balance:
    """Return what is open on a claim."""
    return _balance(tx, _SUMS.where(ledger_entries.c.claim_id == claim_id))


def account_balance(tx: Tx, account_id: str) -> Balance:
    """Return what is open on a guarantor's account, over all its claims."""
    return _balance(tx, _SUMS.where(ledger_entries.c.account_id == account_id))


def trial_balance(tx: Tx, until: datetime | None = None) -> dict[LedgerAccount, int]:
    """Return each account's balance in cents (debits positive); the values sum to zero, always."""
    statement = select(ledger_entries.c.account, func.sum(ledger_entries.c.amount_cents)).group_by(ledger_entries.c.account)
    if until is not None:
        statement = statement.join(ledger_transactions).where(ledger_transactions.c.occurred_at <= until)
    return {LedgerAccount(account): int(cents) for account, cents in tx.connection.execute(statement)}


def entries_of(
    tx: Tx, *, claim_id: str | None = None, account_id: str | None = None, known_at: datetime | None = None
) -> tuple[PostedEntry, ...]:
    """Return the entries of a claim or account in the order they were made."""
    statement = select(ledger_transactions, ledger_entries).join(ledger_entries)
    if claim_id is not None:
        statement = statement.where(ledger_entries.c.claim_id == claim_id)
    if account_id is not None:
        statement = statement.where(ledger_entries.c.account_id == account_id)
    if known_at is not None:
        statement = statement.where(ledger_transactions.c.recorded_at <= known_at)
    rows = tx.connection.execute(statement.order_by(ledger_entries.c.entry_id)).mappings()
    return tuple(
        PostedEntry(
            row["key"],
            row["kind"],
            row["occurred_at"],
            row["recorded_at"],
            Entry(
                LedgerAccount(row["account"]),
                row["amount_cents"],
                row["claim_id"],
                row["account_id"],
                row["payer_id"],
                row["remittance_id"],
                row["code"],
            ),
        )
        for row in rows
    )
