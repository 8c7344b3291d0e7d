"""What an effect on a denial or an appeal answers its workflow."""

from dataclasses import dataclass
from datetime import datetime

from revcycle.domain.denials.appeal import AppealOutcome, AppealPlan, AppealStep
from revcycle.domain.denials.denial import DenialOutcome, DenialRouteKind
from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.domain.work.task import Question


@dataclass(frozen=True, slots=True)
class PacketCheck:
    """Whether the packet may go out; ``reason`` says in plain words what keeps it here."""

    ready: bool
    reason: str


@dataclass(frozen=True, slots=True)
class AppealNews:
    """What the payer decided, None while it has not."""

    outcome: AppealOutcome | None


@dataclass(frozen=True, slots=True)
class AppealDelivered:
    """What became of a delivery, and why when it was not proved sent."""

    outcome: DeliveryOutcome
    reason: str


@dataclass(frozen=True, slots=True)
class AppealFound:
    """Where a level stands, for a process started anew: ended, or at a step; neither when it is still to be opened.

    ``questions`` are what the life before asked of people and nobody has acted upon.
    """

    outcome: AppealOutcome | None
    step: AppealStep | None
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class DenialPlan:
    """What to do about a denial, without identity.

    ``work_by`` is when a person must have dealt with it, None where no person is asked first.
    """

    route: DenialRouteKind
    code: str
    reason: str
    payer_class: str
    value_cents: int
    work_by: datetime | None


@dataclass(frozen=True, slots=True)
class DenialFound:
    """Where a denial stands, for a process started anew.

    ``plan`` is its way from here, None when it was never classified; ``outcome`` how it ended, if it did;
    ``appeal`` the level under way; ``actor`` who chose the way; ``questions`` what the life before asked of people
    and nobody has acted upon.
    """

    plan: DenialPlan | None = None
    outcome: DenialOutcome | None = None
    appeal: AppealPlan | None = None
    actor: str = "system"
    questions: tuple[Question, ...] = ()
