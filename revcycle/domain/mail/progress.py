"""The result of collecting a mailbox, for its workflow."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailCollected:
    """How many files one collection of the mailbox brought, and how many of them could not be read.

    ``refused`` were listed and then not given: another worker had taken them, or we lack the permission.
    """

    files: int
    quarantined: int
    refused: int = 0
