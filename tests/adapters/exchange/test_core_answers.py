"""What a CORE partner's answers amount to, over SOAP and over MIME: every error code, and answers that do not fit."""

from dataclasses import replace

import httpx
import pytest

from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.payers.core import http
from revcycle.payers.core.envelope import CoreEnvelope, Operation, ProcessingMode, payload_id
from revcycle.payers.core.mime import CoreMime
from revcycle.payers.core.partner import Pickup
from revcycle.payers.core.soap import SOAP, CoreSoap
from revcycle.payers.gateway import Capabilities, PayerRefused, PayerUnavailable
from tests.support.exchange.core_line import PARTNER, Answer, connect, good
from tests.support.exchange.other_side import AT, IDENTITY, a_batch, an_inquiry

Kind = type[CoreSoap] | type[CoreMime]
SENT, NOT_SENT, UNKNOWN = DeliveryOutcome.SENT, DeliveryOutcome.NOT_SENT, DeliveryOutcome.UNKNOWN
X271 = (
    b"ISA*00*          *00*          *ZZ*SANDBOX        *ZZ*OURPRACTICE    *260112*1509*^*00501*000000001*0*T*:~"
    b"GS*HB*SANDBOX*OURPRACTICE*20260112*1509*1*X*005010X279A1~ST*271*0001*005010X279A1~SE*2*0001~GE*1*1~IEA*1*000000001~"
)
X835 = X271.replace(b"ST*271", b"ST*835")
X999 = X271.replace(b"ST*271", b"ST*999")
ANSWER_TYPE = "X12_271_Response_005010X279A1"

kinds = pytest.mark.parametrize("kind", [CoreSoap, CoreMime])


def saying(**changed: str) -> Answer:
    """Answer well but for these fields."""

    def answer(operation: Operation, asked: CoreEnvelope) -> CoreEnvelope:
        real_time = operation is Operation.REAL_TIME
        return good(operation, asked, X271 if real_time else None, **changed)

    return answer


def fault(code: str, *subcodes: str, status: int = 500) -> httpx.Response:
    """A SOAP fault whose reason quotes a person."""
    below = "".join(f"<e:Subcode><e:Value>wsse:{one}</e:Value></e:Subcode>" for one in subcodes)
    text = (
        f'<e:Envelope xmlns:e="{SOAP}"><e:Body><e:Fault><e:Code><e:Value>e:{code}</e:Value>{below}</e:Code>'
        f"<e:Reason><e:Text>cannot take {IDENTITY}</e:Text></e:Reason></e:Fault></e:Body></e:Envelope>"
    )
    return httpx.Response(status, headers={"content-type": "application/soap+xml"}, text=text)


@kinds
async def test_a_good_answer_is_taken(kind: Kind) -> None:
    gateway, line = connect(kind, saying(payload_type=ANSWER_TYPE))
    assert await gateway.ask(an_inquiry(), AT) == X271
    ((_, asked),) = line.envelopes
    assert (asked.payload_type, asked.processing_mode) == ("X12_270_Request_005010X279A1", "RealTime")
    assert (asked.payload, asked.time_stamp) == (an_inquiry(), "2026-01-12T15:04:05Z")
    assert (asked.payload_length, asked.check_sum) == ("", "")
    assert line.asked[0].headers["date"] == "Mon, 12 Jan 2026 15:04:05 GMT"
    await gateway.close()


@kinds
async def test_a_delivery_is_named_by_its_key(kind: Kind) -> None:
    gateway, line = connect(kind, saying())
    first, again = [await gateway.submit(a_batch(), "B000001", AT) for _ in range(2)]
    expected = payload_id("batch", "OURPRACTICE", "SANDBOX", "B000001")
    assert (first.outcome, first.receipt, again) == (SENT, expected, first)
    (_, asked), _ = line.envelopes
    assert (asked.payload_id, asked.payload, asked.payload_length) == (
        expected,
        a_batch(),
        str(len(a_batch())),
    )
    assert (asked.payload_type, len(asked.check_sum)) == ("X12_837_Request_005010X222A1", 40)


@kinds
@pytest.mark.parametrize(
    ("code", "outcome", "error"),
    [
        ("Sender", NOT_SENT, PayerRefused),
        ("UnAuthorized", NOT_SENT, PayerRefused),
        ("VersionMismatch", NOT_SENT, PayerRefused),
        ("ChecksumMismatched", NOT_SENT, PayerRefused),
        ("PayloadTypeIllegal", NOT_SENT, PayerRefused),
        ("SenderIDNotUnderstood", NOT_SENT, PayerRefused),
        ("TimeStampRequired", NOT_SENT, PayerRefused),
        ("SomethingNobodyListed", NOT_SENT, PayerRefused),
        ("Receiver", UNKNOWN, PayerUnavailable),
        ("E2", UNKNOWN, PayerUnavailable),
        ("", UNKNOWN, PayerUnavailable),
    ],
)
async def test_an_error_with_http_200_is_an_error(
    kind: Kind, code: str, outcome: DeliveryOutcome, error: type[Exception]
) -> None:
    gateway, _ = connect(kind, saying(error_code=code, error_message=f"cannot take {IDENTITY}"))
    delivery = await gateway.submit(a_batch(), "B000001", AT)
    assert (delivery.outcome, delivery.receipt, bool(delivery.reason)) == (outcome, "", True)
    with pytest.raises(error) as caught:
        await gateway.ask(an_inquiry(), AT)
    assert IDENTITY not in delivery.reason + str(caught.value)


@kinds
async def test_an_error_envelope_that_says_success_is_no_success(kind: Kind) -> None:
    gateway, _ = connect(kind, saying(payload_type="CoreEnvelopeError"))
    assert (await gateway.submit(a_batch(), "B000001", AT)).outcome is not SENT


@kinds
@pytest.mark.parametrize(
    "changed",
    [
        {"payload_id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"},
        {"payload_id": ""},
        {"receiver_id": "ANOTHERPRACTICE"},
        {"sender_id": "ANOTHERPAYER"},
        {"processing_mode": "Sometimes"},
        {"rule_version": "4.0.0"},
    ],
)
async def test_an_answer_that_does_not_fit_the_question_is_no_answer(
    kind: Kind, changed: dict[str, str]
) -> None:
    gateway, _ = connect(kind, saying(**changed))
    assert (await gateway.submit(a_batch(), "B000001", AT)).outcome is UNKNOWN
    assert (await gateway.prove("B000001", AT)).outcome is UNKNOWN
    with pytest.raises(PayerUnavailable):
        await gateway.ask(an_inquiry(), AT)


@kinds
@pytest.mark.parametrize(
    "changed",
    [
        {"check_sum": "0" * 40},
        {"check_sum": ""},
        {"payload_length": "1"},
        {"payload_id": "not-the-file"},
        {"receiver_id": "ANOTHERPRACTICE"},
    ],
)
async def test_a_file_that_is_not_the_one_asked_for_is_not_taken(kind: Kind, changed: dict[str, str]) -> None:
    gateway, _ = connect(kind, lambda operation, asked: good(_batch(operation), asked, X835, **changed))
    with pytest.raises(PayerUnavailable):
        await gateway.fetch("X12_005010_Request_BatchResultsMixed:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", AT)
    if "not-the-file" not in changed.values():
        with pytest.raises(PayerUnavailable):
            await gateway.list_mailbox(AT)


def _batch(operation: Operation) -> Operation:
    """A form does not tell which conversation of a batch it is; any will do."""
    return operation if operation is not Operation.REAL_TIME else Operation.BATCH_RESULTS_RETRIEVAL


@kinds
async def test_partners_that_sum_nothing_and_name_their_own_payloads_can_be_agreed_on(kind: Kind) -> None:
    lax = replace(PARTNER, answers_echo_payload_id=False, answers_have_check_sum=False)
    own = "a81d44ae-7dec-11d0-a765-00a0c91e6ba0"

    def answer(operation: Operation, asked: CoreEnvelope) -> CoreEnvelope:
        payload = (
            X271 if asked.processing_mode == "RealTime" else X835 if "Results" in asked.payload_type else None
        )
        return good(operation, asked, payload, payload_id=own, check_sum="")

    gateway, _ = connect(kind, answer, lax)
    assert await gateway.ask(an_inquiry(), AT) == X271
    assert (await gateway.submit(a_batch(), "B000001", AT)).outcome is SENT
    assert (await gateway.prove("B000001", AT)).outcome is UNKNOWN  # another PayloadID proves nothing
    (item,) = await gateway.list_mailbox(AT)
    assert (item.kind, await gateway.fetch(item.item_id, AT)) == ("835", X835)


@kinds
async def test_a_server_that_always_gives_the_first_file_is_listed_once(kind: Kind) -> None:
    file_id = "a81d44ae-7dec-11d0-a765-00a0c91e6ba0"
    queues = (Pickup(Operation.BATCH_RESULTS_RETRIEVAL, "X12_835_Request_005010X221A1"),)
    gateway, line = connect(
        kind,
        lambda operation, asked: good(operation, asked, X835, payload_id=file_id),
        replace(PARTNER, pickups=queues),
    )
    (item,) = await gateway.list_mailbox(AT)
    assert item.item_id == f"X12_835_Request_005010X221A1:{file_id}"
    assert len(line.asked) == 2
    assert (
        len({asked.payload_id for _, asked in line.envelopes}) == 2
    )  # each question has a PayloadID of its own


@kinds
async def test_a_server_that_answers_under_our_own_payload_id_is_listed_once(kind: Kind) -> None:
    gateway, line = connect(kind, lambda operation, asked: good(operation, asked, X835))
    items = await gateway.list_mailbox(AT)
    assert (len(items), len(line.asked)) == (2, 4)  # one of each queue, told apart by what is in it
    asked = {envelope.payload_id for _, envelope in line.envelopes}
    assert {item.item_id.partition(":")[2] for item in items} < asked
    assert await gateway.fetch(items[0].item_id, AT) == X835
    await gateway.remove(items[0].item_id, AT)
    assert line.envelopes[-1][1].payload_id == line.envelopes[-2][1].payload_id


@kinds
@pytest.mark.parametrize("none", ["X12_NoBatchResultsFile", "X12_005010_Response_NoBatchAckFile"])
async def test_no_file_is_no_proof(kind: Kind, none: str) -> None:
    gateway, _ = connect(kind, saying(payload_type=none))
    assert await gateway.list_mailbox(AT) == ()
    assert (await gateway.prove("B000001", AT)).outcome is UNKNOWN


@kinds
@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("PayloadIDIllegal", NOT_SENT),
        ("PayloadIDRequired", UNKNOWN),
        ("PayloadTypeIllegal", UNKNOWN),
        ("UnAuthorized", UNKNOWN),
        ("Receiver", UNKNOWN),
        ("Success", SENT),
    ],
)
async def test_what_proves_a_delivery(kind: Kind, code: str, outcome: DeliveryOutcome) -> None:
    gateway, line = connect(kind, saying(error_code=code))
    proof = await gateway.prove("B000001", AT)
    assert proof.outcome is outcome
    assert bool(proof.receipt) is (outcome is SENT)
    ((_, asked),) = line.envelopes
    assert asked.payload_id == payload_id("batch", "OURPRACTICE", "SANDBOX", "B000001")
    assert asked.payload is None


@kinds
@pytest.mark.parametrize(
    ("proof", "outcome"), [("Success", SENT), ("PayloadIDIllegal", NOT_SENT), ("Receiver", UNKNOWN)]
)
async def test_a_payload_id_refused_may_be_one_that_came_before(
    kind: Kind, proof: str, outcome: DeliveryOutcome
) -> None:
    """A worker dies after the payer took the batch; the next one sends it again; the payer takes no id twice."""

    def answer(operation: Operation, asked: CoreEnvelope) -> CoreEnvelope:
        return good(operation, asked, error_code="PayloadIDIllegal" if asked.payload else proof)

    gateway, line = connect(kind, answer)
    delivery = await gateway.submit(a_batch(), "B000001", AT)
    assert (delivery.outcome, bool(delivery.receipt), len(line.asked)) == (outcome, outcome is SENT, 2)


@pytest.mark.parametrize(
    ("answer", "outcome", "error"),
    [
        (fault("Sender", status=400), NOT_SENT, PayerRefused),
        (fault("Sender"), NOT_SENT, PayerRefused),
        (fault("Sender", "FailedAuthentication"), NOT_SENT, PayerRefused),
        (fault("Receiver", "InvalidSecurity"), NOT_SENT, PayerRefused),
        (fault("VersionMismatch"), NOT_SENT, PayerRefused),
        (fault("MustUnderstand"), NOT_SENT, PayerRefused),
        (fault("Receiver"), UNKNOWN, PayerUnavailable),
        (fault("Receiver", status=200), UNKNOWN, PayerUnavailable),
        (fault("Strange"), UNKNOWN, PayerUnavailable),
    ],
)
async def test_soap_faults(answer: httpx.Response, outcome: DeliveryOutcome, error: type[Exception]) -> None:
    gateway, _ = connect(CoreSoap, lambda *_: answer)
    delivery = await gateway.submit(a_batch(), "B000001", AT)
    assert delivery.outcome is outcome
    with pytest.raises(error) as caught:
        await gateway.ask(an_inquiry(), AT)
    assert IDENTITY not in delivery.reason + str(caught.value)


@kinds
@pytest.mark.parametrize(
    ("answer", "outcome", "requests"),
    [
        (httpx.ConnectError("refused"), NOT_SENT, 3),
        (httpx.ConnectTimeout("nobody"), NOT_SENT, 1),
        (httpx.ReadTimeout("silence"), UNKNOWN, 1),
        (httpx.WriteError("cut"), UNKNOWN, 1),
        (httpx.RemoteProtocolError("cut"), UNKNOWN, 1),
        (httpx.Response(202), UNKNOWN, 1),
        (httpx.Response(301), UNKNOWN, 1),
        (httpx.Response(400), NOT_SENT, 1),
        (httpx.Response(403), NOT_SENT, 1),
        (httpx.Response(408), UNKNOWN, 1),
        (httpx.Response(429), NOT_SENT, 1),
        (httpx.Response(500), UNKNOWN, 1),
        (
            httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"\x1f\x8b")),
            UNKNOWN,
            1,
        ),
    ],
)
async def test_what_became_of_a_delivery(
    kind: Kind, answer: httpx.Response | Exception, outcome: DeliveryOutcome, requests: int
) -> None:
    gateway, line = connect(kind, lambda *_: answer)
    delivery = await gateway.submit(a_batch(), "B000001", AT)
    assert (delivery.outcome, len(line.asked), bool(delivery.reason)) == (outcome, requests, True)
    assert delivery.reached is not isinstance(answer, httpx.ConnectError | httpx.ConnectTimeout)


@kinds
async def test_an_answer_without_end_is_cut(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_LARGEST_ANSWER", dict.fromkeys(ProcessingMode, 1000))
    gateway, _ = connect(kind, lambda *_: httpx.Response(200, content=b"<a>" + b"x" * 2000))
    assert (await gateway.submit(a_batch(), "B000001", AT)).outcome is UNKNOWN


@kinds
async def test_an_acknowledgment_in_place_of_the_answer_is_a_refusal(kind: Kind) -> None:
    gateway, _ = connect(kind, lambda operation, asked: good(operation, asked, X999))
    with pytest.raises(PayerRefused, match="acknowledgment"):
        await gateway.ask(an_inquiry(), AT)


@kinds
async def test_what_the_partner_does_not_take_is_refused_without_a_call(kind: Kind) -> None:
    gateway, line = connect(kind, saying(), replace(PARTNER, capabilities=Capabilities()))
    with pytest.raises(PayerRefused, match="real time"):
        await gateway.ask(an_inquiry(), AT)
    assert (await gateway.submit(a_batch(), "B000001", AT)).outcome is NOT_SENT
    assert line.asked == []


async def test_a_payload_that_xml_cannot_carry_is_refused_without_a_call() -> None:
    gateway, line = connect(CoreSoap, saying())
    with pytest.raises(PayerRefused, match="XML"):
        await gateway.ask(an_inquiry().replace(b"~", b"\x1c"), AT)
    assert line.asked == []


@kinds
async def test_payload_types_follow_the_partner(kind: Kind) -> None:
    named = replace(PARTNER, request_types={"837P": "X12_837_Request_005010X222A2"})
    gateway, line = connect(kind, saying(), named)
    await gateway.submit(a_batch(), "B000001", AT)
    assert line.envelopes[0][1].payload_type == "X12_837_Request_005010X222A2"
