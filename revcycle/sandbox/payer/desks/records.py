"""The records desk: asks for records a claim needs (277), takes in what comes (275), and lets the claim go on."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from revcycle.domain.claims.claim import Claim, Coverage
from revcycle.domain.mail.acknowledgment import ImplementationAcknowledgment, TransactionAcknowledgment
from revcycle.domain.mail.attachment_request import AttachmentQuestion, AttachmentRequest, RecordsForClaim
from revcycle.domain.remittances.remittance import ClaimPayment
from revcycle.edi.acknowledgment import x12_999
from revcycle.edi.records_275_277 import x12_275, x12_277_rfai
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.envelope import Envelope
from revcycle.edi.wire.interchange import X12File, read_file
from revcycle.sandbox.payer import timing
from revcycle.sandbox.payer.book import Book
from revcycle.sandbox.payer.claims import Claims, ClaimState, KeptClaim
from revcycle.sandbox.payer.mailbox import Mailbox
from revcycle.sandbox.payer.payment_run import SANDBOX_ID, PaymentRuns
from revcycle.sandbox.payer.received import ReceivedClaim
from revcycle.sandbox.payer.script import PayerScript

ASKED_AFTER = timedelta(hours=1)
RESPOND_WITHIN_DAYS = 30
_DOCUMENTATION = "R4"
_SCHEMA = """
create table if not exists record (
    id integer primary key, number text not null, patient_control_number text not null,
    requested integer not null, content blob not null, received_at text not null) strict
"""


class RecordsDesk:
    """Asks for records and keeps what is sent."""

    def __init__(
        self,
        book: Book,
        claims: Claims,
        mailbox: Mailbox,
        runs: PaymentRuns,
        script: PayerScript,
        first_answer: Callable[[ReceivedClaim], ClaimPayment],
    ) -> None:
        """Work on the open book; ``first_answer`` adjudicates a claim whose records have come."""
        self._book = book
        self._claims = claims
        self._mailbox = mailbox
        self._runs = runs
        self._script = script
        self._first_answer = first_answer
        book.sql.execute(_SCHEMA)

    def ask(
        self,
        claim: Claim,
        coverage: Coverage,
        received: ReceivedClaim,
        loinc_codes: tuple[str, ...],
        now: datetime,
    ) -> None:
        """Lay a request for records down; it comes an hour after the claim's acknowledgment."""
        at = timing.claim_acknowledged_at(self._script, now) + ASKED_AFTER
        billing = claim.billing_provider
        request = AttachmentRequest(
            payer_id=coverage.payer_id,
            payer_name=coverage.payer_name,
            receiver_id=received.sender_id,
            receiver_name="Submitter",
            provider_npi=billing.npi,
            provider_name=billing.last_or_organization_name,
            provider_first_name=billing.first_name,
            patient_last_name=claim.patient.last_name,
            patient_first_name=claim.patient.first_name,
            member_id=coverage.member_id,
            trace_number=received.control_number,
            questions=tuple(AttachmentQuestion(_DOCUMENTATION, (code,), at.date()) for code in loinc_codes),
            patient_control_number=claim.patient_control_number,
            service_from=claim.service_date_from if claim.service_date_from != NOT_STATED else None,
            respond_by=at.date() + timedelta(RESPOND_WITHIN_DAYS),
        )
        envelope = Envelope(SANDBOX_ID, received.sender_id, self._book.count("interchange"), at)
        body = x12_277_rfai.write_request(envelope, request)
        self._mailbox.put("277RFAI", at, body, received.sender_id)

    def take(self, data: bytes, now: datetime) -> None:
        """Keep the records of a 275, acknowledge them, and plan the claims that waited for them. Raises NotX12."""
        file, read = read_file(data), x12_275.read_records(data)
        self._acknowledge(file, bool(read.facts), bool(read.quarantined), now)
        for sent in read.facts:
            for record in sent.records:
                self._book.sql.execute(
                    "insert into record (number, patient_control_number, requested, content, received_at)"
                    " values (?, ?, ?, ?, ?)",
                    (
                        record.number,
                        sent.patient_control_number,
                        sent.requested,
                        record.content,
                        now.isoformat(),
                    ),
                )
            for kept in self._waiting(sent):
                self._claims.set_state(kept.claim.control_number, ClaimState.PENDING)
                run_on = timing.run_day(self._script, kept.claim.key, now.date())
                self._runs.plan(kept.claim, self._first_answer(kept.claim), run_on)

    def _acknowledge(self, file: X12File, some: bool, but_not_all: bool, now: datetime) -> None:
        at = now + timing.IMPLEMENTATION_ACKNOWLEDGMENT_AFTER
        code = ("E" if but_not_all else "A") if some else "R"
        told = tuple(
            TransactionAcknowledgment(t.control_number, code, kind=t.kind, version=t.version)
            for t in file.transactions
        )
        version = file.transactions[0].version if file.transactions else ""
        answer = ImplementationAcknowledgment(
            file.group_control_number, code, told, functional_id="PI", version=version
        )
        envelope = Envelope(SANDBOX_ID, file.sender_id, self._book.count("interchange"), at)
        body = x12_999.write_acknowledgment(envelope, answer)
        self._mailbox.put("999", at, body, file.sender_id)

    def _waiting(self, sent: RecordsForClaim) -> Iterator[KeptClaim]:
        """The claim the payer asked about quotes its trace number; an unasked one tells a number of the claim."""
        numbers = dict.fromkeys(
            [*(record.number for record in sent.records), sent.payer_claim_control_number]
        )
        found = [self._claims.by_control_number(number) for number in numbers]
        found.append(self._claims.by_patient_control_number(sent.patient_control_number))
        seen: set[str] = set()
        for kept in found:
            if kept is None or kept.state is not ClaimState.AWAITING or kept.claim.control_number in seen:
                continue
            seen.add(kept.claim.control_number)
            yield kept
