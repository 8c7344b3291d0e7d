"""Sums of the ledger for reports: open items, movements, totals by claim and by remittance."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from revcycle.db.engine import Tx
from revcycle.db.ledger import ledger_entries, ledger_transactions
from revcycle.domain.ledger import BANK, LedgerAccount, LedgerKind

_account, _cents = ledger_entries.c.account, ledger_entries.c.amount_cents
_joined = ledger_entries.join(ledger_transactions)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A claim's balance on one receivable, in cents; ``since`` is the time of its first entry there."""

    claim_id: str
    account_id: str
    payer_id: str
    cents: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Movement:
    """The sum of one kind of transaction on one account in a window, in cents."""

    kind: LedgerKind
    account: LedgerAccount
    cents: int
    entries: int


def open_items(tx: Tx, account: LedgerAccount, until: datetime) -> tuple[OpenItem, ...]:
    """Return the claims with a balance on the account at the instant, in id order."""
    statement = (
        select(
            ledger_entries.c.claim_id,
            func.max(ledger_entries.c.account_id),
            func.max(ledger_entries.c.payer_id),
            func.sum(_cents),
            func.min(ledger_transactions.c.occurred_at, type_=ledger_transactions.c.occurred_at.type),
        )
        .select_from(_joined)
        .where(_account == account.value, ledger_transactions.c.occurred_at <= until)
        .group_by(ledger_entries.c.claim_id)
        .having(func.sum(_cents) != 0)
        .order_by(ledger_entries.c.claim_id)
    )
    return tuple(
        OpenItem(claim_id, account_id, payer_id, int(cents), since)
        for claim_id, account_id, payer_id, cents, since in tx.connection.execute(statement)
    )


def movements(tx: Tx, since: datetime, until: datetime) -> tuple[Movement, ...]:
    """Return the movements from ``since`` up to, not including, ``until``, by kind and account."""
    occurred_at = ledger_transactions.c.occurred_at
    statement = (
        select(ledger_transactions.c.kind, _account, func.sum(_cents), func.count())
        .select_from(_joined)
        .where(occurred_at >= since, occurred_at < until)
        .group_by(ledger_transactions.c.kind, _account)
        .order_by(ledger_transactions.c.kind, _account)
    )
    return tuple(
        Movement(LedgerKind(kind), LedgerAccount(account), int(cents), count)
        for kind, account, cents, count in tx.connection.execute(statement)
    )


def by_claim(tx: Tx) -> dict[str, dict[LedgerAccount, int]]:
    """Return each claim's balance on each account, in cents."""
    statement = (
        select(ledger_entries.c.claim_id, _account, func.sum(_cents))
        .where(ledger_entries.c.claim_id != "")
        .group_by(ledger_entries.c.claim_id, _account)
    )
    totals: dict[str, dict[LedgerAccount, int]] = {}
    for claim_id, account, cents in tx.connection.execute(statement):
        totals.setdefault(claim_id, {})[LedgerAccount(account)] = int(cents)
    return totals


def by_remittance(tx: Tx) -> dict[str, tuple[int, int]]:
    """Return for each remittance the amount posted to clearing and the amount deposits took from it, in cents."""
    posted = (
        select(ledger_entries.c.remittance_id, ledger_transactions.c.kind, func.sum(_cents))
        .select_from(_joined)
        .where(_account == LedgerAccount.REMITTANCE_CLEARING.value)
        .group_by(ledger_entries.c.remittance_id, ledger_transactions.c.kind)
    )
    totals: dict[str, tuple[int, int]] = {}
    for remittance_id, kind, cents in tx.connection.execute(posted):
        put, taken = totals.get(remittance_id, (0, 0))
        bank = kind in BANK
        totals[remittance_id] = (put, taken - int(cents)) if bank else (put + int(cents), taken)
    return totals


def unbalanced(tx: Tx) -> tuple[str, ...]:
    """Return the keys of transactions whose entries do not sum to zero. A sound book has none."""
    statement = (
        select(ledger_transactions.c.key)
        .select_from(_joined)
        .group_by(ledger_transactions.c.transaction_id, ledger_transactions.c.key)
        .having(func.sum(_cents) != 0)
    )
    return tuple(tx.connection.execute(statement).scalars())


def first_and_last_day(tx: Tx) -> tuple[date, date] | None:
    """Return the days of the first and the last transaction, or None when the books are empty."""
    occurred_at = ledger_transactions.c.occurred_at
    kind = occurred_at.type
    row = tx.connection.execute(
        select(func.min(occurred_at, type_=kind), func.max(occurred_at, type_=kind))
    ).one()
    return None if row[0] is None else (row[0].date(), row[1].date())
