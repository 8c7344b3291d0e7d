"""Amounts as people type them."""

import re
from typing import Any

import click

from revcycle.domain.money import BrokenAmount, parse_cents

_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


class Dollars(click.ParamType[int]):
    """``25``, ``25.00`` or ``$1,250.00``; whole cents inside."""

    name = "dollars"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> int:
        """Return cents."""
        if isinstance(value, int):
            return value
        said = str(value).removeprefix("$")
        if _THOUSANDS.fullmatch(said):  # a comma elsewhere may be meant as a point: not guessed
            said = said.replace(",", "")
        try:
            return parse_cents(said)
        except BrokenAmount:
            self.fail("is not an amount in dollars and cents, like 25.00", parameter, context)


DOLLARS = Dollars()
