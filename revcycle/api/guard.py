"""The door: authenticate, authorise, run the handler, audit, and only then answer."""

import inspect
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from revcycle.access import tokens
from revcycle.access.roles import Permission, may
from revcycle.access.tokens import BadToken, Session
from revcycle.api import asked, metrics
from revcycle.api.call import Call, stated_reason
from revcycle.api.errors import Refusal, RefusalCode, not_allowed, not_logged_in, refusal_for
from revcycle.api.office import Office
from revcycle.api.replies import reply
from revcycle.db.practice import audit, users

_LOG = logging.getLogger("revcycle.api")
BODY_BYTES_MAX = 64 * 1024 * 1024

Handler = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing the api does. ``subject`` names what it is about, with the path's parts in braces.

    Every act (anything but GET) is audited; a GET when it shows a person, or when ``audited`` says so.
    What a request may carry and what the answer is, the handler's signature says: ``query`` and ``body`` are
    forms (frozen dataclasses), ``file`` the bytes of the body, the return type the answer.
    """

    method: str
    path: str
    handler: Handler
    permission: Permission | None
    action: str
    subject: str = ""
    audited: bool = False
    status: int = 200
    query: type[Any] | None = field(init=False)
    body: type[Any] | None = field(init=False)
    file: bool = field(init=False)
    answer: Any = field(init=False)

    def __post_init__(self) -> None:
        """Read the handler's signature, and have the forms learnt before any thread needs them."""
        told = get_type_hints(self.handler)
        for name in ("query", "body"):
            object.__setattr__(self, name, told.get(name))
            if told.get(name) is not None:
                asked.learn(told[name])
        object.__setattr__(self, "file", "file" in told)
        object.__setattr__(self, "answer", told["return"])

    def about(self, path: dict[str, str]) -> str:
        """The subject of one request."""
        return self.subject.format(**path)

    def carried(self, query: dict[str, str], body: bytes) -> dict[str, Any]:
        """Return what a request carries, as the handler takes it. Raises Refusal."""
        found: dict[str, Any] = {}
        if self.query is not None:
            found["query"] = asked.from_form(self.query, query)
        else:
            asked.known_only(query, {})
        if self.body is not None:
            found["body"] = asked.from_body(self.body, body)
        if self.file:
            found["file"] = body
        return found


def route(office: Office, endpoint: Endpoint) -> Route:
    """Make the route of an endpoint."""

    async def serve(request: Request) -> Response:
        return await _serve(office, endpoint, request)

    return Route(endpoint.path, serve, methods=[endpoint.method], name=endpoint.action)


def authenticate(office: Office, token: str) -> Session:
    """Return the living session behind a token. Raises Refusal."""
    now = office.now()
    try:
        named = tokens.read(office.ring.token_key, token, now)
    except BadToken:
        raise not_logged_in() from None
    with office.db.read() as tx:
        found = users.live_session(tx, named.session_id, now)
    if found is None:
        raise not_logged_in()
    session, stale = found
    if stale:
        with office.db.write() as tx:
            users.touch(tx, session.session_id, now)
    return session


def bearer(request: Request) -> str:
    """Return the token of the Authorization header, or nothing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _append(tx: Any, call: Call, action: str, subject: str, outcome: str, person_read: bool) -> None:
    audit.append(
        tx,
        user_id=call.actor,
        role=call.role.value,
        action=action,
        subject=subject,
        why=call.why,
        outcome=outcome,
        person_read=person_read,
        real_at=call.real_at,
        business_at=call.at,
    )


async def read_body(request: Request) -> bytes:
    """Read the body, up to a limit. Raises Refusal."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > BODY_BYTES_MAX:
            raise Refusal(
                RefusalCode.TOO_LARGE, "the file is larger than 64 MiB", remedy="split it into smaller files"
            )
        parts.append(part)
    return b"".join(parts)


async def _serve(office: Office, endpoint: Endpoint, request: Request) -> Response:
    started = office.now()
    status, user = 500, "-"
    try:
        session = await run_in_threadpool(authenticate, office, bearer(request))
        user = session.user_id
        call = Call(
            office=office,
            session=session,
            path=dict(request.path_params),
            query=dict(request.query_params),
            body=await read_body(request),
            why=stated_reason(request.headers.get("revcycle-reason", "")),
            request_key=request.headers.get("idempotency-key", ""),
            real_at=started,
            at=office.clock.business(started),
        )
        response = await _answer(endpoint, call)
        status = response.status_code
    except Exception as error:  # noqa: BLE001 - the last door: what nobody anticipated is told without contents
        refused = refusal_for(error) or _surprise(endpoint, error)
        status = refused.status
        response = reply(refused.body(), status)
    metrics.count(endpoint.action, status, (office.now() - started).total_seconds())
    _LOG.info("%s %s %s", endpoint.action, status, user)
    return response


async def _answer(endpoint: Endpoint, call: Call) -> Response:
    if endpoint.permission is not None and not may(call.role, endpoint.permission):
        await run_in_threadpool(_audit_end, endpoint, call, "denied")
        raise not_allowed(endpoint.permission)
    try:
        carried = await run_in_threadpool(endpoint.carried, call.query, call.body)
        if inspect.iscoroutinefunction(endpoint.handler):
            answer = await endpoint.handler(call, **carried)
        else:
            answer = await run_in_threadpool(endpoint.handler, call, **carried)
    except Exception as error:
        refused = refusal_for(error)
        denied = refused is not None and refused.status == 403
        await run_in_threadpool(_audit_end, endpoint, call, "denied" if denied else "failed")
        raise
    await run_in_threadpool(_audit_end, endpoint, call, "done")
    return reply(answer, endpoint.status)


def _audit_end(endpoint: Endpoint, call: Call, outcome: str) -> None:
    persons = call.persons if outcome == "done" else []
    acts = endpoint.method != "GET" or endpoint.audited or outcome == "denied"
    subject = endpoint.about(call.path)
    if not persons and not acts:
        return
    with call.office.db.write() as tx:
        for person in dict.fromkeys(persons):
            _append(tx, call, endpoint.action, person, outcome, True)
        if acts and subject not in persons:
            _append(tx, call, endpoint.action, subject, outcome, False)


def _surprise(endpoint: Endpoint, error: Exception) -> Refusal:
    # Type and places only: a message may quote a row.
    places = "".join(traceback.format_tb(error.__traceback__))
    _LOG.error("%s failed: %s\n%s", endpoint.action, type(error).__name__, places)
    return Refusal(
        RefusalCode.FAULT,
        "something went wrong in this program",
        remedy="try again; tell an admin if it stays",
    )
