"""The segment layer: bytes to segments, whatever the delimiters, and every segment knows its place.

It survives a byte order mark, newlines anywhere, an ISA that is not 106 bytes, several interchanges with
delimiters of their own, lower case and text that is not ASCII.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from revcycle.domain.finding import Finding, Severity
from revcycle.edi.errors import NotX12

_HEADER = re.compile(r"ISA([^A-Za-z0-9 \t\r\n])", re.IGNORECASE)
_NEXT_HEADER = r"[ \t\r\n]*(?=ISA[^A-Za-z0-9 \t\r\n])"
_LINE = re.compile(r"[^\r\n]+[\r\n]*")
_LINE_BREAKS = re.compile(r"[\r\n]+\s*")
_ISA_LONGEST = 400
_PADDING = " \t\r\n\x00\x1a"
_LOWER_TO_UPPER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The four characters an ISA declares."""

    element: str
    component: str
    repetition: str
    segment: str


@dataclass(frozen=True, slots=True)
class Source:
    """The decoded file. Both encodings used give the same bytes back."""

    text: str
    encoding: str

    def raw(self, start: int, end: int) -> bytes:
        """Return the original bytes of a stretch of text."""
        return self.text[start:end].encode(self.encoding)


class Segment:
    """One segment. ``segment[2]`` is its second element, empty when absent; ``position`` counts from 1."""

    __slots__ = ("delimiters", "elements", "end", "id", "position", "start")

    def __init__(
        self, elements: list[str], position: int, start: int, end: int, delimiters: Delimiters
    ) -> None:
        """Take the split text; the first element is the segment's name."""
        self.elements = elements
        self.id = elements[0].upper()
        self.position = position
        self.start = start
        self.end = end
        self.delimiters = delimiters

    def __getitem__(self, index: int) -> str:
        """Return the element, empty when the segment is shorter."""
        return self.elements[index] if index < len(self.elements) else ""

    def __len__(self) -> int:
        """Return the number of elements, the name included."""
        return len(self.elements)

    def components(self, index: int) -> list[str]:
        """Return the parts of a composite element."""
        return self[index].split(self.delimiters.component)

    def component(self, index: int, part: int) -> str:
        """Return one part of a composite element, counted from 1, empty when absent."""
        parts = self.components(index)
        return parts[part - 1] if part <= len(parts) else ""

    def where(self, element: int | None = None) -> str:
        """Name the place for a person: ``CLM02 in segment 41``."""
        name = self.id if element is None else f"{self.id}{element:02d}"
        return f"{name} in segment {self.position}"


def _not_x12(message: str) -> NotX12:
    remedy = "Check that the right file was sent, whole and unconverted, and ask the sender for it again."
    return NotX12(Finding("x12.not_x12", "start of the file", message, remedy, Severity.FATAL, 1))


def decode(data: bytes) -> Source:
    """Decode as UTF-8, or as ISO 8859-1 where it is not."""
    try:
        return Source(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return Source(data.decode("latin-1"), "latin-1")


def _header_start(text: str) -> int:
    start = len(text) - len(text.lstrip("\ufeff" + _PADDING))
    if text.startswith("\xef\xbb\xbf", start):
        start += 3
    if not _HEADER.match(text, start):
        if not text.strip("\ufeff" + _PADDING):
            raise _not_x12("The file is empty.")
        raise _not_x12("The file does not start with an ISA segment, so it is not an X12 interchange.")
    return start


def declared_delimiters(text: str, start: int) -> Delimiters:
    """Return the delimiters of the ISA at ``start``. Raises NotX12 when it is cut or not terminated."""
    element = text[start + 3]
    parts = text[start : start + _ISA_LONGEST].split(element, 16)
    if len(parts) < 17 or len(parts[16]) < 2:
        raise _not_x12("The ISA segment is incomplete: it has fewer than 16 elements.")
    component, rest = parts[16][0], parts[16][1:]
    terminator = rest[0] if rest[0] != " " else rest.lstrip(" ")[:1]
    if not terminator or terminator.isalnum() or terminator in (element, component):
        raise _not_x12("The ISA segment does not end in a segment terminator.")
    repetition = parts[11] if len(parts[11]) == 1 and not parts[11].isalnum() else "^"
    return Delimiters(element, component, repetition, terminator)


def _pieces(text: str, start: int, end: int, terminator: str) -> Iterator[tuple[str, int, int]]:
    if terminator in "\r\n":
        for match in _LINE.finditer(text, start, end):
            yield match[0], match.start(), match.end()
        return
    offset = start
    for piece in text[start:end].split(terminator):
        after = offset + len(piece) + 1
        yield piece, offset, min(after, end)
        offset = after


def _split(text: str, start: int, end: int, delimiters: Delimiters, position: int) -> Iterator[Segment]:
    separator = delimiters.element
    padded_left, padded_right = separator + " ", " " + separator
    for piece, first, last in _pieces(text, start, end, delimiters.segment):
        clean = piece.strip(_PADDING)
        if not clean:
            continue
        start_of_text = first + piece.index(clean)
        if "\n" in clean or "\r" in clean:
            clean = _LINE_BREAKS.sub("", clean)
        elements = clean.split(separator)
        if padded_left in clean or padded_right in clean:
            elements = [element.strip() for element in elements]
        position += 1
        yield Segment(elements, position, start_of_text, last, delimiters)


def _next_delimiters(text: str, start: int, before: Delimiters) -> Delimiters:
    try:
        return declared_delimiters(text, start)
    except NotX12:
        return before


def segments(source: Source) -> Iterator[Segment]:
    """Return every segment of every interchange; lower case is read as upper case. Raises NotX12."""
    text = source.text
    start, position = _header_start(text), 0
    if text[start : start + 3].islower():
        text = text.translate(_LOWER_TO_UPPER)
    delimiters = declared_delimiters(text, start)
    while start < len(text):
        if position:
            delimiters = _next_delimiters(text, start, delimiters)
        following = re.compile(re.escape(delimiters.segment) + _NEXT_HEADER, re.IGNORECASE)
        match = following.search(text, start)
        end = match.end() if match else len(text)
        for segment in _split(text, start, end, delimiters, position):
            position = segment.position
            yield segment
        start = end
