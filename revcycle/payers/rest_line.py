"""HTTP to a clearinghouse: one request, its whole answer, limits on time and size. Certificates are always verified."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from revcycle.payers.gateway import PayerUnavailable

_CONNECT_SECONDS = 3.0
LARGEST_ANSWER = 512 << 20


class NoConnection(PayerUnavailable):
    """No connection came about: certainly nothing was sent."""


class NoAnswer(PayerUnavailable):
    """The request went out, at least in part, and no whole answer came."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer."""

    status: int
    media_type: str
    body: bytes

    def told(self) -> Any:
        """Return the JSON of the body. Raises ValueError."""
        return json.loads(self.body)


class RestLine:
    """The HTTP side of one connection. ``transport`` replaces the network, in tests."""

    def __init__(
        self, base_url: str, token: str, timeout_seconds: float, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        """Prepare to call. No call lasts longer than the timeout, even when the answer arrives in small pieces."""
        self._timeout_seconds = timeout_seconds
        self._http = httpx.AsyncClient(
            base_url=base_url,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(timeout_seconds, connect=min(_CONNECT_SECONDS, timeout_seconds)),
            transport=transport,
            headers={"Authorization": f"Bearer {token}"},
            limits=httpx.Limits(max_connections=20),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(
        self, method: str, path: str, at: datetime, headers: Mapping[str, str], content: bytes = b""
    ) -> Answer:
        """Send once; try again, at most three times in all, only while no connection comes about.

        The Date header carries business time: it is the time the message was originated (RFC 9110, 6.6.1).
        Raises NoConnection, NoAnswer.
        """
        request = self._http.build_request(
            method,
            path,
            content=content or None,
            headers={"Date": format_datetime(at, usegmt=True), **headers},
        )
        try:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(httpx.ConnectError),
                stop=stop_after_attempt(3),
                wait=wait_exponential_jitter(multiplier=0.05, max=0.5, jitter=0.05),
                reraise=True,
            ):
                with attempt:
                    async with asyncio.timeout(self._timeout_seconds):
                        return await self._exchange(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NoConnection(f"no connection to the clearinghouse ({type(error).__name__})") from None
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as error:
            raise NoAnswer(f"no whole answer from the clearinghouse ({type(error).__name__})") from None
        raise AssertionError("tenacity returns or raises")

    async def _exchange(self, request: httpx.Request) -> Answer:
        answer = await self._http.send(request, stream=True)
        try:
            body = bytearray()
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    raise httpx.ReadError("the answer is larger than any file of claims")
        finally:
            await answer.aclose()
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Answer(answer.status_code, media_type, bytes(body))
