"""Doors: how a method becomes an activity that acts once in one transaction, or reads in one."""

import inspect
from collections.abc import Callable
from types import GenericAlias
from typing import Any, Concatenate, ParamSpec, TypeVar, get_type_hints

from temporalio import activity

from revcycle.db import once, positions
from revcycle.db.engine import Database, Tx
from revcycle.domain.work.act import Act
from revcycle.domain.work.position import Position

P = ParamSpec("P")
T = TypeVar("T")


class Door:
    """A class of activities that share a database."""

    def __init__(self, db: Database) -> None:
        self._db = db


D = TypeVar("D", bound=Door)


def effect(
    method: Callable[Concatenate[D, Tx, Act, P], T],
) -> Callable[Concatenate[D, Act, P], tuple[T, Position | None]]:
    """Make a method an activity that acts once per key, in one transaction.

    The method gets the transaction and the act; the activity takes the act and the rest. It answers what the
    method answered, and the position of the acting process when the method moved it (stage, clocks), else None.
    The second use of a key gets the first answer. What the method answers must hold no person's data.
    """
    hints = get_type_hints(method)
    answer: Any = GenericAlias(tuple, (hints["return"], Position | None))

    def door(self: D, act: Act, /, *arguments: P.args, **named: P.kwargs) -> tuple[T, Position | None]:
        with self._db.write() as tx:

            def body() -> tuple[T, Position | None]:
                told = method(self, tx, act, *arguments, **named)
                return told, positions.of(tx, act.subject) if act.subject in tx.moved else None

            kept: tuple[T, Position | None] = once.once(tx, act.key, answer, body)
            return kept

    _describe(door, method, hints, answer)
    return activity.defn(door)


def reading(method: Callable[Concatenate[D, Tx, P], T]) -> Callable[Concatenate[D, P], T]:
    """Make a method an activity that reads in one transaction and changes nothing."""
    hints = get_type_hints(method)

    def door(self: D, /, *arguments: P.args, **named: P.kwargs) -> T:
        with self._db.read() as tx:
            return method(self, tx, *arguments, **named)

    _describe(door, method, hints, hints["return"])
    return activity.defn(door)


def _describe(door: Any, method: Callable[..., Any], hints: dict[str, Any], answer: Any) -> None:
    """Give the door the method's name and words, and the hints from which Temporal decodes its arguments."""
    parameters = [one for one in inspect.signature(method).parameters.values() if one.annotation is not Tx]
    door.__name__, door.__qualname__ = method.__name__, method.__qualname__
    door.__module__, door.__doc__ = method.__module__, method.__doc__
    door.__annotations__ = {name: hint for name, hint in hints.items() if hint is not Tx} | {"return": answer}
    door.__signature__ = inspect.Signature(
        [one.replace(annotation=hints.get(one.name, one.annotation)) for one in parameters],
        return_annotation=answer,
    )
