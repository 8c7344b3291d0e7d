"""The books on both databases: never off by a cent, never twice, never changed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from revcycle.db import book, ledger
from revcycle.db.engine import Database
from revcycle.db.ledger import AlreadyReversed
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerKind, LedgerTransaction, UnbalancedTransaction
from tests.support.remittances.remittance_book import AT, open_book


@pytest.fixture(params=["sqlite", "postgres"])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    embedded = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'book.db'}" if embedded else request.getfixturevalue("fresh_postgres_url")
    db = open_book(url)
    yield db
    db.close()


def transfer(
    key: str, cents: int, claim: str = "C000001", reverses: str = "", days: int = 0
) -> LedgerTransaction:
    entries = (
        Entry(LedgerAccount.AR_INSURANCE, -cents, claim, "A000001"),
        Entry(LedgerAccount.AR_PATIENT, cents, claim, "A000001"),
    )
    return LedgerTransaction(key, LedgerKind.CHARGE, entries, AT + timedelta(days), reverses)


def test_a_key_enters_once(books: Database) -> None:
    with books.write() as tx:
        assert ledger.post(tx, transfer("one", 500), AT)
        assert not ledger.post(tx, transfer("one", 700), AT)
        assert ledger.post_all(tx, (transfer("one", 1), transfer("two", 200), transfer("three", 0)), AT) == 2
        assert ledger.claim_balance(tx, "C000001").patient_cents == 700
        assert ledger.transaction(tx, "two") == transfer("two", 200)
        assert ledger.transaction(tx, "four") is None


def test_what_does_not_sum_to_zero_is_refused() -> None:
    with pytest.raises(UnbalancedTransaction):
        LedgerTransaction("k", LedgerKind.CHARGE, (Entry(LedgerAccount.CASH, 1),), AT)


def test_a_transaction_is_reversed_once(books: Database) -> None:
    with books.write() as tx:
        ledger.post(tx, transfer("one", 500), AT)
        assert ledger.post(tx, transfer("undo", -500, reverses="one"), AT)
        assert not ledger.post(tx, transfer("undo", -500, reverses="one"), AT)
        with pytest.raises(AlreadyReversed):
            ledger.post(tx, transfer("again", -500, reverses="one"), AT)
        both = (transfer("a", -1, reverses="two"), transfer("b", -1, reverses="two"))
        with pytest.raises(AlreadyReversed):
            ledger.post_all(tx, both, AT)


@pytest.mark.parametrize("verb", ["UPDATE ledger_entries SET amount_cents = 1", "DELETE FROM ledger_entries"])
def test_the_database_itself_refuses_changes(books: Database, verb: str) -> None:
    with books.write() as tx:
        ledger.post(tx, transfer("one", 500), AT)
    with pytest.raises(DBAPIError, match="append-only"), books.write() as tx:
        tx.connection.exec_driver_sql(verb)


def test_two_time_axes(books: Database) -> None:
    late = AT + timedelta(30)
    with books.write() as tx:
        ledger.post(tx, transfer("one", 500), AT)
        ledger.post(tx, transfer("late", 300), late)
        ledger.post(tx, transfer("later", 7, days=30), late)
        assert ledger.trial_balance(tx, AT)[LedgerAccount.AR_PATIENT] == 800
        assert ledger.trial_balance(tx)[LedgerAccount.AR_PATIENT] == 807
        assert [p.key for p in ledger.entries_of(tx, claim_id="C000001", known_at=AT)] == ["one", "one"]


def test_open_items_and_movements_are_the_ledgers(books: Database) -> None:
    with books.write() as tx:
        ledger.post(tx, transfer("one", 500), AT)
        ledger.post(tx, transfer("two", 300, "C000002", days=5), AT)
        ledger.post(tx, transfer("three", -300, "C000002", days=6), AT)
        items = book.open_items(tx, LedgerAccount.AR_PATIENT, AT + timedelta(9))
        assert [(item.claim_id, item.cents, item.since) for item in items] == [("C000001", 500, AT)]
        assert sum(m.cents for m in book.movements(tx, AT, AT + timedelta(1))) == 0
        assert book.by_claim(tx)["C000002"] == {LedgerAccount.AR_INSURANCE: 0, LedgerAccount.AR_PATIENT: 0}
        assert book.unbalanced(tx) == ()
        assert book.first_and_last_day(tx) == (AT.date(), (AT + timedelta(6)).date())


_EVENT = st.tuples(
    st.sampled_from(["post", "reverse"]), st.integers(0, 8), st.integers(-(10**9), 10**9), st.integers(1, 3)
)


@settings(max_examples=15)
@given(events=st.lists(_EVENT, max_size=30))
def test_random_storms_are_never_off_by_a_cent(
    events: list[tuple[str, int, int, int]],
) -> None:
    """Postings and reversals in any order, repeated at will, against a model of plain sums."""
    place = TemporaryDirectory()
    db = open_book(f"sqlite:///{place.name}/book.db")
    posted: dict[int, tuple[str, int]] = {}
    undone: set[int] = set()
    for act, number, cents, claim in events:
        with db.write() as tx:
            if act == "post":
                fresh = ledger.post(tx, transfer(f"post{number}", cents, f"C{claim}"), AT)
                assert fresh is (number not in posted)
                posted.setdefault(number, (f"C{claim}", cents))
            elif number in posted:
                claim_id, original = posted[number]
                undo = transfer(f"undo{number}", -original, claim_id, f"post{number}")
                assert ledger.post(tx, undo, AT) is (number not in undone)
                undone.add(number)
    with db.read() as tx:
        assert sum(ledger.trial_balance(tx).values()) == 0
        assert book.unbalanced(tx) == ()
        for claim_id in {claim_id for claim_id, _ in posted.values()}:
            standing = (c for n, (owner, c) in posted.items() if owner == claim_id and n not in undone)
            balance, cents = ledger.claim_balance(tx, claim_id), sum(standing)
            assert (balance.patient_cents, balance.insurance_cents) == (cents, -cents)
    db.close()
    place.cleanup()
