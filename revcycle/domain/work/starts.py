"""What each process is started with: known alike to the stores that ring, the api and the workflows.

A start says what the process is about. The business clock is added by whoever starts it, and what a process
remembers over fresh histories is its own.
"""

from dataclasses import dataclass
from typing import ClassVar

from revcycle.domain.work import subjects
from revcycle.domain.work.clocks import Clock


@dataclass(frozen=True, slots=True)
class ClaimStart:
    """A claim. ``resume``: it has lived before, so the database says where it stands.

    ``clocks`` are those that intake armed for a claim that begins.
    """

    workflow: ClassVar[str] = "Claim"
    claim_id: str
    resume: bool = False
    clocks: tuple[Clock, ...] = ()

    @property
    def subject(self) -> str:
        """The workflow's id."""
        return subjects.claim(self.claim_id)


@dataclass(frozen=True, slots=True)
class AccountStart:
    """A guarantor's account; the database says where it stands."""

    workflow: ClassVar[str] = "PatientAccount"
    account_id: str

    @property
    def subject(self) -> str:
        """The workflow's id."""
        return subjects.account(self.account_id)


@dataclass(frozen=True, slots=True)
class RemittanceStart:
    """A remittance; the database says where it stands."""

    workflow: ClassVar[str] = "Remittance"
    remittance_id: str

    @property
    def subject(self) -> str:
        """The workflow's id."""
        return subjects.remittance(self.remittance_id)


@dataclass(frozen=True, slots=True)
class SubmissionStart:
    """A payer connection's way out."""

    workflow: ClassVar[str] = "Submission"
    connection_id: str

    @property
    def subject(self) -> str:
        """The workflow's id."""
        return subjects.submission(self.connection_id)


Start = ClaimStart | AccountStart | RemittanceStart | SubmissionStart
"""What a doorbell may start."""
STARTS: dict[str, type[Start]] = {
    kind.workflow: kind for kind in (ClaimStart, AccountStart, RemittanceStart, SubmissionStart)
}
