"""What a look into a mailbox answers its workflow."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailCollected:
    """How many files one look into the mailbox brought, and how many of them nobody could read.

    ``refused`` were listed and not given: another worker had taken them, or we may not read them there.
    """

    files: int
    quarantined: int
    refused: int = 0
