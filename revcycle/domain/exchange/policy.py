"""Payer policy: how long a payer gives us and how long it takes itself. Dated data, no constants in code."""

from dataclasses import dataclass
from enum import StrEnum

from revcycle.domain.codes.payer_classes import PayerClass
from revcycle.domain.dated_policy import BrokenPolicy, DatedPolicy

PAYER_SCOPE = "payer"
CLASS_SCOPE = "class"


class FilingRule(StrEnum):
    """How the filing limit of a first claim is counted from the first day of service."""

    DAYS = "days"
    CALENDAR_YEAR = "calendar_year"
    END_OF_NEXT_YEAR = "end_of_next_year"


class CorrectionRule(StrEnum):
    """What the limit of a corrected claim counts from."""

    SERVICE_DATE = "service_date"
    REMITTANCE = "remittance"


@dataclass(frozen=True, slots=True)
class AppealLevel:
    """One rung of a payer's ladder. ``name`` reads inside a sentence ("first-level appeal").

    ``file_days`` count from the notice (``mail_presumption_days`` later, where the law presumes mail takes
    that long), ``decide_days`` from filing. ``minimum_cents`` is the least amount in controversy. A
    ``hearing`` is argued before somebody: no letter of ours starts it, a person does.
    """

    level: int
    name: str
    body: str
    file_days: int
    decide_days: int
    mail_presumption_days: int = 0
    minimum_cents: int = 0
    hearing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerPolicy(DatedPolicy):
    """The clocks of one class of payer, or of one payer.

    Days are calendar days unless they say business. ``filing_days`` is the limit under ``FilingRule.DAYS``
    and for the other rules its least length, for display: ask ``rules.timely_filing`` for the day itself.
    ``secondary_days`` count from the primary payer's remittance; 0 means the first filing limit holds for
    secondary claims too. ``follow_up_days`` count from submission. ``accepts_replacement`` is False where
    frequency 7 is refused and a corrected claim goes as a new one. ``timely_denial_appealable`` is False
    where a timely-filing denial can be answered by a request for an exception only.
    """

    payer_class: PayerClass
    filing_days: int
    appeal_levels: tuple[AppealLevel, ...]
    corrected_claim_days: int
    follow_up_days: tuple[int, ...]
    acknowledgment_business_days: int
    safety_buffer_days: int
    filing_rule: FilingRule = FilingRule.DAYS
    correction_rule: CorrectionRule = CorrectionRule.REMITTANCE
    secondary_days: int = 0
    rolls_to_business_day: bool = False
    accepts_replacement: bool = True
    timely_denial_appealable: bool = True
    decision_grace_days: int = 14

    def __post_init__(self) -> None:
        """Raises BrokenPolicy."""
        DatedPolicy.__post_init__(self)
        days = {
            "filing_days": self.filing_days,
            "corrected_claim_days": self.corrected_claim_days,
            "acknowledgment_business_days": self.acknowledgment_business_days,
        }
        for name, count in days.items():
            if count < 1:
                raise BrokenPolicy(f"{name} is {count}: give at least one day")
        for name in ("secondary_days", "safety_buffer_days", "decision_grace_days"):
            if getattr(self, name) < 0:
                raise BrokenPolicy(f"{name} is below zero")
        if self.safety_buffer_days >= self.filing_days:
            raise BrokenPolicy("safety_buffer_days must be less than filing_days")
        if not self.follow_up_days or list(self.follow_up_days) != sorted(set(self.follow_up_days)):
            raise BrokenPolicy("follow_up_days must be days in rising order, like 14, 30, 45")
        if self.follow_up_days[0] < 1:
            raise BrokenPolicy("follow_up_days begin on day 1 at the earliest")
        _check_ladder(self.appeal_levels)

    @property
    def from_whom(self) -> str:
        """Which scope the policy comes from, in words."""
        if self.scope.startswith(f"{PAYER_SCOPE}:"):
            return "your contract" if self.own else "the payer's manual"
        return "your rule for the class" if self.own else "the class of payers"

    def level(self, level: int) -> AppealLevel | None:
        """Return that rung of the ladder, or None when the ladder ends below it."""
        return next((rung for rung in self.appeal_levels if rung.level == level), None)


def _check_ladder(rungs: tuple[AppealLevel, ...]) -> None:
    if [rung.level for rung in rungs] != list(range(1, len(rungs) + 1)):
        raise BrokenPolicy("appeal_levels must be numbered 1, 2, 3 … without a gap")
    for rung in rungs:
        if rung.file_days < 1 or rung.decide_days < 1 or not rung.name or not rung.body:
            raise BrokenPolicy(f"appeal level {rung.level} needs name, body, file_days and decide_days")


def class_scope(payer_class: PayerClass) -> str:
    """Return the scope of a policy for a whole class: ``class:commercial``."""
    return f"{CLASS_SCOPE}:{payer_class}"


def payer_scope(payer_id: str, payer_class: PayerClass) -> str:
    """Return the scope of a policy for one payer's plans of a class: ``payer:60054:commercial``."""
    return f"{PAYER_SCOPE}:{payer_id}:{payer_class}"
