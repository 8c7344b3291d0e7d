"""A segment and the characters that divide it. Every segment knows its place and its bytes as they came."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The four separators an ISA declares. Each is one character."""

    element: str
    component: str
    repetition: str
    segment: str


class Segment:
    """One segment. ``segment[2]`` is its second element, empty when absent; ``position`` counts from 1.

    The data element of a BDS or BIN is binary: each of its characters is one byte of the same value.
    """

    __slots__ = ("delimiters", "elements", "id", "position", "tail", "text")

    def __init__(
        self, elements: list[str], position: int, delimiters: Delimiters, text: str, tail: str
    ) -> None:
        """Take the split text, the name first; ``text`` and ``tail`` are the bytes as ISO 8859-1."""
        self.elements = elements
        self.id = elements[0].upper()
        self.position = position
        self.delimiters = delimiters
        self.text = text
        self.tail = tail

    @property
    def raw(self) -> bytes:
        """The bytes as they came, with the terminator and the line break behind it; see ``raw_of``."""
        return (self.text + self.tail).encode("latin-1")

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

    def repetitions(self, index: int) -> list[str]:
        """Return the repeats of a repeating element."""
        return self[index].split(self.delimiters.repetition)

    def where(self, element: int | None = None) -> str:
        """Name the place for a person: ``CLM02 in segment 41``."""
        name = self.id if element is None else f"{self.id}{element:02d}"
        return f"{name} in segment {self.position}"


def raw_of(segments: Sequence[Segment]) -> bytes:
    """Return a stretch of the file as it came: the bytes of neighbours, without the last line break."""
    joined = "".join([segment.text + segment.tail for segment in segments]).encode("latin-1")
    if not segments:
        return joined
    return joined if segments[-1].delimiters.segment in "\r\n" else joined.rstrip(b" \t\r\n\x00\x1a")
