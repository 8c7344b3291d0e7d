"""The clearinghouse connection over HTTP: the contract of all connections, then what each status code means."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.payers.clearinghouse import Clearinghouse
from revcycle.payers.gateway import AppealFiling, PayerRefused, PayerUnavailable
from revcycle.sandbox.payer.app import make_app
from tests.adapters.exchange.payer_contract import PayerContract
from tests.support.exchange.http_side import HttpSide, http_side

AT = datetime(2026, 3, 2, 15, 4, 5, tzinfo=UTC)
FILING = AppealFiling("C000001-1-1", "P1", "ICN1", 1, "appeal", b"%PDF-1.7")
Answer = httpx.Response | Exception


TOKEN = "a-token-nobody-may-see"


class TestClearinghouse(PayerContract):
    """The contract, over real HTTP."""

    @pytest.fixture
    async def side(self, tmp_path: Path) -> AsyncIterator[HttpSide]:
        """The sandbox payer's REST side."""
        async with http_side(
            tmp_path,
            lambda office: make_app(office, TOKEN),
            lambda url, patience: Clearinghouse(url, TOKEN, timeout_seconds=patience),
            (TOKEN,),
        ) as opened:
            yield opened


class Line:
    """The other side of the wire: gives scripted answers, keeps what it was asked."""

    def __init__(self, *answers: Answer) -> None:
        """Give these answers, the last one for ever."""
        self._answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        self.asked.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


Connect = Callable[..., tuple[Clearinghouse, Line]]


def connect(*answers: Answer) -> tuple[Clearinghouse, Line]:
    line = Line(*answers)
    return Clearinghouse("https://payer.test", "token", httpx.MockTransport(line)), line


async def test_every_request_tells_who_asks_and_the_business_time() -> None:
    house, line = connect(httpx.Response(200, content=b"ISA"))
    assert await house.ask(b"ISA*270", AT) == b"ISA"
    (asked,) = line.asked
    assert (asked.method, asked.url.path, asked.content) == ("POST", "/realtime", b"ISA*270")
    assert asked.headers["authorization"] == "Bearer token"
    assert asked.headers["date"] == "Mon, 02 Mar 2026 15:04:05 GMT"
    assert asked.headers["content-type"] == "application/edi-x12"
    await house.close()


async def test_a_batch_is_sent_under_its_key() -> None:
    house, line = connect(httpx.Response(202, json={"receipt": "R1"}))
    delivery = await house.submit(b"ISA*837", "B000001", AT)
    assert (delivery.outcome, delivery.receipt) == (DeliveryOutcome.SENT, "R1")
    (asked,) = line.asked
    assert (asked.url.path, asked.headers["idempotency-key"]) == ("/batch", "B000001")
    assert asked.headers["date"] == "Mon, 02 Mar 2026 15:04:05 GMT"


@pytest.mark.parametrize(
    ("answer", "outcome", "requests"),
    [
        (httpx.ConnectError("refused"), DeliveryOutcome.NOT_SENT, 3),
        (httpx.ConnectTimeout("nobody"), DeliveryOutcome.NOT_SENT, 1),
        (httpx.PoolTimeout("busy"), DeliveryOutcome.NOT_SENT, 1),
        (httpx.ReadTimeout("silence"), DeliveryOutcome.UNKNOWN, 1),
        (httpx.WriteError("cut"), DeliveryOutcome.UNKNOWN, 1),
        (httpx.RemoteProtocolError("cut"), DeliveryOutcome.UNKNOWN, 1),
        (httpx.Response(500), DeliveryOutcome.UNKNOWN, 1),
        (httpx.Response(503), DeliveryOutcome.UNKNOWN, 1),
        (httpx.Response(400), DeliveryOutcome.NOT_SENT, 1),
        (httpx.Response(401), DeliveryOutcome.NOT_SENT, 1),
        (httpx.Response(422), DeliveryOutcome.NOT_SENT, 1),
        (httpx.Response(429), DeliveryOutcome.NOT_SENT, 1),
        (httpx.Response(408), DeliveryOutcome.UNKNOWN, 1),
        (httpx.Response(409), DeliveryOutcome.UNKNOWN, 1),
        (httpx.Response(302), DeliveryOutcome.UNKNOWN, 1),
        (httpx.Response(200, text="<html>"), DeliveryOutcome.UNKNOWN, 1),
        (httpx.Response(202, json={}), DeliveryOutcome.UNKNOWN, 1),
        (httpx.Response(202, json={"receipt": None}), DeliveryOutcome.UNKNOWN, 1),
    ],
)
async def test_what_became_of_a_delivery(answer: Answer, outcome: DeliveryOutcome, requests: int) -> None:
    for deliver in ("submit", "file_appeal"):
        house, line = connect(answer)
        arguments = (b"ISA", "B000001", AT) if deliver == "submit" else (FILING, AT)
        delivery = await getattr(house, deliver)(*arguments)
        assert (delivery.outcome, len(line.asked)) == (outcome, requests)
        assert delivery.reason
        assert not delivery.receipt


async def test_a_connection_that_comes_about_at_last_sends_once() -> None:
    refused = httpx.ConnectError("refused")
    house, line = connect(refused, refused, httpx.Response(202, json={"receipt": "R1"}))
    assert (await house.submit(b"ISA", "B000001", AT)).outcome is DeliveryOutcome.SENT
    assert {one.headers["idempotency-key"] for one in line.asked} == {"B000001"}


async def test_an_appeal_is_sent_as_json_with_its_letter() -> None:
    house, line = connect(httpx.Response(202, json={"receipt": "R1"}))
    assert (await house.file_appeal(FILING, AT)).receipt == "R1"
    (asked,) = line.asked
    body = json.loads(asked.content)
    assert (asked.url.path, asked.headers["idempotency-key"]) == ("/appeals", "C000001-1-1")
    assert (body["level"], body["kind"], body["document_base64"]) == (1, "appeal", "JVBERi0xLjc=")


@pytest.mark.parametrize(
    ("answer", "error", "requests"),
    [
        (httpx.ConnectError("refused"), PayerUnavailable, 3),
        (httpx.ReadTimeout("silence"), PayerUnavailable, 1),
        (httpx.Response(429), PayerUnavailable, 1),
        (httpx.Response(503), PayerUnavailable, 1),
        (httpx.Response(302, text="elsewhere"), PayerUnavailable, 1),
        (httpx.Response(200, html="<html>SMITH</html>"), PayerUnavailable, 1),
        (httpx.Response(404), PayerRefused, 1),
        (httpx.Response(403, text="SMITH,JOHN unknown"), PayerRefused, 1),
    ],
)
async def test_a_question_is_asked_again_later_or_never(
    answer: Answer, error: type[Exception], requests: int
) -> None:
    for ask in (
        lambda house: house.ask(b"ISA*276*SMITH", AT),
        lambda house: house.list_mailbox(AT),
        lambda house: house.fetch("7", AT),
    ):
        house, line = connect(answer)
        with pytest.raises(error) as caught:
            await ask(house)
        assert len(line.asked) == requests
        assert "SMITH" not in str(caught.value)


@pytest.mark.parametrize(
    "listing",
    [b"<html>", b'{"error": 1}', b'[{"id": "7"}]', b'[{"id": "7", "kind": "835", "received_at": "soon"}]'],
)
async def test_an_unreadable_listing_is_no_empty_mailbox(listing: bytes) -> None:
    house, _ = connect(httpx.Response(200, content=listing))
    with pytest.raises(PayerUnavailable, match="unreadable"):
        await house.list_mailbox(AT)


async def test_what_somebody_else_removed_is_removed() -> None:
    house, _ = connect(httpx.Response(404))
    await house.remove("7", AT)
    house, _ = connect(httpx.Response(503))
    with pytest.raises(PayerUnavailable):
        await house.remove("7", AT)


@pytest.mark.parametrize(
    ("answer", "outcome", "requests"),
    [
        (httpx.Response(200, json={"receipt": "R1"}), DeliveryOutcome.SENT, 1),
        (httpx.Response(404, json={"receipt": None}), DeliveryOutcome.NOT_SENT, 2),
        (httpx.Response(404, text="<html>no such page"), DeliveryOutcome.UNKNOWN, 1),
        (httpx.Response(200, json={"receipt": None}), DeliveryOutcome.UNKNOWN, 1),
        (httpx.Response(503), DeliveryOutcome.UNKNOWN, 1),
        (httpx.Response(401), DeliveryOutcome.UNKNOWN, 1),
        (httpx.ReadTimeout("silence"), DeliveryOutcome.UNKNOWN, 1),
        (httpx.ConnectError("refused"), DeliveryOutcome.UNKNOWN, 3),
    ],
)
async def test_only_the_clearinghouse_itself_proves_anything(
    answer: Answer, outcome: DeliveryOutcome, requests: int
) -> None:
    house, line = connect(answer)
    proof = await house.prove("C000001-1-1", AT)
    assert (proof.outcome, bool(proof.receipt)) == (outcome, outcome is DeliveryOutcome.SENT)
    assert [one.method for one in line.asked] == ["GET"] * requests
    assert line.asked[0].url.path == "/batch/C000001-1-1"


async def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("revcycle.payers.rest_line.LARGEST_ANSWER", 1000)
    house, _ = connect(httpx.Response(200, content=b"ISA" * 1000))
    with pytest.raises(PayerUnavailable):
        await house.fetch("7", AT)
    assert (await house.submit(b"ISA", "B1", AT)).outcome is DeliveryOutcome.UNKNOWN


async def test_a_name_of_an_item_leads_nowhere_else() -> None:
    house, line = connect(httpx.Response(204))
    await house.remove("../batch/B1?x", AT)
    assert line.asked[0].url.raw_path == b"/mailbox/..%2Fbatch%2FB1%3Fx"
