"""Facts to JSON and back, for columns that hold a whole fact."""

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


def to_json(fact: Any) -> str:
    """Write a fact (frozen dataclass) as JSON."""
    return msgspec.json.encode(fact).decode()


def from_json(text: str | bytes, kind: type[T]) -> T:
    """Read a fact of the kind back; a field added since has its default."""
    return msgspec.json.decode(text, type=kind)
