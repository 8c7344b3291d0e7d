"""What the sandbox payer does in each life of a claim, over HTTP and X12."""

import csv
import io
from dataclasses import replace

import pytest

from revcycle.domain.claims.claim import ClaimFrequency
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.remittances.remittance import AdjustmentGroup
from revcycle.edi.claim_837.x12_837 import ClaimToSend, PriorPayment
from revcycle.rules.claims.registration import judge_coverage
from revcycle.sandbox.payer.script import policy_key
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.plot import TIMELY_FILING_PROOF
from revcycle.sandbox.practice.synthetic import generate
from tests.support.exchange.payer_client import FIRST_DAY, PayerWorld, amounts, right_claim, story

CO, PR, OA = (
    AdjustmentGroup.CONTRACTUAL_OBLIGATION,
    AdjustmentGroup.PATIENT_RESPONSIBILITY,
    AdjustmentGroup.OTHER,
)


@pytest.fixture
async def open_payer(tmp_path):
    world = PayerWorld(tmp_path)
    yield world.open
    await world.close()


async def test_clean_claims_are_paid_balanced_and_credited(open_payer):
    practice = generate(11, 60, FIRST_DAY, {Life.PAID_CLEAN: 1})
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    await payer.after(9).kinds()
    assert await payer.remittances() == []
    remittances = await payer.after(16).remittances()
    payments = [payment for remittance in remittances for payment in remittance.claims]
    assert len(payments) == 60
    assert len({(r.payer_id, r.payment_date) for r in remittances}) == len(remittances)
    assert all(not r.findings and r.payment_date.weekday() < 5 for r in remittances)
    assert all(10 <= (r.payment_date - FIRST_DAY).days <= 21 for r in remittances)
    claims = {claim.patient_control_number: claim for claim in practice.claims}
    for payment in payments:
        claim = claims[payment.patient_control_number]
        assert payment.status_code == "1"
        assert payment.patient_responsibility_cents == 0
        assert set(amounts(payment, CO)) == {"45"}
        echoed = [service.line_item_control_number for service in payment.services]
        assert echoed == [line.line_item_control_number for line in claim.lines]
    rows = [
        row
        for body in await payer.after(5).mail("deposits")
        for row in csv.DictReader(io.StringIO(body.decode()))
    ]
    credited = {row["eft_trace_number"]: row["amount"] for row in rows}
    assert credited == {
        r.eft_trace_number: f"{r.payment_cents // 100}.{r.payment_cents % 100:02d}" for r in remittances
    }


async def test_patient_share_is_deductible_then_coinsurance(open_payer):
    practice = story(Life.PLAN_KEPT)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    (payment,) = await payer.after(25).payments()
    shares = amounts(payment, PR)
    assert shares["1"] == 15_000
    assert shares["2"] > 0
    assert payment.patient_responsibility_cents == sum(shares.values())
    assert payment.payment_cents > 0


@pytest.mark.parametrize("place", [0, 1], ids=["one", "other"])
async def test_rejected_claim_is_taken_once_corrected(open_payer, place):
    practice = story(Life.REJECTED_277CA_CORRECTED, 2)
    claim = practice.claims[place]
    payer = open_payer(practice.script)
    await payer.submit(claim)
    (answer,) = await payer.after(2).answers()
    assert (answer.accepted, answer.category_code) == (False, "A7")
    await payer.submit(right_claim(practice, claim))
    (answer,) = await payer.after(2).answers()
    assert answer.accepted
    (payment,) = await payer.after(25).payments()
    assert payment.payment_cents > 0


async def test_co16_is_paid_after_a_replacement(open_payer):
    practice = story(Life.DENIED_CO16_REPLACED, 2)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    denied = {payment.patient_control_number: payment for payment in await payer.after(25).payments()}
    assert {frozenset(amounts(payment, CO)) for payment in denied.values()} == {frozenset({"16"})}
    remarks = {code for payment in denied.values() for s in payment.services for code in s.remark_codes}
    assert remarks == {"N822", "M76"}
    for claim in practice.claims:
        right = replace(
            right_claim(practice, claim),
            claim_frequency=ClaimFrequency.REPLACEMENT,
            payer_claim_control_number=denied[claim.patient_control_number].payer_claim_control_number,
        )
        await payer.submit(right)
    payments = await payer.after(25).payments()
    assert [payment.status_code for payment in payments] == ["1", "1"]
    assert all(payment.payment_cents > 0 for payment in payments)


async def test_replacement_of_an_unknown_claim_is_rejected(open_payer):
    practice = story(Life.PAID_CLEAN)
    payer = open_payer(practice.script)
    await payer.submit(
        replace(
            practice.claims[0],
            claim_frequency=ClaimFrequency.REPLACEMENT,
            payer_claim_control_number="NEVERSEEN",
        )
    )
    (answer,) = await payer.after(2).answers()
    assert (answer.category_code, answer.status_code) == ("A7", "464")


async def test_replacement_of_a_paid_claim_takes_the_payment_back(open_payer):
    practice = story(Life.PAID_CLEAN)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    (first,) = await payer.after(25).payments()
    (claim,) = practice.claims
    number = first.payer_claim_control_number
    await payer.submit(
        replace(claim, claim_frequency=ClaimFrequency.REPLACEMENT, payer_claim_control_number=number)
    )
    reversal, second = await payer.after(25).payments()
    assert (reversal.status_code, reversal.payment_cents) == ("22", -first.payment_cents)
    assert second.payment_cents == first.payment_cents


async def test_co197_is_overturned_and_paid(open_payer):
    practice = story(Life.DENIED_CO197_OVERTURNED)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    (denied,) = await payer.after(25).payments()
    assert (set(amounts(denied, CO)), denied.payment_cents) == ({"197"}, 0)
    await payer.appeal(denied)
    await payer.appeal(denied)
    assert await payer.after(29).decisions() == []
    assert await payer.after(14).decisions() == ["overturned"]
    (paid,) = await payer.after(8).payments()
    assert paid.payer_claim_control_number == denied.payer_claim_control_number
    assert paid.payment_cents > 0


async def test_co50_is_upheld_twice(open_payer):
    practice = story(Life.DENIED_CO50_WRITTEN_OFF)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    (denied,) = await payer.after(25).payments()
    for level in (1, 2, 3):
        await payer.appeal(denied, level)
        assert await payer.after(43).decisions() == ["upheld"]
    assert await payer.after(10).payments() == []


@pytest.mark.parametrize(("kind", "decision"), [("appeal", "upheld"), (TIMELY_FILING_PROOF, "overturned")])
async def test_co29_yields_only_to_proof(open_payer, kind, decision):
    practice = story(Life.DENIED_CO29_PROVED)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    (denied,) = await payer.after(25).payments()
    assert set(amounts(denied, CO)) == {"29"}
    await payer.appeal(denied, kind=kind)
    assert await payer.after(43).decisions() == [decision]
    assert len(await payer.after(8).payments()) == (decision == "overturned")


async def test_eligibility_tells_active_inactive_and_unknown(open_payer):
    practice = story(Life.INACTIVE_COVERAGE_CORRECTED)
    (claim,) = practice.claims
    stranger = story(Life.PAID_CLEAN, seed=9).claims[0]
    coverage = stranger.coverages[0]
    unknown = frozenset({policy_key(coverage.payer_id, coverage.member_id)})
    payer = open_payer(replace(practice.script, unknown=unknown))
    assert (await payer.eligibility(claim)).active is False
    assert (await payer.eligibility(right_claim(practice, claim))).active is True
    answer = await payer.eligibility(stranger)
    assert (answer.active, answer.reject_codes) == (None, ("75",))


async def test_every_patient_of_the_practice_is_known_to_the_payer(open_payer):
    practice = generate(7, 60, FIRST_DAY)
    payer = open_payer(practice.script)
    for claim in practice.claims:
        life = practice.people.claims[claim.source_control_number].life
        judged = judge_coverage(claim.coverages[0], await payer.eligibility(claim))
        ended = life is Life.INACTIVE_COVERAGE_CORRECTED
        assert judged.outcome.value == ("inactive" if ended else "active")


async def test_claim_on_an_ended_policy_is_rejected(open_payer):
    practice = story(Life.INACTIVE_COVERAGE_CORRECTED)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    (answer,) = await payer.after(2).answers()
    assert (answer.accepted, answer.status_code) == (False, "88")


async def test_secondary_pays_what_the_primary_left(open_payer):
    practice = story(Life.PRIMARY_THEN_SECONDARY)
    (claim,) = practice.claims
    payer = open_payer(practice.script)
    await payer.submit(claim)
    (primary,) = await payer.after(25).payments()
    assert primary.patient_responsibility_cents > 0
    prior = PriorPayment(Responsibility.PRIMARY, primary, payer.now.date())
    await payer.submit(ClaimToSend(claim, Responsibility.SECONDARY, (prior,)))
    (secondary,) = await payer.after(25).payments()
    assert secondary.status_code == "2"
    assert secondary.payment_cents == primary.patient_responsibility_cents
    assert set(amounts(secondary, OA)) == {"23"}
    assert secondary.patient_responsibility_cents == 0


async def test_silent_payer_pays_after_it_is_asked(open_payer):
    practice = story(Life.SILENT_PAYER_FOUND)
    (claim,) = practice.claims
    payer = open_payer(practice.script)
    await payer.submit(claim)
    assert await payer.after(40).payments() == []
    assert (await payer.status(claim)).category_code == "P1"
    (payment,) = await payer.after(6).payments()
    found = await payer.status(claim)
    assert (found.category_code, found.payment_cents) == ("F1", payment.payment_cents)


async def test_status_of_a_claim_never_seen_is_not_found(open_payer):
    practice = story(Life.PAID_CLEAN)
    payer = open_payer(practice.script)
    assert (await payer.status(practice.claims[0])).category_code == "D0"


async def test_late_reversal_reposts_without_a_negative_remittance(open_payer):
    practice = story(Life.LATE_REVERSAL_REPOSTED, 3)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    first = {p.patient_control_number: p for p in await payer.after(25).payments()}
    assert len(first) == 3
    (remittance,) = await payer.after(80).remittances()
    reversals = [p for p in remittance.claims if p.is_reversal]
    corrections = {p.patient_control_number: p for p in remittance.claims if not p.is_reversal}
    assert remittance.payment_cents >= 0
    for reversal in reversals:
        original = first[reversal.patient_control_number]
        corrected = corrections[reversal.patient_control_number]
        assert reversal.payment_cents == -original.payment_cents
        assert corrected.payment_cents != original.payment_cents
        assert corrected.payer_claim_control_number == original.payer_claim_control_number
        assert 70 <= (remittance.payment_date - FIRST_DAY).days - 18 <= 90


async def test_a_net_debt_is_carried_forward_and_collected(open_payer):
    practice = story(Life.LATE_REVERSAL_REPOSTED)
    script = replace(
        practice.script,
        claims={key: replace(told, repriced_percent=50) for key, told in practice.script.claims.items()},
    )
    payer = open_payer(script)
    await payer.submit(*practice.claims)
    await payer.after(25).payments()
    (owing,) = await payer.after(80).remittances()
    assert (owing.payment_cents, owing.payment_method) == (0, "NON")
    (carried,) = owing.provider_adjustments
    assert (carried.reason_code, carried.amount_cents < 0) == ("FB", True)
    more = [
        c
        for c in generate(21, 30, FIRST_DAY, {Life.PAID_CLEAN: 1}).claims
        if c.coverages[0].payer_id == "SBX01"
    ]
    await payer.submit(*more[:4])
    collected = [
        adjustment.amount_cents
        for remittance in await payer.after(30).remittances()
        for adjustment in remittance.provider_adjustments
    ]
    assert sum(collected) == -carried.amount_cents


async def test_exact_duplicate_is_denied_co18(open_payer):
    practice = story(Life.PAID_CLEAN)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    await payer.submit(replace(practice.claims[0], patient_control_number="OTHER1"))
    payments = {p.patient_control_number: p for p in await payer.after(30).payments()}
    assert set(amounts(payments["OTHER1"], CO)) == {"18"}
    assert payments[practice.claims[0].patient_control_number].payment_cents > 0


async def test_void_takes_the_payment_back(open_payer):
    practice = story(Life.PAID_CLEAN)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    (paid,) = await payer.after(25).payments()
    number = paid.payer_claim_control_number
    await payer.submit(
        replace(practice.claims[0], claim_frequency=ClaimFrequency.VOID, payer_claim_control_number=number)
    )
    (remittance,) = await payer.after(25).remittances()
    (reversal,) = remittance.claims
    assert (reversal.is_reversal, reversal.payment_cents) == (True, -paid.payment_cents)
    assert remittance.payment_cents == 0
