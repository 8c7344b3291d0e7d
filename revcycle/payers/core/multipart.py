"""MIME multipart bodies, written and read: MTOM packages (multipart/related) and forms (multipart/form-data).

Bodies are bytes and stay bytes: no transfer encoding but ``binary`` is written; ``base64`` is read too (RFC 2045, 2046,
7578). The boundary follows from the content, so the same message is the same bytes.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_MOST_PARTS = 50
_LONGEST_HEAD = 8192
_LONGEST_HEADER = 2000
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))')
_ESCAPED = re.compile(r"\\(.)")


class BadMultipart(ValueError):
    """The bytes are no multipart body of that boundary. Never shows the contents."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: headers by lower-case name, and the bytes."""

    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def content_id(self) -> str:
        """The Content-ID without its angle brackets, "" when there is none."""
        return self.headers.get("content-id", "").strip().removeprefix("<").removesuffix(">")

    @property
    def field_name(self) -> str:
        """The form field's name, "" when it is none."""
        return header_parameter(self.headers.get("content-disposition", ""), "name")


def header_parameter(header: str, name: str) -> str:
    """Return one parameter of a header value (``boundary`` of a Content-Type), unquoted, "" when absent."""
    for told, quoted, token in _PARAMETER.findall(header[:_LONGEST_HEADER]):
        if told.lower() == name:
            return token or _ESCAPED.sub(r"\1", quoted)
    return ""


def media_type(content_type: str) -> str:
    """Return the media type without parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def choose_boundary(parts: Sequence[Part]) -> str:
    """Return a boundary that occurs in no part."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.body)
    while True:
        boundary = f"revcycle-{digest.hexdigest()[:40]}"
        if not any(boundary.encode() in part.body for part in parts):
            return boundary
        digest.update(b"again")


def write_multipart(parts: Sequence[Part], boundary: str) -> bytes:
    """Return the body of these parts."""
    lines = bytearray()
    for part in parts:
        lines += f"--{boundary}\r\n".encode()
        for name, value in part.headers.items():
            lines += f"{name}: {value}\r\n".encode()
        lines += b"\r\n" + part.body + b"\r\n"
    return bytes(lines + f"--{boundary}--\r\n".encode())


def read_multipart(content_type: str, body: bytes) -> tuple[Part, ...]:
    """Return the parts of a body. Raises BadMultipart; an end that was cut off is an error, not a short file."""
    boundary = header_parameter(content_type, "boundary")
    if not boundary or len(boundary) > 200:
        raise BadMultipart("no boundary")
    mark = b"--" + boundary.encode("utf-8", "surrogateescape")
    chunks = (b"\n" + body).split(b"\n" + mark, _MOST_PARTS + 2)
    if len(chunks) > _MOST_PARTS + 2:
        raise BadMultipart("too many parts")
    parts: list[Part] = []
    for chunk in chunks[1:]:
        if chunk.startswith(b"--"):
            return tuple(parts)
        parts.append(_read_part(chunk))
    raise BadMultipart("the end is missing")


def _read_part(chunk: bytes) -> Part:
    padding, line_end, rest = chunk.partition(b"\n")
    if not line_end or padding.strip():
        raise BadMultipart("text after a boundary")
    head, body = _split_head(rest)
    headers = {}
    for line in head.replace(b"\r\n", b"\n").replace(b"\n ", b" ").replace(b"\n\t", b" ").split(b"\n"):
        name, colon, value = line.decode("utf-8", "replace").partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return Part(headers, _decode(headers, body.removesuffix(b"\r")))


def _split_head(rest: bytes) -> tuple[bytes, bytes]:
    if rest.startswith((b"\r\n", b"\n")):
        return b"", rest.partition(b"\n")[2]
    for empty_line in (b"\r\n\r\n", b"\n\n"):
        place = rest.find(empty_line, 0, _LONGEST_HEAD)
        if place >= 0:
            return rest[:place], rest[place + len(empty_line) :]
    raise BadMultipart("a part without an empty line after its headers")


def _decode(headers: dict[str, str], body: bytes) -> bytes:
    encoding = headers.get("content-transfer-encoding", "binary").lower()
    if encoding in ("binary", "8bit", "7bit"):
        return body
    if encoding != "base64":
        raise BadMultipart("a transfer encoding nobody agreed on")
    try:
        return base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error:
        raise BadMultipart("broken base64") from None
