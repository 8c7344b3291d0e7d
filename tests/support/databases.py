"""One empty database after another: SQLite in a file, PostgreSQL from a wheel."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from revcycle.db.engine import Database
from tests.support.remittances.remittance_book import open_book

BOTH = ("sqlite", "postgres")


@contextmanager
def database(request: pytest.FixtureRequest, place: Path) -> Iterator[Database]:
    """Open the database the fixture's parameter names, with all tables."""
    url = f"sqlite:///{place / 'book.db'}" if request.param == "sqlite" else None
    opened = open_book(url or request.getfixturevalue("fresh_postgres_url"))
    yield opened
    opened.close()
