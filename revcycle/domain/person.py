"""People and addresses. All of it identifies a person and is kept in the database only."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in the United States; ``postal_code`` is 5 or 9 digits without a hyphen."""

    line1: str
    city: str
    state: str
    postal_code: str
    line2: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The address as printed on an envelope, below the name: ZIP+4 with its hyphen."""
        five, four = self.postal_code[:5], self.postal_code[5:]
        last = f"{self.city}, {self.state} {five}-{four}" if four else f"{self.city}, {self.state} {five}"
        return tuple(line for line in (self.line1, self.line2, last) if line)


@dataclass(frozen=True, slots=True)
class Person:
    """A patient, subscriber or guarantor. ``sex`` is the X12 code F, M or U."""

    last_name: str
    first_name: str
    birth_date: date
    sex: str = "U"
    middle_name: str = ""
    suffix: str = ""
    address: Address | None = None

    @property
    def full_name(self) -> str:
        """The name as written on an envelope."""
        parts = (self.first_name, self.middle_name, self.last_name, self.suffix)
        return " ".join(part for part in parts if part)
