"""Staff and their sessions. Passwords are kept as argon2id hashes only; times here are real, not business."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text, select, update

from revcycle.access import passwords
from revcycle.access.roles import Role
from revcycle.access.tokens import IDLE, LIFETIME, Session
from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, metadata
from revcycle.db.upsert import insert_once

users = Table(
    "users",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
)
sessions = Table(
    "sessions",
    metadata,
    Column("session_id", Text, primary_key=True),
    Column("user_id", ForeignKey("users.user_id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked", Boolean, nullable=False),
)

FAILURES_MAX = 5
LOCK = timedelta(minutes=5)
_SEEN_EVERY = timedelta(minutes=1)


class NoSuchUser(LookupError):
    """No user has this login name."""


class UserExists(Exception):
    """The login name is taken."""


class LoginRefused(Exception):
    """Wrong name or password, disabled, or locked; the message never tells which of the first two."""


@dataclass(frozen=True, slots=True)
class UserRow:
    """A member of staff, without the password's hash."""

    user_id: str
    role: Role
    disabled: bool
    locked_until: datetime | None
    created_at: datetime
    created_by: str


_ROW = [users.c[name] for name in UserRow.__dataclass_fields__]


def _row(row: Any) -> UserRow:
    return UserRow(
        row.user_id, Role(row.role), row.disabled, row.locked_until, row.created_at, row.created_by
    )


def add(tx: Tx, user_id: str, role: Role, password: str, *, created_by: str, now: datetime) -> None:
    """Add a member of staff. Raises UserExists, WeakPassword."""
    row = {
        "user_id": user_id,
        "practice_id": tx.practice_id,
        "role": role.value,
        "password_hash": passwords.hash_password(password, user_id),
        "disabled": False,
        "failures": 0,
        "locked_until": None,
        "created_at": now,
        "created_by": created_by,
    }
    if not insert_once(tx, users, row):
        raise UserExists(f"there is a user {user_id} already")


def find(tx: Tx) -> tuple[UserRow, ...]:
    """Return the staff of the practice by name."""
    found = select(*_ROW).where(users.c.practice_id == tx.practice_id).order_by(users.c.user_id)
    return tuple(_row(row) for row in tx.connection.execute(found))


def load(tx: Tx, user_id: str) -> UserRow:
    """Return one member of staff. Raises NoSuchUser."""
    row = tx.connection.execute(select(*_ROW).where(_is(tx, user_id))).first()
    if row is None:
        raise NoSuchUser(f"no user {user_id}")
    return _row(row)


def set_password(tx: Tx, user_id: str, password: str) -> None:
    """Change a password and end every session opened with the old one. Raises NoSuchUser, WeakPassword."""
    _change(
        tx, user_id, password_hash=passwords.hash_password(password, user_id), failures=0, locked_until=None
    )
    revoke_all(tx, user_id)


def set_disabled(tx: Tx, user_id: str, disabled: bool) -> None:
    """Close or open a user's access; closing ends their sessions at once. Raises NoSuchUser."""
    _change(tx, user_id, disabled=disabled)
    if disabled:
        revoke_all(tx, user_id)


def check_password(tx: Tx, user_id: str, password: str, now: datetime) -> UserRow:
    """Return the user when name and password fit. Raises LoginRefused.

    On refusal the caller calls ``record_failure`` in a transaction of its own, for this one rolls back.
    """
    row = tx.connection.execute(select(*_ROW, users.c.password_hash).where(_is(tx, user_id))).first()
    if row is None:
        passwords.matches_nobody(password)
        raise LoginRefused("wrong name or password")
    if row.locked_until is not None and now < row.locked_until:
        raise LoginRefused("too many attempts; try again in a few minutes")
    if not passwords.matches(row.password_hash, password) or row.disabled:
        raise LoginRefused("wrong name or password")
    return _row(row)


def record_failure(tx: Tx, user_id: str, now: datetime) -> None:
    """Count a failed login; the fifth in a row locks the name for a while."""
    row = tx.connection.execute(
        select(users.c.failures, users.c.locked_until).where(_is(tx, user_id))
    ).first()
    if row is None or (row.locked_until is not None and now < row.locked_until):
        return
    failures = row.failures + 1
    locked = now + LOCK if failures >= FAILURES_MAX else None
    _change(tx, user_id, failures=0 if locked else failures, locked_until=locked)


def open_session(tx: Tx, user: UserRow, session_id: str, now: datetime) -> Session:
    """Begin a session for a user whose password was checked."""
    _change(tx, user.user_id, failures=0, locked_until=None)
    expires_at = (now + LIFETIME).replace(microsecond=0)
    tx.connection.execute(
        sessions.insert().values(
            session_id=session_id,
            user_id=user.user_id,
            created_at=now,
            seen_at=now,
            expires_at=expires_at,
            revoked=False,
        )
    )
    return Session(session_id, user.user_id, user.role, expires_at)


def live_session(tx: Tx, session_id: str, now: datetime) -> tuple[Session, bool] | None:
    """Return the session and whether its last use should be noted (``touch``); None when it is over.

    The role is the one the user has now, not the one at login.
    """
    joined = select(sessions, users.c.role, users.c.disabled).join(users)
    row = tx.connection.execute(
        joined.where(sessions.c.session_id == session_id, users.c.practice_id == tx.practice_id)
    ).first()
    if row is None or row.revoked or row.disabled or now >= row.expires_at or now - row.seen_at >= IDLE:
        return None
    return Session(session_id, row.user_id, Role(row.role), row.expires_at), now - row.seen_at >= _SEEN_EVERY


def touch(tx: Tx, session_id: str, now: datetime) -> None:
    """Note that the session was used."""
    tx.connection.execute(update(sessions).where(sessions.c.session_id == session_id).values(seen_at=now))


def revoke(tx: Tx, session_id: str) -> None:
    """End a session."""
    tx.connection.execute(update(sessions).where(sessions.c.session_id == session_id).values(revoked=True))


def revoke_all(tx: Tx, user_id: str) -> None:
    """End every session of a user."""
    tx.connection.execute(update(sessions).where(sessions.c.user_id == user_id).values(revoked=True))


def _is(tx: Tx, user_id: str) -> Any:
    return (users.c.user_id == user_id) & (users.c.practice_id == tx.practice_id)


def _change(tx: Tx, user_id: str, **values: Any) -> None:
    if tx.connection.execute(update(users).where(_is(tx, user_id)).values(**values)).rowcount != 1:
        raise NoSuchUser(f"no user {user_id}")
