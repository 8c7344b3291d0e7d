"""What an effect on a denial or an appeal answers its workflow."""

from dataclasses import dataclass
from datetime import datetime

from revcycle.domain.denials.appeal import AppealOutcome
from revcycle.domain.denials.denial import DenialRouteKind
from revcycle.domain.exchange.delivery import DeliveryOutcome


@dataclass(frozen=True, slots=True)
class PacketCheck:
    """Whether the packet may go out; ``reason`` says in plain words what keeps it here."""

    ready: bool
    reason: str


@dataclass(frozen=True, slots=True)
class AppealNews:
    """What the payer decided, None while it has not; ``decide_by`` is when it should have."""

    outcome: AppealOutcome | None
    decide_by: datetime | None


@dataclass(frozen=True, slots=True)
class AppealDelivered:
    """What became of a delivery (sent, not_sent, unknown); ``decide_by`` when it was proved sent."""

    outcome: DeliveryOutcome
    reason: str
    decide_by: datetime | None


@dataclass(frozen=True, slots=True)
class DenialPlan:
    """What to do about a denial, without identity. ``work_by`` is when a person must have dealt with it."""

    route: DenialRouteKind
    code: str
    reason: str
    payer_class: str
    value_cents: int
    work_by: datetime
