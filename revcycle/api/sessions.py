"""Log in, log out, who am I."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from revcycle.access import tokens
from revcycle.access.roles import PERMISSIONS, Permission, Role
from revcycle.access.tokens import Session
from revcycle.api import asked
from revcycle.api.asked import Secret, Text
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, refusal_for
from revcycle.api.guard import Endpoint, read_body
from revcycle.api.office import Office
from revcycle.api.replies import reply
from revcycle.db.practice import audit, users
from revcycle.db.practice.users import LoginRefused


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who logs in, and with what."""

    user: Text
    password: Secret


@dataclass(frozen=True, slots=True)
class Who:
    """Who has this session, until when, and what they may do."""

    user: str
    role: Role
    expires_at: datetime
    permissions: tuple[Permission, ...]


@dataclass(frozen=True, slots=True)
class LoggedIn(Who):
    """A new session: its token goes into the Authorization header."""

    token: str


@dataclass(frozen=True, slots=True)
class WhoAmI(Who):
    """Who is logged in, and the business time."""

    business_time: datetime


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """The session is over."""

    user: str
    logged_out: bool


@dataclass(frozen=True, slots=True)
class NewOwnPassword:
    """A change of one's own password."""

    old: Secret
    new: Secret


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """The password is another now; the user's sessions are over."""

    user: str
    changed: bool


def begin(office: Office, user_id: str, password: str, action: str = "login") -> tuple[Session, str]:
    """Check a password and open a session; each attempt is audited. Raises LoginRefused."""
    now = office.now()
    try:
        with office.db.read() as tx:
            user = users.check_password(tx, user_id, password, now)
    except LoginRefused:
        _note(office, user_id, "-", f"{action}", "denied", failed=True)
        raise
    with office.db.write() as tx:
        session = users.open_session(tx, user, secrets.token_urlsafe(24), now)
    _note(office, user_id, user.role.value, action, "done", failed=False)
    return session, tokens.issue(office.ring.token_key, session)


def _note(office: Office, user_id: str, role: str, action: str, outcome: str, *, failed: bool) -> None:
    now = office.now()
    with office.db.write() as tx:
        if failed:
            users.record_failure(tx, user_id, now)
        known = any(user.user_id == user_id for user in users.find(tx))
        audit.append(
            tx,
            # What was typed as a name may be a password typed into the wrong field.
            user_id=user_id if known else "unknown",
            role=role,
            action=action,
            subject="session",
            why="logging in",
            outcome=outcome,
            person_read=False,
            real_at=now,
            business_at=office.clock.business(now),
        )


def log_in(office: Office, body: Credentials) -> LoggedIn:
    """Check name and password and open a session. Raises LoginRefused."""
    session, token = begin(office, body.user.lower(), body.password)
    return LoggedIn(*_who(session), token)


LOGIN = Endpoint("POST", "/login", log_in, None, "login")


def login_route(office: Office) -> Route:
    """The one act that needs no session."""

    async def login(request: Request) -> Response:
        try:
            told = asked.from_body(Credentials, await read_body(request))
            return reply(await run_in_threadpool(log_in, office, told))
        except (Refusal, LoginRefused) as error:
            refused = refusal_for(error)
            assert refused is not None
            return reply(refused.body(), refused.status)

    return Route(LOGIN.path, login, methods=[LOGIN.method], name=LOGIN.action)


def _who(session: Session) -> tuple[str, Role, datetime, tuple[Permission, ...]]:
    permissions = tuple(sorted(PERMISSIONS[session.role]))
    return session.user_id, session.role, session.expires_at, permissions


def logout(call: Call) -> LoggedOut:
    """End this session."""
    with call.office.db.write() as tx:
        users.revoke(tx, call.session.session_id)
    return LoggedOut(call.actor, logged_out=True)


def whoami(call: Call) -> WhoAmI:
    """Return who is logged in and what they may do."""
    return WhoAmI(*_who(call.session), call.at)


def change_own_password(call: Call, body: NewOwnPassword) -> PasswordChanged:
    """Change one's own password; every session of the user ends, this one too."""
    with call.office.db.read() as tx:
        users.check_password(tx, call.actor, body.old, call.real_at)
    with call.office.db.write() as tx:
        users.set_password(tx, call.actor, body.new)
    return PasswordChanged(call.actor, changed=True)


ENDPOINTS = (
    Endpoint("POST", "/logout", logout, None, "logout", "session"),
    Endpoint("GET", "/whoami", whoami, None, "whoami", "session"),
    Endpoint("POST", "/password", change_own_password, None, "password.change", "session"),
)
