"""The codec endpoint: opens payloads for the Temporal UI when a logged-in person may see them; audited."""

from html import escape
from urllib.parse import urlsplit

from google.protobuf import json_format
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from temporalio.api.common.v1 import Payloads

from revcycle.access.ciphers import CannotOpen
from revcycle.access.roles import Permission, may
from revcycle.access.tokens import LIFETIME, Session
from revcycle.api import asked
from revcycle.api.errors import Refusal, RefusalCode, bad_input, not_allowed, not_logged_in, refusal_for
from revcycle.api.guard import authenticate, bearer, read_body
from revcycle.api.office import Office
from revcycle.api.replies import reply
from revcycle.api.sessions import Credentials, begin
from revcycle.db.practice import audit
from revcycle.db.practice.users import LoginRefused
from revcycle.temporal.codec import EncryptionCodec

COOKIE = "revcycle_codec"
LOGIN = "/codec/login"

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>revcycle: decrypted payloads</title>
<style>
body{{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:12vh auto;padding:0 1rem}}
label{{display:block;margin:.8rem 0 .2rem}}
input{{font:inherit;width:100%;padding:.4rem;box-sizing:border-box}}
button{{font:inherit;margin-top:1rem;padding:.5rem 1rem}}
</style><h1>Decrypted payloads</h1>{body}</html>"""
_FORM = """<p>Log in to see workflow inputs and results in the Temporal UI. Each look is audited.</p>{said}
<form method="post"><label for="user">Name</label>
<input id="user" name="user" autocomplete="username" autofocus>
<label for="password">Password</label><input id="password" name="password" type="password"
autocomplete="current-password"><button>Log in</button></form>"""


def _page(body: str, status: int = 200) -> Response:
    headers = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"}
    return HTMLResponse(_PAGE.format(body=body), status, headers)


def session_of(office: Office, request: Request) -> Session:
    """Return the session of a bearer token or of the codec cookie. Raises Refusal."""
    token = bearer(request) or request.cookies.get(COOKIE, "")
    session = authenticate(office, token)
    if not may(session.role, Permission.CODEC_DECODE):
        raise not_allowed(Permission.CODEC_DECODE)
    return session


class CodecEndpoint:
    """Routes of the codec. ``/codec/encode`` is refused: only our own processes seal."""

    def __init__(self, office: Office, ui_page: str) -> None:
        self._office = office
        told = urlsplit(office.ui_url)
        self._ui_origin = f"{told.scheme}://{told.netloc}"
        self._codec = EncryptionCodec(office.ring)
        self._ui_page = ui_page

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(LOGIN, self.form, methods=["GET"], name="codec.form"),
            Route(LOGIN, self.login, methods=["POST"], name="codec.login"),
            Route("/codec/{verb}", self.preflight, methods=["OPTIONS"], name="codec.preflight"),
            Route("/codec/decode", self.decode, methods=["POST"], name="codec.decode"),
            Route("/codec/encode", self.encode, methods=["POST"], name="codec.encode"),
        ]

    async def form(self, request: Request) -> Response:
        """Show the login page."""
        return _page(_FORM.format(said=""))

    async def login(self, request: Request) -> Response:
        """Open a session that lives in a cookie only the codec sees."""
        try:
            told = asked.from_form(Credentials, dict(await request.form()))
            session, token = await run_in_threadpool(
                begin, self._office, told.user.lower(), told.password, "codec.login"
            )
            if not may(session.role, Permission.CODEC_DECODE):
                raise not_allowed(Permission.CODEC_DECODE)
        except (Refusal, LoginRefused) as error:
            return _page(_FORM.format(said=f"<p role=alert><b>{escape(str(error))}</b></p>"), 401)
        response = RedirectResponse(self._ui_page, 303)
        age = int(LIFETIME.total_seconds())
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, token, age, httponly=True, samesite="strict", secure=secure)
        return response

    async def preflight(self, request: Request) -> Response:
        """Answer the browser's question before a request from the UI's origin."""
        return self._cors(Response(status_code=204), request)

    async def encode(self, request: Request) -> Response:
        """Refuse to seal for others."""
        refused = Refusal(
            RefusalCode.NO_ENCODE, "payloads are sealed by our own processes only", remedy="use the cli"
        )
        return self._cors(reply(refused.body(), refused.status), request)

    async def decode(self, request: Request) -> Response:
        """Open payloads."""
        try:
            origin = request.headers.get("origin")
            if origin is not None and not self._welcome(request, origin):
                raise not_logged_in()
            session = await run_in_threadpool(session_of, self._office, request)
            sealed = _payloads(await read_body(request))
            opened = await self._codec.decode(sealed.payloads)
            await run_in_threadpool(self._audit, session, len(opened))
            answer: Response = Response(
                json_format.MessageToJson(Payloads(payloads=opened)),
                headers={"cache-control": "no-store"},
                media_type="application/json",
            )
        except (Refusal, CannotOpen) as error:
            refused = refusal_for(error) or Refusal(RefusalCode.CANNOT_OPEN, str(error))
            answer = reply(refused.body(), refused.status)
        return self._cors(answer, request)

    def _audit(self, session: Session, count: int) -> None:
        now = self._office.now()
        with self._office.db.write() as tx:
            audit.append(
                tx,
                user_id=session.user_id,
                role=session.role.value,
                action="codec.decode",
                subject=f"payloads/{count}",
                why="reading workflows in the Temporal UI",
                outcome="done",
                person_read=False,
                real_at=now,
                business_at=self._office.clock.business(now),
            )

    def _welcome(self, request: Request, origin: str) -> bool:
        return origin in (self._ui_origin, f"{request.url.scheme}://{request.url.netloc}")

    def _cors(self, response: Response, request: Request) -> Response:
        response.headers["vary"] = "origin"
        if request.headers.get("origin") == self._ui_origin:
            response.headers["access-control-allow-origin"] = self._ui_origin
            response.headers["access-control-allow-credentials"] = "true"
            response.headers["access-control-allow-methods"] = "POST, OPTIONS"
            response.headers["access-control-allow-headers"] = "content-type, x-namespace, authorization"
            response.headers["access-control-max-age"] = "600"
        return response


def _payloads(body: bytes) -> Payloads:
    try:
        return json_format.Parse(body, Payloads(), ignore_unknown_fields=True)
    except json_format.ParseError:
        raise bad_input("not a list of payloads", "body", "send what the Temporal UI sends") from None
