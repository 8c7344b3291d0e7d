"""The sandbox payer takes hospitals' claims over the same path: acknowledged, paid by revenue code, coordinated."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from revcycle.domain.claims.claim import Claim, ClaimFrequency, Coverage
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.remittances.remittance import AdjustmentGroup, ClaimPayment
from revcycle.edi.acknowledgment import x12_999
from revcycle.edi.claim_837.x12_837 import ClaimToSend, PriorPayment, read_claims
from revcycle.sandbox.payer.script import Behaviour, PayerScript, key_of
from tests.support.edi.institutional_facts import SIMPLE, realistic
from tests.support.edi.judges import judge_of_claims
from tests.support.exchange.payer_client import PayerClient, PayerWorld, amounts

STAY = next(sent.claim for sent in realistic(1))


@pytest.fixture
async def payer(tmp_path: Path) -> AsyncIterator[PayerClient]:
    world = PayerWorld(tmp_path)
    share = Behaviour(deductible_cents=50_000, coinsurance_percent=20)
    yield world.open(PayerScript(claims={key_of(STAY, STAY.coverages[0]): share}))
    await world.close()


async def paid(payer: PayerClient, *claims: Claim | ClaimToSend) -> list[ClaimPayment]:
    await payer.submit(*claims)
    return await payer.after(30).payments()


def balanced(payment: ClaimPayment) -> bool:
    lines = all(
        s.charge_cents == s.payment_cents + sum(a.amount_cents for a in s.adjustments)
        for s in payment.services
    )
    return lines and payment.charge_cents == payment.payment_cents + sum(
        a.amount_cents for a in payment.all_adjustments
    )


async def test_a_hospitals_batch_is_acknowledged_by_its_own_guide_and_paid(payer: PayerClient):
    claims = [sent.claim for sent in realistic(12)]
    await payer.submit(*claims)
    (body,) = await payer.after(1 / 24).mail("999")
    (answer,) = x12_999.read_acknowledgments(body)
    assert (answer.code, answer.version) == ("A", "005010X223A2")
    assert {ack.category_code for ack in await payer.after(2).answers()} == {"A2"}
    payments = {one.patient_control_number: one for one in await payer.after(30).payments()}
    assert set(payments) == {claim.patient_control_number for claim in claims}
    for claim in claims:
        payment = payments[claim.patient_control_number]
        assert claim.stay is not None
        assert balanced(payment)
        assert payment.payment_cents > 0
        assert (payment.facility_code, payment.frequency_code) == (claim.stay.facility_type, "1")
        assert payment.drg_code == claim.stay.drg
        assert (payment.inpatient is not None) == (claim.stay.facility_type == "11")


async def test_lines_come_back_by_procedure_or_by_revenue_code_alone(payer: PayerClient):
    (payment,) = await paid(payer, STAY)
    billed = {line.line_item_control_number: line for line in STAY.lines}
    assert len(payment.services) == len(billed) > 3
    for service in payment.services:
        line = billed[service.line_item_control_number]
        told = (service.procedure_qualifier, service.procedure_code, service.revenue_code)
        alone = ("NU", line.revenue_code, "")
        assert told == (("HC", line.procedure_code, line.revenue_code) if line.procedure_code else alone)
    assert payment.inpatient is not None
    assert payment.inpatient.covered_days == Decimal(1)


async def test_what_the_hospital_calls_not_covered_is_not_paid(payer: PayerClient):
    claim = replace(SIMPLE, lines=(replace(SIMPLE.lines[0], non_covered_cents=2_500),))
    (payment,) = await paid(payer, claim)
    assert amounts(payment, AdjustmentGroup.CONTRACTUAL_OBLIGATION)["96"] == 2_500
    assert balanced(payment)


async def test_interim_bills_and_late_charges_are_claims_of_their_own(payer: PayerClient):
    def bill(number: str, frequency: ClaimFrequency, day: int) -> Claim:
        assert SIMPLE.stay is not None
        first = SIMPLE.stay.statement_from + timedelta(day)
        return replace(
            SIMPLE,
            patient_control_number=number,
            claim_frequency=frequency,
            stay=replace(SIMPLE.stay, statement_from=first, statement_to=first),
            lines=(replace(SIMPLE.lines[0], service_date=first),),
        )

    bills = [
        bill("I1", ClaimFrequency.INTERIM_FIRST, 0),
        bill("I2", ClaimFrequency.INTERIM_CONTINUING, 30),
        bill("I3", ClaimFrequency.INTERIM_LAST, 60),
        bill("I4", ClaimFrequency.LATE_CHARGES, 61),
        bill("I5", ClaimFrequency.NON_PAYMENT, 90),
    ]
    payments = {one.patient_control_number: one for one in await paid(payer, *bills)}
    assert [payments[b.patient_control_number].payment_cents > 0 for b in bills] == [True] * 4 + [False]
    assert [payments[b.patient_control_number].frequency_code for b in bills] == ["2", "3", "4", "5", "0"]


async def test_a_replacement_takes_the_first_bill_back_and_a_stranger_is_rejected(payer: PayerClient):
    (first,) = await paid(payer, SIMPLE)
    again = replace(
        SIMPLE,
        patient_control_number="PCN2",
        claim_frequency=ClaimFrequency.REPLACEMENT,
        payer_claim_control_number=first.payer_claim_control_number,
    )
    payments = await paid(payer, again)
    assert sorted(payment.status_code for payment in payments) == ["1", "22"]
    assert sum(payment.payment_cents for payment in payments) == 0
    stranger = replace(again, patient_control_number="PCN3", payer_claim_control_number="NOBODYS")
    await payer.submit(stranger)
    assert [(a.category_code, a.status_code) for a in await payer.after(3).answers()][-1] == ("A7", "464")


async def test_the_second_payer_gets_what_the_first_paid_line_by_line(payer, tmp_path):
    second = Coverage(Responsibility.SECONDARY, "PAY02", "SECOND HEALTH", "M2", STAY.patient)
    claim = replace(STAY, coverages=(*STAY.coverages, second))
    (payment,) = await paid(payer, claim)
    owed = amounts(payment, AdjustmentGroup.PATIENT_RESPONSIBILITY)
    sent = ClaimToSend(
        replace(claim, patient_control_number="PCN2"),
        Responsibility.SECONDARY,
        (PriorPayment(Responsibility.PRIMARY, payment, date(2026, 2, 2)),),
    )
    data = payer.file(sent)
    judge = judge_of_claims()
    assert judge is None or judge(data, tmp_path) == []
    (read,) = read_claims(data).claims
    told = read.prior_payments[0].payment
    assert [s.payment_cents for s in told.services] == [s.payment_cents for s in payment.services]
    assert [(s.procedure_qualifier, s.procedure_code) for s in told.services] == [
        (s.procedure_qualifier, s.procedure_code) for s in payment.services
    ]
    assert told.inpatient == payment.inpatient
    (after,) = await paid(payer, sent)
    assert after.status_code == "2"
    assert after.payment_cents == sum(owed.values()) > 50_000
