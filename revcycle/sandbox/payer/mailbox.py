"""The mailbox: acknowledgments, remittances, bank files and appeal decisions, visible once due.

A trading partner listed in ``apart`` sees only the items addressed to it, and no other partner sees those.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from revcycle.sandbox.payer.book import Book
from revcycle.sandbox.payer.faults import Faults
from revcycle.sandbox.payer.script import Silence
from revcycle.sandbox.payer.spoil import deliveries
from revcycle.sandbox.payer.timing import after_silence


@dataclass(frozen=True, slots=True)
class MailboxItem:
    """One entry of the listing. ``kind`` is TA1, 999, 277CA, 835, deposits or appeal_decision."""

    id: str
    kind: str
    received_at: str


class Mailbox:
    """The mailbox of the one practice, whatever number of connections it uses."""

    def __init__(
        self, book: Book, faults: Faults, silences: Sequence[Silence] = (), apart: Collection[str] = ()
    ) -> None:
        """Keep the items in the book; a fault may spoil, double or delay one, a silence delays all."""
        self._apart = frozenset(apart)
        self._book = book
        self._faults = faults
        self._silences = silences

    def put(self, kind: str, due_at: datetime, body: bytes, partner: str = "") -> None:
        """Add an item for a trading partner; it is visible from the instant it is due."""
        for copy in deliveries(self._faults, kind, due_at, body):
            self._insert(kind, after_silence(self._silences, copy.due_at), copy.body, partner)

    def _insert(self, kind: str, due_at: datetime, body: bytes, partner: str) -> None:
        item_id = f"M{self._book.count('mailbox'):07d}"
        self._book.sql.execute(
            "insert into mailbox (id, kind, due_at, body, partner) values (?, ?, ?, ?, ?)",
            (item_id, kind, due_at.isoformat(), body, partner if partner in self._apart else ""),
        )

    def due(self, now: datetime, partner: str = "") -> list[MailboxItem]:
        """Return the partner's items that are due and not deleted, oldest first."""
        rows = self._book.sql.execute(
            "select id, kind, due_at from mailbox where deleted = 0 and due_at <= ? and partner = ?"
            " order by due_at, id",
            (now.isoformat(), partner if partner in self._apart else ""),
        )
        return [MailboxItem(*row) for row in rows]

    def read(self, item_id: str) -> tuple[str, bytes] | None:
        """Return the item's kind and bytes, even when deleted; None when there never was one."""
        found = self._book.sql.execute("select kind, body from mailbox where id = ?", (item_id,)).fetchone()
        return (found[0], bytes(found[1])) if found else None

    def delete(self, item_id: str) -> bool:
        """Take the item out of the listing; tell whether it exists."""
        done = self._book.sql.execute("update mailbox set deleted = 1 where id = ?", (item_id,))
        return done.rowcount > 0
