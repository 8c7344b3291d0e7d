"""CAQH CORE envelopes in SOAP 1.2: real time as one document with the payload in CDATA, batch as an MTOM package.

Sources: CAQH CORE Connectivity Rule vC2.2.0, section 4.2.2 (envelope standard B) and its WSDL; SOAP 1.2; MTOM and XOP
(W3C 2005); WS-Security UsernameToken profile 1.0. The fields are unqualified, only the element around them is not.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr

from revcycle.payers.core.envelope import SUCCESS, CoreEnvelope, Operation, ProcessingMode, read_envelope
from revcycle.payers.core.exchange import BadAnswer, Codec, Fault, Message
from revcycle.payers.core.gateway import CoreGateway
from revcycle.payers.core.http import CoreHttp
from revcycle.payers.core.multipart import (
    BadMultipart,
    Part,
    choose_boundary,
    header_parameter,
    media_type,
    read_multipart,
    write_multipart,
)
from revcycle.payers.core.partner import CorePartner
from revcycle.payers.core.xml import BadXml, Element, as_cdata, as_text, read_xml, writable

SOAP = "http://www.w3.org/2003/05/soap-envelope"
_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_PASSWORD_TEXT = (
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText"  # noqa: S105  # a name
)
_XOP = "http://www.w3.org/2004/08/xop/include"
_ROOT_ID = "envelope@revcycle"
_PAYLOAD_ID = "payload@revcycle"


@dataclass(frozen=True, slots=True)
class SoapCodec(Codec):
    """Envelope to SOAP and back, with the partner's namespace and credentials."""

    partner: CorePartner

    def write(self, operation: Operation, envelope: CoreEnvelope) -> Message:
        """Return the request. Raises ValueError when XML cannot carry the payload."""
        document = write_document(
            self.partner.namespace, operation.request_element, envelope, _security(self.partner)
        )
        return package(operation, envelope, document)

    def read(self, operation: Operation, content_type: str, body: bytes) -> CoreEnvelope | Fault:
        """Return the answer. Raises BadAnswer."""
        root, parts = open_package(content_type, body)
        content = body_element(root)
        if (content.namespace, content.name) == (SOAP, "Fault"):
            return _fault(content)
        if content.name != operation.response_element:
            raise BadAnswer("the answer belongs to another conversation")
        told = read_element(content, operation.mode, parts)
        if content.namespace != self.partner.namespace and told.error_code.lower() in ("", SUCCESS.lower()):
            raise BadAnswer("the answer belongs to another rule version")  # its errors are read all the same
        return told


def _security(partner: CorePartner) -> str:
    if not partner.user_name:
        return ""
    return (
        f'<wsse:Security xmlns:wsse="{_WSSE}" soapenv:mustUnderstand="true"><wsse:UsernameToken>'
        f"<wsse:Username>{as_text(partner.user_name)}</wsse:Username>"
        f'<wsse:Password Type="{_PASSWORD_TEXT}">{as_text(partner.password)}</wsse:Password>'
        "</wsse:UsernameToken></wsse:Security>"
    )


def write_document(namespace: str, element: str, envelope: CoreEnvelope, header: str = "") -> bytes:
    """Return the SOAP document; a batch payload is only referred to. Raises ValueError when XML cannot carry it."""
    fields = "".join(_field(name, value) for name, value in envelope.head())
    fields += _payload(envelope)
    fields += "".join(_field(name, value) for name, value in envelope.tail())
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}"><soapenv:Header>{header}</soapenv:Header><soapenv:Body>'
        f"<ns1:{element} xmlns:ns1={quoteattr(namespace)}>{fields}</ns1:{element}>"
        "</soapenv:Body></soapenv:Envelope>"
    )
    return text.encode()


def _field(name: str, value: str) -> str:
    if not writable(value):
        raise ValueError(f"{name} holds a character that XML cannot carry")
    return f"<{name}>{as_text(value)}</{name}>"


def _payload(envelope: CoreEnvelope) -> str:
    if envelope.payload is None:
        return ""
    if envelope.processing_mode == ProcessingMode.BATCH:
        return f'<Payload><xop:Include xmlns:xop="{_XOP}" href="cid:{_PAYLOAD_ID}"/></Payload>'
    try:
        text = envelope.payload.decode("utf-8")
    except UnicodeDecodeError:
        text = envelope.payload.decode("latin-1")
    if not writable(text):
        raise ValueError("the payload holds a character that XML cannot carry")
    return f"<Payload>{as_cdata(text)}</Payload>"


def package(operation: Operation, envelope: CoreEnvelope, document: bytes) -> Message:
    """Return the document as an HTTP message: itself in real time, in an MTOM package for a batch."""
    if operation.mode is ProcessingMode.REAL_TIME:
        return Message(f'application/soap+xml; charset=UTF-8; action="{operation}"', document)
    root = {
        "Content-Type": 'application/xop+xml; charset=UTF-8; type="application/soap+xml"',
        "Content-Transfer-Encoding": "8bit",
        "Content-ID": f"<{_ROOT_ID}>",
    }
    parts = [Part(root, document)]
    if envelope.payload is not None:
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Transfer-Encoding": "binary",
            "Content-ID": f"<{_PAYLOAD_ID}>",
        }
        parts.append(Part(headers, envelope.payload))
    boundary = choose_boundary(parts)
    content_type = (
        f'multipart/related; boundary={boundary}; type="application/xop+xml"; start="<{_ROOT_ID}>"; '
        f'start-info="application/soap+xml"; action="{operation}"'
    )
    return Message(content_type, write_multipart(parts, boundary))


def open_package(content_type: str, body: bytes) -> tuple[Element, Mapping[str, bytes]]:
    """Return the SOAP document and the parts beside it by Content-ID. Raises BadAnswer."""
    try:
        if media_type(content_type) != "multipart/related":
            return read_xml(body), {}
        parts = read_multipart(content_type, body)
        if not parts:
            raise BadAnswer("an empty package")
        start = header_parameter(content_type, "start").strip("<>")
        root = next((part for part in parts if start and part.content_id == start), parts[0])
        return read_xml(root.body), {part.content_id: part.body for part in parts if part is not root}
    except (BadXml, BadMultipart) as bad:
        raise BadAnswer(f"unreadable: {bad}") from None


def body_element(root: Element) -> Element:
    """Return the one element in the SOAP body. Raises BadAnswer."""
    if (root.namespace, root.name) != (SOAP, "Envelope"):
        raise BadAnswer("no SOAP 1.2 envelope")
    content = root.child("Body", SOAP)
    if content is None or len(content.children) != 1:
        raise BadAnswer("a SOAP body without its one element")
    return content.children[0]


def read_element(element: Element, mode: ProcessingMode, parts: Mapping[str, bytes]) -> CoreEnvelope:
    """Return the envelope in a body element; the namespace of the fields does not matter. Raises BadAnswer."""
    fields: dict[str, str] = {}
    payload = None
    for child in element.children:
        if child.name in fields or (child.name == "Payload" and payload is not None):
            raise BadAnswer("a field stands twice")
        if child.name == "Payload":
            payload = _read_payload(child, mode, parts)
        else:
            fields[child.name] = child.text.strip()
    return read_envelope(fields, payload)


def _read_payload(element: Element, mode: ProcessingMode, parts: Mapping[str, bytes]) -> bytes | None:
    include = element.child("Include", _XOP)
    if include is not None:
        content_id = unquote(include.attributes.get("href", "").removeprefix("cid:"))
        if content_id not in parts:
            raise BadAnswer("the payload refers to a part that is not there")
        return parts[content_id]
    text = element.text
    if not text.strip():
        return None
    if mode is ProcessingMode.REAL_TIME:
        return text.lstrip(" \t\r\n").encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise BadAnswer("the payload is no base64") from None


def _fault(element: Element) -> Fault:
    """Read code and subcodes; the reason is free text and stays unread, since it may quote what was sent."""
    code = element.child("Code", SOAP)
    values = (
        [one.text.strip().rpartition(":")[2] for one in code.walk() if one.name == "Value"] if code else []
    )
    return Fault(values[0] if values else "", tuple(values[1:]))


class CoreSoap(CoreGateway):
    """A PayerGateway over SOAP."""

    def __init__(self, partner: CorePartner, http: CoreHttp | None = None) -> None:
        """Connect to the partner; ``http`` replaces the HTTP side, in tests."""
        super().__init__(partner, SoapCodec(partner), http or CoreHttp(partner))
