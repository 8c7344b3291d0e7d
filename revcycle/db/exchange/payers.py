"""The payer directory: each change of an entry is a new version, so that any day's directory can be told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Integer, Select, Table, Text, UniqueConstraint, bindparam, func, select

from revcycle.db.engine import Tx
from revcycle.db.facts import from_json, to_json
from revcycle.db.schema import Instant, append_only, metadata
from revcycle.domain.exchange.payer import Payer

payer_versions = append_only(
    Table(
        "payer_versions",
        metadata,
        Column("entry", Integer, primary_key=True, autoincrement=True),
        Column("practice_id", Text, nullable=False),
        Column("payer_id", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("facts", Text, nullable=False),
        Column("cause", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
        UniqueConstraint("practice_id", "payer_id", "version"),
    )
)


class NoSuchPayer(LookupError):
    """The directory has no entry under this id or alias."""


class AliasTaken(Exception):
    """Another payer goes by this id already; ``payer_id`` names it."""

    def __init__(self, alias: str, payer_id: str) -> None:
        super().__init__(f"{alias} is already payer {payer_id}")
        self.payer_id = payer_id


def directory(tx: Tx, as_of: datetime | None = None) -> tuple[Payer, ...]:
    """Return every payer's latest entry, or that of an instant, by id."""
    found = tx.connection.execute(_latest(tx, as_of).order_by(payer_versions.c.payer_id)).scalars()
    return tuple(from_json(facts, Payer) for facts in found)


def _latest(tx: Tx, as_of: datetime | None = None) -> Select[str]:
    newest = select(func.max(payer_versions.c.entry)).where(payer_versions.c.practice_id == tx.practice_id)
    if as_of is not None:
        newest = newest.where(payer_versions.c.created_at <= as_of)
    ids = newest.group_by(payer_versions.c.payer_id)
    return select(payer_versions.c.facts).where(payer_versions.c.entry.in_(ids))


_LATEST_OF_ONE = (
    select(payer_versions.c.facts)
    .where(
        payer_versions.c.practice_id == bindparam("practice"), payer_versions.c.payer_id == bindparam("payer")
    )
    .order_by(payer_versions.c.version.desc())
    .limit(1)
)
_LATEST_NAMING = select(payer_versions.c.facts).where(
    payer_versions.c.entry.in_(
        select(func.max(payer_versions.c.entry))
        .where(payer_versions.c.practice_id == bindparam("practice"))
        .group_by(payer_versions.c.payer_id)
    ),
    payer_versions.c.facts.like(bindparam("pattern"), escape="/"),
)
# Written once: every release of a claim asks, and to build a statement takes longer than to run it.


def find(tx: Tx, payer_id: str) -> Payer | None:
    """Return the payer with this id or alias, None when the directory does not know it."""
    asked = {"practice": tx.practice_id, "payer": payer_id}
    facts = tx.connection.execute(_LATEST_OF_ONE, asked).scalar_one_or_none()
    if facts is not None:
        return from_json(facts, Payer)
    quoted = f'"{payer_id}"'.replace("/", "//").replace("%", "/%").replace("_", "/_")
    asked = {"practice": tx.practice_id, "pattern": f"%{quoted}%"}
    found = (from_json(text, Payer) for text in tx.connection.execute(_LATEST_NAMING, asked).scalars())
    return next((payer for payer in found if payer_id in payer.aliases), None)


def load(tx: Tx, payer_id: str) -> Payer:
    """Return the payer with this id or alias. Raises NoSuchPayer."""
    payer = find(tx, payer_id)
    if payer is None:
        raise NoSuchPayer(f"the directory has no payer {payer_id}")
    return payer


def save(tx: Tx, payer: Payer, cause: str, actor: str, at: datetime) -> bool:
    """Write the entry as the payer's next version; False when it says what the latest says. Raises AliasTaken."""
    others = [other for other in directory(tx) if other.payer_id != payer.payer_id]
    _refuse_taken_names(payer, others)
    mine = payer_versions.c.payer_id == payer.payer_id, payer_versions.c.practice_id == tx.practice_id
    newest = select(func.max(payer_versions.c.version)).where(*mine)
    version: int = tx.connection.execute(newest).scalar_one() or 0
    if version and find(tx, payer.payer_id) == payer:
        return False
    row = {
        "practice_id": tx.practice_id,
        "payer_id": payer.payer_id,
        "version": version + 1,
        "facts": to_json(payer),
        "cause": cause,
        "actor": actor,
        "created_at": at,
    }
    tx.connection.execute(payer_versions.insert(), row)
    return True


def _refuse_taken_names(payer: Payer, others: Sequence[Payer]) -> None:
    for other in others:
        for name in (payer.payer_id, *payer.aliases):
            if name == other.payer_id or name in other.aliases:
                raise AliasTaken(name, other.payer_id)
