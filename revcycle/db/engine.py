"""The database: SQLite (WAL) when embedded, PostgreSQL in production; one transaction at a time in the hand."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import Engine

from revcycle.access.ciphers import Cipher
from revcycle.access.keyring import KeyRing


class Tx:
    """One transaction of one practice: the connection, and the cipher for columns that identify a person.

    ``moved`` holds the subjects whose stage or clocks this transaction changed, so that an effect can tell the
    acting process its new position.
    """

    __slots__ = ("_cipher", "connection", "moved", "practice_id")

    def __init__(self, connection: Connection, cipher: Cipher, practice_id: str) -> None:
        self.connection = connection
        self.practice_id = practice_id
        self.moved: set[str] = set()
        self._cipher = cipher

    def seal(self, text: str) -> bytes:
        """Encrypt a text for a Sealed column."""
        return self._cipher.seal(text.encode())

    def open(self, sealed: bytes) -> str:
        """Decrypt a Sealed column."""
        return self._cipher.open(sealed).decode()

    def seal_bytes(self, plain: bytes) -> bytes:
        """Encrypt bytes for a Sealed column."""
        return self._cipher.seal(plain)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Decrypt a Sealed column to bytes."""
        return self._cipher.open(sealed)

    def blind(self, kind: str, text: str) -> str:
        """Return the blind index of a text, for exact search."""
        return self._cipher.blind(kind, text)


class Database:
    """Opens transactions. Thread-safe; one per process."""

    def __init__(self, url: str, ring: KeyRing, practice_id: str = "main") -> None:
        self.engine = _engine(url)
        self._cipher = Cipher(ring, "field")
        self._practice_id = practice_id
        self._embedded = self.engine.dialect.name == "sqlite"
        # SQLite has one writer: queueing here is cheaper than its busy-wait.
        self._writer: threading.Lock | nullcontext[None] = (
            threading.Lock() if self._embedded else nullcontext()
        )

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Open a transaction that reads one consistent state."""
        with self.engine.connect() as connection, connection.begin():
            yield Tx(connection, self._cipher, self._practice_id)

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """Open a transaction that commits at the end of the block, or leaves no trace."""
        fresh = self.engine.connect().execution_options(revcycle_write=True)
        with self._writer, fresh as connection, connection.begin():
            yield Tx(connection, self._cipher, self._practice_id)

    def ping(self) -> None:
        """Raise if the database does not answer."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False}, pool_size=20)

    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = (
            None  # we say BEGIN ourselves: the driver's own transactions lose updates
        )
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("revcycle_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine
