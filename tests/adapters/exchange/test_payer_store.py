"""The payer directory and the state of connections, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from revcycle.db.engine import Database
from revcycle.db.exchange import connections, payers
from revcycle.db.exchange.payers import AliasTaken, NoSuchPayer
from revcycle.domain.exchange.connection import ConnectionState
from revcycle.domain.exchange.payer import Enrollment, Service
from revcycle.rules.exchange.connection_outage import after_delivery
from tests.support.exchange.payer_directory import payer
from tests.support.remittances.remittance_book import AT, open_book


@pytest.fixture(params=["sqlite", "postgres"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'book.db'}" if request.param == "sqlite" else None
    opened = open_book(url or request.getfixturevalue("fresh_postgres_url"))
    yield opened
    opened.close()


def test_every_change_of_an_entry_is_kept_and_any_day_can_be_told(db: Database) -> None:
    first, later = payer(), AT + timedelta(days=3)
    second = replace(first, name="RENAMED")
    with db.write() as tx:
        assert payers.save(tx, first, "imported", "manager", AT)
        assert not payers.save(tx, first, "imported again", "manager", AT)
        assert payers.save(tx, second, "renamed", "manager", later)
        assert payers.load(tx, "PAY01") == second
        assert payers.directory(tx) == (second,)
        assert payers.directory(tx, AT + timedelta(days=1)) == (first,)
        assert payers.directory(tx, AT - timedelta(days=1)) == ()


def test_a_payer_is_found_by_an_alias_that_no_other_may_take(db: Database) -> None:
    with db.write() as tx:
        payers.save(tx, payer("PAY01", aliases=("OLD1",)), "imported", "manager", AT)
        assert payers.load(tx, "OLD1").payer_id == "PAY01"
        assert payers.find(tx, "OLD%") is None
        with pytest.raises(AliasTaken, match="PAY01"):
            payers.save(tx, payer("OLD1"), "imported", "manager", AT)
        with pytest.raises(AliasTaken):
            payers.save(tx, payer("PAY02", aliases=("PAY01",)), "imported", "manager", AT)
        with pytest.raises(NoSuchPayer):
            payers.load(tx, "PAY02")


def test_an_entry_comes_back_whole(db: Database) -> None:
    entry = payer("PAY07", Service("837I", Enrollment.PENDING, AT.date(), ("1",)))
    with db.write() as tx:
        payers.save(tx, entry, "imported", "manager", AT)
    with db.read() as tx:
        assert payers.find(tx, "PAY07") == entry


def test_the_third_failure_in_a_row_is_an_outage_and_a_delivery_ends_it(db: Database) -> None:
    states = []
    with db.write() as tx:
        for n, delivered in enumerate((False, False, False, False, True)):
            at = AT + timedelta(hours=n)
            before = connections.status(tx, "clearinghouse", at)
            connections.save(tx, after_delivery(before, delivered, "no answer", at))
            told = connections.status(tx, "clearinghouse", at)
            states.append((told.state, told.failures))
    open_, outage = ConnectionState.OPEN, ConnectionState.OUTAGE
    assert states == [(open_, 1), (open_, 2), (outage, 3), (outage, 4), (open_, 0)]


def test_what_a_person_parked_stays_parked(db: Database) -> None:
    with db.write() as tx:
        told = replace(connections.status(tx, "drop", AT), state=ConnectionState.PARKED, actor="manager")
        connections.save(tx, told)
        connections.save(tx, after_delivery(told, True, "", AT))
        assert connections.status(tx, "drop", AT) == told
