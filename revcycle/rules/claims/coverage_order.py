"""Coverage order: who is asked after whom."""

from revcycle.domain.claims.claim import Claim, Coverage
from revcycle.domain.claims.responsibility import Responsibility

RULE = "coverage_order@1"

ORDER = tuple(place for place in Responsibility if place is not Responsibility.UNKNOWN)


def next_coverage(claim: Claim, billed: Responsibility) -> Coverage | None:
    """Return the coverage to bill after the one billed, or None when the patient is next, or nobody knows."""
    if billed not in ORDER:
        return None  # SBR01 U: nobody knows who would be next
    for responsibility in ORDER[ORDER.index(billed) + 1 :]:
        if (coverage := claim.coverage(responsibility)) is not None:
            return coverage
    return None
