"""Facts as JSON and back, for columns that hold a whole fact."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from threading import Lock
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

T = TypeVar("T")

_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}
_BUILDING = Lock()
"""Held while msgspec learns a type.

msgspec publishes the type's layout before it is complete: a second thread that decodes the same class at that moment
reads a null pointer and the process dies.
"""


def to_json(fact: Any) -> str:
    """Write a fact (frozen dataclass) as JSON."""
    return msgspec.json.encode(fact).decode()


def learn(kind: Any) -> None:
    """Let msgspec learn a type now: at start, before several threads meet it at once."""
    if kind not in _DECODERS:
        with _BUILDING:
            _DECODERS[kind] = msgspec.json.Decoder(kind)


def from_json(text: str | bytes, kind: type[T]) -> T:
    """Read a fact of the given type; a field that the text lacks has its default."""
    learn(kind)
    fact: T = _DECODERS[kind].decode(text)
    return fact


class UnknownKey(ValueError):
    """A table written by a person has an unknown key; ``place`` is its path."""

    def __init__(self, key: str, place: str, known: tuple[str, ...]) -> None:
        super().__init__(f"{key} is not known there; known are {', '.join(sorted(known))}")
        self.key = key
        self.place = place
        self.known = known


def from_person(told: Any, kind: Any, place: str = "") -> Any:
    """Read a fact from tables and lists that a person wrote. Raises UnknownKey, and msgspec.ValidationError.

    Data that a program wrote may hold fields of another version, so ``from_json`` ignores unknown ones; in a person's
    table they are mistakes.
    """
    refuse_unknown(told, kind, place)
    return from_json(json.dumps(told, default=_plain), kind)


def refuse_unknown(told: Any, kind: Any, place: str = "") -> None:
    """Raise UnknownKey for the first key that the type, or a type inside it, does not have."""
    for key, where, known in _unknown(told, kind, place):
        raise UnknownKey(key, where, known)


def _plain(value: Any) -> str:
    """Return TOML's days as text, as JSON has them."""
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
