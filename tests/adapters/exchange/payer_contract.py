"""What every payer connection must do, whatever it speaks. A connection's test module subclasses ``PayerContract``
(or ``DropContract`` when nothing is answered in real time) and gives a ``side`` fixture: the open gateway and a hand on
the payer behind it."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.payers.gateway import (
    AppealFiling,
    Delivery,
    MailItem,
    PayerRefused,
    PayerUnavailable,
)
from tests.support.exchange.other_side import AT, IDENTITY, OtherSide, a_batch, an_inquiry
from tests.support.patience import patience

KEY = "B000001"
NO_CLAIMS = b"this is no claim file " + IDENTITY.encode()
ACKNOWLEDGMENT = (
    b"ISA*00*          *00*          *ZZ*SANDBOX        *ZZ*OURPRACTICE    *260112*1509*^*00501*000000001*0*T*:~"
    b"TA1*000000001*260112*1504*A*000~IEA*0*000000001~"
)
SENT, NOT_SENT, UNKNOWN = DeliveryOutcome.SENT, DeliveryOutcome.NOT_SENT, DeliveryOutcome.UNKNOWN


async def _within(side: OtherSide, work: Awaitable[Any]) -> Any:
    """Await it; it ends within the set time, give or take a busy machine."""
    return await asyncio.wait_for(work, (side.patience * 3 + 3) * patience())


class DropContract:
    """The part that holds where files are only dropped and picked up. Each test has a payer of its own."""

    async def test_a_delivery_is_sent_with_a_receipt(self, side: OtherSide) -> None:
        delivery = await side.gateway.submit(a_batch(), KEY, AT)
        assert (delivery.outcome, bool(delivery.receipt), side.filings()) == (SENT, True, 1)
        assert await side.gateway.prove(KEY, AT) == Delivery(SENT, delivery.receipt)

    async def test_the_same_key_twice_is_one_filing(self, side: OtherSide) -> None:
        first = await side.gateway.submit(a_batch(), KEY, AT)
        second = await side.gateway.submit(a_batch(), KEY, AT)
        assert (second.outcome, second.receipt, side.filings()) == (SENT, first.receipt, 1)

    async def test_two_keys_are_two_filings(self, side: OtherSide) -> None:
        first = await side.gateway.submit(a_batch(), KEY, AT)
        second = await side.gateway.submit(a_batch(), "B000002", AT)
        assert first.receipt != second.receipt
        assert side.filings() == 2

    async def test_what_never_came_is_proved_absent(self, side: OtherSide) -> None:
        proof = await side.gateway.prove("B000009", AT)
        assert (proof.outcome, proof.receipt, bool(proof.reason)) == (NOT_SENT, "", True)

    async def test_refused_input_is_not_sent(self, side: OtherSide) -> None:
        delivery = await side.gateway.submit(NO_CLAIMS, KEY, AT)
        assert (delivery.outcome, delivery.receipt, side.filings()) == (NOT_SENT, "", 0)
        assert delivery.reason
        assert delivery.reached
        assert IDENTITY not in delivery.reason
        assert (await side.gateway.prove(KEY, AT)).outcome is NOT_SENT

    async def test_silence_after_acceptance_is_unknown_until_proved_sent(self, side: OtherSide) -> None:
        side.hang_answer()
        delivery = await _within(side, side.gateway.submit(a_batch(), KEY, AT))
        assert (delivery.outcome, delivery.receipt, bool(delivery.reason)) == (UNKNOWN, "", True)
        await side.recover()
        assert (await side.gateway.prove(KEY, AT)).outcome is SENT
        assert side.filings() == 1

    async def test_an_answer_lost_is_unknown_until_proved_sent(self, side: OtherSide) -> None:
        side.lose_answer()
        assert (await _within(side, side.gateway.submit(a_batch(), KEY, AT))).outcome is UNKNOWN
        await side.recover()
        proof = await side.gateway.prove(KEY, AT)
        assert (proof.outcome, bool(proof.receipt)) == (SENT, True)
        again = await side.gateway.submit(a_batch(), KEY, AT)
        assert (again.outcome, again.receipt, side.filings()) == (SENT, proof.receipt, 1)

    async def test_a_delivery_lost_is_unknown_until_proved_absent(self, side: OtherSide) -> None:
        side.lose_delivery()
        delivery = await _within(side, side.gateway.submit(a_batch(), KEY, AT))
        assert (delivery.outcome, delivery.receipt) == (UNKNOWN, "")
        await side.recover()
        assert (await side.gateway.prove(KEY, AT)).outcome is NOT_SENT
        assert side.filings() == 0
        assert (await side.gateway.submit(a_batch(), KEY, AT)).outcome is SENT

    async def test_no_connection_is_not_sent_after_at_most_three_tries(
        self, side: OtherSide, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await side.go_down()
        tries = _count_connects(monkeypatch)
        delivery = await _within(side, side.gateway.submit(a_batch(), KEY, AT))
        assert (delivery.outcome, delivery.reached, bool(delivery.reason)) == (NOT_SENT, False, True)
        assert 1 <= len(tries) <= 3
        assert (await side.gateway.prove(KEY, AT)).outcome is UNKNOWN
        await side.recover()
        assert (await side.gateway.submit(a_batch(), KEY, AT)).outcome is SENT

    async def test_what_was_sent_is_never_tried_again_by_itself(self, side: OtherSide) -> None:
        """Whoever sends twice files twice where the payer keeps no keys."""
        side.lose_answer()
        await _within(side, side.gateway.submit(a_batch(), KEY, AT))
        await side.recover()
        assert side.filings() == 1

    async def test_a_silent_payer_ends_within_the_set_time(self, side: OtherSide) -> None:
        side.go_silent()
        asked = [question() for question in _questions(side)]
        sending, proving = side.gateway.submit(a_batch(), KEY, AT), side.gateway.prove(KEY, AT)
        told = await _within(side, asyncio.gather(sending, proving, *asked, return_exceptions=True))
        assert told[0].outcome is not SENT
        assert told[1].outcome is UNKNOWN
        assert [error for error in told[2:] if not isinstance(error, PayerUnavailable)] == []

    async def test_a_payer_that_is_down_is_unavailable(self, side: OtherSide) -> None:
        await side.go_down()
        asked = [question() for question in _questions(side)]
        told = await _within(side, asyncio.gather(*asked, return_exceptions=True))
        assert [error for error in told if not isinstance(error, PayerUnavailable)] == []

    async def test_the_mailbox_is_listed_fetched_and_emptied(self, side: OtherSide) -> None:
        assert await side.gateway.list_mailbox(AT) == ()
        side.put("TA1", ACKNOWLEDGMENT)
        (item,) = await side.gateway.list_mailbox(AT)
        assert (item.kind, item.received_at) == ("TA1", AT)
        assert await side.gateway.fetch(item.item_id, AT) == ACKNOWLEDGMENT
        assert side.waiting() == 1
        await side.gateway.remove(item.item_id, AT)
        assert await side.gateway.list_mailbox(AT) == ()
        assert side.waiting() == 0

    async def test_each_item_is_itself(self, side: OtherSide) -> None:
        other = ACKNOWLEDGMENT.replace(b"*A*000", b"*R*025")
        side.put("TA1", ACKNOWLEDGMENT)
        side.put("TA1", other)
        items = await side.gateway.list_mailbox(AT)
        assert {await side.gateway.fetch(item.item_id, AT) for item in items} == {ACKNOWLEDGMENT, other}
        await side.gateway.remove(items[0].item_id, AT)
        assert await side.gateway.list_mailbox(AT) == items[1:]

    async def test_what_is_gone_is_refused_to_a_reader_and_no_matter_to_a_remover(
        self, side: OtherSide
    ) -> None:
        item = await _one_removed(side)
        with pytest.raises(PayerRefused):
            await side.gateway.fetch("M9999999", AT)
        await side.gateway.remove(item.item_id, AT)

    async def test_an_inquiry_is_answered_or_the_other_channel_named(self, side: OtherSide) -> None:
        if not side.gateway.capabilities.real_time:
            with pytest.raises(PayerRefused, match="real time"):
                await side.gateway.ask(an_inquiry(), AT)
            return
        assert b"ST*271*" in await side.gateway.ask(an_inquiry(), AT)

    async def test_an_appeal_is_sent_once_or_refused_with_words(self, side: OtherSide) -> None:
        filing = AppealFiling("C000001-1-1", "P1", "ICN1", 1, "appeal", b"%PDF-1.7")
        delivery = await side.gateway.file_appeal(filing, AT)
        assert delivery.outcome is NOT_SENT  # the payer knows no such claim, or takes no letters here
        assert delivery.reason

    async def test_business_time_reaches_the_payer(self, side: OtherSide) -> None:
        await side.gateway.submit(a_batch(), KEY, AT)
        assert side.clock() == AT

    async def test_credentials_and_identity_never_show(
        self, side: OtherSide, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        shown = [repr(side.gateway), str(side.gateway)]
        shown.append(repr(await side.gateway.submit(a_batch(), KEY, AT)))
        shown += await _told_when(side, side.lose_answer)
        shown += await _told_when(side, side.go_silent)
        await side.go_down()
        shown += await _told_when(side, lambda: None)
        shown += [record.getMessage() for record in caplog.records]
        text = "\n".join(shown)
        for secret in (*side.secrets, IDENTITY):
            assert secret not in text

    async def test_closing_twice_is_fine(self, side: OtherSide) -> None:
        await side.gateway.submit(a_batch(), KEY, AT)
        await side.gateway.close()
        await side.gateway.close()


class PayerContract(DropContract):
    """The whole suite: for connections that answer."""

    @pytest.mark.parametrize(
        ("status", "body", "error"),
        [
            (503, b"<html>down</html>", PayerUnavailable),
            (500, b"", PayerUnavailable),
            (429, b"", PayerUnavailable),
            (200, b"<html>a page for people " + IDENTITY.encode(), PayerUnavailable),
            (200, b"", PayerUnavailable),
            (403, IDENTITY.encode(), PayerRefused),
            (404, IDENTITY.encode(), PayerRefused),
        ],
    )
    async def test_a_spoilt_answer_is_no_answer(
        self, side: OtherSide, status: int, body: bytes, error: type[Exception]
    ) -> None:
        side.spoil_answer(status, body)
        with pytest.raises(error) as caught:
            await _within(side, side.gateway.ask(an_inquiry(), AT))
        assert IDENTITY not in str(caught.value)
        delivery = await side.gateway.submit(a_batch(), KEY, AT)
        assert delivery.outcome is not SENT
        assert not delivery.receipt


def _questions(side: OtherSide) -> list[Callable[[], Awaitable[Any]]]:
    gateway = side.gateway
    told: list[Callable[[], Awaitable[Any]]] = [
        lambda: gateway.list_mailbox(AT),
        lambda: gateway.fetch("M0000001", AT),
        lambda: gateway.remove("M0000001", AT),
    ]
    return [*told, lambda: gateway.ask(an_inquiry(), AT)] if gateway.capabilities.real_time else told


async def _one_removed(side: OtherSide) -> MailItem:
    side.put("TA1", ACKNOWLEDGMENT)
    (item,) = await side.gateway.list_mailbox(AT)
    await side.gateway.remove(item.item_id, AT)
    return item


async def _told_when(side: OtherSide, spoil: Callable[[], None]) -> list[str]:
    """Spoil the line, try everything, be well again; return what was said about it."""
    spoil()
    calls = (question() for question in _questions(side))
    sending, proving = side.gateway.submit(a_batch(), "B000003", AT), side.gateway.prove(KEY, AT)
    answers = await asyncio.gather(sending, proving, *calls, return_exceptions=True)
    told = [repr(answer) for answer in answers]
    for answer in answers:
        if isinstance(answer, BaseException):
            told += traceback.format_exception(answer)
    await side.recover()
    return told


def _count_connects(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    loop = asyncio.get_running_loop()
    connect = loop.create_connection
    seen: list[object] = []

    async def counted(*args: Any, **kwargs: Any) -> Any:
        seen.append(args)
        return await connect(*args, **kwargs)

    monkeypatch.setattr(loop, "create_connection", counted)
    return seen
