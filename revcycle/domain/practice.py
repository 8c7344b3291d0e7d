"""The practice (tenant): billing provider, signer of letters, place of payment."""

from dataclasses import dataclass

from revcycle.domain.person import Address


@dataclass(frozen=True, slots=True)
class Practice:
    """The practice's facts for letters. Other websites fall back to ``website``; ``signer_name`` signs appeals."""

    name: str
    address: Address
    phone: str
    npi: str
    tin: str
    website: str
    signer_name: str
    signer_title: str = "Billing Manager"
    payment_website: str = ""
    assistance_website: str = ""
    office_hours: str = ""
    taxonomy_code: str = ""

    @property
    def address_lines(self) -> tuple[str, ...]:
        """The address as printed on an envelope, below the name."""
        return self.address.lines
