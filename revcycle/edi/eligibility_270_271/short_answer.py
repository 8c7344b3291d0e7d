"""The short answer in a long 271: active or not, the plan, the patient's share, and why there is no answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from revcycle.domain.claims.benefit import (
    ACTIVE,
    HEALTH_PLAN,
    INACTIVE,
    Benefit,
    BenefitKind,
    RejectedAt,
    Rejection,
)
from revcycle.domain.claims.eligibility import EligibilityAnswer

_REMAINING = "29"
_UNABLE_NOW = frozenset(["42", "79", "80"])
_CORRECT_AND_RESUBMIT, _TRY_LATER = "C", "R"


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The first fields of an EligibilityAnswer, as its benefits and rejections have them."""

    active: bool | None
    plan_name: str
    reject_codes: tuple[str, ...]
    deductible_remaining_cents: int | None
    copayment_cents: int | None
    coinsurance_percent: int | None


def short_answer(benefits: Sequence[Benefit], rejections: Sequence[Rejection]) -> ShortAnswer:
    """Summarize. A rejected person has no coverage told; a rejected benefit counts where nothing else is told."""
    active = None if rejections else _is_active(benefits)
    told = list(rejections)
    if not told and active is None:
        told = [rejection for benefit in benefits for rejection in benefit.rejections]
    stated = (b.plan_description for b in benefits if b.kind in ACTIVE | INACTIVE and b.plan_description)
    return ShortAnswer(
        active=active,
        plan_name=next(stated, ""),
        reject_codes=tuple(dict.fromkeys(rejection.code for rejection in told)),
        deductible_remaining_cents=_cents(benefits, BenefitKind.DEDUCTIBLE, _REMAINING),
        copayment_cents=_cents(benefits, BenefitKind.COPAYMENT, ""),
        coinsurance_percent=_percent(benefits),
    )


def benefits_of(answer: EligibilityAnswer) -> tuple[Benefit, ...]:
    """Return the answer's benefits, made of its short fields where it has no others."""
    if answer.benefits:
        return answer.benefits
    plan, made = (HEALTH_PLAN,), []
    if answer.active is not None:
        made.append(Benefit("1" if answer.active else "6", plan, plan_description=answer.plan_name))
    elif not answer.reject_codes:
        made.append(Benefit(BenefitKind.CANNOT_PROCESS, plan, plan_description=answer.plan_name))
    if answer.deductible_remaining_cents is not None:
        amount = answer.deductible_remaining_cents
        made.append(Benefit(BenefitKind.DEDUCTIBLE, plan, "IND", period=_REMAINING, amount_cents=amount))
    if answer.copayment_cents is not None:
        made.append(Benefit(BenefitKind.COPAYMENT, plan, "IND", amount_cents=answer.copayment_cents))
    if answer.coinsurance_percent is not None:
        share = Decimal(answer.coinsurance_percent)
        made.append(Benefit(BenefitKind.COINSURANCE, plan, "IND", percent=share))
    return tuple(made)


def rejections_of(answer: EligibilityAnswer, at: RejectedAt) -> tuple[Rejection, ...]:
    """Return the answer's rejections, made of its reject codes where it has no others."""
    if answer.rejections or answer.benefits:
        return answer.rejections
    return tuple(
        Rejection(code, _TRY_LATER if code in _UNABLE_NOW else _CORRECT_AND_RESUBMIT, at)
        for code in answer.reject_codes
    )


def _is_active(benefits: Sequence[Benefit]) -> bool | None:
    """Coverage of the plan as a whole (service type 30) counts first, then any active, then any inactive."""
    whole = [b for b in benefits if HEALTH_PLAN in b.service_types or not b.service_types]
    for stated in (whole, benefits):
        codes = {b.kind for b in stated}
        if codes & ACTIVE:
            return True
        if codes & INACTIVE:
            return False
    return None


def _candidates(benefits: Sequence[Benefit], kind: BenefitKind) -> list[Benefit]:
    """In-network and plan-wide first, the individual's before the family's."""
    stated = [b for b in benefits if b.kind == kind and b.in_network != "N"]
    return sorted(
        stated, key=lambda b: (HEALTH_PLAN not in b.service_types, b.coverage_level not in ("IND", ""))
    )


def _cents(benefits: Sequence[Benefit], kind: BenefitKind, period: str) -> int | None:
    stated = (b.amount_cents for b in _candidates(benefits, kind) if not period or b.period == period)
    return next((amount for amount in stated if amount is not None), None)


def _percent(benefits: Sequence[Benefit]) -> int | None:
    """A share that is no whole percentage stays in its benefit."""
    stated = (b.percent for b in _candidates(benefits, BenefitKind.COINSURANCE))
    return next((int(share) for share in stated if share is not None and share == int(share)), None)
