"""Letters to guarantors: written, released through the contact gate, mailed; what each statement asked for.

A letter's id is account, kind, cycle and content, so the same letter written twice is one row.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Integer, Table, Text, func, select, update

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, append_only, metadata
from revcycle.db.upsert import insert_once
from revcycle.domain.patients.contact import ContactKind

patient_letters = Table(
    "patient_letters",
    metadata,
    Column("letter_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("account_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("episode", Integer, nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("balance_cents", BigInteger, nullable=False),
    Column("due_on", Date),
    Column("document_id", Text, nullable=False),
    Column("written_at", Instant, nullable=False),
    Column("released_at", Instant),
    Column("mailed_at", Instant),
)
letter_shares = append_only(
    Table(
        "letter_shares",
        metadata,
        Column("letter_id", ForeignKey("patient_letters.letter_id"), primary_key=True),
        Column("claim_id", Text, primary_key=True),
        Column("patient_cents", BigInteger, nullable=False),
    )
)


class LetterState(StrEnum):
    """``refused``: the gate was closed, or the amounts changed, before it could be released."""

    WRITTEN = "written"
    RELEASED = "released"
    MAILED = "mailed"
    REFUSED = "refused"


_SENT = (LetterState.RELEASED.value, LetterState.MAILED.value)


class NoSuchLetter(LookupError):
    """No letter has this id."""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter without its words. ``due_on`` is the day to pay by, or the one a final notice names."""

    letter_id: str
    account_id: str
    kind: ContactKind
    episode: int
    cycle: int
    state: LetterState
    reference: str
    balance_cents: int
    due_on: date | None
    document_id: str
    written_at: datetime
    released_at: datetime | None
    mailed_at: datetime | None


_ROW = [patient_letters.c[name] for name in LetterRow.__dataclass_fields__]


def letter_id(account_id: str, kind: ContactKind, cycle: int, *content: object) -> str:
    """Return the id of a letter with this content."""
    digest = hashlib.sha256(repr(content).encode()).hexdigest()[:8]
    return f"{account_id}-{kind.value}-{cycle}-{digest}"


def store(tx: Tx, letter: LetterRow, shares: tuple[tuple[str, int], ...]) -> None:
    """Keep a letter and what it asks for; the same letter again changes nothing."""
    values = {name: getattr(letter, name) for name in LetterRow.__dataclass_fields__}
    values |= {"kind": letter.kind.value, "state": letter.state.value, "practice_id": tx.practice_id}
    if insert_once(tx, patient_letters, values) and shares:
        rows = [{"letter_id": letter.letter_id, "claim_id": c, "patient_cents": cents} for c, cents in shares]
        tx.connection.execute(letter_shares.insert(), rows)


def load(tx: Tx, key: str) -> LetterRow:
    """Return a letter. Raises NoSuchLetter."""
    row = tx.connection.execute(select(*_ROW).where(patient_letters.c.letter_id == key)).first()
    if row is None:
        raise NoSuchLetter(f"no letter {key}")
    return _letter(row)


def shares_of(tx: Tx, key: str) -> tuple[tuple[str, int], ...]:
    """Return what a letter asks for: claims and cents, in claim order."""
    chosen = select(letter_shares.c.claim_id, letter_shares.c.patient_cents)
    rows = tx.connection.execute(
        chosen.where(letter_shares.c.letter_id == key).order_by(letter_shares.c.claim_id)
    )
    return tuple((claim_id, int(cents)) for claim_id, cents in rows)


def change(tx: Tx, key: str, state: LetterState, **values: Any) -> None:
    """Move a letter to a state and set its instants."""
    moved = update(patient_letters).where(patient_letters.c.letter_id == key)
    tx.connection.execute(moved.values(state=state.value, **values))


def of_account(tx: Tx, account_id: str, kind: ContactKind | None = None) -> tuple[LetterRow, ...]:
    """Return an account's letters, oldest first."""
    chosen = select(*_ROW).where(patient_letters.c.account_id == account_id)
    if kind is not None:
        chosen = chosen.where(patient_letters.c.kind == kind.value)
    rows = tx.connection.execute(chosen.order_by(patient_letters.c.written_at, patient_letters.c.letter_id))
    return tuple(_letter(row) for row in rows)


def find(tx: Tx, *, kind: ContactKind | None = None, limit: int = 200) -> tuple[LetterRow, ...]:
    """Return the practice's letters that went out, newest first."""
    chosen = select(*_ROW).where(
        patient_letters.c.practice_id == tx.practice_id, patient_letters.c.state.in_(_SENT)
    )
    if kind is not None:
        chosen = chosen.where(patient_letters.c.kind == kind.value)
    newest = chosen.order_by(patient_letters.c.released_at.desc(), patient_letters.c.letter_id).limit(limit)
    return tuple(_letter(row) for row in tx.connection.execute(newest))


def count_by_kind(tx: Tx) -> dict[str, int]:
    """Return how many letters of each kind went out."""
    counted = select(patient_letters.c.kind, func.count()).where(patient_letters.c.state.in_(_SENT))
    return {kind: int(n) for kind, n in tx.connection.execute(counted.group_by(patient_letters.c.kind))}


def billed(tx: Tx, account_id: str, episode: int) -> dict[str, tuple[int, date]]:
    """Return, by claim, what its newest statement of the episode asked for and the day of the first."""
    chosen = (
        select(letter_shares.c.claim_id, letter_shares.c.patient_cents, patient_letters.c.released_at)
        .join(patient_letters)
        .where(
            patient_letters.c.account_id == account_id,
            patient_letters.c.episode == episode,
            patient_letters.c.kind == ContactKind.STATEMENT.value,
            patient_letters.c.state.in_(_SENT),
        )
    )
    known: dict[str, tuple[int, date]] = {}
    for claim_id, cents, released_at in tx.connection.execute(chosen.order_by(patient_letters.c.released_at)):
        first = known[claim_id][1] if claim_id in known else released_at.date()
        known[claim_id] = (int(cents), first)
    return known


def _letter(row: Any) -> LetterRow:
    values = dict(zip(LetterRow.__dataclass_fields__, row, strict=True))
    return LetterRow(**values | {"kind": ContactKind(values["kind"]), "state": LetterState(values["state"])})
