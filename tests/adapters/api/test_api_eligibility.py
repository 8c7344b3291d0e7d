"""Eligibility over the api and the command line: benefits, other payers and refusals in words, persons masked."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from revcycle.api.claims.facts import MASK
from revcycle.cli.claims.eligibility_tables import show_checks
from revcycle.db.claims import eligibility
from revcycle.domain.claims.benefit import Benefit, BenefitEntity, PlanReference, RejectedAt, Rejection
from revcycle.domain.claims.eligibility import EligibilityAnswer, EligibilityInquiry
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.sandbox.payer.desks.eligibility import covered
from revcycle.sandbox.payer.script import PayerScript
from tests.support.api import AT, ApiWorld, api_world, with_claims

SERVICE_DATE = AT.date()
INQUIRY = EligibilityInquiry(
    "PAY01", "GOOD HEALTH", "1234567893", "GOOD CLINIC", "M1", "DOE", "JANE", NOT_STATED, SERVICE_DATE, "T1"
)
DOCTOR = Benefit("L", ("30",), entities=(BenefitEntity("P3", "WELBY", "MARCUS", person=True),))
MEDICARE = Benefit(
    "R",
    ("30",),
    insurance_type="MB",
    references=(PlanReference("1W", "OTHERNUMBER"),),
    messages=("SPEAK TO MRS DOE",),
    entities=(BenefitEntity("PRP", "MEDICARE"),),
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ApiWorld]:
    with api_world(tmp_path) as made:
        yield made


def kept(world: ApiWorld, *answers: EligibilityAnswer) -> str:
    claim_id = with_claims(world).accepted[0]
    with world.db.write() as tx:
        for answer in answers:
            eligibility.record(tx, claim_id, "PAY01", SERVICE_DATE, "active", answer, "D1", AT)
    return claim_id


def shown(world: ApiWorld, user: str, claim_id: str) -> Any:
    return world.get(user, f"/claims/{claim_id}/eligibility").json()


def printed(found: Any) -> str:
    out = Console(file=io.StringIO(), width=200)
    show_checks(out, found)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def test_benefits_are_shown_in_words_and_summed_up(world: ApiWorld) -> None:
    answer = covered(INQUIRY, PayerScript())
    found = shown(world, "biller", kept(world, answer))
    (check,) = found["checks"]
    assert check["active"] is True
    inside, outside = check["summary"]
    assert inside["deductible_cents"] * 2 == outside["deductible_cents"]
    assert 0 <= inside["deductible_remaining_cents"] <= inside["deductible_cents"]
    assert inside["office_visit_copayment_cents"] > 0
    told = {(benefit["benefit"], benefit["for"], benefit["network"]) for benefit in check["benefits"]}
    assert ("copayment", "physician office visit", "in") in told
    assert ("not covered", "dental care", "") in told
    text = printed(found)
    assert "20 visits a calendar year" in text
    assert "CALL BEFORE THE SERVICE" in text
    assert "\nthe patient's share\n" in text
    assert f"\ncovered from {SERVICE_DATE.year}-01-01, end not said" in text


def test_who_may_not_see_persons_sees_no_free_text_and_no_other_numbers(world: ApiWorld) -> None:
    answer = EligibilityAnswer("T1", True, benefits=(Benefit("1", ("30",)), DOCTOR, MEDICARE))
    claim_id = kept(world, answer)
    (masked,) = shown(world, "auditor", claim_id)["checks"]
    assert masked["other_payers"][0]["member_id"] == MASK
    assert masked["primary_care_provider"] == MASK
    assert "DOE" not in str(masked)
    (whole,) = shown(world, "biller", claim_id)["checks"]
    assert whole["other_payers"][0]["pays"] == "first"
    assert whole["other_payers"][0]["member_id"] == "OTHERNUMBER"
    assert whole["primary_care_provider"] == "MARCUS WELBY"
    assert "SPEAK TO MRS DOE" in printed({"checks": [whole]})


def test_a_refusal_is_shown_with_its_meaning_and_what_to_do(world: ApiWorld) -> None:
    refused = EligibilityAnswer(
        "T1", None, reject_codes=("72",), rejections=(Rejection("72", "C", RejectedAt.SUBSCRIBER),)
    )
    kept_before = replace(refused, reject_codes=("75",), rejections=())
    found = shown(world, "biller", kept(world, kept_before, refused))
    before, now = (check["refusals"] for check in found["checks"])
    assert before[0]["meaning"] == "the subscriber is not found"
    assert now[0] == {
        "code": "72",
        "about": "subscriber",
        "meaning": "the member id is missing or invalid",
        "next_action": "check the member id against the card",
        "payer_says": "correct and ask again",
    }
    assert "check the member id against the card" in printed(found)


def test_no_check_is_said_to_be_none(world: ApiWorld) -> None:
    assert "no payer was asked yet" in printed(shown(world, "biller", kept(world)))
