"""Other coverage: which other payers a 271 names, who pays first, and what the refusals in it ask us to do."""

from dataclasses import dataclass
from datetime import date

from revcycle.domain.claims.benefit import Benefit, BenefitEntity, BenefitKind, PlanDate
from revcycle.domain.claims.eligibility import EligibilityAnswer
from revcycle.domain.codes.benefit_codes import benefit_code
from revcycle.domain.codes.eligibility_rejections import reject_reason

RULE = "other_coverage@1"
_ORDER = {"PRP": 1, "SEP": 2, "TTP": 3}
_PAYERS = frozenset(["PR", "P4", *_ORDER])
_INSURED = "IL"
_MEMBER_NUMBERS = ("1W", "18", "IG")
_GROUP_NUMBERS = ("6P", "1L")
_BEGIN, _END = frozenset(["291", "292", "307", "346", "348", "356"]), frozenset(["347", "349", "357"])


@dataclass(frozen=True, slots=True)
class OtherCoverage:
    """Another payer of the same patient. ``order`` is 1 to 3 where the payer says who pays first, else None."""

    payer_name: str
    payer_id: str = ""
    order: int | None = None
    insurance_type: str = ""
    member_id: str = ""
    group_number: str = ""
    insured_last_name: str = ""
    insured_first_name: str = ""
    first: date | None = None
    last: date | None = None
    service_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusalMeaning:
    """What one refusal means and what to do; ``follow_up`` is the payer's own word on asking again."""

    code: str
    meaning: str
    action: str
    follow_up: str
    at: str


def other_coverages(answer: EligibilityAnswer) -> tuple[OtherCoverage, ...]:
    """Return the other payers named, those that pay first in front; one benefit may name several."""
    found = [
        _coverage(benefit, payer)
        for benefit in answer.benefits
        if benefit.kind == BenefitKind.OTHER_PAYER
        for payer in [e for e in benefit.entities if e.role in _PAYERS] or [BenefitEntity("")]
    ]
    return tuple(sorted(found, key=lambda coverage: coverage.order or 9))


def _coverage(benefit: Benefit, payer: BenefitEntity) -> OtherCoverage:
    insured = next((e for e in benefit.entities if e.role == _INSURED), BenefitEntity(""))
    first, last = _days(benefit.dates)
    return OtherCoverage(
        payer_name=payer.name or benefit.plan_description,
        payer_id=payer.identifier if payer.identifier_kind in ("PI", "XV", "NI") else "",
        order=_ORDER.get(payer.role),
        insurance_type=benefit.insurance_type,
        member_id=_number(benefit, _MEMBER_NUMBERS) or insured.identifier,
        group_number=_number(benefit, _GROUP_NUMBERS),
        insured_last_name=insured.name,
        insured_first_name=insured.first_name,
        first=first,
        last=last,
        service_types=benefit.service_types,
    )


def _number(benefit: Benefit, qualifiers: tuple[str, ...]) -> str:
    found = {reference.qualifier: reference.value for reference in reversed(benefit.references)}
    return next((found[qualifier] for qualifier in qualifiers if qualifier in found), "")


def _days(dates: tuple[PlanDate, ...]) -> tuple[date | None, date | None]:
    first = next((dated.first for dated in dates if dated.qualifier in _BEGIN), None)
    spans = (dated.last for dated in dates if dated.qualifier in _BEGIN and dated.last is not None)
    ends = (dated.first for dated in dates if dated.qualifier in _END)
    return first, next(ends, None) or next(spans, None)


def explain_refusals(answer: EligibilityAnswer, on: date) -> tuple[RefusalMeaning, ...]:
    """Return every refusal of the answer, those of single benefits included, with meaning and next action.

    The reason's action tells what to correct; the payer's follow-up tells whether it will take a second inquiry.
    """
    stated = (*answer.rejections, *(r for benefit in answer.benefits for r in benefit.rejections))
    explained = []
    for rejection in stated:
        reason, after = reject_reason(rejection.code, on), benefit_code("follow_up", rejection.follow_up)
        action = reason.action if reason is not None else ""
        if not action:
            action = after.action if after is not None else "ask the payer what it means"
        explained.append(
            RefusalMeaning(
                code=rejection.code,
                meaning=reason.meaning if reason is not None else "a reason without a known meaning",
                action=action,
                follow_up=after.meaning if after is not None else "",
                at=rejection.at.value,
            )
        )
    return tuple(explained)
