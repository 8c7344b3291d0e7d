"""Complaint 8: a failed upload was recorded as sent. No connection of ours says *sent* of what the payer has not."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.payers.clearinghouse import Clearinghouse
from revcycle.payers.core.http import CoreHttp
from revcycle.payers.core.mime import CoreMime
from revcycle.payers.core.partner import CorePartner
from revcycle.payers.core.soap import CoreSoap
from revcycle.payers.gateway import PayerGateway
from revcycle.payers.guarded import Guarded
from revcycle.payers.limits import ConnectionLimits
from revcycle.payers.sftp import SftpDrop, SftpPatience, SftpPlaces
from revcycle.sandbox.payer.app import make_app
from revcycle.sandbox.payer.desks.core import USER_NAME
from tests.adapters.exchange.payer_contract import KEY, NO_CLAIMS
from tests.support.exchange.http_side import http_side
from tests.support.exchange.other_side import AT, OtherSide, a_batch
from tests.support.exchange.sftp_side import PLACES, SftpSide, sftp_side

TOKEN = "a-token-nobody-may-see"
SENT, NOT_SENT, UNKNOWN = DeliveryOutcome.SENT, DeliveryOutcome.NOT_SENT, DeliveryOutcome.UNKNOWN
MakeGateway = Callable[[str, float], PayerGateway]


def _core(kind: type[CoreSoap] | type[CoreMime], page: str) -> MakeGateway:
    def open_gateway(url: str, patience: float) -> PayerGateway:
        partner = CorePartner(url + page, "OURPRACTICE", "SANDBOX", USER_NAME, TOKEN)
        return kind(partner, CoreHttp(partner, patience, patience))

    return open_gateway


OVER_HTTP: dict[str, MakeGateway] = {
    "rest": lambda url, patience: Clearinghouse(url, TOKEN, timeout_seconds=patience),
    "guarded": lambda url, patience: Guarded(
        Clearinghouse(url, TOKEN, timeout_seconds=patience),
        ConnectionLimits(failures_to_open=2, rest_seconds=0),
    ),
    "core_soap": _core(CoreSoap, "/core/soap"),
    "core_mime": _core(CoreMime, "/core/mime"),
}


@asynccontextmanager
async def open_side(name: str, folder: Path) -> AsyncIterator[OtherSide]:
    """Open the connection of that name with a payer of its own."""
    opened: AbstractAsyncContextManager[OtherSide]
    if name == "sftp":
        opened = sftp_side(folder, patience=0.8)
    else:
        opened = http_side(folder, lambda office: make_app(office, TOKEN), OVER_HTTP[name], (TOKEN,))
    async with opened as side:
        yield side


async def _refused(side: OtherSide) -> bytes:
    return NO_CLAIMS


async def _down(side: OtherSide) -> bytes:
    await side.go_down()
    return a_batch()


async def _silent(side: OtherSide) -> bytes:
    side.go_silent()
    return a_batch()


async def _lost(side: OtherSide) -> bytes:
    side.lose_delivery()
    return a_batch()


async def _answer_lost(side: OtherSide) -> bytes:
    side.lose_answer()
    return a_batch()


async def _hanging(side: OtherSide) -> bytes:
    side.hang_answer()
    return a_batch()


FAILURES: dict[str, Callable[[OtherSide], Awaitable[bytes]]] = {
    "refused": _refused,
    "down": _down,
    "silent": _silent,
    "lost on the way there": _lost,
    "lost on the way back": _answer_lost,
    "no answer": _hanging,
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("connection", [*OVER_HTTP, "sftp"])
async def test_complaint_08_a_failed_upload_is_never_recorded_as_sent(
    tmp_path: Path, connection: str, failure: str
) -> None:
    """Not sent means the payer has nothing; the rest is unknown until proved, and the proof tells the truth."""
    async with open_side(connection, tmp_path) as side:
        batch = await FAILURES[failure](side)
        delivery = await side.gateway.submit(batch, KEY, AT)
        assert (delivery.outcome is not SENT, delivery.receipt, bool(delivery.reason)) == (True, "", True)
        if delivery.outcome is NOT_SENT:
            assert side.filings() == 0
        await side.recover()
        proof = await side.gateway.prove(KEY, AT)
        assert proof.outcome is (SENT if side.filings() else NOT_SENT)
        assert bool(proof.receipt) == (proof.outcome is SENT)
        again = await side.gateway.submit(a_batch(), KEY, AT)
        assert (again.outcome, bool(again.receipt), side.filings()) == (SENT, True, 1)


STATUSES = (200, 202, 204, 301, 302, 400, 401, 403, 404, 409, 413, 429, 500, 502, 503)
PAGES = (b"", b"<html>Welcome</html>", b'{"receipt": ""}', b'{"ok": true}', b"[]")


@pytest.mark.parametrize("connection", OVER_HTTP)
async def test_complaint_08_a_page_is_no_receipt(tmp_path: Path, connection: str) -> None:
    """A proxy, a login page, an empty 200: none of them proves that claims arrived."""
    async with open_side(connection, tmp_path) as side:
        for status, page in product(STATUSES, PAGES):
            side.spoil_answer(status, b"" if status == 204 else page)
            delivery = await side.gateway.submit(a_batch(), KEY, AT)
            assert (delivery.outcome is not SENT, delivery.receipt) == (True, ""), (status, page)
            assert (await side.gateway.prove(KEY, AT)).outcome is not SENT, (status, page)
        assert side.filings() == 0


QUICK_FAILURES = st.sampled_from(("refused", "down", "lost on the way there", "lost on the way back", "none"))


@pytest.mark.parametrize("connection", ["rest", "core_soap", "sftp"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(st.tuples(st.sampled_from(("B1", "B2", "B3")), QUICK_FAILURES), max_size=8))
def test_complaint_08_any_story_ends_in_the_truth(
    tmp_path: Path, connection: str, story: list[tuple[str, str]]
) -> None:
    """Deliveries under three keys, failing in any order: each key is filed once at most, and its proof is true."""

    async def play(folder: Path) -> None:
        filed: set[str] = set()
        async with open_side(connection, folder) as side:
            for key, failure in story:
                batch = await FAILURES[failure](side) if failure != "none" else a_batch()
                before = side.filings()
                delivery = await side.gateway.submit(batch, key, AT)
                filed |= {key} if side.filings() > before else set()
                assert delivery.outcome is not SENT or key in filed
                await side.recover()
            for key in ("B1", "B2", "B3"):
                assert (await side.gateway.prove(key, AT)).outcome is (SENT if key in filed else NOT_SENT)
            assert side.filings() == len(filed)

    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        asyncio.run(play(Path(folder)))


@pytest.fixture
async def drop(tmp_path: Path) -> AsyncIterator[SftpSide]:
    async with sftp_side(tmp_path, patience=5) as opened:
        yield opened


async def _try(side: SftpSide, places: SftpPlaces = PLACES, password: str = "") -> None:
    access = side.access
    if password:
        wrong = side.root / "wrong"
        wrong.write_text(password)
        access = replace(access, password_file=wrong)
    gateway = SftpDrop(access, places, SftpPatience(5, 5, 0))
    delivery = await gateway.submit(a_batch(), KEY, AT)
    assert (delivery.outcome, delivery.receipt, bool(delivery.reason)) == (NOT_SENT, "", True)
    assert (await gateway.prove(KEY, AT)).outcome is not SENT
    assert side.filings() == 0
    await gateway.close()


async def test_complaint_08_no_login_is_not_sent(drop: SftpSide) -> None:
    await _try(drop, password="wrong")


async def test_complaint_08_no_such_directory_is_not_sent(drop: SftpSide) -> None:
    await _try(drop, replace(PLACES, inbound="nowhere"))


async def test_complaint_08_a_directory_that_takes_nothing_is_not_sent(drop: SftpSide) -> None:
    inbound = drop.root / "inbound"
    inbound.rmdir()
    inbound.write_text("a file where the directory should be")
    await _try(drop)
