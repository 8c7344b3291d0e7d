"""Financial assistance (hardship): what the patient tells us, and what policy makes of it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Region(StrEnum):
    """Alaska and Hawaii have poverty guidelines of their own."""

    CONTIGUOUS = "48"
    ALASKA = "AK"
    HAWAII = "HI"


class ApplicationState(StrEnum):
    """``approved`` and ``denied`` still owe the patient a letter; ``closed`` does not.

    An application ``recorded`` by the api has not reached the account's workflow yet.
    """

    RECORDED = "recorded"
    OPEN = "open"
    APPROVED = "approved"
    DENIED = "denied"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Household:
    """What assistance is judged by. Personal: it stays in the database. Income is a year's, before tax."""

    size: int
    income_cents: int
    region: Region = Region.CONTIGUOUS


@dataclass(frozen=True, slots=True)
class Offer:
    """What policy offers a household: a discount in percent, for its percent of the guideline."""

    discount_percent: int
    poverty_percent: int


@dataclass(frozen=True, slots=True)
class Application:
    """One application, without the household's figures; amounts are known once it is decided.

    ``denial_reason`` is ``income_over_limit``, ``service_not_covered`` or ``documents_not_received``.
    """

    application_id: str
    state: ApplicationState
    applied_on: date
    discount_percent: int = 0
    poverty_percent: int = 0
    before_cents: int = 0
    discount_cents: int = 0
    denial_reason: str = ""

    @property
    def open(self) -> bool:
        """All asking for money pauses."""
        return self.state in (ApplicationState.RECORDED, ApplicationState.OPEN)
