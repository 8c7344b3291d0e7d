"""The lives a claim can be dealt, and how many of each a batch holds."""

from collections.abc import Mapping
from enum import StrEnum
from random import Random


class Life(StrEnum):
    """What becomes of a claim, from file to zero balance."""

    PAID_CLEAN = "paid_clean"
    PAID_PATIENT_PAYS = "paid_patient_pays"
    REJECTED_277CA_CORRECTED = "rejected_277ca_corrected"
    DENIED_CO16_REPLACED = "denied_co16_replaced"
    DENIED_CO197_OVERTURNED = "denied_co197_overturned"
    DENIED_CO50_WRITTEN_OFF = "denied_co50_written_off"
    DENIED_CO29_PROVED = "denied_co29_proved"
    INACTIVE_COVERAGE_CORRECTED = "inactive_coverage_corrected"
    PRIMARY_THEN_SECONDARY = "primary_then_secondary"
    SILENT_PAYER_FOUND = "silent_payer_found"
    LADDER_TO_AGENCY = "ladder_to_agency"
    PLAN_KEPT = "plan_kept"
    PLAN_BROKEN = "plan_broken"
    HARDSHIP_CHARITY = "hardship_charity"
    DISPUTE_RESOLVED = "dispute_resolved"
    LATE_REVERSAL_REPOSTED = "late_reversal_reposted"


PATIENT_LIVES = frozenset(
    {
        Life.PAID_PATIENT_PAYS,
        Life.LADDER_TO_AGENCY,
        Life.PLAN_KEPT,
        Life.PLAN_BROKEN,
        Life.HARDSHIP_CHARITY,
        Life.DISPUTE_RESOLVED,
    }
)
"""Lives that end with the patient; their guarantors have no claim of another life."""

RARE_AT_LEAST = 3
DEFAULT_WEIGHTS: Mapping[Life, float] = {
    **dict.fromkeys(Life, 23 / 14),
    Life.PAID_CLEAN: 65.0,
    Life.PAID_PATIENT_PAYS: 12.0,
}


def deal(random: Random, claims: int, weights: Mapping[Life, float] = DEFAULT_WEIGHTS) -> list[Life]:
    """Return a life for each claim, shuffled: shares by weight, each life three times or more.

    Lives without weight are not dealt. With fewer claims than that, the lives come in turn.
    """
    dealt = [life for life in Life if weights.get(life, 0) > 0]
    if claims < RARE_AT_LEAST * len(dealt):
        lives = [dealt[n % len(dealt)] for n in range(claims)]
    else:
        counts = _shares(claims, {life: weights[life] for life in dealt})
        lives = [life for life, count in counts.items() for _ in range(count)]
    random.shuffle(lives)
    return lives


def _shares(claims: int, weights: Mapping[Life, float]) -> dict[Life, int]:
    total = sum(weights.values())
    counts = {life: max(RARE_AT_LEAST, int(claims * weight / total)) for life, weight in weights.items()}
    most = max(weights, key=lambda life: weights[life])
    counts[most] += claims - sum(counts.values())
    return counts
