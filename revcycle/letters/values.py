"""Checks that every letter's context makes on the values it is given."""

from collections.abc import Iterable


class MissingValue(ValueError):
    """A letter lacks a required value. The message names the field and holds no value."""


class UnbalancedLetter(ValueError):
    """The amounts of a letter do not add up. The message names the amounts and holds no figure."""


def require_text(context: object, *names: str) -> None:
    """Raise MissingValue unless each named field holds text, or at least one line of it."""
    for name in names:
        value = getattr(context, name)
        lines: Iterable[str] = (value,) if isinstance(value, str) else value
        if not any(line.strip() for line in lines):
            raise MissingValue(
                f"{type(context).__name__}.{name} is empty; fill it in before writing the letter"
            )


def require_equal(context: object, what: str, stated: int, counted: int) -> None:
    """Raise UnbalancedLetter unless the stated amount equals the counted one."""
    if stated != counted:
        raise UnbalancedLetter(f"{type(context).__name__}: {what}")
