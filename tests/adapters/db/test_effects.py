"""Once is once: also when two workers do the same thing at the same moment."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from revcycle.db import once, sequences
from revcycle.db.engine import Database
from tests.support.databases import BOTH, database
from tests.support.patience import patience


@dataclass(frozen=True, slots=True)
class Told:
    """An answer."""

    number: int
    at: datetime
    kinds: tuple[str, ...]


ANSWER = Told(1, datetime(2026, 3, 2, 15, 0, 0, 123456, UTC), ("a", "b"))


@pytest.fixture(params=BOTH)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request, tmp_path) as opened:
        yield opened


def test_the_first_answer_is_the_answer(db: Database) -> None:
    calls = []

    def body() -> Told:
        calls.append(1)
        return ANSWER

    for _ in range(3):
        with db.write() as tx:
            assert once.once(tx, "key", Told, body) == ANSWER
    assert calls == [1]


@pytest.mark.parametrize(("kind", "answer"), [(int, 7), (bool, False), (str, ""), (datetime, ANSWER.at)])
def test_plain_answers_come_back_as_they_were(db: Database, kind: type, answer: object) -> None:
    for _ in range(2):
        with db.write() as tx:
            assert once.once(tx, "key", kind, lambda: answer) == answer


def test_what_failed_has_not_happened(db: Database) -> None:
    def broken() -> Told:
        raise RuntimeError("half way")

    def work() -> None:
        with db.write() as tx:
            sequences.take(tx, "n")
            once.once(tx, "key", Told, broken)

    with pytest.raises(RuntimeError):
        work()
    with db.write() as tx:
        assert sequences.current(tx, "n") == 0
        assert once.once(tx, "key", Told, lambda: ANSWER) == ANSWER


def test_two_workers_with_one_key_have_one_effect_and_one_answer(db: Database) -> None:
    start = threading.Barrier(2, timeout=20 * patience())
    answers: list[int] = []

    def work() -> None:
        start.wait()
        while True:  # as Temporal does: a run that fails is tried again
            try:
                with db.write() as tx:
                    answers.append(once.once(tx, "key", int, lambda: sequences.take(tx, "effect")))
                return
            except DBAPIError:
                continue

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    with db.read() as tx:
        assert sequences.current(tx, "effect") == 1
    assert answers == [1, 1]
