"""The payer over HTTP: the other end of the clearinghouse connection. Any call may carry the time in Date."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from revcycle.edi.wire.envelope import NotX12
from revcycle.sandbox.payer.clock import read_date
from revcycle.sandbox.payer.desks.appeals import UnreadableAppeal, read_appeal
from revcycle.sandbox.payer.desks.core_pages import core_routes
from revcycle.sandbox.payer.desks.realtime import NotAnInquiry
from revcycle.sandbox.payer.intake import NotClaims
from revcycle.sandbox.payer.office import ClockNotSet, Office

X12 = "application/edi-x12"
_MEDIA_TYPES = {"deposits": "text/csv", "appeal_decision": "application/json"}
_Next = Callable[[Request], Awaitable[Response]]
_REFUSED: dict[type[Exception], int] = {
    NotX12: 400,
    NotClaims: 400,
    NotAnInquiry: 400,
    UnreadableAppeal: 422,
    ClockNotSet: 400,
}


def make_app(office: Office, token: str) -> Starlette:
    """Return the web application over an open office.

    Every call but /health needs the bearer token; below /core/ the envelope itself says who calls, and the token is its
    password.
    """
    calls = _Calls(office)

    async def guard(request: Request, proceed: _Next) -> Response:
        if request.url.path == "/health":
            return await proceed(request)
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if request.url.path.startswith("/core/"):
            return await calls.with_faults(request, proceed)
        if not hmac.compare_digest(given.encode(), token.encode()):
            return _problem(401, "a bearer token is needed")
        return await calls.with_faults(request, proceed)

    return Starlette(
        routes=[
            Route("/health", calls.health),
            Route("/realtime", calls.realtime, methods=["POST"]),
            Route("/batch", calls.batch, methods=["POST"]),
            Route("/batch/{key}", calls.batch_proof, methods=["GET"]),
            Route("/mailbox", calls.mailbox),
            Route("/mailbox/{item_id}", calls.read_item, methods=["GET"]),
            Route("/mailbox/{item_id}", calls.delete_item, methods=["DELETE"]),
            Route("/appeals", calls.appeals, methods=["POST"]),
            Route("/appeals/{key}", calls.appeal_proof, methods=["GET"]),
            *core_routes(office, token),
        ],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=guard)],
        exception_handlers=dict.fromkeys(_REFUSED, _refuse),
    )


def _problem(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status)


def _refuse(_: Request, refused: Exception) -> Response:
    return _problem(_REFUSED[type(refused)], str(refused))


class _Calls:
    """One method a call. Handlers never wait between begin and commit, so one request is one transaction."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def with_faults(self, request: Request, proceed: _Next) -> Response:
        """Answer, or misbehave as the script asks."""
        faults, path = self._office.faults, request.url.path
        broken = faults.strikes("server_error", path)
        if broken:
            return _problem(broken.status, "the payer's system is down")
        slow = faults.strikes("slow_answer", path)
        if slow:
            await asyncio.sleep(slow.hang_seconds)
        response = await proceed(request)
        hang = faults.strikes("timeout_after_accept", path)
        if hang:
            await asyncio.sleep(hang.hang_seconds)
        return response

    async def health(self, _: Request) -> Response:
        """Say that the payer is up."""
        return JSONResponse({"status": "ok"})

    async def realtime(self, request: Request) -> Response:
        """Answer a 270, 276 or 278."""
        body = await request.body()
        with self._office.book.transaction():
            now = self._office.advance(read_date(request.headers.get("date")))
            answer = self._office.realtime.answer(body, now)
        return Response(answer, media_type=X12)

    async def batch(self, request: Request) -> Response:
        """Take an 837 or a 275 in, once for each idempotency key."""
        body = await request.body()
        key = request.headers.get("idempotency-key", "")
        with self._office.book.transaction():
            now = self._office.advance(read_date(request.headers.get("date")))
            receipt = self._office.receipt(f"batch {key}") if key else None
            if receipt is None:
                self._office.intake.take(body, now)
                receipt = self._office.give_receipt(f"batch {key}" if key else "")
        return JSONResponse({"receipt": receipt}, status_code=202)

    async def appeals(self, request: Request) -> Response:
        """Take an appeal in, once for each idempotency key."""
        appeal = read_appeal(await request.body())
        key = request.headers.get("idempotency-key", "") or appeal.appeal_key
        with self._office.book.transaction():
            now = self._office.advance(read_date(request.headers.get("date")))
            receipt = self._office.receipt(f"appeal {key}")
            if receipt is None:
                self._office.appeals.take(appeal, now)
                receipt = self._office.give_receipt(f"appeal {key}")
        return JSONResponse({"receipt": receipt}, status_code=202)

    async def batch_proof(self, request: Request) -> Response:
        """Tell the receipt of a batch by its key, or that there is none."""
        return self._proof(f"batch {request.path_params['key']}")

    async def appeal_proof(self, request: Request) -> Response:
        """Tell the receipt of an appeal by its key, or that there is none."""
        return self._proof(f"appeal {request.path_params['key']}")

    def _proof(self, key: str) -> Response:
        receipt = self._office.receipt(key)
        return JSONResponse({"receipt": receipt}, status_code=404 if receipt is None else 200)

    async def mailbox(self, request: Request) -> Response:
        """List what is due and not deleted."""
        with self._office.book.transaction():
            now = self._office.advance(read_date(request.headers.get("date")))
            items = self._office.mailbox.due(now)
        return JSONResponse([asdict(item) for item in items])

    async def read_item(self, request: Request) -> Response:
        """Return an item's bytes."""
        found = self._office.mailbox.read(request.path_params["item_id"])
        if found is None:
            return _problem(404, "no such item")
        return Response(found[1], media_type=_MEDIA_TYPES.get(found[0], X12))

    async def delete_item(self, request: Request) -> Response:
        """Take an item out of the mailbox."""
        if not self._office.mailbox.delete(request.path_params["item_id"]):
            return _problem(404, "no such item")
        return Response(status_code=204)
