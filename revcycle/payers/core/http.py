"""HTTP to a CORE partner: one POST, whole answer, bounded in time and size; certificates always verified.

Set times: the rule gives a real-time answer 20 s round trip (CORE 156); a batch upload gets 60 s.
"""

import asyncio
import ssl
from datetime import datetime
from email.utils import format_datetime

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from revcycle.payers.core.envelope import ProcessingMode
from revcycle.payers.core.exchange import HttpAnswer, Message
from revcycle.payers.core.partner import CorePartner

_REAL_TIME_SECONDS = 20.0
_BATCH_SECONDS = 60.0
_CONNECT_SECONDS = 3.0
_LARGEST_ANSWER = {ProcessingMode.REAL_TIME: 16 << 20, ProcessingMode.BATCH: 128 << 20}


class NoConnection(Exception):
    """Nobody was there: certainly nothing was sent."""


class NoAnswer(Exception):
    """The message went out, at least in part, and no whole answer came."""


class CoreHttp:
    """The HTTP side of one connection. ``transport`` replaces the network, in tests."""

    def __init__(
        self,
        partner: CorePartner,
        real_time_seconds: float = _REAL_TIME_SECONDS,
        batch_seconds: float = _BATCH_SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
        trusted_file: str = "",
    ) -> None:
        """Prepare to call the partner. ``trusted_file`` holds its authority (PEM) when no public one vouches for it."""
        self._url = partner.url
        self._seconds = {
            ProcessingMode.REAL_TIME: real_time_seconds,
            ProcessingMode.BATCH: batch_seconds,
        }
        self._http = httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            verify=_verification(partner, trusted_file),
            transport=transport,
            headers={"Accept-Encoding": "identity"},
            limits=httpx.Limits(max_connections=20),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def post(self, message: Message, mode: ProcessingMode, at: datetime) -> HttpAnswer:
        """Send, at most three times while no connection comes about, once after that. Raises NoConnection, NoAnswer."""
        try:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(httpx.ConnectError),
                stop=stop_after_attempt(3),
                wait=wait_exponential_jitter(multiplier=0.05, max=0.5, jitter=0.05),
                reraise=True,
            ):
                with attempt:
                    return await self._post_once(message, mode, at)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NoConnection(f"no connection to the payer ({type(error).__name__})") from None
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise NoAnswer(f"no answer after sending ({type(error).__name__})") from None
        raise AssertionError("tenacity returns or raises")

    async def _post_once(self, message: Message, mode: ProcessingMode, at: datetime) -> HttpAnswer:
        seconds = self._seconds[mode]
        headers = {"Content-Type": message.content_type, "Date": format_datetime(at, usegmt=True)}
        timeout = httpx.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds))
        async with (
            asyncio.timeout(seconds),
            self._http.stream(
                "POST", self._url, content=message.body, headers=headers, timeout=timeout
            ) as answer,
        ):
            return HttpAnswer(
                answer.status_code, answer.headers.get("content-type", ""), await _read(answer, mode)
            )


async def _read(answer: httpx.Response, mode: ProcessingMode) -> bytes:
    """Read the body as sent: what is compressed against our word, or larger than can be, is no answer."""
    if answer.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        raise httpx.DecodingError("compressed, though we asked for plain bytes")
    body = bytearray()
    async for chunk in answer.aiter_bytes():
        body += chunk
        if len(body) > _LARGEST_ANSWER[mode]:
            raise httpx.DecodingError("the answer is larger than any answer can be")
    return bytes(body)


def _verification(partner: CorePartner, trusted_file: str) -> ssl.SSLContext:
    """Return how the payer is verified and, where agreed, how we prove who we are (X.509). Raises OSError."""
    context = ssl.create_default_context(cafile=trusted_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if partner.certificate_file:
        context.load_cert_chain(partner.certificate_file, partner.private_key_file or None)
    return context
