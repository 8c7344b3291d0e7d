"""Payer policy: how long a payer gives us and how long it takes itself. Dated data, no constants in code."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class PayerPolicy:
    """The clocks of one class of payer, or of one payer by contract, from ``effective_from`` on.

    Days are calendar days unless they say business. ``filing_days`` is the limit under ``FilingRule.DAYS``
    and for the other rules its least length, for display: ask ``rules.timely_filing`` for the day itself.
    ``secondary_days`` count from the primary payer's remittance; 0 means the first filing limit holds for
    secondary claims too. ``follow_up_days`` count from submission. ``accepts_replacement`` is False where
    frequency 7 is refused and a corrected claim goes as a new one. ``timely_denial_appealable`` is False
    where a timely-filing denial can be answered by a request for an exception only. ``source`` names the law
    or manual; ``as_of`` is when it was read.
    """

    policy_id: str
    payer_class: str
    filing_days: int
    appeal_levels: tuple[AppealLevel, ...]
    corrected_claim_days: int
    follow_up_days: tuple[int, ...]
    acknowledgment_business_days: int
    safety_buffer_days: int
    source: str
    as_of: date
    effective_from: date = date(2020, 1, 1)
    filing_rule: FilingRule = FilingRule.DAYS
    correction_rule: CorrectionRule = CorrectionRule.REMITTANCE
    secondary_days: int = 0
    rolls_to_business_day: bool = False
    accepts_replacement: bool = True
    timely_denial_appealable: bool = True
    decision_grace_days: int = 14

    @property
    def reference(self) -> str:
        """How a decision names the policy it was made under: ``medicare@2026-11-22``."""
        return f"{self.policy_id}@{self.as_of:%Y-%m-%d}"

    def level(self, level: int) -> AppealLevel | None:
        """Return that rung of the ladder, or None when the ladder ends below it."""
        return next((rung for rung in self.appeal_levels if rung.level == level), None)
