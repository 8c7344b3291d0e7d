"""What patients and staff ask of an account: each names the row that the api has stored, and who asked."""

from dataclasses import dataclass

from revcycle.domain.patients.dispute import DisputeOutcome
from revcycle.domain.patients.patient_account import Hold


@dataclass(frozen=True, slots=True)
class PaymentToPost:
    """Enter a payment that came in."""

    payment_id: str
    actor: str

    def check(self) -> None:
        """Raise ValueError unless it names a payment and a person."""
        _check("payment", "P", self.payment_id, self.actor)


@dataclass(frozen=True, slots=True)
class PlanToAgree:
    """Put a proposed plan in force."""

    plan_id: str
    actor: str

    def check(self) -> None:
        """Raise ValueError unless it names a plan and a person."""
        _check("plan", "L", self.plan_id, self.actor)


@dataclass(frozen=True, slots=True)
class ApplicationToOpen:
    """Judge an application for financial assistance."""

    application_id: str
    actor: str

    def check(self) -> None:
        """Raise ValueError unless it names an application and a person."""
        _check("application", "H", self.application_id, self.actor)


@dataclass(frozen=True, slots=True)
class DisputeToOpen:
    """Pause all contact while a dispute is looked into."""

    dispute_id: str
    actor: str

    def check(self) -> None:
        """Raise ValueError unless it names a dispute and a person."""
        _check("dispute", "Q", self.dispute_id, self.actor)


@dataclass(frozen=True, slots=True)
class DisputeToResolve:
    """Say who was right in a dispute."""

    dispute_id: str
    outcome: DisputeOutcome
    actor: str

    def check(self) -> None:
        """Raise ValueError unless it names a dispute and a person."""
        _check("dispute", "Q", self.dispute_id, self.actor)


@dataclass(frozen=True, slots=True)
class HoldToSet:
    """Stop all asking for a reason outside the bill; ``Hold.NONE`` lets it go on."""

    hold: Hold
    actor: str

    def check(self) -> None:
        """Raise ValueError unless it names a person."""
        _check_actor(self.actor)


def _check(what: str, prefix: str, reference: str, actor: str) -> None:
    if not (reference.startswith(prefix) and reference.removeprefix(prefix).isdigit()):
        raise ValueError(f"a {what} is named by its id: {prefix} and digits")
    _check_actor(actor)


def _check_actor(actor: str) -> None:
    if not actor:
        raise ValueError("a request needs the person who made it")
