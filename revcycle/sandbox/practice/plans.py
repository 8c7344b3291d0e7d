"""The six invented payers and what each pays of a charge."""

from dataclasses import dataclass
from random import Random

_MBI_LETTERS = "ACDEFGHJKMNPQRTUVWXY"


@dataclass(frozen=True, slots=True)
class Plan:
    """One payer's plan.

    ``claim_filing_indicator`` is SBR09. In ``member_format`` A is a letter, 9 a digit, the rest itself.
    Medicare takes no replacement claims; Medicaid leaves nothing to the patient.
    """

    payer_id: str
    payer_name: str
    claim_filing_indicator: str
    allowed_percent: int
    member_format: str
    has_dependents: bool = True
    adults_from: int = 0
    takes_replacements: bool = True
    bills_patients: bool = True

    def member_id(self, random: Random) -> str:
        """Return a member id in the plan's format."""
        drawn = {"A": lambda: random.choice(_MBI_LETTERS), "9": lambda: str(random.randint(1, 9))}
        return "".join(drawn[mark]() if mark in drawn else mark for mark in self.member_format)


EVERLINE = Plan("SBX01", "EVERLINE HEALTH", "CI", 72, "W999999999")
NORTHFORK = Plan("SBX02", "NORTHFORK MUTUAL", "CI", 68, "NF99999999")
BLUE_HARBOR = Plan("SBX03", "BLUE HARBOR PLAN", "BL", 74, "XBH999999999")
FEDERAL_SENIOR = Plan(
    "SBX04",
    "FEDERAL SENIOR PROGRAM",
    "MB",
    58,
    "9AA9AA9AA99",
    has_dependents=False,
    adults_from=66,
    takes_replacements=False,
)
SENIOR_ADVANTAGE = Plan(
    "SBX05", "GOLDLEAF SENIOR ADVANTAGE", "16", 60, "GL9999999", has_dependents=False, adults_from=66
)
STATE_ASSISTANCE = Plan(
    "SBX06", "STATE ASSISTANCE PLAN", "MC", 46, "99999999A", has_dependents=False, bills_patients=False
)
PLANS = (EVERLINE, NORTHFORK, BLUE_HARBOR, FEDERAL_SENIOR, SENIOR_ADVANTAGE, STATE_ASSISTANCE)
_SHARES = (26, 20, 22, 14, 10, 8)


def draw_plan(random: Random, allowed: tuple[Plan, ...] = PLANS) -> Plan:
    """Return a plan, the large ones more often."""
    return random.choices(allowed, [_SHARES[PLANS.index(plan)] for plan in allowed])[0]
