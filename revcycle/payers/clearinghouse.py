"""The REST/X12 clearinghouse connection: X12 bodies over HTTPS, a mailbox for what comes back."""

import asyncio
import base64
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from revcycle.payers.gateway import (
    AppealFiling,
    Capabilities,
    Delivery,
    DeliveryOutcome,
    MailItem,
    PayerRefused,
    PayerUnavailable,
)

_TAKEN = (200, 201, 202)
_BEFORE_ISA = b"\xef\xbb\xbf \t\r\n"
_UNDECIDED = (408, 409)
"""Timeout and conflict: the same delivery may be at work there."""
_X12 = {"Content-Type": "application/edi-x12"}
_CAPABILITIES = Capabilities(
    real_time=frozenset({"270", "276", "278"}),
    batch=frozenset({"837P", "837I", "837D", "275"}),
    appeals=True,
)


class Clearinghouse:
    """A PayerGateway over HTTP. Quick retries only where no byte reached the other side; the rest is Temporal's."""

    def __init__(
        self,
        base_url: str,
        token: str,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout_seconds: float = 20.0,
    ) -> None:
        """Connect to the base URL. No call lasts longer than the timeout, however the answer trickles."""
        self._timeout_seconds = timeout_seconds
        self._http = httpx.AsyncClient(
            base_url=base_url,
            trust_env=False,
            timeout=httpx.Timeout(timeout_seconds, connect=min(3.0, timeout_seconds)),
            transport=transport,
            headers={"Authorization": f"Bearer {token}"},
            limits=httpx.Limits(max_connections=20),
        )

    @property
    def capabilities(self) -> Capabilities:
        """Everything: the clearinghouse forwards what its payers take."""
        return _CAPABILITIES

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def ask(self, inquiry: bytes, at: datetime) -> bytes:
        """POST /realtime. What comes back and is no X12 (a proxy's page) is no answer."""
        answer = (await self._call("POST", "/realtime", at, content=inquiry, headers=_X12)).content
        if not answer.lstrip(_BEFORE_ISA)[:3].upper() == b"ISA":
            raise PayerUnavailable("the clearinghouse answered something that is no X12")
        return answer

    async def submit(self, batch: bytes, key: str, at: datetime) -> Delivery:
        """POST /batch with an Idempotency-Key."""
        return await self._deliver("/batch", key, at, content=batch, headers=_X12)

    async def list_mailbox(self, at: datetime) -> tuple[MailItem, ...]:
        """GET /mailbox."""
        answer = await self._call("GET", "/mailbox", at)
        try:
            return tuple(_mail_item(told) for told in answer.json())
        except (ValueError, TypeError, KeyError):
            raise PayerUnavailable("the clearinghouse's listing of the mailbox is unreadable") from None

    async def fetch(self, item_id: str, at: datetime) -> bytes:
        """GET /mailbox/{id}."""
        return (await self._call("GET", f"/mailbox/{item_id}", at)).content

    async def remove(self, item_id: str, at: datetime) -> None:
        """DELETE /mailbox/{id}; an item already gone is fine."""
        try:
            await self._call("DELETE", f"/mailbox/{item_id}", at)
        except PayerRefused:
            return

    async def file_appeal(self, appeal: AppealFiling, at: datetime) -> Delivery:
        """POST /appeals with an Idempotency-Key."""
        body = {
            "appeal_key": appeal.appeal_key,
            "patient_control_number": appeal.patient_control_number,
            "payer_claim_control_number": appeal.payer_claim_control_number,
            "level": appeal.level,
            "kind": appeal.kind,
            "document_base64": base64.b64encode(appeal.document).decode(),
        }
        return await self._deliver("/appeals", appeal.appeal_key, at, json=body)

    async def prove(self, key: str, at: datetime) -> Delivery:
        """GET /batch/{key}, then /appeals/{key}: 200 with the receipt is sent, 404 ``{"receipt": null}`` absent.

        Any other 404 proves nothing: it may come from something on the way that knows no such page.
        """
        for path in ("/batch", "/appeals"):
            try:
                answer = await self._send("GET", f"{path}/{quote(key, safe='')}", at)
            except httpx.TransportError as error:
                return _unknown(f"no answer when asked for proof ({type(error).__name__})")
            told = _receipt(answer)
            if answer.status_code == 200 and told:
                return Delivery(DeliveryOutcome.SENT, receipt=told)
            if answer.status_code != 404 or told is not None:
                return _unknown(f"the clearinghouse gave no proof ({answer.status_code})")
        return Delivery(DeliveryOutcome.NOT_SENT, reason="the clearinghouse has no delivery with that key")

    async def _deliver(self, path: str, key: str, at: datetime, **content: object) -> Delivery:
        headers = {"Idempotency-Key": key, **dict(content.pop("headers", {}) or {})}  # type: ignore[call-overload]  # httpx takes either
        try:
            answer = await self._send("POST", path, at, headers=headers, **content)
        except httpx.ConnectError:
            reason = "no connection to the clearinghouse"
            return Delivery(DeliveryOutcome.NOT_SENT, reason=reason, reached=False)
        except httpx.TransportError as error:
            return _unknown(f"no answer after sending ({type(error).__name__})")
        status = answer.status_code
        if status in _TAKEN:
            receipt = _receipt(answer)
            if receipt:
                return Delivery(DeliveryOutcome.SENT, receipt=receipt)
            return _unknown("the clearinghouse gave no receipt")
        if 400 <= status < 500 and status not in _UNDECIDED:
            return Delivery(DeliveryOutcome.NOT_SENT, reason=f"the clearinghouse refused with {status}")
        return _unknown(f"the clearinghouse answered {status}")

    async def _call(self, method: str, path: str, at: datetime, **content: object) -> httpx.Response:
        try:
            answer = await self._send(method, path, at, **content)
        except httpx.TransportError as error:
            raise PayerUnavailable(f"clearinghouse not reachable ({type(error).__name__})") from None
        if answer.status_code == 429 or answer.status_code >= 500:
            raise PayerUnavailable(f"clearinghouse answered {answer.status_code}")
        if answer.status_code >= 400:
            raise PayerRefused(f"clearinghouse refused {method} with {answer.status_code}")
        return answer

    async def _send(self, method: str, path: str, at: datetime, **content: object) -> httpx.Response:
        """Send once; try again, at most three times in all, only while no connection comes about.

        The Date header carries business time: it is the time the message was originated (RFC 9110, 6.6.1).
        """
        headers = {"Date": format_datetime(at, usegmt=True), **dict(content.pop("headers", {}) or {})}  # type: ignore[call-overload]  # httpx takes either
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(httpx.ConnectError),
            stop=stop_after_attempt(3),
            wait=wait_exponential_jitter(multiplier=0.05, max=0.5, jitter=0.05),
            reraise=True,
        ):
            with attempt:
                try:
                    async with asyncio.timeout(self._timeout_seconds):
                        return await self._http.request(method, path, headers=headers, **content)  # type: ignore[arg-type]  # passed through
                except TimeoutError:
                    raise httpx.ReadTimeout("the answer took too long as a whole") from None
        raise AssertionError("tenacity returns or raises")


def _mail_item(told: dict[str, str]) -> MailItem:
    return MailItem(told["id"], told["kind"], datetime.fromisoformat(told["received_at"]).astimezone(UTC))


def _unknown(reason: str) -> Delivery:
    return Delivery(DeliveryOutcome.UNKNOWN, reason=reason)


def _receipt(answer: httpx.Response) -> str | None:
    """Return the receipt; None for a receipt of null, the empty text when the answer tells of none."""
    try:
        told: Any = answer.json()
    except ValueError:
        return ""
    if not isinstance(told, dict):
        return ""
    receipt = told.get("receipt", "")
    return None if receipt is None else str(receipt)
