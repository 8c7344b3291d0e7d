"""The eligibility desk: what the sandbox payer answers to a 270.

Every policy has a plan drawn from its key, so the same member always has the same deductible and copayment; what is
spent of them grows with the year.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from revcycle.domain.claims.benefit import (
    HEALTH_PLAN,
    Benefit,
    BenefitEntity,
    BenefitKind,
    Contact,
    Delivery,
    PlanDate,
    PlanReference,
    RejectedAt,
    Rejection,
)
from revcycle.domain.claims.eligibility import EligibilityAnswer, EligibilityInquiry
from revcycle.domain.codes.service_types import all_service_types
from revcycle.edi.eligibility_270_271 import x12_271
from revcycle.sandbox.payer.script import PayerScript, policy_key

_SUBSCRIBER_NOT_FOUND = "75"
_PLAN = (HEALTH_PLAN,)
_NOT_COVERED = "35"
_AUTHORIZED_FIRST = ("48", "62")
_TELEPHONE = Contact("PROVIDER SERVICES", (("TE", "8005550100"),))
_DEDUCTIBLES = (50_000, 100_000, 150_000, 300_000)
_MAXIMUMS = (300_000, 450_000, 600_000, 850_000)
_COPAYMENTS = (2_000, 2_500, 3_000, 4_000)
_SHARES = (10, 20, 30)
_LONGEST_NAME = 50
_ONE_IN = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """What one policy leaves to the patient, within the network. Amounts in cents, ``share_percent`` 0 to 100."""

    deductible_cents: int
    maximum_cents: int
    copayment_cents: int
    share_percent: int
    spent_percent: int
    has_second_payer: bool


def plan_of(policy: str, on: date) -> Plan:
    """Draw the plan of a policy; ``on`` tells how much of the year has been spent."""
    drawn = hashlib.sha256(policy.encode()).digest()
    tier = drawn[0] % len(_DEDUCTIBLES)
    year_gone = on.timetuple().tm_yday * 100 // 366
    return Plan(
        deductible_cents=_DEDUCTIBLES[tier],
        maximum_cents=_MAXIMUMS[tier],
        copayment_cents=_COPAYMENTS[drawn[1] % len(_COPAYMENTS)],
        share_percent=_SHARES[drawn[2] % len(_SHARES)],
        spent_percent=min(year_gone * drawn[3] // 128, 100),
        has_second_payer=drawn[4] % _ONE_IN == 0,
    )


def covered(inquiry: EligibilityInquiry, script: PayerScript) -> EligibilityAnswer:
    """Return what the payer says of the policy asked about: unknown, ended, or all its benefits."""
    policy = policy_key(inquiry.payer_id, inquiry.member_id)
    if policy in script.unknown:
        rejection = Rejection(_SUBSCRIBER_NOT_FOUND, "C", RejectedAt.SUBSCRIBER)
        return EligibilityAnswer(
            inquiry.trace_number, None, reject_codes=(_SUBSCRIBER_NOT_FOUND,), rejections=(rejection,)
        )
    active = policy not in script.inactive
    name = f"{inquiry.payer_name} PLAN"[:_LONGEST_NAME]
    plan = plan_of(policy, inquiry.service_date)
    answer = EligibilityAnswer(
        trace_number=inquiry.trace_number,
        active=active,
        plan_name=name,
        member_id=inquiry.member_id,
        last_name=inquiry.last_name,
        first_name=inquiry.first_name,
        birth_date=inquiry.birth_date,
        payer_contacts=(_TELEPHONE,),
        dates=_dates(inquiry.service_date, active),
        references=(PlanReference("6P", f"G{policy[1:7]}"),),
        benefits=_benefits(plan, name, inquiry) if active else (Benefit("6", _PLAN, plan_description=name),),
    )
    return x12_271.with_short_answer(answer)


def _dates(service_date: date, active: bool) -> tuple[PlanDate, ...]:
    asked = PlanDate("291", service_date)
    if active:
        return (asked, PlanDate("346", service_date.replace(month=1, day=1)))
    month = service_date.replace(day=1)
    return (asked, PlanDate("347", month - timedelta(1) if month > date.min else month))


def _benefits(plan: Plan, name: str, inquiry: EligibilityInquiry) -> tuple[Benefit, ...]:
    generic = [kind.code for kind in all_service_types() if kind.generic]
    asked = [code for code in inquiry.service_types if code != HEALTH_PLAN]
    held = tuple(code for code in dict.fromkeys([*generic, *asked]) if code != _NOT_COVERED)
    return (
        Benefit("1", _PLAN, "IND", "C1", name),
        Benefit("1", held),
        Benefit(BenefitKind.NOT_COVERED, (_NOT_COVERED,)),
        Benefit("1", _AUTHORIZED_FIRST, authorization="Y", messages=("CALL BEFORE THE SERVICE",)),
        *_shares(plan),
        *_limits(),
        *([_second_payer(inquiry)] if plan.has_second_payer else []),
    )


def _shares(plan: Plan) -> tuple[Benefit, ...]:
    found: list[Benefit] = []
    sums = ((BenefitKind.DEDUCTIBLE, plan.deductible_cents), (BenefitKind.OUT_OF_POCKET, plan.maximum_cents))
    for kind, cents in sums:
        for network, level, whole in (
            ("Y", "IND", cents),
            ("Y", "FAM", cents * 2),
            ("N", "IND", cents * 2),
        ):
            left = whole - whole * plan.spent_percent // 100 if network == "Y" else whole
            told = Benefit(kind, _PLAN, level, period="23", amount_cents=whole, in_network=network)
            rest = Benefit(kind, _PLAN, level, period="29", amount_cents=left, in_network=network)
            found.extend((told, rest))
    for service_type, cents in (("98", plan.copayment_cents), ("UC", plan.copayment_cents * 2)):
        visit = Benefit(
            BenefitKind.COPAYMENT, (service_type,), "IND", period="27", amount_cents=cents, in_network="Y"
        )
        found.append(visit)
    for network, percent in (("Y", plan.share_percent), ("N", plan.share_percent + 20)):
        found.append(
            Benefit(BenefitKind.COINSURANCE, _PLAN, "IND", percent=Decimal(percent), in_network=network)
        )
    return tuple(found)


def _limits() -> tuple[Benefit, ...]:
    a_year = Delivery("VS", Decimal(20), period="23", periods=Decimal(1))
    left = Delivery("VS", Decimal(20), period="29")
    return tuple(
        Benefit(BenefitKind.LIMITATION, ("33",), "IND", in_network="Y", deliveries=(delivery,))
        for delivery in (a_year, left)
    )


def _second_payer(inquiry: EligibilityInquiry) -> Benefit:
    payer = BenefitEntity("SEP", "SANDBOX SUPPLEMENT", identifier_kind="PI", identifier="SBXSUPP")
    since = PlanDate("292", inquiry.service_date.replace(month=1, day=1))
    return Benefit(BenefitKind.OTHER_PAYER, _PLAN, insurance_type="SP", dates=(since,), entities=(payer,))
