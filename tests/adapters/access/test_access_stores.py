"""Staff, sessions and the audit log on both databases."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from revcycle.access.keyring import KeyRing
from revcycle.access.roles import Role
from revcycle.access.tokens import IDLE
from revcycle.db.engine import Database, Tx
from revcycle.db.practice import audit, practices, users
from revcycle.db.practice.practices import NoPractice
from revcycle.db.practice.users import LoginRefused, NoSuchUser, UserExists
from revcycle.db.tables import metadata
from revcycle.domain.person import Address
from revcycle.domain.practice import Practice

NOW = datetime(2026, 1, 5, 13, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture(params=["sqlite", "postgres"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    embedded = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'staff.db'}" if embedded else request.getfixturevalue("fresh_postgres_url")
    made = Database(url, KeyRing.generate())
    metadata.create_all(made.engine)
    yield made
    made.close()


def append(tx: Tx, user: str) -> int:
    return audit.append(
        tx,
        user_id=user,
        role="biller",
        action="claim.show",
        subject="claim/C000001",
        why="billing",
        outcome="done",
        person_read=True,
        real_at=NOW,
        business_at=NOW,
    )


def note(db: Database, user: str) -> int:
    with db.write() as tx:
        return append(tx, user)


def test_writers_at_once_make_one_chain(db: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(lambda n: note(db, f"user{n % 3}"), range(40)))

    assert sorted(numbers) == list(range(1, 41))
    with db.read() as tx:
        assert audit.check(tx).whole
        assert len(audit.find(tx, user_id="user0")) == 14
        assert [record.seq for record in audit.find(tx, before=4)] == [3, 2, 1]


def test_an_act_that_fails_leaves_no_hole(db: Database) -> None:
    note(db, "ada")
    with contextlib.suppress(RuntimeError), db.write() as tx:
        append(tx, "ada")
        raise RuntimeError
    assert note(db, "ada") == 2
    with db.read() as tx:
        assert audit.check(tx).whole


def test_a_user_logs_in_and_out(db: Database) -> None:
    with db.write() as tx:
        users.add(tx, "ada", Role.BILLER, PASSWORD, created_by="test", now=NOW)
        with pytest.raises(UserExists):
            users.add(tx, "ada", Role.ADMIN, PASSWORD, created_by="test", now=NOW)
        user = users.check_password(tx, "ada", PASSWORD, NOW)
        session = users.open_session(tx, user, "s1", NOW)

    with db.read() as tx:
        assert users.live_session(tx, "s1", NOW) == (session, False)
        assert users.live_session(tx, "s1", NOW + timedelta(minutes=2)) == (session, True)
        assert users.live_session(tx, "s1", NOW + IDLE) is None
        assert users.live_session(tx, "s2", NOW) is None
        with pytest.raises(LoginRefused):
            users.check_password(tx, "ada", "something else", NOW)
        with pytest.raises(NoSuchUser):
            users.load(tx, "eve")

    with db.write() as tx:
        users.set_password(tx, "ada", "another long password")
    with db.read() as tx:
        assert users.live_session(tx, "s1", NOW) is None


def test_failures_lock_and_success_forgets_them(db: Database) -> None:
    with db.write() as tx:
        users.add(tx, "ada", Role.BILLER, PASSWORD, created_by="test", now=NOW)
        for _ in range(users.FAILURES_MAX - 1):
            users.record_failure(tx, "ada", NOW)
        users.open_session(tx, users.check_password(tx, "ada", PASSWORD, NOW), "s1", NOW)
        for _ in range(users.FAILURES_MAX - 1):
            users.record_failure(tx, "ada", NOW)
        users.check_password(tx, "ada", PASSWORD, NOW)
        users.record_failure(tx, "ada", NOW)
        with pytest.raises(LoginRefused):
            users.check_password(tx, "ada", PASSWORD, NOW)
        users.record_failure(tx, "nobody", NOW)


def test_a_practice_has_one_profile(db: Database) -> None:
    profile = Practice(
        name="Elm Street Clinic",
        address=Address("1 Elm St", "Columbus", "OH", "43004", "Suite 2"),
        phone="614-555-0100",
        npi="1990000014",
        tin="99-0000001",
        website="elm.example",
        signer_name="A. Signer",
    )
    with db.write() as tx:
        with pytest.raises(NoPractice):
            practices.load(tx)
        practices.save(tx, profile)
        practices.save(tx, profile)
        assert practices.load(tx) == profile
    assert profile.address_lines == ("1 Elm St", "Suite 2", "Columbus, OH 43004")
