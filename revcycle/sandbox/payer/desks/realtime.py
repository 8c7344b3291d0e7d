"""Answers while the caller waits: 271 to a 270, 277 to a 276, 278 to a 278."""

from datetime import datetime

from revcycle.edi.authorization_278 import x12_278
from revcycle.edi.claim_status_276_277 import x12_276, x12_277
from revcycle.edi.eligibility_270_271 import x12_270, x12_271
from revcycle.edi.wire.envelope import Envelope, Party, sniff
from revcycle.sandbox.payer.book import Book
from revcycle.sandbox.payer.claims import Claims
from revcycle.sandbox.payer.desks.authorization import reviewed
from revcycle.sandbox.payer.desks.eligibility import covered
from revcycle.sandbox.payer.desks.status import StatusDesk
from revcycle.sandbox.payer.intake import Intake
from revcycle.sandbox.payer.payment_run import SANDBOX_ID, PaymentRuns
from revcycle.sandbox.payer.script import PayerScript


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
        inquiries = x12_270.read_inquiries(data)
        if not inquiries:
            raise NotAnInquiry("the 270 asks nothing")
        payer = Party(inquiries[0].payer_name, inquiries[0].payer_id)
        answered = [(inquiry, covered(inquiry, self._script)) for inquiry in inquiries]
        return x12_271.write_answers(self._envelope(data, now), payer, answered)

    def _status(self, data: bytes, now: datetime) -> bytes:
        inquiries = x12_276.read_inquiries(data)
        if not inquiries:
            raise NotAnInquiry("the 276 asks nothing")
        payer = Party(inquiries[0].payer_name, inquiries[0].payer_id)
        answered = [(inquiry, self._status_desk.standing(inquiry, now)) for inquiry in inquiries]
        return x12_277.write_answers(self._envelope(data, now), payer, answered)

    def _review(self, data: bytes, now: datetime) -> bytes:
        requests = x12_278.read_request(data).facts
        if len(requests) != 1:
            raise NotAnInquiry("the 278 does not ask for one review")
        request = requests[0]
        payer = Party(request.payer_name, request.payer_id)
        answer = reviewed(request, self._script, now.date())
        return x12_278.write_response(self._envelope(data, now), payer, answer)
