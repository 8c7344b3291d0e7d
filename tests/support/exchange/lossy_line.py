"""A line to the payer that loses deliveries: on the way there, on the way back, or unopened."""

from collections.abc import Iterator

import httpx

REQUEST, ANSWER, UNREACHABLE, TAKEN, GOOD = "request", "answer", "unreachable", "taken", "good"


class LossyLine(httpx.AsyncBaseTransport):
    """Does to each ``POST /batch`` what the next of the fates says, and to each look for proof likewise.

    ``request``: lost on the way there. ``answer``: the payer has it, nobody hears so. ``unreachable``: no
    connection. ``taken``: swallowed with a receipt. After the fates the line is good.
    """

    def __init__(self, payer: httpx.AsyncBaseTransport, *fates: str, proofs: tuple[str, ...] = ()) -> None:
        self._payer = payer
        self._fates: Iterator[str] = iter(fates)
        self._proofs: Iterator[str] = iter(proofs)
        self.keys: list[str] = []
        self.proofs_asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry the request, or not."""
        if request.url.path == "/batch":
            self.keys.append(request.headers["idempotency-key"])
            return await self._carry(request, next(self._fates, GOOD))
        if request.url.path.startswith("/batch/"):
            self.proofs_asked += 1
            return await self._carry(request, next(self._proofs, GOOD))
        return await self._payer.handle_async_request(request)

    async def _carry(self, request: httpx.Request, fate: str) -> httpx.Response:
        match fate:
            case "unreachable":
                raise httpx.ConnectError("nobody listens", request=request)
            case "taken":
                return httpx.Response(202, json={"receipt": "R0"})
            case "request":
                raise httpx.ReadTimeout("silence", request=request)
            case "answer":
                await self._payer.handle_async_request(request)
                raise httpx.ReadTimeout("silence", request=request)
        return await self._payer.handle_async_request(request)
