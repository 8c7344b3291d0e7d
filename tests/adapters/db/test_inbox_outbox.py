"""Messages and doorbells: nothing is lost, nothing is read twice, two relays never send one ring at once."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from revcycle.db.engine import Database, Tx
from revcycle.db.work import inbox, outbox
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import ClaimStart, Ring, Start
from tests.support.databases import BOTH, database
from tests.support.patience import patience

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
CLAIM = "claim/C000001"


@pytest.fixture(params=BOTH)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request, tmp_path) as opened:
        yield opened


@pytest.fixture(params=["postgres"])
def postgres(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request, tmp_path) as opened:
        yield opened


def ring(db: Database, start: Start | None = None, subject: str = CLAIM) -> None:
    with db.write() as tx:
        outbox.ring(tx, subject, start)


def take(db: Database, now: datetime = NOW, count: int = 100) -> tuple[Ring, ...]:
    with db.write() as tx:
        return outbox.take(tx, count, now)


def done(db: Database, *rings: Ring) -> None:
    with db.write() as tx:
        outbox.done(tx, rings)


def test_a_message_is_read_once_and_in_order(db: Database) -> None:
    with db.write() as tx:
        for kind, reference in ((News.ACKNOWLEDGED, "1"), (News.POSTED, "R000001"), (News.ACKNOWLEDGED, "2")):
            inbox.put(tx, CLAIM, kind, reference, NOW)
        inbox.put(tx, "claim/C000002", News.POSTED, "R000001", NOW)
        assert set(inbox.unread_subjects(tx)) == {CLAIM, "claim/C000002"}
        assert inbox.has(tx, CLAIM, News.POSTED)
        assert [m.reference for m in inbox.take(tx, CLAIM, News.ACKNOWLEDGED)] == ["1", "2"]
        assert inbox.take(tx, CLAIM, News.ACKNOWLEDGED) == ()
        assert [(m.kind, m.occurred_at) for m in inbox.take(tx, CLAIM)] == [(News.POSTED, NOW)]
        assert not inbox.has(tx, CLAIM, News.POSTED)
        assert set(inbox.unread_subjects(tx)) == {"claim/C000002"}


def test_a_message_read_in_a_transaction_that_fails_is_still_there(db: Database) -> None:
    with db.write() as tx:
        inbox.put(tx, CLAIM, News.POSTED, "R000001", NOW)

    def read_and_fail(tx: Tx) -> None:
        assert inbox.take(tx, CLAIM)
        raise RuntimeError("the worker died")

    with pytest.raises(RuntimeError), db.write() as tx:
        read_and_fail(tx)
    with db.read() as tx:
        assert inbox.has(tx, CLAIM, News.POSTED)


def test_rings_melt_until_they_are_taken(db: Database) -> None:
    for _ in range(5):
        ring(db)
    ring(db, subject="claim/C000002")
    assert [one.workflow_id for one in take(db)] == [CLAIM, "claim/C000002"]
    assert take(db) == ()


def test_a_ring_with_an_argument_is_not_silenced_by_one_without(db: Database) -> None:
    ring(db, ClaimStart("C000001", resume=True))
    ring(db)
    (taken,) = take(db)
    assert taken.start == ClaimStart("C000001", resume=True)


def test_a_ring_without_an_argument_is_made_a_start_by_one_with(db: Database) -> None:
    ring(db)
    ring(db, ClaimStart("C000001"))
    (taken,) = take(db)
    assert taken.start == ClaimStart("C000001")


def test_a_ring_while_one_is_in_flight_is_another_ring(db: Database) -> None:
    ring(db)
    (first,) = take(db)
    ring(db)
    done(db, first)
    (second,) = take(db)
    assert second.seq != first.seq
    done(db, second)
    with db.read() as tx:
        assert outbox.waiting(tx, NOW + timedelta(days=1)) == 0


def test_a_ring_taken_by_a_relay_that_died_is_taken_again(db: Database) -> None:
    ring(db)
    (first,) = take(db)
    assert take(db, NOW + outbox.STALE - timedelta(seconds=1)) == ()
    (again,) = take(db, NOW + outbox.STALE + timedelta(seconds=1))
    assert again == first


def test_a_stale_ring_and_a_new_one_for_the_same_process_do_not_collide(db: Database) -> None:
    ring(db)
    take(db)
    ring(db)
    assert len(take(db, NOW + outbox.STALE + timedelta(seconds=1))) == 2


def test_a_few_at_a_time_oldest_first(db: Database) -> None:
    for n in range(5):
        ring(db, subject=f"claim/C00000{n}")
    assert [one.workflow_id[-1] for one in take(db, count=2)] == ["0", "1"]
    assert [one.workflow_id[-1] for one in take(db, count=9)] == ["2", "3", "4"]


def test_two_relays_on_one_database_share_the_rings(postgres: Database) -> None:
    for n in range(60):
        ring(postgres, subject=f"claim/C{n:06d}")
    taken: list[str] = []
    both_hold = threading.Barrier(2, timeout=20 * patience())

    def relay() -> None:
        with postgres.write() as tx:
            mine = outbox.take(tx, 30, NOW)
            both_hold.wait()  # neither has committed yet
            taken.extend(one.workflow_id for one in mine)

    relays = [threading.Thread(target=relay) for _ in range(2)]
    for one in relays:
        one.start()
    for one in relays:
        one.join(30)
    assert len(taken) == len(set(taken)) == 60


def test_news_committed_while_the_bell_is_carried_is_rung_for(postgres: Database) -> None:
    """The row of a waiting ring is locked until its news is committed, so the relay cannot run ahead of it."""
    ring(postgres)
    with postgres.write() as tx:
        inbox.put(tx, CLAIM, News.POSTED, "R000001", NOW)
        outbox.ring(tx, CLAIM, None)
        assert take(postgres) == ()
    assert [one.workflow_id for one in take(postgres)] == [CLAIM]
