"""Who writes the letter: the practice, as it stands at the top of every page one."""

from dataclasses import dataclass
from typing import Self

from revcycle.domain.practice import Practice
from revcycle.letters.values import require_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The practice's name, place and numbers. ``address_lines`` is also where payments are mailed.

    ``payment_website`` and ``assistance_website`` fall back to ``website`` in the templates' eyes
    (``pay_at``, ``assistance_at``); ``office_hours`` is printed beside the phone when given.
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
        """Refuse a letterhead nobody could answer to."""
        require_text(self, "practice_name", "address_lines", "phone", "website")

    @classmethod
    def of(cls, practice: Practice) -> Self:
        """Return the letterhead that the practice's profile makes."""
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
