"""The letterhead: the practice that writes the letter, at the top of each first page."""

from dataclasses import dataclass
from typing import Self

from revcycle.domain.practice import Practice
from revcycle.letters.values import require_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The practice's name, address and numbers. ``address_lines`` is also where payments are mailed.

    Templates use ``pay_at`` and ``assistance_at``, which fall back to ``website`` when ``payment_website`` or
    ``assistance_website`` is empty; ``office_hours`` is printed beside the phone when given.
    """

    practice_name: str
    address_lines: tuple[str, ...]
    phone: str
    npi: str
    tin: str
    website: str
    payment_website: str = ""
    assistance_website: str = ""
    office_hours: str = ""

    def __post_init__(self) -> None:
        """Raise MissingValue unless the letterhead says how to reach the practice."""
        require_text(self, "practice_name", "address_lines", "phone", "website")

    @classmethod
    def of(cls, practice: Practice) -> Self:
        """Return the letterhead from the practice's profile."""
        return cls(
            practice_name=practice.name,
            address_lines=practice.address_lines,
            phone=practice.phone,
            npi=practice.npi,
            tin=practice.tin,
            website=practice.website,
            payment_website=practice.payment_website,
            assistance_website=practice.assistance_website,
            office_hours=practice.office_hours,
        )

    @property
    def pay_at(self) -> str:
        """Where a patient pays online."""
        return self.payment_website or self.website

    @property
    def assistance_at(self) -> str:
        """Where the financial-assistance policy and its form are found."""
        return self.assistance_website or self.website
