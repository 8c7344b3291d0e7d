"""A number is never given twice and none is left out, however many ask at once."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from revcycle.db import sequences
from revcycle.db.engine import Database
from tests.support.databases import BOTH, database


@pytest.fixture(params=BOTH)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request, tmp_path) as opened:
        yield opened


def test_numbers_begin_with_one_and_each_sequence_counts_for_itself(db: Database) -> None:
    with db.write() as tx:
        assert sequences.current(tx, "a") == 0
        assert [sequences.take(tx, "a"), sequences.take(tx, "a"), sequences.take(tx, "b")] == [1, 2, 1]
        assert sequences.take(tx, "a", 10) == 3
        assert sequences.identifier(tx, "a", "C") == "C000013"
        assert sequences.current(tx, "a") == 13


def test_a_thousand_at_once(db: Database) -> None:
    taken: list[int] = []

    def take() -> None:
        for _ in range(125):
            with db.write() as tx:
                number = sequences.take(tx, "n")
            taken.append(number)

    takers = [threading.Thread(target=take) for _ in range(8)]
    for one in takers:
        one.start()
    for one in takers:
        one.join(60)
    assert sorted(taken) == list(range(1, 1001))


def test_a_number_taken_in_vain_is_given_again(db: Database) -> None:
    def take_in_vain() -> None:
        with db.write() as tx:
            sequences.take(tx, "n")
            raise RuntimeError("rolled back")

    with pytest.raises(RuntimeError):
        take_in_vain()
    with db.write() as tx:
        assert sequences.take(tx, "n") == 1
