"""The sandbox payer over HTTP: every life's outside half, on the clock of the Date header."""

import asyncio
import base64
import csv
import io
import json
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from revcycle.domain.acknowledgment import ClaimAcknowledgment
from revcycle.domain.claim import Claim, ClaimFrequency, Responsibility
from revcycle.domain.claim_status import StatusAnswer, StatusInquiry
from revcycle.domain.eligibility import EligibilityAnswer, EligibilityInquiry
from revcycle.domain.remittance import AdjustmentGroup, ClaimPayment, Remittance
from revcycle.edi import (
    x12_270_005010x279a1,
    x12_271_005010x279a1,
    x12_276_005010x212,
    x12_277_005010x212,
    x12_277ca_005010x214,
    x12_835_005010x221a1,
    x12_999_005010x231a1,
    x12_ta1,
)
from revcycle.edi.envelope import Envelope, Party
from revcycle.edi.x12_837p_005010x222a1 import ClaimToSend, PriorPayment, write_claims
from revcycle.rules.registration import judge_coverage
from revcycle.sandbox.payer.app import make_app
from revcycle.sandbox.payer.office import Office
from revcycle.sandbox.payer.script import Fault, PayerScript, policy_key
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.plot import TIMELY_FILING_PROOF
from revcycle.sandbox.practice.synthetic import SyntheticPractice, generate

TOKEN = "letmein"
FIRST_DAY = date(2026, 1, 12)
MONDAY = datetime(2026, 1, 12, 15, 0, tzinfo=UTC)
CO, PR, OA = (
    AdjustmentGroup.CONTRACTUAL_OBLIGATION,
    AdjustmentGroup.PATIENT_RESPONSIBILITY,
    AdjustmentGroup.OTHER,
)


@dataclass
class Practice:
    """The caller's side: a clock, a token, and what comes out of the mailbox, read."""

    http: httpx.AsyncClient
    now: datetime = MONDAY
    sent: int = 0

    def _headers(self, **more: str) -> dict[str, str]:
        return {"Date": format_datetime(self.now, usegmt=True), **more}

    def after(self, days: float) -> "Practice":
        self.now += timedelta(days=days)
        return self

    def file(self, *claims: ClaimToSend) -> bytes:
        self.sent += 1
        envelope = Envelope("OURPRACTICE", "SANDBOX", self.sent, self.now)
        submitter = Party("OUR PRACTICE", "OURPRACTICE", contact_name="BILLING", contact_phone="6145550100")
        return write_claims(envelope, submitter, Party("SANDBOX", "SANDBOX"), claims)

    async def submit(self, *claims: Claim | ClaimToSend, key: str = "") -> str:
        to_send = [
            claim if isinstance(claim, ClaimToSend) else ClaimToSend(claim, Responsibility.PRIMARY)
            for claim in claims
        ]
        data = self.file(*to_send)
        headers = self._headers(**{"Idempotency-Key": key or f"batch-{self.sent}"})
        answer = await self.http.post("/batch", content=data, headers=headers)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["receipt"])

    async def mail(self, kind: str) -> list[bytes]:
        """Fetch and delete all due items of the kind."""
        listing = (await self.http.get("/mailbox", headers=self._headers())).json()
        bodies = []
        for item in listing:
            if item["kind"] == kind:
                bodies.append((await self.http.get(f"/mailbox/{item['id']}")).content)
                assert (await self.http.delete(f"/mailbox/{item['id']}")).status_code == 204
        return bodies

    async def kinds(self) -> list[str]:
        return [item["kind"] for item in (await self.http.get("/mailbox", headers=self._headers())).json()]

    async def answers(self) -> list[ClaimAcknowledgment]:
        return [
            claim
            for body in await self.mail("277CA")
            for claim in x12_277ca_005010x214.read_acknowledgments(body)
        ]

    async def remittances(self) -> list[Remittance]:
        return [
            remittance
            for body in await self.mail("835")
            for remittance in x12_835_005010x221a1.read_remittances(body).remittances
        ]

    async def payments(self) -> list[ClaimPayment]:
        return [claim for remittance in await self.remittances() for claim in remittance.claims]

    async def appeal(self, payment: ClaimPayment, level: int = 1, kind: str = "appeal") -> None:
        body = {
            "appeal_key": f"{payment.payer_claim_control_number}-{level}",
            "patient_control_number": payment.patient_control_number,
            "payer_claim_control_number": payment.payer_claim_control_number,
            "level": level,
            "kind": kind,
            "document_base64": base64.b64encode(b"%PDF-1.7 letter").decode(),
        }
        answer = await self.http.post("/appeals", json=body, headers=self._headers())
        assert answer.status_code == 202, answer.text

    async def decisions(self) -> list[str]:
        return [json.loads(body)["decision"] for body in await self.mail("appeal_decision")]

    async def status(self, claim: Claim) -> StatusAnswer:
        coverage = claim.coverages[0]
        inquiry = StatusInquiry(
            payer_id=coverage.payer_id,
            payer_name=coverage.payer_name,
            provider_npi=claim.billing_provider.npi,
            provider_name=claim.billing_provider.last_or_organization_name,
            patient_control_number=claim.patient_control_number,
            member_id=coverage.member_id,
            last_name=coverage.subscriber.last_name,
            first_name=coverage.subscriber.first_name,
            birth_date=coverage.subscriber.birth_date,
            sex="F",
            charge_cents=claim.charge_cents,
            service_date=claim.service_date_from,
            trace_number="T1",
        )
        envelope = Envelope("OURPRACTICE", "SANDBOX", 900, self.now)
        receiver = Party("SANDBOX", "SANDBOX")
        body = x12_276_005010x212.write_inquiry(envelope, receiver, inquiry)
        answer = await self.http.post("/realtime", content=body, headers=self._headers())
        assert answer.status_code == 200, answer.text
        return x12_277_005010x212.read_answers(answer.content)[0]

    async def eligibility(self, claim: Claim) -> EligibilityAnswer:
        coverage = claim.coverages[0]
        dependent = claim.patient if coverage.relationship_code != "18" else None
        inquiry = EligibilityInquiry(
            payer_id=coverage.payer_id,
            payer_name=coverage.payer_name,
            provider_npi=claim.billing_provider.npi,
            provider_name=claim.billing_provider.last_or_organization_name,
            member_id=coverage.member_id,
            last_name=coverage.subscriber.last_name,
            first_name=coverage.subscriber.first_name,
            birth_date=coverage.subscriber.birth_date,
            service_date=claim.service_date_from,
            trace_number="T2",
            dependent_last_name=dependent.last_name if dependent else "",
            dependent_first_name=dependent.first_name if dependent else "",
            dependent_birth_date=dependent.birth_date if dependent else None,
        )
        envelope = Envelope("OURPRACTICE", "SANDBOX", 901, self.now)
        body = x12_270_005010x279a1.write_inquiry(envelope, Party("SANDBOX", "SANDBOX"), inquiry)
        answer = await self.http.post("/realtime", content=body, headers=self._headers())
        assert answer.status_code == 200, answer.text
        return x12_271_005010x279a1.read_answers(answer.content)[0]


def _client(folder: Path, script: PayerScript) -> tuple[httpx.AsyncClient, Office]:
    office = Office(folder, script)
    transport = httpx.ASGITransport(make_app(office, TOKEN))
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return httpx.AsyncClient(transport=transport, base_url="http://payer", headers=headers), office


@pytest.fixture
async def open_payer(tmp_path):
    opened: list[tuple[httpx.AsyncClient, Office]] = []

    def open_(script: PayerScript, folder: str = "payer") -> Practice:
        opened.append(_client(tmp_path / folder, script))
        return Practice(opened[-1][0])

    yield open_
    for http, office in opened:
        await http.aclose()
        office.close()


def _story(life: Life, claims: int = 1, seed: int = 5) -> SyntheticPractice:
    return generate(seed, claims, FIRST_DAY, {life: 1})


def _right(practice: SyntheticPractice, claim: Claim) -> Claim:
    """The claim as staff correct it; only the fields these lives need."""
    for right in practice.people.claims[claim.source_control_number].corrections:
        match right.path.split("[")[0]:
            case "rendering_provider.npi":
                provider = claim.rendering_provider
                assert provider is not None
                claim = replace(claim, rendering_provider=replace(provider, npi=right.value))
            case "diagnosis_codes":
                claim = replace(claim, diagnosis_codes=(right.value, *claim.diagnosis_codes[1:]))
            case "coverages":
                claim = claim.with_coverage(replace(claim.coverages[0], member_id=right.value))
            case "lines":
                place = int(right.path.split("[")[1].split("]")[0])
                line = replace(claim.lines[place], modifiers=tuple(right.value.split(",")))
                claim = replace(claim, lines=(*claim.lines[:place], line, *claim.lines[place + 1 :]))
            case other:
                raise AssertionError(other)
    return claim


def _amounts(payment: ClaimPayment, group: AdjustmentGroup) -> dict[str, int]:
    told: dict[str, int] = {}
    for adjustment in payment.all_adjustments:
        if adjustment.group is group:
            told[adjustment.reason_code] = told.get(adjustment.reason_code, 0) + adjustment.amount_cents
    return told


async def test_calls_need_the_token_and_the_time(open_payer):
    payer = open_payer(PayerScript())
    assert (await payer.http.get("/health", headers={"Authorization": ""})).status_code == 200
    assert (await payer.http.get("/mailbox", headers={"Authorization": "Bearer no"})).status_code == 401
    refused = await payer.http.get("/mailbox")
    assert (refused.status_code, "Date" in refused.text) == (400, True)


async def test_what_is_not_a_claim_file_is_refused(open_payer):
    payer = open_payer(PayerScript())
    headers = {"Date": format_datetime(MONDAY, usegmt=True)}
    for body in (b"hello", b""):
        assert (await payer.http.post("/batch", content=body, headers=headers)).status_code == 400
        assert (await payer.http.post("/realtime", content=body, headers=headers)).status_code == 400
    assert (await payer.http.post("/appeals", content=b"{}", headers=headers)).status_code == 422
    assert (await payer.http.get("/mailbox/M9")).status_code == 404


async def test_acknowledgments_come_when_due(open_payer):
    practice = _story(Life.PAID_CLEAN, 3)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    assert await payer.kinds() == []
    assert await payer.after(1 / 24).kinds() == ["TA1", "999"]
    (body,) = await payer.mail("999")
    (syntax,) = x12_999_005010x231a1.read_acknowledgments(body)
    assert (syntax.code, len(syntax.transactions)) == ("A", 1)
    assert await payer.kinds() == ["TA1"]
    payer.now = datetime(2026, 1, 13, 12, tzinfo=UTC)
    answers = await payer.answers()
    assert len(answers) == 3
    assert all(answer.accepted and answer.payer_claim_control_number for answer in answers)
    assert {a.patient_control_number for a in answers} == {c.patient_control_number for c in practice.claims}


@pytest.mark.parametrize("asked", [True, False])
async def test_ta1_comes_only_when_asked_for(open_payer, asked):
    practice = _story(Life.PAID_CLEAN)
    payer = open_payer(practice.script)
    elements = payer.file(ClaimToSend(practice.claims[0], Responsibility.PRIMARY)).split(b"*")
    elements[14] = b"1" if asked else b"0"
    headers = {"Date": format_datetime(MONDAY, usegmt=True)}
    assert (await payer.http.post("/batch", content=b"*".join(elements), headers=headers)).status_code == 202
    answers = [x12_ta1.read_acknowledgments(body) for body in await payer.after(1 / 24).mail("TA1")]
    assert [answer.accepted for (answer,) in answers] == [True] * asked


async def test_same_key_is_taken_in_once(open_payer):
    practice = _story(Life.PAID_CLEAN)
    payer = open_payer(practice.script)
    first = await payer.submit(*practice.claims, key="k1")
    assert await payer.submit(*practice.claims, key="k1") == first
    assert await payer.submit(*_story(Life.PAID_CLEAN, seed=6).claims, key="k2") != first
    assert len(await payer.after(2).answers()) == 2


async def test_the_clock_never_goes_back(open_payer):
    practice = _story(Life.PAID_CLEAN)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    await payer.after(3).kinds()
    assert await payer.after(-3).kinds() == ["TA1", "999", "277CA"]


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
        assert set(_amounts(payment, CO)) == {"45"}
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
    practice = _story(Life.PLAN_KEPT)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    (payment,) = await payer.after(25).payments()
    shares = _amounts(payment, PR)
    assert shares["1"] == 15_000
    assert shares["2"] > 0
    assert payment.patient_responsibility_cents == sum(shares.values())
    assert payment.payment_cents > 0


@pytest.mark.parametrize("place", [0, 1], ids=["one", "other"])
async def test_rejected_claim_is_taken_once_corrected(open_payer, place):
    practice = _story(Life.REJECTED_277CA_CORRECTED, 2)
    claim = practice.claims[place]
    payer = open_payer(practice.script)
    await payer.submit(claim)
    (answer,) = await payer.after(2).answers()
    assert (answer.accepted, answer.category_code) == (False, "A7")
    await payer.submit(_right(practice, claim))
    (answer,) = await payer.after(2).answers()
    assert answer.accepted
    (payment,) = await payer.after(25).payments()
    assert payment.payment_cents > 0


async def test_co16_is_paid_after_a_replacement(open_payer):
    practice = _story(Life.DENIED_CO16_REPLACED, 2)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    denied = {payment.patient_control_number: payment for payment in await payer.after(25).payments()}
    assert {frozenset(_amounts(payment, CO)) for payment in denied.values()} == {frozenset({"16"})}
    remarks = {code for payment in denied.values() for s in payment.services for code in s.remark_codes}
    assert remarks == {"N822", "M76"}
    for claim in practice.claims:
        right = replace(
            _right(practice, claim),
            claim_frequency=ClaimFrequency.REPLACEMENT,
            payer_claim_control_number=denied[claim.patient_control_number].payer_claim_control_number,
        )
        await payer.submit(right)
    payments = await payer.after(25).payments()
    assert [payment.status_code for payment in payments] == ["1", "1"]
    assert all(payment.payment_cents > 0 for payment in payments)


async def test_replacement_of_an_unknown_claim_is_rejected(open_payer):
    practice = _story(Life.PAID_CLEAN)
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
    practice = _story(Life.PAID_CLEAN)
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
    practice = _story(Life.DENIED_CO197_OVERTURNED)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    (denied,) = await payer.after(25).payments()
    assert (set(_amounts(denied, CO)), denied.payment_cents) == ({"197"}, 0)
    await payer.appeal(denied)
    await payer.appeal(denied)
    assert await payer.after(29).decisions() == []
    assert await payer.after(14).decisions() == ["overturned"]
    (paid,) = await payer.after(8).payments()
    assert paid.payer_claim_control_number == denied.payer_claim_control_number
    assert paid.payment_cents > 0


async def test_co50_is_upheld_twice(open_payer):
    practice = _story(Life.DENIED_CO50_WRITTEN_OFF)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    (denied,) = await payer.after(25).payments()
    for level in (1, 2, 3):
        await payer.appeal(denied, level)
        assert await payer.after(43).decisions() == ["upheld"]
    assert await payer.after(10).payments() == []


@pytest.mark.parametrize(("kind", "decision"), [("appeal", "upheld"), (TIMELY_FILING_PROOF, "overturned")])
async def test_co29_yields_only_to_proof(open_payer, kind, decision):
    practice = _story(Life.DENIED_CO29_PROVED)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    (denied,) = await payer.after(25).payments()
    assert set(_amounts(denied, CO)) == {"29"}
    await payer.appeal(denied, kind=kind)
    assert await payer.after(43).decisions() == [decision]
    assert len(await payer.after(8).payments()) == (decision == "overturned")


async def test_eligibility_tells_active_inactive_and_unknown(open_payer):
    practice = _story(Life.INACTIVE_COVERAGE_CORRECTED)
    (claim,) = practice.claims
    stranger = _story(Life.PAID_CLEAN, seed=9).claims[0]
    coverage = stranger.coverages[0]
    unknown = frozenset({policy_key(coverage.payer_id, coverage.member_id)})
    payer = open_payer(replace(practice.script, unknown=unknown))
    assert (await payer.eligibility(claim)).active is False
    assert (await payer.eligibility(_right(practice, claim))).active is True
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


async def test_a_broken_claim_does_not_stop_the_others(open_payer):
    practice = _story(Life.PAID_CLEAN, 3)
    payer = open_payer(practice.script)
    claims = [ClaimToSend(claim, Responsibility.PRIMARY) for claim in practice.claims]
    number = practice.claims[1].patient_control_number.encode()
    data = payer.file(*claims).replace(b"CLM*" + number + b"*", b"CLM*" + number + b"*A")
    headers = {"Date": format_datetime(MONDAY, usegmt=True)}
    assert (await payer.http.post("/batch", content=data, headers=headers)).status_code == 202
    (body,) = await payer.after(2).mail("999")
    (syntax,) = x12_999_005010x231a1.read_acknowledgments(body)
    assert syntax.code == "E"
    assert len(await payer.answers()) == 2


async def test_claim_on_an_ended_policy_is_rejected(open_payer):
    practice = _story(Life.INACTIVE_COVERAGE_CORRECTED)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    (answer,) = await payer.after(2).answers()
    assert (answer.accepted, answer.status_code) == (False, "88")


async def test_secondary_pays_what_the_primary_left(open_payer):
    practice = _story(Life.PRIMARY_THEN_SECONDARY)
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
    assert set(_amounts(secondary, OA)) == {"23"}
    assert secondary.patient_responsibility_cents == 0


async def test_silent_payer_pays_after_it_is_asked(open_payer):
    practice = _story(Life.SILENT_PAYER_FOUND)
    (claim,) = practice.claims
    payer = open_payer(practice.script)
    await payer.submit(claim)
    assert await payer.after(40).payments() == []
    assert (await payer.status(claim)).category_code == "P1"
    (payment,) = await payer.after(6).payments()
    found = await payer.status(claim)
    assert (found.category_code, found.payment_cents) == ("F1", payment.payment_cents)


async def test_status_of_a_claim_never_seen_is_not_found(open_payer):
    practice = _story(Life.PAID_CLEAN)
    payer = open_payer(practice.script)
    assert (await payer.status(practice.claims[0])).category_code == "D0"


async def test_late_reversal_reposts_without_a_negative_remittance(open_payer):
    practice = _story(Life.LATE_REVERSAL_REPOSTED, 3)
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
    practice = _story(Life.LATE_REVERSAL_REPOSTED)
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
    practice = _story(Life.PAID_CLEAN)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    await payer.submit(replace(practice.claims[0], patient_control_number="OTHER1"))
    payments = {p.patient_control_number: p for p in await payer.after(30).payments()}
    assert set(_amounts(payments["OTHER1"], CO)) == {"18"}
    assert payments[practice.claims[0].patient_control_number].payment_cents > 0


async def test_server_error_strikes_as_often_as_told(open_payer):
    practice = _story(Life.PAID_CLEAN)
    payer = open_payer(practice.script.with_faults(Fault("server_error", "/mailbox", count=2, skip=1)))
    headers = {"Date": format_datetime(MONDAY, usegmt=True)}
    codes = [(await payer.http.get("/mailbox", headers=headers)).status_code for _ in range(4)]
    assert codes == [200, 503, 503, 200]


async def test_timeout_after_accepting_takes_the_batch_in_once(open_payer):
    practice = _story(Life.PAID_CLEAN)
    payer = open_payer(practice.script.with_faults(Fault("timeout_after_accept", "/batch", hang_seconds=5)))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(payer.submit(*practice.claims, key="k"), 0.5)
    await payer.submit(*practice.claims, key="k")
    assert len(await payer.after(2).answers()) == 1


async def test_duplicate_mailbox_item_has_the_same_bytes(open_payer):
    practice = _story(Life.PAID_CLEAN)
    payer = open_payer(practice.script.with_faults(Fault("duplicate_item", "835")))
    await payer.submit(*practice.claims)
    first, second = await payer.after(25).mail("835")
    assert first == second


async def test_payer_continues_after_a_restart(open_payer):
    practice = _story(Life.PAID_CLEAN, 5)
    before = open_payer(practice.script)
    await before.submit(*practice.claims, key="k")
    await before.after(5).kinds()
    after = open_payer(practice.script)
    assert (await after.http.get("/mailbox")).status_code == 200
    assert len(await after.after(25).payments()) == 5


async def test_three_hundred_claims_are_accepted_quickly(open_payer):
    practice = generate(7, 300, FIRST_DAY)
    payer = open_payer(practice.script)
    began = time.perf_counter()
    await payer.submit(*practice.claims)
    assert time.perf_counter() - began < 3


def _start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    (folder / "token").write_text(TOKEN + "\n")
    (folder / "script.json").write_text(_story(Life.PAID_CLEAN).script.to_json())
    options = {
        "--port": port,
        "--token-file": folder / "token",
        "--script": folder / "script.json",
        "--data": folder / "data",
    }
    words = [str(word) for option in options.items() for word in option]
    return subprocess.Popen([sys.executable, "-m", "revcycle.sandbox.payer", *words])


@pytest.fixture
async def running(tmp_path) -> AsyncIterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process, url = _start(tmp_path, port), f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient() as http:
            for _ in range(150):
                try:
                    await http.get(f"{url}/health")
                    break
                except httpx.ConnectError:
                    await asyncio.sleep(0.1)
        yield url
    finally:
        process.terminate()
        assert process.wait(10) in (0, -15)


async def test_payer_runs_as_a_process(running):
    headers = {"Authorization": f"Bearer {TOKEN}", "Date": format_datetime(MONDAY, usegmt=True)}
    async with httpx.AsyncClient(base_url=running, headers=headers) as http:
        assert (await http.get("/mailbox")).json() == []
        payer = Practice(http)
        await payer.submit(*_story(Life.PAID_CLEAN).claims)
        assert await payer.after(1 / 24).kinds() == ["TA1", "999"]
