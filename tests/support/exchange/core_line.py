"""The other side of a CORE connection as a script: keeps what it was asked, and answers with made-up envelopes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx

from revcycle.payers.core.envelope import CoreEnvelope, Operation, check_sum
from revcycle.payers.core.exchange import Message
from revcycle.payers.core.gateway import CoreGateway
from revcycle.payers.core.http import CoreHttp
from revcycle.payers.core.mime import CoreMime, read_form, write_form
from revcycle.payers.core.partner import CorePartner
from revcycle.payers.core.soap import (
    CoreSoap,
    body_element,
    open_package,
    package,
    read_element,
    write_document,
)

PARTNER = CorePartner("https://payer.test/core", "OURPRACTICE", "SANDBOX", "revcycle", "letmein")
Answer = Callable[[Operation, CoreEnvelope], CoreEnvelope | httpx.Response | Exception]
_OPERATIONS = {operation.request_element: operation for operation in Operation}


def good(
    operation: Operation, asked: CoreEnvelope, payload: bytes | None = None, **changed: Any
) -> CoreEnvelope:
    """A good answer to the question, with some fields changed."""
    batch = operation is not Operation.REAL_TIME and payload is not None
    told = CoreEnvelope(
        payload_type="X12_BatchReceiptConfirmation",
        processing_mode=asked.processing_mode,
        payload_id=asked.payload_id,
        time_stamp=asked.time_stamp,
        sender_id=asked.receiver_id,
        receiver_id=asked.sender_id,
        rule_version=asked.rule_version,
        payload=payload,
        payload_length=str(len(payload or b"")) if batch else "",
        check_sum=check_sum(payload or b"") if batch else "",
        error_code="Success",
    )
    return replace(told, **changed)


class CoreLine:
    """Answers as told; ``asked`` are the requests, ``envelopes`` what was in them."""

    def __init__(self, answer: Answer, partner: CorePartner) -> None:
        """Answer with this."""
        self._answer = answer
        self._partner = partner
        self.asked: list[httpx.Request] = []
        self.envelopes: list[tuple[Operation, CoreEnvelope]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Read, keep, answer."""
        self.asked.append(request)
        content_type = request.headers["content-type"]
        soap = "multipart/form-data" not in content_type
        operation, asked = self._read(content_type, request.content, soap=soap)
        self.envelopes.append((operation, asked))
        told = self._answer(operation, asked)
        if isinstance(told, Exception):
            raise told
        if isinstance(told, httpx.Response):
            return told
        message = self._write(operation, told, soap=soap)
        return httpx.Response(200, headers={"content-type": message.content_type}, content=message.body)

    def _read(self, content_type: str, body: bytes, *, soap: bool) -> tuple[Operation, CoreEnvelope]:
        if not soap:
            batch = b"\r\nBatch\r\n" in body
            operation = Operation.BATCH_SUBMIT if batch else Operation.REAL_TIME
            return operation, read_form(content_type, body, operation.mode)
        root, parts = open_package(content_type, body)
        element = body_element(root)
        operation = _OPERATIONS[element.name]
        return operation, read_element(element, operation.mode, parts)

    def _write(self, operation: Operation, told: CoreEnvelope, *, soap: bool) -> Message:
        if not soap:
            return write_form(told)
        document = write_document(self._partner.namespace, operation.response_element, told)
        return package(operation, told, document)


def connect(
    kind: type[CoreSoap] | type[CoreMime], answer: Answer, partner: CorePartner = PARTNER
) -> tuple[CoreGateway, CoreLine]:
    """Return a gateway and the line behind it."""
    line = CoreLine(answer, partner)
    return kind(partner, CoreHttp(partner, transport=httpx.MockTransport(line))), line
