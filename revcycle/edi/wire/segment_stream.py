"""Bytes to segments, a chunk at a time: memory stays flat however long the file is.

Text is cut as ISO 8859-1, where a character is a byte; a segment that is valid UTF-8 is then read as UTF-8. It
survives a byte order mark, line breaks anywhere, an ISA that is not 106 bytes, several interchanges with
delimiters of their own, lower case, text that is not ASCII, and binary data of declared length (BDS, BIN).
"""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO

from revcycle.domain.finding import Finding, Severity
from revcycle.edi.wire.delimiters import (
    HEADER_LONGEST,
    PADDING,
    declared,
    is_blank,
    is_certain_header,
    opening,
)
from revcycle.edi.wire.errors import NotX12
from revcycle.edi.wire.segments import Segment

CHUNK = 1 << 20
"""Bytes read at a time; so many without a terminator are taken for one segment, what follows for the next."""

BINARY_LONGEST = 128 << 20
"""Bytes of an attachment that are read by their declared length."""

FINDINGS_MOST = 1000
"""Findings about one file's envelope: a file of nothing but broken trailers must not fill the memory."""

_WINDOW, _SMALL_WINDOW = 1 << 16, 1 << 12
_LINE_BREAKS = re.compile(r"[\r\n]+\s*")
_LOWER_TO_UPPER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
_LENGTH_AT = {"BDS": 2, "BIN": 1}


class SegmentStream:
    """The segments of a file in order, once.

    ``findings`` and ``bytes_read`` grow with the reading; at its end ``position`` is the number of segments.
    """

    def __init__(self, source: bytes | BinaryIO) -> None:
        """Read the first chunk and find where the X12 begins. Raises NotX12."""
        file = BytesIO(source) if isinstance(source, bytes) else source
        self.findings: list[Finding] = []
        self.bytes_read = 0
        self._read: Callable[[int], bytes | None] = file.read
        self._text, self._at, self.position, self._ended = "", 0, 0, False
        while is_blank(self._text) and not self._ended:
            self._at = len(self._text)
            self._fill(CHUNK)
        begin = opening(self._text)
        self._at, self._declared = begin.start, begin.declared
        self._is_lower = self._text[self._at : self._at + 2].islower()
        if begin.finding is not None:
            self.note(begin.finding)

    def note(self, finding: Finding) -> None:
        """Keep a finding, unless there are too many."""
        if len(self.findings) < FINDINGS_MOST:
            self.findings.append(finding)
        elif len(self.findings) == FINDINGS_MOST:
            message = f"More than {FINDINGS_MOST} things are wrong with the envelope; the rest is not listed."
            remedy = "Ask the sender for the file again."
            self.findings.append(Finding("x12.more_findings", finding.where, message, remedy))

    def _fill(self, wanted: int) -> None:
        """Read on until so many bytes are at hand, or the file ends."""
        parts = [self._text[self._at :]]
        missing = wanted - len(parts[0])
        while missing > 0 and not self._ended:
            chunk = self._read(CHUNK) or b""
            self._ended = not chunk
            missing -= len(chunk)
            self.bytes_read += len(chunk)
            parts.append(chunk.decode("latin-1"))
        self._text, self._at = "".join(parts), 0

    def __iter__(self) -> Iterator[Segment]:
        """Return the segments that are not blank."""
        window, passed = _WINDOW, False  # passed: what stands here looks special and is not
        while True:
            if not self._ended and len(self._text) - self._at < CHUNK + HEADER_LONGEST:
                self._fill(CHUNK + HEADER_LONGEST)
            if self._at >= len(self._text):
                return
            # near the end of what is at hand, a segment may be cut
            known = len(self._text) if self._ended else len(self._text) - HEADER_LONGEST
            end = min(known, self._at + window)
            special = self._special(self._at + passed, end)
            if special == self._at:
                # specials may stand side by side: look for the next one nearby first
                window, segment = _SMALL_WINDOW, self._read_special()
                passed = segment is None
                if segment is not None:
                    yield segment
                continue
            stop = special if special != -1 else self._boundary(end)
            if stop == self._at:  # a segment longer than the window
                window = min(window * 2, CHUNK)
                continue
            window, passed = min(window * 2, _WINDOW), False
            yield from self._run(stop)

    def _boundary(self, end: int) -> int:
        """Return the place behind the last terminator and its line break; the present one if there is none."""
        text = self._text
        if self._ended and end == len(text):
            return end
        found = text.rfind(self._declared.terminator, self._at, end)
        if found == -1:
            return end if end - self._at >= CHUNK else self._at
        found += len(self._declared.terminator)
        return found + len(self._blanks_at(found))

    def _blanks_at(self, place: int) -> str:
        rest = self._text[place : place + HEADER_LONGEST]
        return rest[: len(rest) - len(rest.lstrip(PADDING))]

    def _special(self, start: int, end: int) -> int:
        """Return the place of the next ISA or binary segment, -1 when there is none."""
        element = self._declared.delimiters.element
        names = ["ISA", "isa", *(name + element for name in _LENGTH_AT)]
        if self._is_lower:
            names += [name.lower() + element for name in _LENGTH_AT]
        places = (self._next(name, start, end) for name in names)
        return min((place for place in places if place != -1), default=-1)

    def _next(self, name: str, start: int, end: int) -> int:
        found = self._text.find(name, start, end)
        while found != -1 and not self._begins_segment(found):
            found = self._text.find(name, found + 1, end)
        return found

    def _begins_segment(self, place: int) -> bool:
        is_header = self._text[place : place + 3].upper() == "ISA"
        following = self._text[place + 3 : place + 4]
        if is_header and (following.isalnum() or following in PADDING):
            return False
        before = self._text[max(self._at, place - HEADER_LONGEST) : place]
        ahead = before.rstrip(PADDING)
        blanks = before[len(ahead) :]
        if not ahead or self._declared.terminator in blanks or ahead.endswith(self._declared.terminator):
            return True
        return is_header and ("\n" in blanks or "\r" in blanks) and is_certain_header(self._text, place)

    def _read_special(self) -> Segment | None:
        is_header = self._text[self._at : self._at + 3].upper() == "ISA"
        return self._header() if is_header else self._binary()

    def _header(self) -> Segment | None:
        """Read an ISA; one that is broken leaves the delimiters as they were."""
        try:
            self._declared = declared(self._text, self._at)
        except NotX12:
            return None
        text = self._text[self._at : self._at + self._declared.length]
        self._is_lower = text[:3].islower()
        self._at += len(text)
        tail = self._declared.terminator + self._blanks_at(self._at)
        self._at += len(tail) - len(self._declared.terminator)
        return self._segment(text[: -len(self._declared.terminator)], tail)

    def _binary(self) -> Segment | None:
        """Read a BDS or BIN by its declared length; one whose length is wrong is read like any other."""
        terminator, delimiters = self._declared.terminator, self._declared.delimiters
        head = self._text[self._at : self._at + HEADER_LONGEST]
        length_at = _LENGTH_AT[head[:3].upper()]
        elements = head.split(delimiters.element, length_at + 1)
        told = elements[length_at].strip() if len(elements) == length_at + 2 else ""
        if not (told.isascii() and told.isdecimal() and len(told) < 10):
            return None
        start = len(head) - len(elements[-1])
        size = start + int(told)
        if int(told) <= BINARY_LONGEST:
            self._fill(size + HEADER_LONGEST)
            text = self._text[self._at : self._at + size]
            end = self._at + size
            if self._text.startswith(terminator, end) or (self._ended and end == len(self._text)):
                tail = self._text[end : end + len(terminator)]
                tail += self._blanks_at(end + len(tail))
                self._at = end + len(tail)
                self.position += 1
                return Segment([*elements[:-1], text[start:]], self.position, delimiters, text, tail)
        self._note_length(head[:3].upper(), length_at)
        return None

    def _note_length(self, name: str, element: int) -> None:
        where = f"{name}{element:02d} in segment {self.position + 1}"
        message = "The binary data is not as long as declared; it was read up to the next terminator."
        remedy = "Do not trust this attachment; ask the sender for it again."
        self.note(Finding("x12.binary_length", where, message, remedy, Severity.ERROR, self.position + 1))

    def _run(self, stop: int) -> Iterator[Segment]:
        """Return the segments up to a boundary; text that needs no care goes the fast way."""
        run, self._at = self._text[self._at : stop], stop
        tail = self._usual_tail(run)
        cut = run.rfind(tail) + len(tail)
        plain = run[:cut] if cut >= len(tail) else ""
        if plain and self._is_plain(plain, tail):
            yield from self._plain(plain, tail)
            run = run[cut:]
        if run:
            yield from self._careful(run)

    def _plain(self, run: str, tail: str) -> Iterator[Segment]:
        delimiters, position = self._declared.delimiters, self.position
        element = delimiters.element
        pieces = run.split(tail)
        del pieces[-1]
        self.position += len(pieces)
        for text in pieces:
            position += 1
            yield Segment(text.split(element), position, delimiters, text, tail)

    def _usual_tail(self, run: str) -> str:
        terminator = self._declared.terminator
        behind = run.find(terminator) + len(terminator)
        line_break = next((b for b in ("\r\n", "\n", "\r") if run.startswith(b, behind)), "")
        return terminator + line_break

    def _is_plain(self, run: str, tail: str) -> bool:
        """Tell whether cutting at every tail gives the segments: ASCII, one kind of line break, no padding."""
        terminator, element = self._declared.terminator, self._declared.delimiters.element
        count = run.count(terminator)
        return (
            run.isascii()
            and not self._is_lower
            and all(run.count(sign) == count * tail.count(sign) for sign in (tail, "\n", "\r"))
            and not run.startswith((terminator, " "))
            and not any(
                sign in run
                for sign in (
                    tail + terminator, tail + " ", " " + terminator, " " + element, element + " ",
                    "\t", "\x00", "\x1a",
                )
            )
        )  # fmt: skip

    def _careful(self, run: str) -> Iterator[Segment]:
        """Cut text that has padding, odd line breaks, lower case or letters beyond ASCII."""
        pieces = run.split(self._declared.terminator)
        for index, piece in enumerate(pieces):
            text, tail = piece.lstrip(PADDING), ""
            if index + 1 < len(pieces):
                after = pieces[index + 1]
                tail = self._declared.terminator + after[: len(after) - len(after.lstrip(PADDING))]
            if text:
                yield self._segment(text, tail)

    def _segment(self, text: str, tail: str) -> Segment:
        clean, element = text.rstrip(PADDING), self._declared.delimiters.element
        if not clean.isascii() and clean[:3].upper() not in _LENGTH_AT:  # binary data is bytes, not text
            clean = _utf8(clean)
        if "\n" in clean or "\r" in clean:
            clean = _LINE_BREAKS.sub("", clean)
        if self._is_lower:
            clean = clean.translate(_LOWER_TO_UPPER)
        elements = clean.split(element)
        if " " + element in clean or element + " " in clean:
            elements = [part.strip() for part in elements]
        self.position += 1
        return Segment(elements, self.position, self._declared.delimiters, text, tail)


def _utf8(text: str) -> str:
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return text
