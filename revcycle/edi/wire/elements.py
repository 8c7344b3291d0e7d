"""Elements to values: amounts, days, numbers. What cannot be read raises Unreadable with its place."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from revcycle.domain.finding import Finding
from revcycle.domain.money import BrokenAmount, parse_cents
from revcycle.edi.wire.errors import Unreadable
from revcycle.edi.wire.segments import Segment

NOT_STATED = date.min
"""A birth date the file does not state (a subscriber who is not the patient may come without one)."""

_REMEDY = "Correct it in the system that made the file and send this part again."


_MISSING = "Add it in the sending system and send again."
_PAYERS = "Ask the payer for a corrected file; what cannot wait goes by its paper or its portal."


def of_payer(finding: Finding) -> Finding:
    """Return a finding about a payer's file: what is wrong in it, only the payer can correct."""
    return replace(finding, remedy=_PAYERS) if finding.remedy in (_REMEDY, _MISSING) else finding


def unreadable(
    code: str, segment: Segment, element: int | None, message: str, remedy: str = _REMEDY
) -> Unreadable:
    """Return the error for one element of one segment."""
    return Unreadable(
        Finding(code, segment.where(element), message, remedy, segment_position=segment.position)
    )


def missing(segment: Segment, what: str) -> Unreadable:
    """Return the error for a segment that should follow the given one and does not."""
    message = f"{what} is missing."
    return unreadable("x12.missing_segment", segment, None, message, _MISSING)


def required(segment: Segment, element: int) -> str:
    """Return the element. Raises Unreadable when it is empty."""
    value = segment[element]
    if not value:
        raise unreadable("x12.missing_element", segment, element, "This element must not be empty.")
    return value


def cents(segment: Segment, element: int) -> int:
    """Return an amount in cents. Raises Unreadable when it is not one."""
    elements = segment.elements
    try:
        return parse_cents(elements[element] if element < len(elements) else "")
    except BrokenAmount:
        message = "This is not an amount in dollars and cents."
        raise unreadable("x12.broken_amount", segment, element, message) from None


def cents_or_zero(segment: Segment, element: int) -> int:
    """Return an amount in cents, 0 when the element is empty. Raises Unreadable."""
    return cents(segment, element) if segment[element] else 0


def parse_day(text: str) -> date | None:
    """Return the day that CCYYMMDD (or YYMMDD of this century) means, None when it means none."""
    return _day("20" + text if len(text) == 6 else text[:8])


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    """The same days come again and again in a file."""
    if len(text) < 8 or not (text.isascii() and text.isdecimal()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def day(segment: Segment, element: int) -> date:
    """Return a day; of a range (RD8) its first. Raises Unreadable when it is not a day of the calendar."""
    value = parse_day(segment[element])
    if value is None:
        raise unreadable("x12.broken_date", segment, element, "This is not a day of the calendar (CCYYMMDD).")
    return value


def is_number(text: str) -> bool:
    """Tell whether the text is a whole number of at most nine digits."""
    return len(text) <= 9 and text.isascii() and text.isdecimal()


def quantity(segment: Segment, element: int) -> Decimal:
    """Return a quantity (``"2"``, ``"2.5"``). Raises Unreadable for anything else."""
    text = segment[element]
    value = _quantity(text) if len(text) < 20 else None
    if value is None:
        raise unreadable("x12.broken_number", segment, element, "This is not a number.")
    return value


@lru_cache(maxsize=1024)
def _quantity(text: str) -> Decimal | None:
    """The same few quantities come again and again in a file."""
    whole, _, rest = text.partition(".")
    if not is_number(whole or "0") or (rest and not is_number(rest)) or not (whole or rest):
        return None
    return Decimal(text)


def quantity_text(value: Decimal) -> str:
    """Write a quantity without exponent and without zeros behind its last digit."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
