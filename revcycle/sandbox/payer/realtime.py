"""Answers while the caller waits: 271 to a 270, 277 to a 276, 278 to a 278."""

from datetime import datetime

from revcycle.edi import (
    x12_270_005010x279a1,
    x12_271_005010x279a1,
    x12_276_005010x212,
    x12_277_005010x212,
    x12_278_005010x217,
)
from revcycle.edi.envelope import Envelope, Party, sniff
from revcycle.sandbox.payer.authorization_desk import reviewed
from revcycle.sandbox.payer.book import Book
from revcycle.sandbox.payer.claims import Claims
from revcycle.sandbox.payer.eligibility_desk import covered
from revcycle.sandbox.payer.intake import Intake
from revcycle.sandbox.payer.payment_run import SANDBOX_ID, PaymentRuns
from revcycle.sandbox.payer.script import PayerScript
from revcycle.sandbox.payer.status_desk import StatusDesk


class NotAnInquiry(ValueError):
    """The body is no 270, 276 or 278 with a question in it."""


class Realtime:
    """The desk that answers at once."""

    def __init__(
        self, book: Book, claims: Claims, runs: PaymentRuns, intake: Intake, script: PayerScript
    ) -> None:
        """Work on the open book with the payer's script."""
        self._book = book
        self._status_desk = StatusDesk(book, claims, runs, intake)
        self._script = script

    def answer(self, data: bytes, now: datetime) -> bytes:
        """Return the 271 or 277 with an answer to every inquiry, or the 278. Raises NotAnInquiry, NotX12."""
        kind = sniff(data)
        if kind == "270":
            return self._eligibility(data, now)
        if kind == "276":
            return self._status(data, now)
        if kind == "278":
            return self._review(data, now)
        raise NotAnInquiry("send one 270, 276 or 278")

    def _envelope(self, data: bytes, now: datetime) -> Envelope:
        sender = data.lstrip().split(data.lstrip()[3:4])[6].decode().strip()
        return Envelope(SANDBOX_ID, sender, self._book.count("interchange"), now)

    def _eligibility(self, data: bytes, now: datetime) -> bytes:
        inquiries = x12_270_005010x279a1.read_inquiries(data)
        if not inquiries:
            raise NotAnInquiry("the 270 asks nothing")
        payer = Party(inquiries[0].payer_name, inquiries[0].payer_id)
        answered = [(inquiry, covered(inquiry, self._script)) for inquiry in inquiries]
        return x12_271_005010x279a1.write_answers(self._envelope(data, now), payer, answered)

    def _status(self, data: bytes, now: datetime) -> bytes:
        inquiries = x12_276_005010x212.read_inquiries(data)
        if not inquiries:
            raise NotAnInquiry("the 276 asks nothing")
        payer = Party(inquiries[0].payer_name, inquiries[0].payer_id)
        answered = [(inquiry, self._status_desk.standing(inquiry, now)) for inquiry in inquiries]
        return x12_277_005010x212.write_answers(self._envelope(data, now), payer, answered)

    def _review(self, data: bytes, now: datetime) -> bytes:
        requests = x12_278_005010x217.read_request(data).facts
        if len(requests) != 1:
            raise NotAnInquiry("the 278 does not ask for one review")
        request = requests[0]
        payer = Party(request.payer_name, request.payer_id)
        answer = reviewed(request, self._script, now.date())
        return x12_278_005010x217.write_response(self._envelope(data, now), payer, answer)
