"""Guarantor accounts: who owes the patient share, sealed, found again by blind index."""

from datetime import date, datetime

from sqlalchemy import Column, Table, Text, UniqueConstraint, select, update

from revcycle.db import sequences
from revcycle.db.engine import Tx
from revcycle.db.facts import from_json, to_json
from revcycle.db.schema import Instant, Sealed, metadata
from revcycle.domain.person import Person

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("guarantor", Sealed, nullable=False),
    Column("guarantor_index", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("practice_id", "guarantor_index"),
)


class NoSuchAccount(LookupError):
    """No account has this id."""


def find_or_open(tx: Tx, guarantor: Person, language: str, at: datetime) -> str:
    """Return the id of the guarantor's account, opening it at the first claim."""
    index = tx.blind("guarantor", f"{guarantor.last_name},{guarantor.first_name},{guarantor.birth_date}")
    known = select(accounts.c.account_id).where(
        accounts.c.practice_id == tx.practice_id, accounts.c.guarantor_index == index
    )
    if (account_id := tx.connection.execute(known).scalar_one_or_none()) is not None:
        return str(account_id)
    account_id = sequences.identifier(tx, "account", "A")
    tx.connection.execute(
        accounts.insert().values(
            account_id=account_id,
            practice_id=tx.practice_id,
            guarantor=tx.seal(to_json(guarantor)),
            guarantor_index=index,
            language=language,
            created_at=at,
        )
    )
    return account_id


def by_guarantor(tx: Tx, last_name: str, first_name: str, birth_date: date) -> str | None:
    """Return the account of a guarantor, or None."""
    index = tx.blind("guarantor", f"{last_name},{first_name},{birth_date}")
    known = select(accounts.c.account_id).where(
        accounts.c.practice_id == tx.practice_id, accounts.c.guarantor_index == index
    )
    return tx.connection.execute(known).scalar_one_or_none()


def guarantor(tx: Tx, account_id: str) -> tuple[Person, str]:
    """Return the guarantor and the language of their letters. Raises NoSuchAccount."""
    wanted = select(accounts.c.guarantor, accounts.c.language).where(accounts.c.account_id == account_id)
    row = tx.connection.execute(wanted).first()
    if row is None:
        raise NoSuchAccount(f"no account {account_id}")
    return from_json(tx.open(row[0]), Person), row[1]


def set_language(tx: Tx, account_id: str, language: str) -> None:
    """Have letters written in the language from now on. Raises NoSuchAccount."""
    chosen = update(accounts).where(accounts.c.account_id == account_id).values(language=language)
    if tx.connection.execute(chosen).rowcount != 1:
        raise NoSuchAccount(f"no account {account_id}")
