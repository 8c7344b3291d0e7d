"""The sandbox payer's CORE pages: held to their own WSDL and schema, and misbehaving as the script asks."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
import xmlschema
from xmlschema.extras.wsdl import Wsdl11Document

import revcycle.sandbox.payer.app as payer_app
from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.edi.wire.envelope import sniff
from revcycle.payers.core.envelope import CoreEnvelope, Operation, payload_id
from revcycle.payers.core.gateway import CoreGateway
from revcycle.payers.core.http import CoreHttp
from revcycle.payers.core.mime import CoreMime, MimeCodec
from revcycle.payers.core.partner import NAMESPACE, CorePartner
from revcycle.payers.core.soap import SOAP, CoreSoap, SoapCodec, open_package
from revcycle.payers.gateway import PayerRefused, PayerUnavailable
from revcycle.sandbox.payer.desks.core import USER_NAME
from revcycle.sandbox.payer.office import Office
from revcycle.sandbox.payer.script import Fault
from tests.support.exchange.other_side import AT, PRACTICE, a_batch, an_inquiry
from tests.support.patience import patience

PASSWORD = "letmein"
SCHEMA = xmlschema.XMLSchema(Path(payer_app.__file__).parent / "desks" / "wsdl" / "CORERule2.2.0.xsd")
SENT, NOT_SENT, UNKNOWN = DeliveryOutcome.SENT, DeliveryOutcome.NOT_SENT, DeliveryOutcome.UNKNOWN
PAGES: dict[str, type[CoreSoap] | type[CoreMime]] = {"/core/soap": CoreSoap, "/core/mime": CoreMime}

pages = pytest.mark.parametrize("page", sorted(PAGES))


class Seen(httpx.AsyncBaseTransport):
    """The payer in this process, without a network; keeps what went over."""

    def __init__(self, office: Office) -> None:
        """Serve the office."""
        self._app = httpx.ASGITransport(payer_app.make_app(office, PASSWORD))
        self.messages: list[tuple[str, bytes]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass on, and keep both ways."""
        answer = await self._app.handle_async_request(request)
        body = await answer.aread()
        self.messages.append((request.headers["content-type"], request.content))
        self.messages.append((answer.headers["content-type"], body))
        return httpx.Response(answer.status_code, headers=answer.headers, content=body)


Open = Callable[..., tuple[CoreGateway, Office, Seen]]


@pytest.fixture
async def open_core(tmp_path: Path) -> AsyncIterator[Open]:
    """Open a connection to a payer with these faults."""
    opened: list[tuple[CoreGateway, Office]] = []

    def opener(page: str, *faults: Fault, **settings: Any) -> tuple[CoreGateway, Office, Seen]:
        office = Office(tmp_path / f"payer{len(opened)}", PRACTICE.script.with_faults(*faults))
        seen = Seen(office)
        told = {"user_name": USER_NAME, "password": PASSWORD, **settings}
        partner = CorePartner(f"http://payer{page}", "OURPRACTICE", "SANDBOX", **told)
        gateway = PAGES[page](partner, CoreHttp(partner, transport=seen))
        opened.append((gateway, office))
        return gateway, office, seen

    yield opener
    for gateway, office in opened:
        await gateway.close()
        office.close()


def in_schema(content_type: str, body: bytes) -> str:
    """Hold a SOAP message against the schema, attached payload and all; return the element's name."""
    _, parts = open_package(content_type, body)
    document = body[body.index(b"<?xml") : body.index(b"</soapenv:Envelope>") + len(b"</soapenv:Envelope>")]
    element = ET.fromstring(document)[-1][0]  # noqa: S314  # our own words
    for payload in element.findall("Payload"):
        for include in list(payload):
            payload.remove(include)
            payload.text = base64.b64encode(parts[(include.get("href") or "").removeprefix("cid:")]).decode()
    SCHEMA.validate(element)
    return element.tag.removeprefix(f"{{{NAMESPACE}}}")


async def converse(gateway: CoreGateway, office: Office) -> None:
    """Have every conversation of the rule, good ones and refused ones."""
    await gateway.ask(an_inquiry(), AT)
    assert (await gateway.prove("B000001", AT)).outcome is NOT_SENT
    assert (await gateway.submit(a_batch(), "B000001", AT)).outcome is SENT
    assert (await gateway.prove("B000001", AT)).outcome is SENT
    with office.book.transaction():
        office.mailbox.put("835", AT, b"ISA*00*~")
    (item,) = await gateway.list_mailbox(AT)
    await gateway.fetch(item.item_id, AT)
    await gateway.remove(item.item_id, AT)
    await gateway.remove(item.item_id, AT)


async def test_every_message_keeps_the_schema(open_core: Open) -> None:
    gateway, office, seen = open_core("/core/soap")
    await converse(gateway, office)
    told = {in_schema(*message) for message in seen.messages}
    elements = {
        one for operation in Operation for one in (operation.request_element, operation.response_element)
    }
    assert told == elements


async def test_the_schema_refuses_what_is_out_of_order(open_core: Open) -> None:
    gateway, _, seen = open_core("/core/soap")
    await gateway.ask(an_inquiry(), AT)
    content_type, body = seen.messages[0]
    swapped = body.replace(b"<SenderID>OURPRACTICE</SenderID>", b"").replace(
        b"</CORERuleVersion>", b"</CORERuleVersion><SenderID>OURPRACTICE</SenderID>"
    )
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        in_schema(content_type, swapped)


async def test_the_wsdl_says_what_is_served(open_core: Open, tmp_path: Path) -> None:
    _, office, _ = open_core("/core/soap")
    transport = httpx.ASGITransport(payer_app.make_app(office, PASSWORD))
    async with httpx.AsyncClient(transport=transport, base_url="http://payer") as http:
        served = (await http.get("/core/soap?wsdl")).text
        (tmp_path / "CORERule2.2.0.xsd").write_text((await http.get("/core/CORERule2.2.0.xsd")).text)
        assert (await http.get("/core/soap")).status_code == 405
    assert 'location="http://payer/core/soap"' in served
    (tmp_path / "core.wsdl").write_text(served)
    wsdl = Wsdl11Document(str(tmp_path / "core.wsdl"), allow="local")
    (port_type,) = wsdl.port_types.values()
    (binding,) = wsdl.bindings.values()
    operations = {name for name, _, _ in port_type.operations}
    assert operations == {name for name, _, _ in binding.operations} == {str(one) for one in Operation}
    messages = {name.rpartition("}")[2] for name in wsdl.messages}
    assert len(messages) == 2 * len(operations)
    for message in wsdl.messages.values():
        (part,) = message.parts.values()
        assert part.target_namespace == NAMESPACE


@pages
@pytest.mark.parametrize(
    ("kind", "outcome", "error"),
    [
        ("unauthorized", NOT_SENT, PayerRefused),
        ("version_mismatch", NOT_SENT, PayerRefused),
        ("wrong_payload_id", UNKNOWN, PayerUnavailable),
        ("server_error", UNKNOWN, PayerUnavailable),
    ],
)
async def test_scripted_misbehaviour(
    open_core: Open, page: str, kind: str, outcome: DeliveryOutcome, error: type[Exception]
) -> None:
    gateway, office, _ = open_core(page, Fault(kind, page, count=2))
    assert (await gateway.submit(a_batch(), "B000001", AT)).outcome is outcome
    with pytest.raises(error):
        await gateway.ask(an_inquiry(), AT)
    taken = office.receipt(f"core {payload_id('batch', 'OURPRACTICE', 'SANDBOX', 'B000001')}")
    assert bool(taken) is (kind == "wrong_payload_id")
    assert (await gateway.prove("B000001", AT)).outcome is (SENT if taken else NOT_SENT)


@pages
async def test_a_file_with_a_wrong_check_sum_is_asked_for_again(open_core: Open, page: str) -> None:
    gateway, office, _ = open_core(page, Fault("wrong_checksum", page, skip=2))
    with office.book.transaction():
        office.book.hear(AT)
        office.mailbox.put("835", AT, b"ISA*00*~")
    (item,) = await gateway.list_mailbox(AT)
    with pytest.raises(PayerUnavailable, match="CheckSum"):
        await gateway.fetch(item.item_id, AT)
    assert await gateway.fetch(item.item_id, AT) == b"ISA*00*~"


@pages
async def test_slow_after_acceptance_is_unknown_until_proved(open_core: Open, page: str) -> None:
    gateway, _, seen = open_core(page, Fault("timeout_after_accept", page, hang_seconds=600))
    partner = CorePartner(f"http://payer{page}", "OURPRACTICE", "SANDBOX", USER_NAME, PASSWORD)
    hasty = PAGES[page](partner, CoreHttp(partner, 1.0, 1.0, seen))
    async with asyncio.timeout(10 * patience()):
        assert (await hasty.submit(a_batch(), "B000001", AT)).outcome is UNKNOWN
    assert (await gateway.prove("B000001", AT)).outcome is SENT
    assert (await gateway.submit(a_batch(), "B000001", AT)).outcome is SENT


@pages
@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"password": "wrong"}, "UnAuthorized"),
        ({"user_name": ""}, "UnAuthorized"),
        ({"rule_version": "4.0.0"}, "VersionMismatch"),
        ({"rule_version": ""}, "CORERuleVersion is missing"),
        ({"request_types": {"270": "X12_834_Request_005010X220A1"}}, "PayloadType holds a wrong value"),
    ],
)
async def test_a_wrong_setting_is_named(
    open_core: Open, page: str, settings: dict[str, Any], code: str
) -> None:
    gateway, _, _ = open_core(page, **settings)
    with pytest.raises(PayerRefused, match=code):
        await gateway.ask(an_inquiry(), AT)


async def test_another_namespace_is_another_version(open_core: Open) -> None:
    gateway, _, seen = open_core("/core/soap", namespace=NAMESPACE.replace("2.2.0", "4.0.0"))
    with pytest.raises(PayerRefused, match="VersionMismatch"):
        await gateway.ask(an_inquiry(), AT)
    assert NAMESPACE.encode() in seen.messages[1][1]  # said in the payer's own version


@pages
async def test_many_files_are_all_listed_and_kept_until_confirmed(open_core: Open, page: str) -> None:
    gateway, office, _ = open_core(page)
    with office.book.transaction():
        office.book.hear(AT)
        for number in range(5):
            office.mailbox.put("835", AT, b"ISA*00*%d~" % number)
        office.mailbox.put("deposits", AT, b"eft_trace_number,amount\n")
    first = await gateway.list_mailbox(AT)
    assert len(first) == 5
    await gateway.remove(first[3].item_id, AT)
    assert await gateway.list_mailbox(AT) == (*first[:3], *first[4:])
    with pytest.raises(PayerRefused):
        await gateway.fetch(first[3].item_id, AT)


@pages
async def test_a_claim_lives_its_life_over_core(open_core: Open, page: str) -> None:
    """The same office as behind REST: acknowledged within the hour, taken in the next morning, paid after weeks."""
    gateway, _, _ = open_core(page)
    assert (await gateway.submit(a_batch(), "B000001", AT)).outcome is SENT
    seen: list[str] = []
    for later in (timedelta(hours=1), timedelta(days=1), timedelta(days=30)):
        for item in await gateway.list_mailbox(AT + later):
            assert item.received_at == AT + later
            assert sniff(await gateway.fetch(item.item_id, AT + later)) == item.kind
            await gateway.remove(item.item_id, AT + later)
            seen.append(item.kind)
        assert await gateway.list_mailbox(AT + later) == ()
    assert [kind for kind in seen if kind != "TA1"] == ["999", "277CA", "835"]


@pages
@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (payload_id("x").encode(), b"x\ny", "PayloadIDIllegal"),
        (b"OURPRACTICE", b"OUR\nPRACTICE", "SenderIDIllegal"),
        (b"2026-01-12T15:04:05Z", b"noon\non Monday", "TimeStampIllegal"),
        (b"*EVERLINE HEALTH*", b"*EVERL\xc2\xa2NE*", "PayloadIllegal"),  # cannot be repeated in the answer
    ],
)
async def test_what_cannot_be_repeated_is_refused(
    open_core: Open, page: str, before: bytes, after: bytes, code: str
) -> None:
    _, office, _ = open_core(page)
    partner = CorePartner(f"http://payer{page}", "OURPRACTICE", "SANDBOX", USER_NAME, PASSWORD)
    codec = SoapCodec(partner) if PAGES[page] is CoreSoap else MimeCodec(partner)
    asked = CoreEnvelope(
        payload_type="X12_270_Request_005010X279A1",
        processing_mode="RealTime",
        payload_id=payload_id("x"),
        time_stamp="2026-01-12T15:04:05Z",
        sender_id="OURPRACTICE",
        receiver_id="SANDBOX",
        rule_version="2.2.0",
        payload=an_inquiry(),
    )
    message = codec.write(Operation.REAL_TIME, asked)
    body = message.body.replace(before, after, 1)
    assert body != message.body
    transport = httpx.ASGITransport(payer_app.make_app(office, PASSWORD))
    async with httpx.AsyncClient(transport=transport, base_url="http://payer") as http:
        answer = await http.post(page, content=body, headers={"content-type": message.content_type})
    told = codec.read(Operation.REAL_TIME, answer.headers["content-type"], answer.content)
    assert isinstance(told, CoreEnvelope)
    assert told.error_code == code


HOSTILE = [
    (b"", 400),
    (b"<a>", 400),
    (b"<!DOCTYPE a [<!ENTITY b 'x'>]><a>&b;</a>", 400),
    (f'<e:Envelope xmlns:e="{SOAP}"><e:Body><unknown/></e:Body></e:Envelope>'.encode(), 400),
    (f'<e:Envelope xmlns:e="{SOAP}"><e:Body/></e:Envelope>'.encode(), 400),
    (b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>', 400),
]


@pages
@pytest.mark.parametrize(("body", "status"), HOSTILE)
async def test_the_pages_survive_what_is_no_question(
    open_core: Open, page: str, body: bytes, status: int
) -> None:
    _, office, _ = open_core(page)
    transport = httpx.ASGITransport(payer_app.make_app(office, PASSWORD))
    async with httpx.AsyncClient(transport=transport, base_url="http://payer") as http:
        answer = await http.post(page, content=body, headers={"content-type": "application/soap+xml"})
    assert answer.status_code == status
