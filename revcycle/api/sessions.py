"""Log in, log out, who am I."""

import json
import secrets

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from revcycle.access import tokens
from revcycle.access.roles import PERMISSIONS
from revcycle.access.tokens import Session
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, bad_input, refusal_for
from revcycle.api.guard import Endpoint, read_body
from revcycle.api.office import Office
from revcycle.api.replies import reply
from revcycle.db.practice import audit, users
from revcycle.db.practice.users import LoginRefused


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


def credentials(found: object) -> tuple[str, str]:
    """Return name and password of a JSON object or form. Raises Refusal."""
    get = getattr(found, "get", None)
    user, password = (get("user"), get("password")) if get else (None, None)
    if not isinstance(user, str) or not isinstance(password, str) or not user or not password:
        raise bad_input("name and password are needed", "user, password", "give both")
    return user.strip().lower(), password


def login_route(office: Office) -> Route:
    """The one route that needs no session."""

    async def login(request: Request) -> Response:
        try:
            user_id, password = credentials(_object(await read_body(request)))
            session, token = await run_in_threadpool(begin, office, user_id, password)
        except (Refusal, LoginRefused) as error:
            refused = refusal_for(error)
            assert refused is not None
            return reply(refused.body(), refused.status)
        return reply({"token": token, **_who(session)})

    return Route("/login", login, methods=["POST"], name="login")


def _object(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _who(session: Session) -> dict[str, object]:
    return {
        "user": session.user_id,
        "role": session.role.value,
        "expires_at": session.expires_at,
        "permissions": sorted(PERMISSIONS[session.role]),
    }


def logout(call: Call) -> dict[str, object]:
    """End this session."""
    with call.office.db.write() as tx:
        users.revoke(tx, call.session.session_id)
    return {"user": call.actor, "logged_out": True}


def whoami(call: Call) -> dict[str, object]:
    """Return who is logged in and what they may do."""
    return _who(call.session) | {"business_time": call.at}


def change_own_password(call: Call) -> dict[str, object]:
    """Change one's own password; every session of the user ends, this one too."""
    with call.office.db.read() as tx:
        users.check_password(tx, call.actor, call.text("old"), call.real_at)
    with call.office.db.write() as tx:
        users.set_password(tx, call.actor, call.text("new"))
    return {"user": call.actor, "changed": True}


ENDPOINTS = (
    Endpoint("POST", "/logout", logout, None, "logout", "session"),
    Endpoint("GET", "/whoami", whoami, None, "whoami", "session"),
    Endpoint("POST", "/password", change_own_password, None, "password.change", "session"),
)
