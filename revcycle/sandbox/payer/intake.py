"""A claim file comes in: acknowledge interchange, group and claims, and plan what is paid when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from revcycle.domain.claims.claim import Claim, ClaimFrequency, ClaimKind, Coverage
from revcycle.domain.mail.acknowledgment import (
    ClaimAcknowledgment,
    ImplementationAcknowledgment,
    InterchangeAcknowledgment,
    TransactionAcknowledgment,
)
from revcycle.domain.remittances.remittance import AdjustmentGroup, ClaimPayment
from revcycle.edi.acknowledgment import x12_277ca, x12_999, x12_ta1
from revcycle.edi.claim_837 import x12_837
from revcycle.edi.claim_837.x12_837 import ClaimFile, ReadClaim
from revcycle.edi.wire.envelope import Envelope, Party, sniff
from revcycle.sandbox.payer import timing
from revcycle.sandbox.payer.adjudication import deny, pay
from revcycle.sandbox.payer.book import Book
from revcycle.sandbox.payer.claims import Claims, ClaimState
from revcycle.sandbox.payer.desks.records import RecordsDesk
from revcycle.sandbox.payer.field_path import UnknownField, read_field
from revcycle.sandbox.payer.mailbox import Mailbox
from revcycle.sandbox.payer.payment_run import SANDBOX_ID, PaymentRuns
from revcycle.sandbox.payer.received import ReceivedClaim, fingerprint, receive
from revcycle.sandbox.payer.script import Behaviour, PayerScript, key_of, policy_key

_ACCEPTED = ("A2", "20", "")
_NOT_ELIGIBLE = ("A7", "88", "IL")
_OUT_OF_BALANCE = ("A7", "400", "")
_ORIGINAL_NOT_FOUND = ("A7", "464", "")
_DUPLICATE = "18"
_NOT_COVERED = "96"
_ANSWERS_AN_EARLIER_CLAIM = (
    ClaimFrequency.ADJUSTMENT,
    ClaimFrequency.REPLACEMENT,
    ClaimFrequency.VOID,
    ClaimFrequency.RECONSIDERATION,
)
_GUIDES = {
    ClaimKind.PROFESSIONAL: "005010X222A1",
    ClaimKind.INSTITUTIONAL: "005010X223A2",
    ClaimKind.DENTAL: "005010X224A2",
}


class NotClaims(ValueError):
    """The body is no X12 interchange with claims in it."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """A claim read, the payer it is for, and the answer it gets."""

    read: ReadClaim
    coverage: Coverage
    behaviour: Behaviour
    wrong: bool
    answer: tuple[str, ...]

    @property
    def parties(self) -> tuple[Party, Party]:
        """The payer asked and the provider asking."""
        provider = self.read.claim.billing_provider
        return (
            Party(self.coverage.payer_name, self.coverage.payer_id),
            Party(provider.last_or_organization_name, provider.npi),
        )


class Intake:
    """Takes claim files in, once each."""

    def __init__(
        self, book: Book, claims: Claims, mailbox: Mailbox, runs: PaymentRuns, script: PayerScript
    ) -> None:
        """Work on the open book with the payer's script."""
        self._book = book
        self._claims = claims
        self._mailbox = mailbox
        self._runs = runs
        self._script = script
        self._records = RecordsDesk(book, claims, mailbox, runs, script, self.first_answer)

    def take(self, data: bytes, now: datetime) -> None:
        """Read the file, lay its acknowledgments down, keep its claims or records. Raises NotClaims, NotX12."""
        kind = sniff(data)
        if kind == "275":
            self._records.take(data, now)
            return
        if kind not in _GUIDES:
            raise NotClaims("the body is no claim file (837P, 837I or 837D) and holds no records (275)")
        file = x12_837.read_claims(data)
        if data.lstrip()[:106].split(data.lstrip()[3:4])[14] == b"1":
            self._acknowledge_interchange(file, now)
        taken = self._acknowledge_group(file, now)
        answers: dict[tuple[Party, Party], list[ClaimAcknowledgment]] = defaultdict(list)
        for read in file.claims:
            if read.transaction_set_control_number in taken:
                judged = self._judge(read)
                answers[judged.parties].append(self._answer(judged, file.sender_id, now))
        for (payer, provider), told in answers.items():
            self._acknowledge_claims(file, payer, provider, told, now)

    def _envelope(self, file: ClaimFile, at: datetime) -> Envelope:
        return Envelope(SANDBOX_ID, file.sender_id, self._book.count("interchange"), at)

    def _acknowledge_interchange(self, file: ClaimFile, now: datetime) -> None:
        at = now + timing.INTERCHANGE_ACKNOWLEDGMENT_AFTER
        answer = InterchangeAcknowledgment(file.interchange_control_number, "A", "000")
        body = x12_ta1.write_acknowledgment(self._envelope(file, at), answer)
        self._mailbox.put("TA1", at, body, file.sender_id)

    def _acknowledge_group(self, file: ClaimFile, now: datetime) -> frozenset[str]:
        """Lay the 999 down; return the transaction sets that are taken in."""
        sets = {read.transaction_set_control_number: _GUIDES[read.claim.kind] for read in file.claims}
        answers = tuple(
            TransactionAcknowledgment(number, "A", version=guide) for number, guide in sets.items()
        )
        code = "A" if answers else "R"
        if answers and file.quarantined:
            code = "E"
        at = now + timing.IMPLEMENTATION_ACKNOWLEDGMENT_AFTER
        version = next(iter(sets.values()), "")
        answer = ImplementationAcknowledgment(file.group_control_number, code, answers, version=version)
        body = x12_999.write_acknowledgment(self._envelope(file, at), answer)
        self._mailbox.put("999", at, body, file.sender_id)
        return frozenset(sets)

    def _acknowledge_claims(
        self,
        file: ClaimFile,
        payer: Party,
        provider: Party,
        answers: Sequence[ClaimAcknowledgment],
        now: datetime,
    ) -> None:
        at = timing.claim_acknowledged_at(self._script, now)
        body = x12_277ca.write_acknowledgment(
            self._envelope(file, at),
            payer,
            Party("Submitter", file.sender_id),
            answers,
            file.interchange_control_number,
            provider,
        )
        self._mailbox.put("277CA", at, body, file.sender_id)

    def _judge(self, read: ReadClaim) -> _Judged:
        claim = read.claim
        coverage = claim.coverage(read.responsibility) or claim.coverages[0]
        behaviour = self._script.behaviour(key_of(claim, coverage))
        wrong = any(_holds(claim, fault.path, fault.value) for fault in behaviour.wrong)
        answer: tuple[str, ...] = _ACCEPTED
        if policy_key(coverage.payer_id, coverage.member_id) in self._script.inactive:
            answer = _NOT_ELIGIBLE
        elif claim.charge_cents != sum(line.charge_cents for line in claim.lines):
            answer = _OUT_OF_BALANCE
        elif behaviour.rejection and (wrong or not behaviour.wrong):
            answer = behaviour.rejection
        elif claim.claim_frequency in _ANSWERS_AN_EARLIER_CLAIM and not self._replaces(claim):
            answer = _ORIGINAL_NOT_FOUND
        return _Judged(read, coverage, behaviour, wrong, answer)

    def _replaces(self, claim: Claim) -> bool:
        return self._claims.by_control_number(claim.payer_claim_control_number) is not None

    def _answer(self, judged: _Judged, sender_id: str, now: datetime) -> ClaimAcknowledgment:
        claim = judged.read.claim
        accepted = judged.answer is _ACCEPTED
        number = self._claims.next_control_number() if accepted else ""
        if accepted:
            self._accept(judged, number, sender_id, now)
        category, status, *entity = judged.answer
        return ClaimAcknowledgment(
            patient_control_number=claim.patient_control_number,
            category_code=category,
            status_code=status,
            charge_cents=claim.charge_cents,
            effective_date=timing.claim_acknowledged_at(self._script, now).date(),
            entity_code="".join(entity),
            payer_claim_control_number=number,
        )

    def _accept(self, judged: _Judged, number: str, sender_id: str, now: datetime) -> None:
        claim, behaviour = judged.read.claim, judged.behaviour
        received = receive(
            claim,
            judged.coverage,
            control_number=number,
            sender_id=sender_id,
            received_on=now.date(),
            patient_share_before_cents=_left_to_patient(judged.read),
            held_for=self._denial(judged),
        )
        run_on = timing.run_day(self._script, received.key, now.date())
        if claim.claim_frequency in _ANSWERS_AN_EARLIER_CLAIM:
            self._replace(claim.payer_claim_control_number, received)
        if claim.claim_frequency is ClaimFrequency.VOID:
            self._claims.add(received, ClaimState.REPLACED)
        elif behaviour.silent:
            self._claims.add(received, ClaimState.SILENT)
        elif behaviour.records_asked and not received.held_for:
            self._claims.add(received, ClaimState.AWAITING)
            self._records.ask(claim, judged.coverage, received, behaviour.records_asked, now)
        else:
            self._claims.add(received, ClaimState.PENDING)
            payment = self.first_answer(received)
            self._runs.plan(received, payment, run_on)

    def _denial(self, judged: _Judged) -> str:
        claim, behaviour = judged.read.claim, judged.behaviour
        if claim.claim_frequency is ClaimFrequency.NON_PAYMENT:
            return _NOT_COVERED
        original = claim.claim_frequency not in _ANSWERS_AN_EARLIER_CLAIM
        if original and self._claims.duplicate_of(fingerprint(claim, judged.coverage)):
            return _DUPLICATE
        return behaviour.denial_code if judged.wrong or not behaviour.wrong else ""

    def _replace(self, original_number: str, received: ReceivedClaim) -> None:
        original = self._claims.by_control_number(original_number)
        if original is None:
            return
        run_on = timing.run_day(self._script, received.key, received.received_on)
        self._runs.take_back(original.claim, run_on)
        self._claims.set_state(original_number, ClaimState.REPLACED, original.trace_number)

    def first_answer(self, received: ReceivedClaim) -> ClaimPayment:
        """Return how the claim is first adjudicated: denied with what it is held for, or paid."""
        behaviour = self._script.behaviour(received.key)
        if received.held_for:
            remark = behaviour.remark_code if received.held_for == behaviour.denial_code else ""
            return deny(received, received.held_for, remark)
        return pay(received, behaviour, self._script.allowed_percent.get(received.payer_id))


def _left_to_patient(read: ReadClaim) -> int | None:
    """Return what earlier payers left to the patient, or None when this payer is the first."""
    if not read.prior_payments:
        return None
    told = (a for prior in read.prior_payments for a in prior.payment.all_adjustments)
    return sum(a.amount_cents for a in told if a.group is AdjustmentGroup.PATIENT_RESPONSIBILITY)


def _holds(claim: Claim, path: str, value: str) -> bool:
    try:
        return read_field(claim, path) == value
    except UnknownField:
        return False
