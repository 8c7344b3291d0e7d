"""The ledger: append-only double entry in whole cents. A key is posted once; a transaction sums to zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Case,
    Column,
    ForeignKey,
    Index,
    Integer,
    Select,
    Table,
    Text,
    bindparam,
    case,
    func,
    select,
)

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, append_only, metadata
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerKind, LedgerTransaction

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
        Column(
            "transaction_id", ForeignKey("ledger_transactions.transaction_id"), nullable=False, index=True
        ),
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
_REVERSAL = ledger_transactions.c.reverses != ""
Index(
    "uq_ledger_transactions_reverses",
    ledger_transactions.c.reverses,
    unique=True,
    sqlite_where=_REVERSAL,
    postgresql_where=_REVERSAL,
)

_ENTRY = [ledger_entries.c[name] for name in Entry.__dataclass_fields__]


def _entry(values: Any) -> Entry:
    account, *rest = values
    return Entry(LedgerAccount(account), *rest)


@dataclass(frozen=True, slots=True)
class Balance:
    """Open balances in cents: insurance, patient, and the patient's credit."""

    insurance_cents: int
    patient_cents: int
    credit_cents: int = 0

    @property
    def open_cents(self) -> int:
        """The sum still owed, in cents."""
        return self.insurance_cents + self.patient_cents


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """One entry with its transaction, for reading."""

    key: str
    kind: LedgerKind
    occurred_at: datetime
    recorded_at: datetime
    entry: Entry


class AlreadyReversed(ValueError):
    """The transaction has been reversed already; a second reversal would move money twice."""


def post(tx: Tx, transaction: LedgerTransaction, recorded_at: datetime) -> bool:
    """Post a transaction; return False when its key has been posted already (nothing is posted twice).

    Raises AlreadyReversed for a second reversal of the same transaction.
    """
    return post_all(tx, (transaction,), recorded_at) == 1


def post_all(tx: Tx, transactions: Sequence[LedgerTransaction], recorded_at: datetime) -> int:
    """Post many transactions at once; return how many were new. Raises AlreadyReversed as ``post`` does."""
    known = _known(tx, transactions)
    fresh = [transaction for transaction in transactions if transaction.key not in known]
    if not fresh:
        return 0
    headers = [
        {
            "practice_id": tx.practice_id,
            "key": transaction.key,
            "kind": transaction.kind.value,
            "reverses": transaction.reverses,
            "occurred_at": transaction.occurred_at,
            "recorded_at": recorded_at,
        }
        for transaction in fresh
    ]
    inserted = ledger_transactions.insert().returning(
        ledger_transactions.c.transaction_id, sort_by_parameter_order=True
    )
    numbers = tx.connection.execute(inserted, headers).scalars().all()
    rows = [
        {
            "transaction_id": number,
            "account": entry.account.value,
            "amount_cents": entry.amount_cents,
            "claim_id": entry.claim_id,
            "account_id": entry.account_id,
            "payer_id": entry.payer_id,
            "remittance_id": entry.remittance_id,
            "code": entry.code,
        }
        for number, transaction in zip(numbers, fresh, strict=True)
        for entry in transaction.entries
        if entry.amount_cents
    ]
    if rows:
        tx.connection.execute(ledger_entries.insert(), rows)
    return len(fresh)


def _known(tx: Tx, transactions: Sequence[LedgerTransaction]) -> set[str]:
    wanted = ledger_transactions.c.key.in_([transaction.key for transaction in transactions])
    known = set(tx.connection.execute(select(ledger_transactions.c.key).where(wanted)).scalars())
    undone = [t.reverses for t in transactions if t.reverses and t.key not in known]
    if undone:
        again = select(ledger_transactions.c.reverses).where(ledger_transactions.c.reverses.in_(undone))
        if len(set(undone)) != len(undone) or tx.connection.execute(again).first() is not None:
            raise AlreadyReversed("a transaction is reversed once")
    return known


def transaction(tx: Tx, key: str) -> LedgerTransaction | None:
    """Return a transaction with its entries, None when the key has not been posted."""
    header = tx.connection.execute(
        select(ledger_transactions).where(ledger_transactions.c.key == key)
    ).first()
    if header is None:
        return None
    entries = select(*_ENTRY).where(ledger_entries.c.transaction_id == header.transaction_id)
    rows = tx.connection.execute(entries.order_by(ledger_entries.c.entry_id))
    posted = tuple(_entry(row) for row in rows)
    return LedgerTransaction(header.key, LedgerKind(header.kind), posted, header.occurred_at, header.reverses)


def _of(account: LedgerAccount) -> Case[int]:
    return case((ledger_entries.c.account == account.value, ledger_entries.c.amount_cents), else_=0)


def _balance(tx: Tx, sums: Select[int, int, int], of: str) -> Balance:
    row = tx.connection.execute(sums, {"of": of}).one()
    insurance, patient, credit = (int(cents or 0) for cents in row)
    return Balance(insurance, patient, -credit)


_SUMS: Select[int, int, int] = select(
    func.sum(_of(LedgerAccount.AR_INSURANCE)),
    func.sum(_of(LedgerAccount.AR_PATIENT)),
    func.sum(_of(LedgerAccount.PATIENT_CREDIT)),
)
_OF_CLAIM = _SUMS.where(ledger_entries.c.claim_id == bindparam("of"))
_OF_ACCOUNT = _SUMS.where(ledger_entries.c.account_id == bindparam("of"))


def claim_balance(tx: Tx, claim_id: str) -> Balance:
    """Return what is open on a claim."""
    return _balance(tx, _OF_CLAIM, claim_id)


def account_balance(tx: Tx, account_id: str) -> Balance:
    """Return what is open on a guarantor's account, over all its claims."""
    return _balance(tx, _OF_ACCOUNT, account_id)


def trial_balance(tx: Tx, until: datetime | None = None) -> dict[LedgerAccount, int]:
    """Return each account's balance in cents (debits positive); the values always sum to zero."""
    statement = select(ledger_entries.c.account, func.sum(ledger_entries.c.amount_cents)).group_by(
        ledger_entries.c.account
    )
    if until is not None:
        statement = statement.join(ledger_transactions).where(ledger_transactions.c.occurred_at <= until)
    return {LedgerAccount(account): int(cents) for account, cents in tx.connection.execute(statement)}


def entries_of(
    tx: Tx,
    *,
    claim_id: str | None = None,
    account_id: str | None = None,
    remittance_id: str | None = None,
    known_at: datetime | None = None,
) -> tuple[PostedEntry, ...]:
    """Return the entries of a claim, account or remittance in the order they were made."""
    header = ledger_transactions.c
    statement = select(header.key, header.kind, header.occurred_at, header.recorded_at, *_ENTRY).join(
        ledger_entries, ledger_entries.c.transaction_id == header.transaction_id
    )
    for column, wanted in (
        (ledger_entries.c.claim_id, claim_id),
        (ledger_entries.c.account_id, account_id),
        (ledger_entries.c.remittance_id, remittance_id),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if known_at is not None:
        statement = statement.where(header.recorded_at <= known_at)
    rows = tx.connection.execute(statement.order_by(ledger_entries.c.entry_id))
    return tuple(PostedEntry(row[0], LedgerKind(row[1]), row[2], row[3], _entry(row[4:])) for row in rows)
