"""Money as whole cents in an ``int``: read from text and written as text here only."""

import re

_AMOUNT = re.compile(r"(-?)([0-9]{0,13})(?:\.([0-9]{1,2}))?")


class BrokenAmount(ValueError):
    """The text is not an amount of dollars with at most two decimals."""


def parse_cents(text: str) -> int:
    """Return the whole cents of an X12 R element or a typed amount (``"12.5"`` is 1250).

    Raises BrokenAmount for anything else: an exponent, a third decimal, a sign alone, nothing.
    """
    if len(text) <= 13 and text.isascii():
        if text.isdecimal():
            return int(text) * 100
        whole, part = text[:-3], text[-2:]
        if text[-3:-2] == "." and whole.isdecimal() and part.isdecimal():
            return int(whole) * 100 + int(part)
    match = _AMOUNT.fullmatch(text.strip())
    if match is None or not (match[2] or match[3]):
        raise BrokenAmount("not an amount in dollars and cents")
    cents = int(match[2] or "0") * 100 + int((match[3] or "0").ljust(2, "0"))
    return -cents if match[1] else cents


def x12_amount(cents: int) -> str:
    """Write cents as an X12 R element: no trailing zeros, no exponent, no positive sign."""
    sign, whole, part = "-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100
    if not part:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{part:02d}".rstrip("0")


def dollars(cents: int) -> str:
    """Write cents as dollars for people: ``-$1,234.50``."""
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"
