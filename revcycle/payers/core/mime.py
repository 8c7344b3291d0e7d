"""CAQH CORE envelopes as HTTP MIME multipart: one form field for each field of the envelope.

Source: CAQH CORE Connectivity Rule vC2.2.0, section 4.2.1 (envelope standard A). User name and password are fields of
the request. There is no operation: payload type and processing mode say which conversation it is.
"""

from dataclasses import dataclass

from revcycle.payers.core.envelope import FIELDS, CoreEnvelope, Operation, ProcessingMode, read_envelope
from revcycle.payers.core.exchange import BadAnswer, Codec, Message
from revcycle.payers.core.gateway import CoreGateway
from revcycle.payers.core.http import CoreHttp
from revcycle.payers.core.multipart import (
    BadMultipart,
    Part,
    choose_boundary,
    media_type,
    read_multipart,
    write_multipart,
)
from revcycle.payers.core.partner import CorePartner

_KNOWN = frozenset((*FIELDS, "ErrorCode", "ErrorMessage"))


@dataclass(frozen=True, slots=True)
class MimeCodec(Codec):
    """Envelope to form and back, with the partner's credentials."""

    partner: CorePartner

    def write(self, operation: Operation, envelope: CoreEnvelope) -> Message:
        """Return the request. Raises ValueError when a field holds a line end."""
        credentials = (("UserName", self.partner.user_name), ("Password", self.partner.password))
        return write_form(envelope, credentials if self.partner.user_name else ())

    def read(self, operation: Operation, content_type: str, body: bytes) -> CoreEnvelope:
        """Return the answer. Raises BadAnswer."""
        return read_form(content_type, body, operation.mode)


def write_form(envelope: CoreEnvelope, credentials: tuple[tuple[str, str], ...] = ()) -> Message:
    """Return the envelope as a form; credentials follow the TimeStamp, as in the rule's examples."""
    parts = []
    for name, value in envelope.head():
        parts.append(_field(name, value))
        if name == "TimeStamp":
            parts += [_field(*credential) for credential in credentials]
    if envelope.payload is not None:
        parts.append(Part({"Content-Disposition": 'form-data; name="Payload"'}, envelope.payload))
    parts += [_field(name, value) for name, value in envelope.tail()]
    boundary = choose_boundary(parts)
    return Message(f"multipart/form-data; boundary={boundary}", write_multipart(parts, boundary))


def _field(name: str, value: str) -> Part:
    if "\r" in value or "\n" in value:
        raise ValueError(f"{name} holds a line end")
    return Part({"Content-Disposition": f'form-data; name="{name}"'}, value.encode())


def read_form(content_type: str, body: bytes, mode: ProcessingMode) -> CoreEnvelope:
    """Return the envelope in a form; in whatever kind of multipart it came. Raises BadAnswer."""
    if not media_type(content_type).startswith("multipart/"):
        raise BadAnswer("no form")
    fields: dict[str, str] = {}
    payload = None
    try:
        parts = read_multipart(content_type, body)
    except BadMultipart as bad:
        raise BadAnswer(f"unreadable: {bad}") from None
    for part in parts:
        name = part.field_name
        if name not in _KNOWN:
            continue
        if name in fields or (name == "Payload" and payload is not None):
            raise BadAnswer("a field stands twice")
        if name == "Payload":
            payload = part.body if mode is ProcessingMode.BATCH else part.body.lstrip(b" \t\r\n")
        else:
            fields[name] = part.body.decode("utf-8", "replace").strip()
    return read_envelope(fields, payload or None)


class CoreMime(CoreGateway):
    """A PayerGateway over MIME forms."""

    def __init__(self, partner: CorePartner, http: CoreHttp | None = None) -> None:
        """Connect to the partner; ``http`` replaces the HTTP side, in tests."""
        super().__init__(partner, MimeCodec(partner), http or CoreHttp(partner))
