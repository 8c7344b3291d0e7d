"""How an eligibility answer looks to people: benefits, other payers and refusals in words, not who the member is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from revcycle.api.claims.facts import MASK
from revcycle.api.replies import parts
from revcycle.db.claims.eligibility import EligibilityCheck
from revcycle.domain.claims.benefit import HEALTH_PLAN, Benefit, Delivery, Rejection
from revcycle.domain.claims.eligibility import EligibilityAnswer
from revcycle.domain.codes.benefit_codes import in_words
from revcycle.domain.codes.service_types import service_words
from revcycle.rules.claims import coverage_benefits as rules
from revcycle.rules.claims.edits.other_coverage import OtherCoverage, explain_refusals, other_coverages

_OFFICE_VISIT = "98"


@dataclass(frozen=True, slots=True)
class NetworkShare:
    """The patient's share of the plan, in or out of network; cents and percent are None where nothing is said."""

    network: str
    deductible_cents: int | None
    deductible_remaining_cents: int | None
    out_of_pocket_cents: int | None
    out_of_pocket_remaining_cents: int | None
    office_visit_copayment_cents: int | None
    coinsurance_percent: str
    office_visit_needs_authorization: bool | None


@dataclass(frozen=True, slots=True)
class BenefitShown:
    """One benefit in words."""

    benefit: str
    for_: str
    level: str
    network: str
    period: str
    amount_cents: int | None
    percent: str
    limit: str
    authorization: str
    plan: str
    insurance: str
    procedure: str
    places_of_service: tuple[str, ...]
    dates: tuple[str, ...]
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OtherPayerShown:
    """Somebody else who pays, according to the payer asked."""

    pays: str
    payer_name: str
    payer_id: str
    insurance: str
    member_id: str
    group_number: str
    first: date | None
    last: date | None
    for_: str


@dataclass(frozen=True, slots=True)
class RefusalShown:
    """Why the payer did not answer, what that means, and what to do next."""

    code: str
    about: str
    meaning: str
    next_action: str
    payer_says: str


@dataclass(frozen=True, slots=True)
class CheckShown:
    """One eligibility check: what was asked, what the payer said, in words."""

    checked_at: datetime
    payer_id: str
    service_date: date
    outcome: str
    active: bool | None
    plan_name: str
    reject_codes: tuple[str, ...]
    deductible_remaining_cents: int | None
    copayment_cents: int | None
    coinsurance_percent: int | None
    plan_from: date | None
    plan_to: date | None
    record_corrected: bool
    primary_care_provider: str
    summary: tuple[NetworkShare, ...]
    benefits: tuple[BenefitShown, ...]
    other_payers: tuple[OtherPayerShown, ...]
    refusals: tuple[RefusalShown, ...]


def view(check: EligibilityCheck, visible: bool) -> CheckShown:
    """Return one check. ``visible`` shows what may name somebody: free text, provider, numbers of other policies."""
    answer = check.answer
    first, last = rules.plan_period(answer)
    return CheckShown(
        checked_at=check.checked_at,
        payer_id=check.payer_id,
        service_date=check.service_date,
        outcome=check.outcome,
        active=answer.active,
        plan_name=answer.plan_name,
        reject_codes=answer.reject_codes,
        deductible_remaining_cents=answer.deductible_remaining_cents,
        copayment_cents=answer.copayment_cents,
        coinsurance_percent=answer.coinsurance_percent,
        plan_from=first,
        plan_to=last,
        record_corrected=answer.corrected or (answer.dependent is not None and answer.dependent.corrected),
        primary_care_provider=_primary_care(answer, visible),
        summary=_summary(answer),
        benefits=tuple(_benefit(benefit, visible) for benefit in answer.benefits),
        other_payers=tuple(_other(coverage, visible) for coverage in other_coverages(answer)),
        refusals=_refusals(answer, check.service_date),
    )


def may_name_somebody(answer: EligibilityAnswer) -> bool:
    """Tell whether the answer holds free text or numbers that only some may see."""
    texts = any(benefit.messages for benefit in answer.benefits)
    return texts or bool(other_coverages(answer)) or rules.primary_care_provider(answer) is not None


def _summary(answer: EligibilityAnswer) -> tuple[NetworkShare, ...]:
    """Return what the front desk asks first, in and out of network."""
    told = (_share(answer, network) for network in (rules.IN_NETWORK, rules.OUT_OF_NETWORK))
    return tuple(
        share
        for share in told
        if any(value not in (None, "") for name, value in parts(share).items() if name != "network")
    )


def _share(answer: EligibilityAnswer, network: str) -> NetworkShare:
    deductible = rules.deductible(answer, network=network)
    maximum = rules.out_of_pocket(answer, network=network)
    return NetworkShare(
        network="in network" if network == rules.IN_NETWORK else "out of network",
        deductible_cents=deductible.total_cents,
        deductible_remaining_cents=deductible.remaining_cents,
        out_of_pocket_cents=maximum.total_cents,
        out_of_pocket_remaining_cents=maximum.remaining_cents,
        office_visit_copayment_cents=rules.copayment(answer, _OFFICE_VISIT, network),
        coinsurance_percent=_percent(rules.coinsurance(answer, _OFFICE_VISIT, network)),
        office_visit_needs_authorization=rules.authorization_required(answer, _OFFICE_VISIT, network),
    )


def _benefit(benefit: Benefit, visible: bool) -> BenefitShown:
    asked = benefit.procedure
    return BenefitShown(
        benefit=in_words("information", benefit.kind),
        for_="; ".join(_services(benefit)),
        level=in_words("level", benefit.coverage_level),
        network={"Y": "in", "N": "out", "W": "both"}.get(benefit.in_network, ""),
        period=in_words("period", benefit.period),
        amount_cents=benefit.amount_cents,
        percent=_percent(benefit.percent),
        limit=", ".join(_limits(benefit)),
        authorization=in_words("yes_no", benefit.authorization),
        plan=benefit.plan_description,
        insurance=in_words("insurance", benefit.insurance_type),
        procedure=f"{asked.code} {' '.join(asked.modifiers)}".strip() if asked is not None else "",
        places_of_service=benefit.places,
        dates=tuple(_dated(day.qualifier, day.first, day.last) for day in benefit.dates),
        messages=benefit.messages if visible else tuple(MASK for _ in benefit.messages),
    )


def _services(benefit: Benefit) -> Iterable[str]:
    return (service_words(code) for code in benefit.service_types)


def _limits(benefit: Benefit) -> Iterable[str]:
    if benefit.quantity is not None:
        yield f"{benefit.quantity:f} {in_words('quantity', benefit.quantity_kind)}".strip()
    for delivery in benefit.deliveries:
        yield _delivery(delivery)


def _delivery(delivery: Delivery) -> str:
    amount = f"{delivery.quantity:f} " if delivery.quantity is not None else ""
    unit = in_words("quantity", delivery.quantity_kind)
    if delivery.period == "29":
        return f"{amount}{unit} remaining".strip()
    period = in_words("period", delivery.period)
    return f"{amount}{unit} a {period}".strip() if period else f"{amount}{unit}".strip()


def _dated(qualifier: str, first: date, last: date | None) -> str:
    words = in_words("date", qualifier)
    return f"{words} {first} to {last}" if last is not None else f"{words} {first}"


def _other(coverage: OtherCoverage, visible: bool) -> OtherPayerShown:
    return OtherPayerShown(
        pays={1: "first", 2: "second", 3: "third"}.get(coverage.order or 0, "order not said"),
        payer_name=coverage.payer_name,
        payer_id=coverage.payer_id,
        insurance=in_words("insurance", coverage.insurance_type),
        member_id=coverage.member_id if visible or not coverage.member_id else MASK,
        group_number=coverage.group_number if visible or not coverage.group_number else MASK,
        first=coverage.first,
        last=coverage.last,
        for_="; ".join(service_words(code) for code in coverage.service_types if code != HEALTH_PLAN),
    )


def _primary_care(answer: EligibilityAnswer, visible: bool) -> str:
    provider = rules.primary_care_provider(answer)
    if provider is None:
        return ""
    return f"{provider.first_name} {provider.name}".strip() if visible else MASK


def _refusals(answer: EligibilityAnswer, on: date) -> tuple[RefusalShown, ...]:
    told = answer
    if not answer.rejections and not any(benefit.rejections for benefit in answer.benefits):
        told = _short(answer)
    return tuple(
        RefusalShown(refusal.code, refusal.at, refusal.meaning, refusal.action, refusal.follow_up)
        for refusal in explain_refusals(told, on)
    )


def _short(answer: EligibilityAnswer) -> EligibilityAnswer:
    """A check kept before refusals were read whole has only their codes."""
    return EligibilityAnswer("", None, rejections=tuple(Rejection(code) for code in answer.reject_codes))


def _percent(share: Decimal | None) -> str:
    return "" if share is None else f"{share.normalize():f}"
