"""Which characters divide a file: declared in its ISA, or told from its first segments where it has none."""

import codecs
import re
from dataclasses import dataclass

from revcycle.domain.finding import Finding, Severity
from revcycle.edi.wire.errors import NotX12
from revcycle.edi.wire.segments import Delimiters

HEADER_LONGEST = 400
"""An ISA has 106 characters; those that were padded or trimmed by hand stay below this."""

PADDING = " \t\r\n\x00\x1a"
"""What stands around segments and means nothing: blanks, line breaks, NUL, end-of-file mark."""

_BYTE_ORDER_MARK = "\xef\xbb\xbf"
_HEADER = re.compile(r"ISA[^A-Za-z0-9 \t\r\n]", re.IGNORECASE)
_CERTAIN_HEADER = re.compile(r"ISA([^A-Za-z0-9 \t\r\n])\d\d\1[^\r\n]{0,20}\1\d\d\1", re.IGNORECASE)
_WITHOUT_HEADER = re.compile(r"(GS|ST)([^A-Za-z0-9 \t\r\n])[A-Za-z0-9]{2,3}\2", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Declared:
    """Delimiters, the terminator's bytes (as ISO 8859-1), and the bytes of the ISA with its terminator."""

    delimiters: Delimiters
    terminator: str
    length: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """Where the X12 of a file begins, what divides it, and what is wrong with this beginning."""

    start: int
    declared: Declared
    finding: Finding | None = None


def not_x12(message: str) -> NotX12:
    """Return the refusal of a whole file."""
    remedy = "Check that the right file was sent, whole and unconverted, and ask the sender for it again."
    return NotX12(Finding("x12.not_x12", "start of the file", message, remedy, Severity.FATAL, 1))


def is_blank(text: str) -> bool:
    """Tell whether there is nothing but padding and byte order marks."""
    return not text.strip(_BYTE_ORDER_MARK + PADDING)


def opening(text: str) -> Opening:
    """Find the first segment in the first bytes of a file, read as ISO 8859-1. Raises NotX12."""
    if is_blank(text):
        raise not_x12("The file is empty.")
    start = len(text) - len(text.lstrip(_BYTE_ORDER_MARK + PADDING))
    if _HEADER.match(text, start):
        return Opening(start, declared(text, start))
    told = _WITHOUT_HEADER.match(text, start)
    if told is not None:
        return _from_first_segment(text, start, told[1], told[2])
    header = _CERTAIN_HEADER.search(text, start)
    if header is None:
        raise not_x12("The file does not start with an ISA segment, so it is not an X12 interchange.")
    message = "The file starts with text that is not X12; it was passed over."
    remedy = "Nothing was lost; tell the sender to send the interchange alone."
    finding = Finding("x12.text_before", "start of the file", message, remedy, Severity.WARNING, 1)
    return Opening(header.start(), declared(text, header.start()), finding)


def declared(text: str, start: int) -> Declared:
    """Return what the ISA at ``start`` declares. Raises NotX12 when it is cut or not terminated."""
    header, encoding = _decoded(text[start : start + HEADER_LONGEST])
    element = header[3]
    parts = header.split(element, 16)
    if len(parts) < 17 or len(parts[16]) < 2:
        raise not_x12("The ISA segment is incomplete: it has fewer than 16 elements.")
    component, rest = parts[16][0], parts[16][1:]
    terminator = rest.lstrip(" ")[:1]
    if not terminator or terminator.isalnum() or terminator in (element, component):
        raise not_x12("The ISA segment does not end in a segment terminator.")
    repetition = parts[11] if len(parts[11]) == 1 and not parts[11].isalnum() else "^"
    whole = header[: len(header) - len(rest) + rest.index(terminator) + 1]
    return Declared(
        Delimiters(element, component, repetition, terminator),
        terminator.encode(encoding).decode("latin-1"),
        len(whole.encode(encoding)),
    )


def _decoded(header: str) -> tuple[str, str]:
    """A header may be cut behind the ISA, in the middle of a character."""
    if header.isascii():
        return header, "ascii"
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(header.encode("latin-1")), "utf-8"
    except UnicodeDecodeError:
        return header, "latin-1"


def is_certain_header(text: str, start: int) -> bool:
    """Tell whether an ISA stands there that can be nothing else."""
    if _CERTAIN_HEADER.match(text, start) is None:
        return False
    try:
        declared(text, start)
    except NotX12:
        return False
    return True


def _from_first_segment(text: str, start: int, name: str, element: str) -> Opening:
    terminator = _told_terminator(text, start, name.upper(), element)
    component = next((c for c in ":><|" if c != element and f"{element}HC{c}" in text), ":")
    message = "The file has no ISA segment; its delimiters were told from its first segments."
    remedy = "What it holds was read, but nobody can tell who sent it; ask the sender for whole interchanges."
    where = f"{name.upper()} in segment 1"
    finding = Finding("x12.missing_isa", where, message, remedy, Severity.ERROR, 1)
    return Opening(start, Declared(Delimiters(element, component, "^", terminator), terminator), finding)


def _told_terminator(text: str, start: int, name: str, element: str) -> str:
    """Behind a GS comes an ST; behind the last element of an ST comes the terminator itself."""
    head = text[start : start + 4 * HEADER_LONGEST]
    separator = re.escape(element)
    if name == "GS":
        following = re.search(rf"ST{separator}\d{{3}}{separator}", head, re.IGNORECASE)
        before = head[: following.start()] if following is not None else ""
        last = before.rstrip(" \t\r\n")
        breaks = before[len(last) :].strip(" \t")
        terminator = breaks[:1] if last[-1:].isalnum() else last[-1:]
    else:
        found = re.match(rf"..(?:{separator}[A-Za-z0-9 ]*){{2,3}}([^A-Za-z0-9 ])", head)
        terminator = found[1] if found is not None else ""
    if not terminator or terminator == element:
        raise not_x12("The file has no ISA segment, and its segment terminator cannot be told.")
    return terminator
