"""What a front desk asks of a 271: answered when the payer says it, and not when it does not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from revcycle.domain.claims.benefit import (
    Benefit,
    BenefitEntity,
    Delivery,
    PlanDate,
    PlanReference,
    RejectedAt,
    Rejection,
)
from revcycle.domain.claims.eligibility import EligibilityAnswer
from revcycle.rules.claims.coverage_benefits import (
    CostShare,
    authorization_required,
    benefits_for,
    coinsurance,
    copayment,
    covers,
    deductible,
    limitations,
    messages,
    out_of_pocket,
    plan_period,
    primary_care_provider,
)
from revcycle.rules.claims.edits.other_coverage import explain_refusals, other_coverages

ON = date(2026, 6, 1)
PLAN, VISIT = ("30",), ("98",)


def money(kind: str, cents: int, period: str = "", level: str = "IND", network: str = "Y") -> Benefit:
    return Benefit(kind, PLAN, level, period=period, amount_cents=cents, in_network=network)


MEDICARE = Benefit(
    "R",
    PLAN,
    insurance_type="MB",
    references=(PlanReference("1W", "M9"), PlanReference("6P", "G7")),
    dates=(PlanDate("292", date(2024, 1, 1), date(2026, 12, 31)),),
    entities=(
        BenefitEntity("PRP", "MEDICARE", identifier_kind="PI", identifier="00120"),
        BenefitEntity("IL", "DOE", "JANE", person=True, identifier_kind="MI", identifier="M8"),
    ),
)
DENTAL = Benefit("R", ("35",), entities=(BenefitEntity("TTP", "TOOTH PLAN"),))
DOCTOR = BenefitEntity("P3", "WELBY", "MARCUS", person=True)
ANSWER = EligibilityAnswer(
    "T1",
    active=True,
    benefits=(
        Benefit("1", PLAN, plan_description="GOLD"),
        money("C", 150_000, "23"),
        money("C", 60_000, "29"),
        money("C", 300_000, "23", network="N"),
        money("C", 450_000, "23", "FAM"),
        money("C", 200_000, "29", "FAM"),
        money("G", 500_000, "23"),
        money("G", 120_000, "24"),
        Benefit("B", VISIT, "IND", period="27", amount_cents=2_500, in_network="Y"),
        Benefit("B", PLAN, "IND", amount_cents=4_000, in_network="W"),
        Benefit("A", PLAN, "IND", percent=Decimal("12.5"), in_network="Y"),
        Benefit("A", PLAN, "IND", percent=Decimal(40), in_network="N"),
        Benefit("F", ("33",), deliveries=(Delivery("VS", Decimal(35), period="23"),), in_network="Y"),
        Benefit("1", ("AE",), authorization="Y", messages=("CALL FIRST", "CALL FIRST")),
        Benefit("1", ("UC",), authorization="N"),
        Benefit("I", ("35",)),
        Benefit("L", PLAN, entities=(DOCTOR,)),
        DENTAL,
        MEDICARE,
    ),
    dates=(PlanDate("346", date(2026, 1, 1)), PlanDate("347", date(2026, 12, 31))),
)


def test_deductible_and_maximum_are_told_whole_and_remaining() -> None:
    assert deductible(ANSWER) == CostShare(150_000, 60_000, 90_000)
    assert deductible(ANSWER, network="N") == CostShare(300_000, None, None)
    assert deductible(ANSWER, level="FAM") == CostShare(450_000, 200_000, 250_000)
    assert out_of_pocket(ANSWER) == CostShare(500_000, 380_000, 120_000)


def test_a_service_of_its_own_counts_before_the_plan() -> None:
    assert copayment(ANSWER, "98") == 2_500
    assert copayment(ANSWER) == 4_000
    assert copayment(ANSWER, "98", "N") == 4_000, "what holds for both networks holds outside too"
    assert deductible(ANSWER, "98") == deductible(ANSWER)


def test_a_share_need_not_be_a_whole_percentage() -> None:
    assert coinsurance(ANSWER) == Decimal("12.5")
    assert coinsurance(ANSWER, "30", "N") == Decimal(40)


def test_what_is_stated_twice_differently_is_not_guessed() -> None:
    twice = replace(ANSWER, benefits=(money("B", 1_000), money("B", 2_000)))
    assert copayment(twice) is None
    assert [b.amount_cents for b in benefits_for(twice, "B")] == [1_000, 2_000]
    assert copayment(replace(twice, benefits=(money("B", 1_000), money("B", 1_000)))) == 1_000
    assert copayment(EligibilityAnswer("T1", None)) is None


def test_a_copayment_of_one_place_is_not_that_of_all() -> None:
    one_place = replace(money("B", 9_000), places=("23",))
    assert copayment(replace(ANSWER, benefits=(one_place, money("B", 2_000)))) == 2_000
    assert copayment(replace(ANSWER, benefits=(one_place,))) == 9_000


@pytest.mark.parametrize(
    ("service_type", "wanted"), [("AE", True), ("UC", False), ("98", None), ("30", None)]
)
def test_authorization_is_told_where_the_payer_tells_it(service_type: str, wanted: bool | None) -> None:
    assert authorization_required(ANSWER, service_type) is wanted


def test_one_benefit_that_wants_authorization_is_enough() -> None:
    both = (Benefit("1", VISIT, authorization="N"), Benefit("B", VISIT, authorization="Y"))
    assert authorization_required(replace(ANSWER, benefits=both), "98") is True
    unsure = (Benefit("1", VISIT, authorization="N"), Benefit("B", VISIT, authorization="U"))
    assert authorization_required(replace(ANSWER, benefits=unsure), "98") is None


@pytest.mark.parametrize(
    ("service_type", "wanted"), [("30", True), ("35", False), ("AE", True), ("88", True)]
)
def test_what_is_covered(service_type: str, wanted: bool) -> None:
    assert covers(ANSWER, service_type) is wanted
    assert covers(EligibilityAnswer("T1", None), service_type) is None
    assert covers(replace(ANSWER, benefits=(Benefit("6", PLAN),)), service_type) is False


def test_limits_messages_provider_and_period() -> None:
    (limit,) = limitations(ANSWER, "33")
    assert limit.deliveries[0].quantity == 35
    assert messages(ANSWER, "AE") == ("CALL FIRST",)
    assert primary_care_provider(ANSWER) == DOCTOR
    assert primary_care_provider(EligibilityAnswer("T1", True)) is None
    assert plan_period(ANSWER) == (date(2026, 1, 1), date(2026, 12, 31))
    open_ended = replace(ANSWER, dates=(PlanDate("291", date(2025, 5, 1)),))
    assert plan_period(open_ended) == (date(2025, 5, 1), None)


def test_other_payers_come_in_the_order_they_pay() -> None:
    medicare, dental = other_coverages(ANSWER)
    assert (medicare.payer_name, medicare.payer_id, medicare.order) == ("MEDICARE", "00120", 1)
    assert (medicare.member_id, medicare.group_number, medicare.insured_last_name) == ("M9", "G7", "DOE")
    assert (medicare.first, medicare.last) == (date(2024, 1, 1), date(2026, 12, 31))
    assert (dental.payer_name, dental.order, dental.service_types) == ("TOOTH PLAN", 3, ("35",))


def test_a_payer_without_a_name_is_still_another_payer() -> None:
    (other,) = other_coverages(replace(ANSWER, benefits=(Benefit("R", PLAN, plan_description="AUTO"),)))
    assert (other.payer_name, other.order) == ("AUTO", None)


def test_refusals_say_what_they_mean_and_what_to_do() -> None:
    refused = EligibilityAnswer(
        "T1",
        None,
        rejections=(Rejection("72", "C", RejectedAt.SUBSCRIBER), Rejection("42", "R", RejectedAt.SYSTEM)),
        benefits=(Benefit("V", rejections=(Rejection("QQ", "N", RejectedAt.BENEFIT),)),),
    )
    member, unable, unknown = explain_refusals(refused, ON)
    assert (member.meaning, member.at) == ("the member id is missing or invalid", "subscriber")
    assert "card" in member.action
    assert member.follow_up == "correct and ask again"
    assert unable.action.startswith("ask again later")
    assert unknown.meaning == "a reason without a known meaning"
    assert "call the payer" in unknown.action
