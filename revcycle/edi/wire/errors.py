"""What can go wrong between text and facts, as types. No message holds a value from the data."""

from revcycle.domain.finding import Finding


class NotX12(ValueError):
    """The bytes are not an X12 interchange that can be read; ``finding`` says why and what to do."""

    def __init__(self, finding: Finding) -> None:
        """Keep the finding; its message is the text of the error."""
        super().__init__(finding.message)
        self.finding = finding


class Unreadable(ValueError):
    """One segment or element cannot become a fact; the part that holds it is put aside with ``finding``."""

    def __init__(self, finding: Finding) -> None:
        """Keep the finding; its message is the text of the error."""
        super().__init__(f"{finding.where}: {finding.message}")
        self.finding = finding


class CannotWrite(ValueError):
    """A fact has no valid form in X12. ``field`` names the element (``NM103``), never its value.

    ``claim_index`` counts from 0 in the claims handed to the writer; None when it is not one claim's fault.
    """

    def __init__(self, field: str, reason: str) -> None:
        """Name the element and the reason."""
        super().__init__(f"{field} {reason}")
        self.field = field
        self.claim_index: int | None = None


class DelimiterInData(CannotWrite):
    """The data holds a character that separates data in X12 (one of ``* : ~ ^``)."""


class CharacterRefused(CannotWrite):
    """The data holds a character outside the extended character set of X12."""


class ValueTooLong(CannotWrite):
    """The data is longer than its element may be."""


class ValueMissing(CannotWrite):
    """The guide requires the element and the facts do not have it."""
