"""Benefits: the questions a front desk has about a 271, answered from its facts.

Nothing is guessed. An answer that several benefits give differently is None; ``benefits_for`` has them all.
A benefit of the service type asked about counts before one of the plan as a whole; of the network asked about,
before one that holds for both or does not say.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from revcycle.domain.claims.benefit import ACTIVE, HEALTH_PLAN, INACTIVE, Benefit, BenefitEntity, BenefitKind
from revcycle.domain.claims.eligibility import EligibilityAnswer

RULE = "coverage_benefits@1"
INDIVIDUAL, FAMILY = "IND", "FAM"
IN_NETWORK, OUT_OF_NETWORK = "Y", "N"
_BOTH_NETWORKS = ("W", "")
_REMAINING = frozenset(["29", "33"])
_SPENT = "24"
_NOT_A_TOTAL = frozenset([_SPENT, *_REMAINING, "30", "31"])

_BEGIN, _END = ("346", "356", "307", "291"), ("347", "357")
"""What the first and the last day of a coverage are called, the most telling first."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CostShare:
    """A deductible or out-of-pocket maximum: the whole, what is left, what was spent; None is not stated."""

    total_cents: int | None = None
    remaining_cents: int | None = None
    spent_cents: int | None = None


def benefits_for(
    answer: EligibilityAnswer,
    kind: str,
    service_type: str = HEALTH_PLAN,
    network: str = IN_NETWORK,
    level: str = "",
) -> tuple[Benefit, ...]:
    """Return the benefits of a kind that hold for the service type, network and coverage level, closest fit only.

    ``level`` empty takes any. A benefit about one procedure, or limited to places of service, is not among them
    unless nothing more general is.
    """
    stated = [b for b in answer.benefits if b.kind == kind and (not level or b.coverage_level in (level, ""))]
    for fits in _fits(service_type):
        of_type = [b for b in stated if fits(b)]
        for networks in ((network,), _BOTH_NETWORKS):
            found = [b for b in of_type if b.in_network in networks]
            if found:
                return tuple([b for b in found if b.procedure is None and not b.places] or found)
    return ()


def _fits(service_type: str) -> tuple[Callable[[Benefit], bool], ...]:
    return (
        lambda benefit: service_type in benefit.service_types,
        lambda benefit: HEALTH_PLAN in benefit.service_types or not benefit.service_types,
    )


def deductible(
    answer: EligibilityAnswer,
    service_type: str = HEALTH_PLAN,
    network: str = IN_NETWORK,
    level: str = INDIVIDUAL,
) -> CostShare:
    """Return what the patient (or family) pays before the plan does."""
    return _cost_share(benefits_for(answer, BenefitKind.DEDUCTIBLE, service_type, network, level))


def out_of_pocket(
    answer: EligibilityAnswer,
    service_type: str = HEALTH_PLAN,
    network: str = IN_NETWORK,
    level: str = INDIVIDUAL,
) -> CostShare:
    """Return what the patient (or family) pays at most in the plan's period."""
    return _cost_share(benefits_for(answer, BenefitKind.OUT_OF_POCKET, service_type, network, level))


def _cost_share(benefits: Sequence[Benefit]) -> CostShare:
    total = _same(b.amount_cents for b in benefits if b.period not in _NOT_A_TOTAL)
    remaining = _same(b.amount_cents for b in benefits if b.period in _REMAINING)
    spent = _same(b.amount_cents for b in benefits if b.period == _SPENT)
    if remaining is None and total is not None and spent is not None:
        remaining = max(total - spent, 0)
    if spent is None and total is not None and remaining is not None:
        spent = total - remaining
    return CostShare(total, remaining, spent)


def copayment(
    answer: EligibilityAnswer, service_type: str = HEALTH_PLAN, network: str = IN_NETWORK
) -> int | None:
    """Return what to collect at the visit, in cents; 0 is stated as nothing to collect, None is not stated."""
    return _same(b.amount_cents for b in benefits_for(answer, BenefitKind.COPAYMENT, service_type, network))


def coinsurance(
    answer: EligibilityAnswer, service_type: str = HEALTH_PLAN, network: str = IN_NETWORK
) -> Decimal | None:
    """Return the patient's share of the allowed amount in percent (20 is 20 percent)."""
    return _same(b.percent for b in benefits_for(answer, BenefitKind.COINSURANCE, service_type, network))


def authorization_required(
    answer: EligibilityAnswer, service_type: str = HEALTH_PLAN, network: str = IN_NETWORK
) -> bool | None:
    """Tell whether the plan wants an authorization first; None when it does not say or does not know.

    One benefit that requires it is enough: a missing authorization costs the whole claim.
    """
    said = {
        benefit.authorization
        for kind in dict.fromkeys(b.kind for b in answer.benefits)
        for benefit in benefits_for(answer, kind, service_type, network)
        if service_type in benefit.service_types or not benefit.service_types or service_type == HEALTH_PLAN
    }
    return True if "Y" in said else False if "N" in said and "U" not in said else None


def covers(answer: EligibilityAnswer, service_type: str = HEALTH_PLAN) -> bool | None:
    """Tell whether the plan covers the service type: by its own word first, then as the whole plan is."""
    for fits in _fits(service_type):
        kinds = {b.kind for b in answer.benefits if fits(b) and b.in_network != OUT_OF_NETWORK}
        if kinds & ACTIVE:
            return True
        if kinds & INACTIVE or BenefitKind.NOT_COVERED in kinds:
            return False
    return None


def limitations(
    answer: EligibilityAnswer, service_type: str = HEALTH_PLAN, network: str = IN_NETWORK
) -> tuple[Benefit, ...]:
    """Return how far the plan goes (so many visits a year), with what the payer says about it."""
    return benefits_for(answer, BenefitKind.LIMITATION, service_type, network)


def primary_care_provider(answer: EligibilityAnswer) -> BenefitEntity | None:
    """Return the provider the plan has as the patient's own, None when it names none."""
    named = (
        entity
        for benefit in answer.benefits
        for entity in benefit.entities
        if entity.role == "P3" or (benefit.kind == BenefitKind.PRIMARY_CARE and entity.role in ("1P", ""))
    )
    return next(named, None)


def plan_period(answer: EligibilityAnswer) -> tuple[date | None, date | None]:
    """Return first and last day of the coverage, each None where the payer does not say."""
    begin = next((d for kind in _BEGIN for d in answer.dates if d.qualifier == kind), None)
    end = next((d.first for kind in _END for d in answer.dates if d.qualifier == kind), None)
    first = begin.first if begin is not None else None
    return first, end or (begin.last if begin is not None else None)


def messages(answer: EligibilityAnswer, service_type: str = HEALTH_PLAN) -> tuple[str, ...]:
    """Return what the payer says in free text about the service type, each once, in the file's order."""
    told = (text for b in answer.benefits for text in b.messages if service_type in b.service_types)
    return tuple(dict.fromkeys(told))


def _same(values: Iterable[T | None]) -> T | None:
    """Return the one value that is stated; None when none is, or several that differ."""
    stated = {value for value in values if value is not None}
    return stated.pop() if len(stated) == 1 else None
