"""Facts to JSON and back, for columns that hold a whole fact."""

from threading import Lock
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}
_BUILDING = Lock()
"""msgspec publishes what it learns of a dataclass before it has learnt all of it: a second thread that decodes the
same class at that moment reads a null pointer and the process dies. So types are learnt by one thread at a time."""


def to_json(fact: Any) -> str:
    """Write a fact (frozen dataclass) as JSON."""
    return msgspec.json.encode(fact).decode()


def learn(kind: Any) -> None:
    """Have msgspec learn a kind of fact, unless it knows it: at start, before threads that meet it otherwise."""
    if kind not in _DECODERS:
        with _BUILDING:
            _DECODERS[kind] = msgspec.json.Decoder(kind)


def from_json(text: str | bytes, kind: type[T]) -> T:
    """Read a fact of the kind back; a field added since has its default."""
    learn(kind)
    fact: T = _DECODERS[kind].decode(text)
    return fact
