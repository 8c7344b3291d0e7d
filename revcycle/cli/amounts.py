"""Amounts as people type them."""

from typing import Any

import click

from revcycle.domain.money import BrokenAmount, parse_cents


class Dollars(click.ParamType[int]):
    """``25``, ``25.00`` or ``$1,250.00``; whole cents inside."""

    name = "dollars"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int:
        """Return cents."""
        if isinstance(value, int):
            return value
        try:
            return parse_cents(str(value).removeprefix("$").replace(",", ""))
        except BrokenAmount:
            self.fail("is not an amount in dollars and cents, like 25.00", parameter, context)


DOLLARS = Dollars()
