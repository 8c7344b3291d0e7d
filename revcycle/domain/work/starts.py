"""What each process is started with: known alike to the stores that ring, the api and the workflows.

A start says what the process is about. The business clock is added by whoever starts it, and what a process
remembers over fresh histories is its own.
"""

from dataclasses import dataclass
from typing import ClassVar

from revcycle.domain.denials.appeal import AppealKind
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


@dataclass(frozen=True, slots=True)
class DenialStart:
    """A denial of a claim, and the remittance that brought it.

    ``epoch`` is the life of the claim that starts it: its keys must not be those of an earlier life.
    """

    claim_id: str
    denial_id: str
    remittance_id: str
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class AppealStart:
    """One level of a denial.

    ``attempt`` tells a level taken up again from the first time; ``epoch`` is as for a denial.
    """

    claim_id: str
    denial_id: str
    level: int
    kind: AppealKind
    value_cents: int = 0
    attempt: int = 1
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class MailboxStart:
    """A payer connection's way in; ``every_minutes`` is the business time between two looks."""

    connection_id: str
    every_minutes: int


@dataclass(frozen=True, slots=True)
class EligibilityCheckStart:
    """Which claim's coverage to check, because a person wants to know. ``key`` makes the check once-only."""

    claim_id: str
    key: str


Start = ClaimStart | AccountStart | RemittanceStart | SubmissionStart
"""What a doorbell may start."""
STARTS: dict[str, type[Start]] = {
    kind.workflow: kind for kind in (ClaimStart, AccountStart, RemittanceStart, SubmissionStart)
}
