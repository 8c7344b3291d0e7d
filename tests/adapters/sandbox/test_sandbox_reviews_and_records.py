"""The sandbox payer over HTTP: prior authorization while one waits, requests for records, and the records."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from revcycle.domain.claims.authorization import (
    AuthorizationAnswer,
    AuthorizationRequest,
    CertificationType,
    ReviewDecision,
    ReviewLevel,
    ReviewRejection,
)
from revcycle.domain.claims.claim import Claim
from revcycle.domain.claims.dental import DentalClaim
from revcycle.domain.mail.attachment_request import AttachmentRequest, Record, RecordsForClaim
from revcycle.edi.acknowledgment import x12_999
from revcycle.edi.authorization_278.x12_278 import read_response, write_request
from revcycle.edi.records_275_277 import x12_275, x12_277_rfai
from revcycle.edi.records_275_277.parts import RECORDS_5010, RECORDS_6020, AttachmentGuide
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.sandbox.payer.script import (
    Behaviour,
    PayerScript,
    ReviewBehaviour,
    key_of,
    policy_key,
    review_key,
)
from revcycle.sandbox.practice.life import Life
from tests.support.edi.authorization_facts import realistic
from tests.support.edi.dental_facts import realistic as realistic_dental
from tests.support.exchange.payer_client import PayerClient, PayerWorld, story

DOCUMENT = b"~ISA*00*\x00\xff notes of the visit"
LOINC = "18842-5"


@pytest.fixture
async def open_payer(tmp_path: Path) -> AsyncIterator[Callable[..., PayerClient]]:
    world = PayerWorld(tmp_path)
    yield world.open
    await world.close()


async def post(payer: PayerClient, path: str, body: bytes, **headers: str) -> bytes:
    told = {"Date": format_datetime(payer.now, usegmt=True), **headers}
    answer = await payer.http.post(path, content=body, headers=told)
    assert answer.status_code in (200, 202), answer.text
    return answer.content


async def review(payer: PayerClient, request: AuthorizationRequest) -> AuthorizationAnswer:
    envelope = Envelope("OURPRACTICE", "SANDBOX", 902, payer.now)
    body = write_request(envelope, Party("OURPRACTICE", "OURPRACTICE"), request)
    file = read_response(await post(payer, "/realtime", body))
    assert (file.findings, file.quarantined) == ((), ())
    return file.facts[0]


def decides(request: AuthorizationRequest, behaviour: ReviewBehaviour) -> PayerScript:
    key = review_key(request.member_id, [service.procedure_code for service in request.services])
    script = PayerScript(seed=3, reviews={key: behaviour})
    assert PayerScript.from_json(script.to_json()) == script
    return script


async def test_a_request_is_certified_at_once_and_the_same_each_time(open_payer):
    request = realistic(1)
    payer = open_payer(PayerScript(seed=3))
    answer = await review(payer, request)
    certified = answer.certification
    assert certified is not None
    assert (certified.decision, certified.issued_on) == (ReviewDecision.CERTIFIED, payer.now.date())
    assert certified.number.startswith("AUTH")
    assert certified.effective_from == request.services[0].first
    assert answer.asked.trace_number == request.trace_number
    assert [d.approved.units for d in answer.services] == [s.units for s in request.services]
    assert answer == await review(payer, request)
    other = await review(payer, replace(request, trace_number="T2"))
    assert other.certification is not None
    assert other.certification.number != certified.number


@pytest.mark.parametrize(
    ("decision", "numbered", "more"),
    [
        (ReviewDecision.NOT_CERTIFIED, False, False),
        (ReviewDecision.PENDED, False, True),
        (ReviewDecision.MODIFIED, True, False),
        (ReviewDecision.CONTACT_PAYER, False, False),
    ],
)
async def test_the_script_decides(open_payer, decision, numbered, more):
    request = realistic(1)
    answer = await review(
        open_payer(decides(request, ReviewBehaviour(decision, ("0V",), units_percent=50))), request
    )
    certified = answer.certification
    assert certified is not None
    assert (certified.decision, certified.reasons) == (decision, ("0V",))
    assert (bool(certified.number), answer.more_to_follow) == (numbered, more)
    assert bool(certified.reference) is (decision is ReviewDecision.PENDED)
    assert {d.certification.decision for d in answer.services if d.certification} == {decision}


async def test_a_cancelled_review_is_cancelled(open_payer):
    request = realistic(0)
    assert request.review is not None
    cancelled = replace(request, review=replace(request.review, certification=CertificationType.CANCEL))
    answer = await review(open_payer(PayerScript()), cancelled)
    assert answer.certification is not None
    assert answer.certification.decision is ReviewDecision.CANCELLED


async def test_who_is_unknown_is_refused(open_payer):
    request = realistic(0)
    script = PayerScript(unknown=frozenset([policy_key(request.payer_id, request.member_id)]))
    answer = await review(open_payer(script), request)
    assert answer.certification is None
    assert answer.rejections == (ReviewRejection(ReviewLevel.SUBSCRIBER, "75", "C"),)


async def test_a_278_that_asks_nothing_is_refused(open_payer):
    payer = open_payer(PayerScript())
    envelope = Envelope("OURPRACTICE", "SANDBOX", 902, payer.now)
    body = write_request(envelope, Party("P", "OURPRACTICE"), realistic(0)).replace(b"UM*HS", b"ZZ*HS")
    answer = await payer.http.post(
        "/realtime", content=body, headers={"Date": format_datetime(payer.now, usegmt=True)}
    )
    assert answer.status_code == 400


def asking(claim: Claim, script: PayerScript) -> PayerScript:
    key = key_of(claim, claim.coverages[0])
    asked = replace(script, claims={key: Behaviour(records_asked=(LOINC,))})
    assert PayerScript.from_json(asked.to_json()) == asked
    return asked


async def asked_for(payer: PayerClient) -> list[AttachmentRequest]:
    files = [x12_277_rfai.read_requests(body) for body in await payer.mail("277RFAI")]
    assert all(not file.findings and not file.quarantined for file in files)
    return [request for file in files for request in file.facts]


async def send(payer: PayerClient, request: AttachmentRequest, guide: AttachmentGuide = RECORDS_5010) -> None:
    record = Record(request.trace_number, DOCUMENT, encoding="B64" if guide is RECORDS_6020 else "")
    sent = RecordsForClaim(
        "REF1", True, request.payer_id, request.payer_name, "OURPRACTICE", "OUR PRACTICE", request.provider_npi,
        request.provider_name, request.patient_last_name, request.patient_first_name, request.member_id, (record,),
        patient_control_number=request.patient_control_number,
    )  # fmt: skip
    body = x12_275.write_records(Envelope("OURPRACTICE", "SANDBOX", 77, payer.now), sent, guide)
    await post(payer, "/batch", body, **{"Idempotency-Key": "records"})


@pytest.mark.parametrize("guide", [RECORDS_5010, RECORDS_6020], ids=lambda guide: guide.version)
async def test_a_claim_waits_for_its_records_and_is_paid_when_they_come(open_payer, guide):
    practice = story(Life.PAID_CLEAN)
    payer = open_payer(asking(practice.claims[0], practice.script))
    await payer.submit(*practice.claims)
    (acknowledged,) = await payer.after(2).answers()
    (request,) = await asked_for(payer)
    assert request.trace_number == acknowledged.payer_claim_control_number
    assert request.patient_control_number == practice.claims[0].patient_control_number
    assert request.questions[0].loinc_codes == (LOINC,)
    assert request.respond_by is not None
    assert request.respond_by > payer.now.date() + timedelta(25)
    waiting = await payer.after(20).status(practice.claims[0])
    assert (waiting.category_code, waiting.status_code) == ("R4", "294")
    assert await payer.payments() == []
    await payer.mail("999")
    await send(payer, request, guide)
    await send(payer, request, guide)
    (body,) = await payer.after(0.5).mail("999")
    (syntax,) = x12_999.read_acknowledgments(body)
    assert (syntax.code, syntax.functional_id, syntax.version) == ("A", "PI", guide.version)
    assert [told.kind for told in syntax.transactions] == ["275"]
    assert len(await payer.after(30).payments()) == 1


async def test_records_nobody_asked_for_are_kept_and_acknowledged(open_payer):
    payer = open_payer(PayerScript())
    nobody = AttachmentRequest(
        "PAY01", "GOOD HEALTH", "OURPRACTICE", "P", "1234567893", "CLINIC", "DOE", "JANE", "M1", "ACN1", (),
        respond_by=date(2026, 2, 1),
    )  # fmt: skip
    await send(payer, nobody)
    assert await payer.after(1).kinds() == ["999"]


async def test_a_275_without_a_document_is_rejected(open_payer):
    payer = open_payer(PayerScript())
    envelope = Envelope("OURPRACTICE", "SANDBOX", 78, payer.now)
    sent = RecordsForClaim(
        "REF1", False, "PAY01", "H", "OURPRACTICE", "P", "1234567893", "C", "DOE", "JANE", "M1", (Record("ACN1", b"A"),)
    )  # fmt: skip
    body = x12_275.write_records(envelope, sent).replace(b"BIN*1*A~\n", b"")
    await post(payer, "/batch", body)
    (answer,) = await payer.after(1).mail("999")
    assert x12_999.read_acknowledgments(answer)[0].code == "R"


async def test_a_predetermination_is_priced_and_not_paid(open_payer):
    sent = next(realistic_dental(1))
    lines = tuple(replace(line, service_date=NOT_STATED) for line in sent.claim.lines)
    claim = replace(sent.claim, lines=lines, dental=DentalClaim(predetermination=True))
    payer = open_payer(PayerScript())
    await payer.submit(claim)
    (remittance,) = await payer.after(30).remittances()
    (priced,) = remittance.claims
    assert (priced.status_code, priced.payment_cents, remittance.payment_cents) == ("25", 0, 0)
    assert priced.charge_cents == claim.charge_cents == sum(a.amount_cents for a in priced.all_adjustments)
    assert {a.reason_code for a in priced.all_adjustments} == {"45", "101"}
    assert {service.service_date for service in priced.services} == {None}
