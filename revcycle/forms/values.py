"""What claim forms print: capitals, ten to an inch, and a plain refusal where a box is too small."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from revcycle.domain.claims.claim import Provider
from revcycle.domain.person import Address, Person

NOT_STATED = date.min
_NOT_IN_NAMES = re.compile(r"[.,;:\"]")
_NOT_IN_ADDRESSES = re.compile(r"[.,;:#\"/&()]")


class FormRefused(ValueError):
    """The paper form cannot say it. ``box`` names the place on the form; the message holds no value."""

    def __init__(self, box: str, reason: str) -> None:
        super().__init__(f"{box} {reason}")
        self.box = box


@dataclass(frozen=True, slots=True)
class Day:
    """A date as the forms split it; empty when it is not stated."""

    value: date | None = None

    @property
    def _told(self) -> date | None:
        return None if self.value is None or self.value == NOT_STATED else self.value

    @property
    def month(self) -> str:
        """MM."""
        return f"{self._told.month:02d}" if self._told else ""

    @property
    def day(self) -> str:
        """DD."""
        return f"{self._told.day:02d}" if self._told else ""

    @property
    def year(self) -> str:
        """YYYY."""
        return f"{self._told.year:04d}" if self._told else ""

    @property
    def short_year(self) -> str:
        """YY."""
        return self.year[2:]

    @property
    def short(self) -> str:
        """MMDDYY."""
        return f"{self.month}{self.day}{self.short_year}"

    @property
    def long(self) -> str:
        """MMDDYYYY."""
        return f"{self.month}{self.day}{self.year}"


@dataclass(frozen=True, slots=True)
class Amount:
    """Cents as the forms split them: dollars left of the line, two digits right of it, no sign, no point."""

    cents: int

    @classmethod
    def fitting(cls, box: str, cents: int, digits: int) -> Self:
        """Return the amount. Raises FormRefused when it is negative or its dollars have more digits."""
        if cents < 0:
            raise FormRefused(box, "holds no amount below zero")
        if cents >= 10 ** (digits + 2):
            raise FormRefused(
                box, f"holds no amount of more than {digits} digits; send the claim electronically"
            )
        return cls(cents)

    @property
    def dollars(self) -> str:
        """Whole dollars."""
        return str(self.cents // 100)

    @property
    def part(self) -> str:
        """The cents, two digits."""
        return f"{self.cents % 100:02d}"


def form_text(text: str) -> str:
    """Return the text as forms have it: capitals, accents dropped where a letter has a plain form, one line."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFC", plain).upper().split())


def fit(box: str, text: str, width: int) -> str:
    """Return the text for a box that many characters wide. Raises FormRefused when it does not fit."""
    written = form_text(text)
    if len(written) > width:
        raise FormRefused(
            box, f"has room for {width} characters; shorten it or send the claim electronically"
        )
    return written


def spread(box: str, parts: Iterable[str], width: int) -> tuple[str, ...]:
    """Return the parts of a box that stand three blanks apart. Raises FormRefused when they do not fit."""
    written = tuple(form_text(part) for part in parts)
    fit(box, "---".join(written), width)
    return written


def code(text: str) -> str:
    """Return a code without its periods and blanks."""
    return re.sub(r"[.\s]", "", text).upper()


def last_first(person: Person | Provider) -> str:
    """Return LAST SUFFIX, FIRST, M; an organisation's name as it is."""
    last = person.last_name if isinstance(person, Person) else person.last_or_organization_name
    parts = [_name(f"{last} {person.suffix}"), _name(person.first_name), _name(person.middle_name)[:1]]
    return ", ".join(part for part in parts if part)


def first_last(provider: Provider) -> str:
    """Return FIRST M LAST SUFFIX; an organisation's name as it is."""
    parts = (
        provider.first_name,
        _name(provider.middle_name)[:1],
        provider.last_or_organization_name,
        provider.suffix,
    )
    return _name(" ".join(parts))


def _name(text: str) -> str:
    return form_text(_NOT_IN_NAMES.sub(" ", text))


def street(address: Address) -> str:
    """Return both lines of the street as one, without punctuation."""
    return form_text(_NOT_IN_ADDRESSES.sub(" ", f"{address.line1} {address.line2}"))


def city(address: Address) -> str:
    """Return the city without punctuation."""
    return form_text(_NOT_IN_ADDRESSES.sub(" ", address.city))


def postal_code(address: Address) -> str:
    """Return the ZIP code, nine digits with the hyphen."""
    five, four = address.postal_code[:5], address.postal_code[5:]
    return f"{five}-{four}" if four else five


def city_line(address: Address) -> str:
    """Return CITY ST 12345-6789."""
    return form_text(f"{city(address)} {address.state} {postal_code(address)}")


def address_block(box: str, name: str, address: Address | None, width: int) -> tuple[str, ...]:
    """Return name, street and city as lines of a box. Raises FormRefused."""
    lines = [fit(box, _name(name), width)]
    if address is not None:
        lines += [fit(box, street(address), width), fit(box, city_line(address), width)]
    return tuple(lines)


def quantity(box: str, number: Decimal, width: int) -> str:
    """Return the number without trailing zeros. Raises FormRefused."""
    whole = f"{number:f}"
    return fit(box, whole.rstrip("0").rstrip(".") if "." in whole else whole, width)


def only(box: str, choices: Iterable[str], what: str) -> str:
    """Return the one choice, or nothing. Raises FormRefused when there are several different ones."""
    found = tuple(dict.fromkeys(choice for choice in choices if choice))
    if len(found) > 1:
        raise FormRefused(box, f"has room for one {what}, the claim has {len(found)}; send it electronically")
    return found[0] if found else ""
