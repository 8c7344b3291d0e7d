"""What a request carries: query and body read, field by field, into frozen dataclasses, or refused in plain words."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import date
from enum import StrEnum
from types import NoneType
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from revcycle.api.errors import Refusal, bad_input
from revcycle.db import facts
from revcycle.domain.nearest import one_of

T = TypeVar("T")

Cents = Annotated[int, Meta(gt=0, description="whole cents, like 2500 for $25.00")]
"""People are told of it in dollars: at the command line they type dollars."""
Text = Annotated[str, Meta(min_length=1)]
"""A text that must say something; spaces around it are taken off, as from every text but a secret."""
Secret = Annotated[str, Meta(min_length=1, extra_json_schema={"format": "password"})]
"""A text taken as it was typed."""
Flag = Literal["", "yes"]
"""A switch of a query: ``yes``, or left out."""
After = Annotated[str, Meta(description="an id, to go on after it")]
PageLimit = Annotated[int, Meta(ge=0, le=1_000, description="a number of rows from 0 to 1,000")]
ListLimit = Annotated[int, Meta(ge=0, le=10_000, description="a number of rows from 0 to 10,000")]

_NOT: Mapping[Any, str] = {
    str: "is missing or not a text",
    int: "is not a number that fits",
    bool: "is neither true nor false",
    date: "is not a day",
}
"""What to say of a value that is not of its type."""


def kinds(form: type[Any]) -> Mapping[str, Any]:
    """Return the type of each field of a form."""
    return get_type_hints(form, include_extras=True)


def learn(form: type[Any]) -> None:
    """Have the types of a form learnt now, by one thread: see ``facts.learn``."""
    for kind in kinds(form).values():
        facts.learn(kind)


def from_body(form: type[T], body: bytes) -> T:
    """Read a JSON object. Raises Refusal."""
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise bad_input("the request is not a JSON object", "body", "send an object, like {}")
    return _read(form, found, strict=True)


def from_form(form: type[T], told: Mapping[str, object]) -> T:
    """Read texts by name: a query, or a form of a page. Raises Refusal."""
    return _read(form, told, strict=False)


def known_only(given: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Refuse what nobody asks for: a misspelt filter must not show everything. Raises Refusal."""
    for name in given:
        if name not in known:
            remedy = f"leave it out; known are {', '.join(known)}" if known else "leave it out"
            raise bad_input("the request has a field this does not take", name, remedy)


def _read(form: type[T], given: Mapping[str, Any], *, strict: bool) -> T:
    known = kinds(form)
    known_only(given, known)
    told = {}
    for field in fields(form):  # type: ignore[arg-type]  # a form is a dataclass; mypy cannot bind T to that
        said = given.get(field.name, "")
        if said not in ("", None):
            told[field.name] = _value(field, known[field.name], said, strict=strict)
        elif _is_required(field):
            raise bad_input(f"{field.name} is missing", field.name, _remedy(field, known[field.name]))
    return form(**told)  # what is empty is not said: it has its default


def _value(field: Field[Any], kind: Any, given: Any, *, strict: bool) -> Any:
    value = given.strip() if isinstance(given, str) and not _is_secret(kind) else given
    try:
        facts.refuse_unknown(value, kind, field.name)
        return msgspec.convert(value, kind, strict=strict)
    except facts.UnknownKey as error:
        raise bad_input(str(error), error.place, "leave it out, or write one of the known keys") from None
    except msgspec.ValidationError as error:
        raise _refusal(field, kind, value, error) from None


def _refusal(field: Field[Any], kind: Any, given: Any, error: msgspec.ValidationError) -> Refusal:
    base, meta = _parts(kind)
    if choices := _choices(base):
        return bad_input(f"{field.name} is not known", field.name, one_of(str(given), choices))
    if field.name.endswith("_cents"):
        words = field.name.removesuffix("_cents").replace("_", " ")
        least = "above $0.00" if meta is not None and meta.gt == 0 else "of $0.00 or more"
        message = f"the {words} is not an amount {least}"
        return bad_input(message, field.name, "give an amount in dollars, like 25.00")
    words = _NOT.get(base, f"cannot be used: {error}")
    return bad_input(f"{field.name} {words}", field.name, _remedy(field, kind))


def _remedy(field: Field[Any], kind: Any) -> str:
    base, meta = _parts(kind)
    if choices := _choices(base):
        return f"one of {', '.join(choices)}"
    if base is date:
        return "write it like 2026-03-31"
    give = f"give {(meta and meta.description) or field.name}"
    return give if _is_required(field) else f"{give}, or leave it out"


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _choices(base: Any) -> tuple[str, ...]:
    enum = isinstance(base, type) and issubclass(base, StrEnum)
    words = get_args(base) if get_origin(base) is Literal else tuple(base) if enum else ()
    return tuple(word for word in words if word)


def _is_secret(kind: Any) -> bool:
    return bool(kind == Secret)


def _parts(kind: Any) -> tuple[Any, Meta | None]:
    """Return a field's type without None and notes, and its note."""
    if get_origin(kind) is Annotated:
        base, meta = get_args(kind)
        return _parts(base)[0], meta
    parts = [part for part in get_args(kind) if part is not NoneType]
    if NoneType in get_args(kind) and len(parts) == 1:
        return _parts(parts[0])
    return kind, None
