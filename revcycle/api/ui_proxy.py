"""The Temporal UI behind our login, on the api's own origin: so its calls to the codec carry the session's cookie."""

import asyncio
from collections.abc import AsyncIterator
from html import escape
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from revcycle.access.tokens import Session
from revcycle.api.codec import COOKIE, LOGIN, session_of
from revcycle.api.errors import Refusal, RefusalCode, not_logged_in
from revcycle.api.guard import read_body
from revcycle.api.office import Office
from revcycle.api.replies import reply
from revcycle.db.practice import audit

_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE"]
_PIECE = 64 * 1024
_PATIENCE_SECONDS = 10
_ONE_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"transfer-encoding",
        b"upgrade",
        b"te",
        b"trailer",
        b"host",
        b"content-length",
    }
)

_OURS = frozenset({b"date", b"server"})
# The UI has no policy of its own under a public path; it needs nothing from anywhere else.
_POLICY = (
    b"content-security-policy",
    b"connect-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'",
)

Headers = list[tuple[bytes, bytes]]


class UiProxy:
    """Passes requests on to the UI's server for who may decode payloads; everybody else logs in first."""

    def __init__(self, office: Office) -> None:
        self._office = office
        told = urlsplit(office.ui_url)
        self.path = told.path.rstrip("/")
        self._host, self._port = told.hostname or "127.0.0.1", told.port or 80

    def routes(self) -> list[Route]:
        """Return the routes: none when the UI has no path of its own to stand under."""
        if not self.path:
            return []
        return [
            Route(self.path, self.pass_on, methods=_METHODS, name="ui"),
            Route(self.path + "/render", self.render, methods=["GET"], name="ui.render"),
            Route(self.path + "/{rest:path}", self.pass_on, methods=_METHODS, name="ui.rest"),
        ]

    async def render(self, request: Request) -> Response:
        """Show a workflow's current details in the UI's frame: under a public path its server does not."""
        try:
            await run_in_threadpool(session_of, self._office, request)
        except Refusal as refused:
            return reply(refused.body(), refused.status)
        said = escape(request.query_params.get("content", ""))
        policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
        page = f"<!doctype html><body style='font:14px/1.4 sans-serif'>{said}"
        return HTMLResponse(page, headers={"content-security-policy": policy})

    async def pass_on(self, request: Request) -> Response:
        """Pass one request on."""
        try:
            session = await run_in_threadpool(session_of, self._office, request)
            if request.method not in ("GET", "HEAD"):
                if request.headers.get("origin") not in (None, _origin(request)):
                    raise not_logged_in()
                await run_in_threadpool(self._audit, session, request.url.path)
            return await self._ask(request, await read_body(request))
        except Refusal as refused:
            if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
                return RedirectResponse(LOGIN, 303)
            return reply(refused.body(), refused.status)

    def _audit(self, session: Session, path: str) -> None:
        """Write an act in the UI down. Its path names workflows, which are safe to read aloud."""
        now = self._office.now()
        with self._office.db.write() as tx:
            audit.append(
                tx,
                user_id=session.user_id,
                role=session.role.value,
                action="ui.act",
                subject=path.removeprefix(self.path),
                why="operating workflows in the Temporal UI",
                outcome="done",
                person_read=False,
                real_at=now,
                business_at=self._office.clock.business(now),
            )

    async def _ask(self, request: Request, body: bytes) -> Response:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                reader, writer = await asyncio.open_connection(self._host, self._port)
        except (OSError, TimeoutError):
            raise Refusal(
                RefusalCode.UI_AWAY, "the Temporal UI does not answer", remedy="try again"
            ) from None
        writer.write(self._head(request, body) + body)
        status = int((await reader.readline()).split()[1])
        headers = await _headers(reader)
        response = StreamingResponse(_rest(reader, writer), status)
        response.raw_headers = [*headers, _POLICY]
        return response

    def _head(self, request: Request, body: bytes) -> bytes:
        path = request.scope["raw_path"]
        if query := request.scope["query_string"]:
            path += b"?" + query
        # HTTP/1.0: the answer ends with the connection, so it is passed on as it comes, long polls too.
        lines = [
            f"{request.method} ".encode() + path + b" HTTP/1.0",
            f"host: {self._host}:{self._port}".encode(),
        ]
        for name, value in request.headers.raw:
            kept = _without_ours(value) if name == b"cookie" else value
            if name not in _ONE_HOP and kept:
                lines.append(name + b": " + kept)
        lines.append(f"content-length: {len(body)}".encode())
        return b"\r\n".join(lines) + b"\r\n\r\n"


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _without_ours(cookies: bytes) -> bytes:
    parts = (part.strip() for part in cookies.split(b";"))
    return b"; ".join(part for part in parts if not part.startswith(COOKIE.encode() + b"="))


async def _headers(reader: asyncio.StreamReader) -> Headers:
    headers: Headers = []
    while line := (await reader.readline()).rstrip(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() not in _ONE_HOP | _OURS:
            headers.append((name.lower(), value.strip()))
    return headers


async def _rest(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> AsyncIterator[bytes]:
    try:
        while piece := await reader.read(_PIECE):
            yield piece
    finally:
        writer.close()
