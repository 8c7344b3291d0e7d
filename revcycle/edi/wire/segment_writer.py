"""Facts to segments: refuses what X12 cannot carry, trims, counts, and closes the envelope."""

import re
from datetime import date

from revcycle.domain.person import Address
from revcycle.edi.wire.envelope import Envelope
from revcycle.edi.wire.errors import (
    CannotWrite,
    CharacterRefused,
    DelimiterInData,
    ValueMissing,
    ValueTooLong,
)

Element = str | tuple[str, ...]

_ELEMENT, _COMPONENT, _REPETITION, _SEGMENT = "*", ":", "^", "~"
_WITHOUT_ST03 = frozenset(["835"])
_DELIMITERS = frozenset("*:^~")
_LANGUAGE = "ÀÁÂÄàáâäÈÉÊèéêëÌÍÎìíîïÒÓÔÖòóôöÙÚÛÜùúûüÇçÑñ¿¡"
_REFUSED = re.compile(r"[^A-Za-z0-9 !\"&'()+,\-./;?=%@\[\]_{}\\|<>#$*:" + _LANGUAGE + "]")
_LONGEST = {
    "NM1": {3: 60, 4: 35, 5: 25, 7: 10, 9: 80},
    "N1": {2: 60, 4: 80},
    "N3": {1: 55, 2: 55},
    "N4": {1: 30, 2: 2, 3: 15},
    "PER": {2: 60, 4: 256},
    "REF": {2: 50},
    "TRN": {2: 50},
    "SBR": {3: 50, 4: 60},
    "CLM": {1: 20},
    "CLP": {1: 38, 7: 50},
}


def day_text(day: date) -> str:
    """Write a day as CCYYMMDD."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


class SegmentWriter:
    """Collects the segments of one transaction set, ST and SE excluded."""

    __slots__ = ("lines",)

    def __init__(self) -> None:
        """Start empty."""
        self.lines: list[str] = []

    def __len__(self) -> int:
        """Return the number of segments so far."""
        return len(self.lines)

    def add(self, name: str, *elements: Element) -> None:
        """Add a segment; a tuple is a composite. Trailing empties are trimmed. Raises CannotWrite."""
        texts, components = [name], 0
        for element in elements:
            if element.__class__ is str:
                texts.append(element)
                continue
            joined = _COMPONENT.join(element)
            if joined.count(_COMPONENT) != len(element) - 1:
                _refuse(name, elements)
            joined = joined.rstrip(_COMPONENT)
            components += joined.count(_COMPONENT)
            texts.append(joined)
        line = _ELEMENT.join(texts)
        if (
            line.count(_ELEMENT) != len(elements)
            or line.count(_COMPONENT) != components
            or _REFUSED.search(line)
        ):
            _refuse(name, elements)
        if "* " in line or " *" in line or line[-1] == " ":
            texts = [text.strip() for text in texts]
            line = _ELEMENT.join(texts)
        if len(line) > 20 and name in _LONGEST:
            _check_lengths(name, texts)
        self.lines.append(line.rstrip(_ELEMENT))

    def party(
        self,
        entity: str,
        last_or_organization: str,
        first: str = "",
        middle: str = "",
        suffix: str = "",
        qualifier: str = "",
        identifier: str = "",
        person: bool = False,
    ) -> None:
        """Add an NM1; without an identifier its qualifier is left out too."""
        kind = "1" if person else "2"
        qualifier = qualifier if identifier else ""
        self.add("NM1", entity, kind, last_or_organization, first, middle, "", suffix, qualifier, identifier)

    def address(self, address: Address) -> None:
        """Add N3 and N4."""
        self.add("N3", address.line1, address.line2)
        self.add("N4", address.city, address.state, address.postal_code.replace("-", ""))

    def level(self, number: int, parent: int, code: str, has_children: bool) -> None:
        """Add an HL; ``parent`` 0 is the top."""
        self.add("HL", str(number), str(parent) if parent else "", code, "1" if has_children else "0")

    def interchange(
        self, envelope: Envelope, functional_id: str, kind: str, version: str, acknowledge: bool = False
    ) -> bytes:
        """Return the file: this transaction set as number 0001 in one group in one interchange."""
        head = SegmentWriter()
        head.add("ST", kind, "0001", version if kind not in _WITHOUT_ST03 else "")
        tail = SegmentWriter()
        tail.add("SE", str(len(self) + 2), "0001")
        at, group = envelope.at, str(envelope.group_control_number)
        sender, receiver = _partner("GS02", envelope.sender_id), _partner("GS03", envelope.receiver_id)
        opening = SegmentWriter()
        opening.add("GS", functional_id, sender, receiver, day_text(at), f"{at:%H%M}", group, "X", version)
        lines = [
            interchange_header(envelope, acknowledge, version[:5]),
            *opening.lines,
            *head.lines,
            *self.lines,
            *tail.lines,
            f"GE*1*{group}",
            f"IEA*1*{envelope.interchange_control_number:09d}",
        ]
        return encode(lines)


def encode(lines: list[str]) -> bytes:
    """Close every segment with the terminator and a newline."""
    return (_SEGMENT + "\n").join([*lines, ""]).encode("utf-8")


def interchange_header(envelope: Envelope, acknowledge: bool = False, release: str = "00501") -> str:
    """Return the ISA, 105 characters and the terminator to come; ``release`` is ISA12. Raises CannotWrite."""
    number = envelope.interchange_control_number
    if not 0 < number <= 999_999_999:
        raise CannotWrite("ISA13", "is not between 1 and 999999999")
    if envelope.usage not in ("T", "P"):
        raise CannotWrite("ISA15", "is neither T nor P")
    sender, receiver = _partner("ISA06", envelope.sender_id), _partner("ISA08", envelope.receiver_id)
    at = envelope.at
    return (
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{sender:15}*ZZ*{receiver:15}*{at:%y%m%d}*{at:%H%M}*{_REPETITION}*{release}"
        f"*{number:09d}*{'1' if acknowledge else '0'}*{envelope.usage}*{_COMPONENT}"
    )


def _partner(field: str, identifier: str) -> str:
    if len(identifier) < 2:
        raise ValueMissing(field, "must have at least 2 characters")
    if len(identifier) > 15:
        raise ValueTooLong(field, "is longer than 15 characters")
    if _DELIMITERS & set(identifier):
        raise DelimiterInData(field, "holds a character that X12 uses as a delimiter")
    if _REFUSED.search(identifier):
        raise CharacterRefused(field, "holds a character outside the X12 character set")
    return identifier


def _refuse(name: str, elements: tuple[Element, ...]) -> None:
    for index, element in enumerate(elements, 1):
        atoms = (element,) if isinstance(element, str) else element
        for part, atom in enumerate(atoms, 1):
            field = f"{name}{index:02d}" + (f"-{part}" if len(atoms) > 1 else "")
            if _DELIMITERS & set(atom):
                raise DelimiterInData(field, "holds a character that X12 uses as a delimiter")
            if _REFUSED.search(atom):
                raise CharacterRefused(field, "holds a character outside the X12 character set")


def _check_lengths(name: str, texts: list[str]) -> None:
    for index, longest in _LONGEST[name].items():
        if index < len(texts) and len(texts[index]) > longest:
            raise ValueTooLong(f"{name}{index:02d}", f"is longer than {longest} characters")
