"""The REST/X12 clearinghouse connection: X12 bodies over HTTPS, a mailbox for what comes back."""

import base64
import json
from datetime import UTC, datetime
from urllib.parse import quote

import httpx

from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.payers.gateway import (
    AppealFiling,
    Capabilities,
    Delivery,
    MailItem,
    PayerRefused,
    PayerUnavailable,
)
from revcycle.payers.rest_line import Answer, NoConnection, RestLine

_TAKEN = (200, 201, 202)
_UNDECIDED = (408, 409)
"""Timeout and conflict: the same delivery may be at work there."""
_GONE = (404, 410)
_BEFORE_ISA = b"\xef\xbb\xbf \t\r\n"
_X12 = {"Content-Type": "application/edi-x12"}
_JSON = {"Content-Type": "application/json"}
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
        """Connect to the base URL when first used. No call lasts longer than the timeout."""
        self._line = RestLine(base_url, token, timeout_seconds, transport)

    @property
    def capabilities(self) -> Capabilities:
        """Everything: the clearinghouse forwards what its payers take."""
        return _CAPABILITIES

    async def close(self) -> None:
        """Close the connections."""
        await self._line.close()

    async def ask(self, inquiry: bytes, at: datetime) -> bytes:
        """POST /realtime. What comes back and is no X12 (a proxy's page) is no answer."""
        answer = _checked(await self._line.send("POST", "/realtime", at, _X12, inquiry))
        if answer.body.lstrip(_BEFORE_ISA)[:3].upper() != b"ISA":
            raise PayerUnavailable("the clearinghouse answered something that is no X12")
        return answer.body

    async def submit(self, batch: bytes, key: str, at: datetime) -> Delivery:
        """POST /batch with an Idempotency-Key."""
        return await self._deliver("/batch", key, at, _X12, batch)

    async def list_mailbox(self, at: datetime) -> tuple[MailItem, ...]:
        """GET /mailbox."""
        answer = _checked(await self._line.send("GET", "/mailbox", at, {}))
        try:
            return tuple(_mail_item(told) for told in answer.told())
        except (ValueError, TypeError, KeyError):
            raise PayerUnavailable("the clearinghouse's listing of the mailbox is unreadable") from None

    async def fetch(self, item_id: str, at: datetime) -> bytes:
        """GET /mailbox/{id}. A page for people is no file."""
        answer = _checked(await self._line.send("GET", _item(item_id), at, {}))
        if answer.status != 200 or answer.media_type == "text/html":
            raise PayerUnavailable("the clearinghouse gave something else than the file")
        return answer.body

    async def remove(self, item_id: str, at: datetime) -> None:
        """DELETE /mailbox/{id}; an item already gone is fine."""
        answer = await self._line.send("DELETE", _item(item_id), at, {})
        if answer.status not in _GONE:
            _checked(answer)

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
        return await self._deliver("/appeals", appeal.appeal_key, at, _JSON, json.dumps(body).encode())

    async def prove(self, key: str, at: datetime) -> Delivery:
        """GET /batch/{key}, then /appeals/{key}: 200 with the receipt is sent, 404 ``{"receipt": null}`` absent.

        Any other 404 proves nothing: it may come from something on the way that knows no such page.
        """
        for path in ("/batch", "/appeals"):
            try:
                answer = await self._line.send("GET", f"{path}/{quote(key, safe='')}", at, {})
            except PayerUnavailable as unavailable:
                return _unknown(f"nothing proved: {unavailable}")
            told = _receipt(answer)
            if answer.status == 200 and told:
                return Delivery(DeliveryOutcome.SENT, receipt=told)
            if answer.status != 404 or told is not None:
                return _unknown(f"the clearinghouse gave no proof ({answer.status})")
        return Delivery(DeliveryOutcome.NOT_SENT, reason="the clearinghouse has no delivery with that key")

    async def _deliver(
        self, path: str, key: str, at: datetime, headers: dict[str, str], content: bytes
    ) -> Delivery:
        try:
            answer = await self._line.send("POST", path, at, {"Idempotency-Key": key, **headers}, content)
        except NoConnection as nobody:
            return Delivery(DeliveryOutcome.NOT_SENT, reason=str(nobody), reached=False)
        except PayerUnavailable as lost:
            return _unknown(str(lost))
        if answer.status in _TAKEN:
            receipt = _receipt(answer)
            if receipt:
                return Delivery(DeliveryOutcome.SENT, receipt=receipt)
            return _unknown("the clearinghouse gave no receipt")
        if 400 <= answer.status < 500 and answer.status not in _UNDECIDED:
            reason = f"the clearinghouse refused with {answer.status}"
            return Delivery(DeliveryOutcome.NOT_SENT, reason=reason)
        return _unknown(f"the clearinghouse answered {answer.status}")


def _item(item_id: str) -> str:
    return f"/mailbox/{quote(item_id, safe='')}"


def _checked(answer: Answer) -> Answer:
    """Return the answer when it is one. Raises PayerUnavailable, PayerRefused."""
    if 200 <= answer.status < 300:
        return answer
    if 400 <= answer.status < 500 and answer.status != 429:
        raise PayerRefused(f"the clearinghouse refused with {answer.status}")
    raise PayerUnavailable(f"the clearinghouse answered {answer.status}")


def _mail_item(told: dict[str, str]) -> MailItem:
    at = datetime.fromisoformat(told["received_at"])
    return MailItem(str(told["id"]), str(told["kind"]), at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC))


def _unknown(reason: str) -> Delivery:
    return Delivery(DeliveryOutcome.UNKNOWN, reason=reason)


def _receipt(answer: Answer) -> str | None:
    """Return the receipt; None for a receipt of null, the empty text when the answer tells of none."""
    try:
        told = answer.told()
    except ValueError:
        return ""
    if not isinstance(told, dict):
        return ""
    receipt = told.get("receipt", "")
    return None if receipt is None else str(receipt)
