"""Answers while the caller waits: 271 to a 270, 277 to a 276."""

from datetime import datetime, timedelta

from revcycle.domain.calendar import next_business_day
from revcycle.domain.claim_status import StatusAnswer, StatusInquiry
from revcycle.domain.eligibility import EligibilityAnswer, EligibilityInquiry
from revcycle.edi import (
    x12_270_005010x279a1,
    x12_271_005010x279a1,
    x12_276_005010x212,
    x12_277_005010x212,
)
from revcycle.edi.envelope import Envelope, Party, sniff
from revcycle.sandbox.payer import timing
from revcycle.sandbox.payer.book import Book
from revcycle.sandbox.payer.claims import Claims, ClaimState, KeptClaim
from revcycle.sandbox.payer.intake import Intake
from revcycle.sandbox.payer.payment_run import SANDBOX_ID, PaymentRuns
from revcycle.sandbox.payer.script import PayerScript, policy_key

_SUBSCRIBER_NOT_FOUND = "75"
_STATUS = {
    ClaimState.SILENT: ("P1", "20"),
    ClaimState.PENDING: ("P1", "20"),
    ClaimState.PAID: ("F1", "65"),
    ClaimState.DENIED: ("F2", "585"),
    ClaimState.REPLACED: ("F3", "101"),
}
_NOT_FOUND = ("D0", "35")


class NotAnInquiry(ValueError):
    """The body is neither a 270 nor a 276 with an inquiry in it."""


class Realtime:
    """The desk that answers at once."""

    def __init__(
        self, book: Book, claims: Claims, runs: PaymentRuns, intake: Intake, script: PayerScript
    ) -> None:
        """Work on the open book with the payer's script."""
        self._book = book
        self._claims = claims
        self._runs = runs
        self._intake = intake
        self._script = script

    def answer(self, data: bytes, now: datetime) -> bytes:
        """Return the 271 or 277. Raises NotAnInquiry, NotX12."""
        kind = sniff(data)
        if kind == "270":
            return self._eligibility(data, now)
        if kind == "276":
            return self._status(data, now)
        raise NotAnInquiry("send one 270 or 276")

    def _envelope(self, data: bytes, now: datetime) -> Envelope:
        sender = data.lstrip().split(data.lstrip()[3:4])[6].decode().strip()
        return Envelope(SANDBOX_ID, sender, self._book.count("interchange"), now)

    def _eligibility(self, data: bytes, now: datetime) -> bytes:
        inquiries = x12_270_005010x279a1.read_inquiries(data)
        if not inquiries:
            raise NotAnInquiry("the 270 asks nothing")
        inquiry = inquiries[0]
        payer = Party(inquiry.payer_name, inquiry.payer_id)
        answer = self._covered(inquiry)
        return x12_271_005010x279a1.write_answer(self._envelope(data, now), payer, inquiry, answer)

    def _covered(self, inquiry: EligibilityInquiry) -> EligibilityAnswer:
        policy = policy_key(inquiry.payer_id, inquiry.member_id)
        if policy in self._script.unknown:
            return EligibilityAnswer(inquiry.trace_number, None, reject_codes=(_SUBSCRIBER_NOT_FOUND,))
        return EligibilityAnswer(
            trace_number=inquiry.trace_number,
            active=policy not in self._script.inactive,
            plan_name=f"{inquiry.payer_name} PLAN"[:50],
            member_id=inquiry.member_id,
            last_name=inquiry.last_name,
            first_name=inquiry.first_name,
            birth_date=inquiry.birth_date,
        )

    def _status(self, data: bytes, now: datetime) -> bytes:
        inquiries = x12_276_005010x212.read_inquiries(data)
        if not inquiries:
            raise NotAnInquiry("the 276 asks nothing")
        inquiry = inquiries[0]
        payer = Party(inquiry.payer_name, inquiry.payer_id)
        answer = self._standing(inquiry, now)
        return x12_277_005010x212.write_answer(self._envelope(data, now), payer, inquiry, answer)

    def _standing(self, inquiry: StatusInquiry, now: datetime) -> StatusAnswer:
        kept = self._claims.by_control_number(inquiry.payer_claim_control_number)
        kept = kept or self._claims.by_patient_control_number(inquiry.patient_control_number)
        if kept is None:
            return StatusAnswer(inquiry.trace_number, *_NOT_FOUND, effective_date=now.date())
        if kept.state is ClaimState.SILENT:
            self._break_silence(kept, now)
        return StatusAnswer(
            inquiry.trace_number,
            *_STATUS[kept.state],
            effective_date=now.date(),
            payer_claim_control_number=kept.claim.control_number,
            charge_cents=kept.claim.charge_cents,
            payment_cents=self._runs.paid_cents(kept.claim.control_number),
        )

    def _break_silence(self, kept: KeptClaim, now: datetime) -> None:
        """The first question finds the forgotten claim; it is paid a few days later."""
        run_on = next_business_day(now.date() + timedelta(timing.SILENCE_BROKEN_AFTER_DAYS))
        self._claims.set_state(kept.claim.control_number, ClaimState.PENDING)
        self._runs.plan(kept.claim, self._intake.first_answer(kept.claim), run_on)
