"""Read XML that a stranger sent, safely: no document type, so no entities; bounded depth and number of elements.

SOAP 1.2 (part 1, section 5) forbids a document type declaration, so refusing it costs nothing and ends every attack
that needs entities (billion laughs, external files). Expat itself is the parser; nothing is ever fetched.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

_MOST_ELEMENTS = 500
_DEEPEST = 30
_SEPARATOR = "\x1f"
_UNWRITABLE = {
    code: None for code in (*range(0x20), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)) if code not in (9, 10, 13)
}


class BadXml(ValueError):
    """The bytes are no XML that this program reads. Says which rule was broken, never the contents."""


@dataclass(slots=True)
class Element:
    """One element: namespace ("" for none), local name, attributes of no namespace, text of its own, children."""

    namespace: str
    name: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    _texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The character data directly in it, CDATA or not."""
        return "".join(self._texts)

    def add_text(self, data: str) -> None:
        """Append character data."""
        self._texts.append(data)

    def child(self, name: str, namespace: str | None = None) -> "Element | None":
        """Return the first child of that name (of any namespace unless stated), or None."""
        for one in self.children:
            if one.name == name and namespace in (None, one.namespace):
                return one
        return None

    def walk(self) -> Iterator["Element"]:
        """Yield it and all below, in document order."""
        yield self
        for one in self.children:
            yield from one.walk()


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > _MOST_ELEMENTS or len(self._open) >= _DEEPEST:
            raise BadXml("too many elements, or too deep")
        namespace, _, local = name.rpartition(_SEPARATOR)
        element = Element(
            namespace, local, {key: value for key, value in attributes.items() if _SEPARATOR not in key}
        )
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def text(self, data: str) -> None:
        self._open[-1].add_text(data)


def _refuse(*_told: object) -> None:
    raise BadXml("a document type declaration or processing instruction has no place here")


def read_xml(data: bytes) -> Element:
    """Return the document's root element. Raises BadXml."""
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ProcessingInstructionHandler = _refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        if isinstance(error, BadXml):
            raise
        raise BadXml("not well-formed") from None
    if builder.root is None:
        raise BadXml("empty")
    return builder.root


def writable(text: str) -> bool:
    """Tell whether XML 1.0 can carry the text: control characters other than tab and line ends it cannot."""
    return text.translate(_UNWRITABLE) == text


def as_text(text: str) -> str:
    """Return the text as it stands between tags."""
    return escape(text)


def as_cdata(text: str) -> str:
    """Return the text as a CDATA section, or several where it holds the end mark of one."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
