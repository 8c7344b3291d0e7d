"""What the sandbox payer's desks tell beyond yes and no: benefits in a 271, lines and the check in a 277."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from revcycle.domain.claims.benefit import RejectedAt
from revcycle.domain.claims.eligibility import EligibilityInquiry
from revcycle.edi.eligibility_270_271 import x12_271
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.rules.claims.coverage_benefits import (
    authorization_required,
    coinsurance,
    copayment,
    covers,
    deductible,
    limitations,
    out_of_pocket,
)
from revcycle.rules.claims.edits.other_coverage import other_coverages
from revcycle.sandbox.payer.desks.eligibility import covered
from revcycle.sandbox.payer.script import PayerScript, policy_key
from revcycle.sandbox.practice.life import Life
from tests.support.exchange.payer_client import MONDAY, PayerClient, PayerWorld, story

INQUIRY = EligibilityInquiry(
    "PAY01",
    "GOOD HEALTH",
    "1234567893",
    "GOOD CLINIC",
    "M1",
    "DOE",
    "JANE",
    date(1980, 1, 2),
    date(2026, 11, 20),
    "T1",
    service_types=("98", "AE"),
)
POLICY = frozenset({policy_key("PAY01", "M1")})
Open = Callable[..., PayerClient]


@pytest.fixture
async def open_payer(tmp_path: Path) -> AsyncIterator[Open]:
    world = PayerWorld(tmp_path)
    yield world.open
    await world.close()


def test_an_active_policy_tells_all_that_the_front_desk_asks() -> None:
    answer = covered(INQUIRY, PayerScript())
    share, most = deductible(answer), out_of_pocket(answer)
    assert share.total_cents is not None
    assert share.remaining_cents is not None
    assert 0 <= share.remaining_cents <= share.total_cents
    assert most.total_cents is not None
    assert most.total_cents > share.total_cents
    assert copayment(answer, "98") == answer.copayment_cents
    assert coinsurance(answer) is not None
    assert authorization_required(answer, "62") is True
    assert (covers(answer, "98"), covers(answer, "AE"), covers(answer, "35")) == (True, True, False)
    assert limitations(answer, "33")[0].deliveries[0].quantity == 20


def test_the_same_policy_has_the_same_plan_and_spends_it_over_the_year() -> None:
    assert covered(INQUIRY, PayerScript()) == covered(INQUIRY, PayerScript())
    left = [
        deductible(
            covered(replace(INQUIRY, service_date=date(2026, month, 1)), PayerScript())
        ).remaining_cents
        for month in (1, 6, 12)
    ]
    assert left == sorted((cents or 0 for cents in left), reverse=True)


def test_some_policies_have_a_second_payer() -> None:
    told = [covered(replace(INQUIRY, member_id=f"M{n}"), PayerScript()) for n in range(60)]
    orders = [coverage.order for answer in told for coverage in other_coverages(answer)]
    assert set(orders) == {2}
    assert 1 <= len(orders) < 20


@pytest.mark.parametrize("script", [PayerScript(), PayerScript(inactive=POLICY), PayerScript(unknown=POLICY)])
@pytest.mark.parametrize("service_date", [date(2026, 3, 31), NOT_STATED])
def test_what_the_desk_says_is_read_as_said(script: PayerScript, service_date: date) -> None:
    inquiry = replace(INQUIRY, service_date=service_date)
    answer = covered(inquiry, script)
    payer = Party("GOOD HEALTH", "PAY01")
    file = x12_271.read(
        x12_271.write_answer(Envelope("SANDBOX", "CLINIC", 1, MONDAY), payer, inquiry, answer)
    )
    (read,) = file.facts
    assert file.findings == ()
    assert (read.active, read.benefits, read.rejections) == (
        answer.active,
        answer.benefits,
        answer.rejections,
    )
    assert all(rejection.at is RejectedAt.SUBSCRIBER for rejection in read.rejections)


async def test_a_paid_claim_is_told_with_its_check_and_its_lines(open_payer: Open) -> None:
    practice = story(Life.PAID_CLEAN)
    (claim,) = practice.claims
    payer = open_payer(practice.script)
    await payer.submit(claim)
    waiting = await payer.after(3).status(claim)
    assert (waiting.category_code, waiting.reports[0].remittance_trace) == ("P1", "")
    assert [line.service.charge_cents for line in waiting.lines] == [
        line.charge_cents for line in claim.lines
    ]
    await payer.after(25).kinds()
    paid = await payer.status(claim)
    (report,) = paid.reports
    assert (paid.category_code, report.remittance_on, report.finalized_on) == (
        "F1",
        report.finalized_on,
        report.remittance_on,
    )
    assert report.remittance_trace.startswith("SBXEFT")
    assert sum(line.payment_cents or 0 for line in paid.lines) == paid.payment_cents > 0
    assert paid.patient_control_number == claim.patient_control_number
    assert paid.payer_contacts[0].numbers
