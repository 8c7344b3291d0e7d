"""Facts to JSON and back, for columns that hold a whole fact."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from threading import Lock
from typing import Any, TypeVar, get_args, get_type_hints

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


class UnknownKey(ValueError):
    """A table written by a person has a key that its kind does not know; ``place`` says where it stands."""

    def __init__(self, key: str, place: str, known: tuple[str, ...]) -> None:
        super().__init__(f"{key} is not known there; known are {', '.join(sorted(known))}")
        self.key = key
        self.place = place
        self.known = known


def from_person(told: Any, kind: Any, place: str = "") -> Any:
    """Read a fact that a person wrote as tables and lists. Raises UnknownKey, and msgspec.ValidationError.

    What a program wrote may hold fields of another version; what a person wrote must be meant.
    """
    refuse_unknown(told, kind, place)
    return from_json(json.dumps(told, default=_plain), kind)


def refuse_unknown(told: Any, kind: Any, place: str = "") -> None:
    """Raise UnknownKey for the first key that the kind, or a kind inside it, does not know."""
    for key, where, known in _unknown(told, kind, place):
        raise UnknownKey(key, where, known)


def _plain(value: Any) -> str:
    """TOML has days of its own; JSON has text."""
    return str(value.isoformat())


def _unknown(told: Any, kind: Any, place: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if isinstance(told, list):
        parts = [part for part in get_args(kind) if part is not Ellipsis]
        for position, value in enumerate(told, start=1):
            yield from _unknown(value, parts[0] if parts else object, f"{place}[{position}]")
    elif isinstance(told, dict):
        fact = next((one for one in (kind, *get_args(kind)) if is_dataclass(one)), None)
        if fact is None:
            return
        hints, known = get_type_hints(fact), tuple(one.name for one in fields(fact))
        for key, value in told.items():
            where = f"{place}.{key}" if place else key
            if key not in known:
                yield key, where, known
            else:
                yield from _unknown(value, hints[key], where)
