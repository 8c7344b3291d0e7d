"""The CAQH CORE desk over HTTP: SOAP with its WSDL at /core/soap, MIME forms at /core/mime."""

from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from revcycle.payers.core.envelope import RECEIPT_CONFIRMATION, Operation, ProcessingMode
from revcycle.payers.core.exchange import BadAnswer, Message
from revcycle.payers.core.mime import read_form, write_form
from revcycle.payers.core.multipart import BadMultipart, read_multipart
from revcycle.payers.core.partner import NAMESPACE
from revcycle.payers.core.soap import SOAP, body_element, open_package, package, read_element, write_document
from revcycle.payers.core.xml import Element
from revcycle.sandbox.payer.desks.core import CoreDesk, Credentials
from revcycle.sandbox.payer.office import Office

_FILES = Path(__file__).parent / "wsdl"
_SOAP_TYPE = "application/soap+xml; charset=UTF-8"
_BY_ELEMENT = {operation.request_element: operation for operation in Operation}
_LARGEST_REQUEST = 64 << 20


class SoapFault(ValueError):
    """The message is no question this page can answer; the text is the SOAP 1.2 fault code."""


def core_routes(office: Office, password: str) -> list[Route]:
    """Return the pages; each proves who calls by itself, with the fields its envelope standard has for it."""
    pages = _Pages(CoreDesk(office, password))
    return [
        Route("/core/soap", pages.description, methods=["GET"]),
        Route("/core/CORERule2.2.0.xsd", pages.schema, methods=["GET"]),
        Route("/core/soap", pages.soap, methods=["POST"]),
        Route("/core/mime", pages.mime, methods=["POST"]),
    ]


class _Pages:
    def __init__(self, desk: CoreDesk) -> None:
        self._desk = desk

    async def description(self, request: Request) -> Response:
        """Return the WSDL, with the address it was asked at."""
        if "wsdl" not in request.query_params:
            return Response("ask for ?wsdl, or POST an envelope", 405, media_type="text/plain")
        address = str(request.url.replace(query=""))
        text = (_FILES / "CORERule2.2.0.wsdl").read_text().replace("{address}", address)
        return Response(text, media_type="text/xml")

    async def schema(self, _: Request) -> Response:
        """Return the schema of the envelopes."""
        return Response((_FILES / "CORERule2.2.0.xsd").read_text(), media_type="text/xml")

    async def soap(self, request: Request) -> Response:
        """Answer one SOAP message."""
        body = await _body(request)
        if body is None:
            return _fault("Sender")
        try:
            root, parts = open_package(request.headers.get("content-type", ""), body)
            if root.name == "Envelope" and root.namespace != SOAP:
                return _fault("VersionMismatch")
            element = body_element(root)
            operation = _BY_ELEMENT.get(element.name)
            if operation is None:
                return _fault("Sender")
            asked = read_element(element, operation.mode, parts)
        except BadAnswer:
            return _fault("Sender")
        if element.namespace != NAMESPACE:
            told = self._desk.refuse(operation, asked, "VersionMismatch")
        else:
            told = self._desk.answer(operation, asked, _token(root), request.url.path)
        document = write_document(NAMESPACE, operation.response_element, told)
        return _answered(package(operation, told, document))

    async def mime(self, request: Request) -> Response:
        """Answer one form."""
        body = await _body(request)
        content_type = request.headers.get("content-type", "")
        try:
            parts = read_multipart(content_type, body or b"")
            texts = {part.field_name: part.body for part in parts if part.field_name != "Payload"}
            fields = {name: text.decode("utf-8", "replace") for name, text in texts.items()}
            operation = _operation(fields)
            asked = read_form(content_type, body or b"", operation.mode)
        except (BadAnswer, BadMultipart):
            return Response("no form", 400, media_type="text/plain")
        credentials = Credentials(fields.get("UserName", ""), fields.get("Password", ""))
        return _answered(write_form(self._desk.answer(operation, asked, credentials, request.url.path)))


async def _body(request: Request) -> bytes | None:
    """Return the whole body; None when it is larger than any batch."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_REQUEST:
            return None
    return bytes(body)


def _operation(fields: Mapping[str, str]) -> Operation:
    """Tell the conversation of a form by its mode and payload type."""
    if fields.get("ProcessingMode") != ProcessingMode.BATCH:
        return Operation.REAL_TIME
    payload_type = fields.get("PayloadType", "")
    if payload_type == RECEIPT_CONFIRMATION or "_SubmissionRequest_" in payload_type:
        return Operation.BATCH_RESULTS_ACK_SUBMIT
    if "_RetrievalRequest_" in payload_type or payload_type.endswith("_Request_Acks"):
        return Operation.BATCH_SUBMIT_ACK_RETRIEVAL
    if "_Request_Batch_Results" in payload_type or "_Request_BatchResults" in payload_type:
        return Operation.BATCH_RESULTS_RETRIEVAL
    if payload_type.startswith("X12_835_Request"):
        return Operation.BATCH_RESULTS_RETRIEVAL
    return Operation.BATCH_SUBMIT


def _token(root: Element) -> Credentials:
    """Return the WS-Security user name and password of a message."""
    header = root.child("Header", SOAP)
    texts = {one.name: one.text.strip() for one in header.walk()} if header else {}
    return Credentials(texts.get("Username", ""), texts.get("Password", ""))


def _answered(message: Message) -> Response:
    return Response(message.body, headers={"Content-Type": message.content_type})


def _fault(code: str) -> Response:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><env:Envelope xmlns:env="{SOAP}"><env:Body><env:Fault><env:Code>'
        f"<env:Value>env:{code}</env:Value></env:Code><env:Reason>"
        '<env:Text xml:lang="en">the message cannot be read</env:Text></env:Reason></env:Fault></env:Body>'
        "</env:Envelope>"
    )
    return Response(text, 400, headers={"Content-Type": _SOAP_TYPE})
