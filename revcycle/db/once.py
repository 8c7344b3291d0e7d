"""Once: the store of idempotency keys. The first use runs, each later use gets the first answer."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Column, Table, Text, bindparam, select

from revcycle.db.engine import Tx
from revcycle.db.facts import from_json, to_json
from revcycle.db.schema import metadata

T = TypeVar("T")

effects = Table(
    "effects",
    metadata,
    Column("key", Text, primary_key=True),
    Column("answer", Text, nullable=False),
)
# Every activity passes here: built once, these statements cost half of what they would built each time.
_KEPT = select(effects.c.answer).where(effects.c.key == bindparam("of_key"))
_KEEP = effects.insert()


def once(tx: Tx, key: str, kind: type[T], body: Callable[[], T]) -> T:
    """Run the body once per key and keep its answer, in the caller's transaction.

    The workflow mints the key. Two runs at the same moment: one commits, the other fails on the key, is
    retried by Temporal and finds the answer. The answer must hold no person's data.
    """
    kept = tx.connection.execute(_KEPT, {"of_key": key}).scalar_one_or_none()
    if kept is not None:
        return from_json(kept, kind)
    answer = body()
    tx.connection.execute(_KEEP, {"key": key, "answer": to_json(answer)})
    return answer
