"""The claim status desk: what the sandbox payer answers to a 276, line by line and with the check when it has paid."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from revcycle.domain.calendar import next_business_day
from revcycle.domain.claims.benefit import Contact
from revcycle.domain.claims.claim_status import (
    LineStatus,
    ServiceAsked,
    StatusAnswer,
    StatusCode,
    StatusInquiry,
    StatusReport,
)
from revcycle.domain.remittances.remittance import ClaimPayment
from revcycle.edi.claim_status_276_277 import x12_277
from revcycle.sandbox.payer import timing
from revcycle.sandbox.payer.book import Book
from revcycle.sandbox.payer.claims import Claims, ClaimState, KeptClaim
from revcycle.sandbox.payer.intake import Intake
from revcycle.sandbox.payer.payment_json import read_payment
from revcycle.sandbox.payer.payment_run import PaymentRuns
from revcycle.sandbox.payer.received import ReceivedLine

_STATUS = {
    ClaimState.SILENT: ("P1", "20"),
    ClaimState.AWAITING: ("R4", "294"),
    ClaimState.PENDING: ("P1", "20"),
    ClaimState.PAID: ("F1", "65"),
    ClaimState.DENIED: ("F2", "585"),
    ClaimState.REPLACED: ("F3", "101"),
}
_NOT_FOUND = ("D0", "35")
_TELEPHONE = Contact("CLAIM SERVICES", (("TE", "8005550101"),))


class StatusDesk:
    """Looks claims up and says where they stand."""

    def __init__(self, book: Book, claims: Claims, runs: PaymentRuns, intake: Intake) -> None:
        """Work on the open book."""
        self._book = book
        self._claims = claims
        self._runs = runs
        self._intake = intake

    def standing(self, inquiry: StatusInquiry, now: datetime) -> StatusAnswer:
        """Return where the claim stands; the first question about a forgotten claim brings it to payment."""
        kept = self._claims.by_control_number(inquiry.payer_claim_control_number)
        kept = kept or self._claims.by_patient_control_number(inquiry.patient_control_number)
        if kept is None:
            return StatusAnswer(
                inquiry.trace_number,
                *_NOT_FOUND,
                effective_date=now.date(),
                payer_contacts=(_TELEPHONE,),
            )
        if kept.state is ClaimState.SILENT:
            self._break_silence(kept, now)
        return self._told(kept, inquiry.trace_number, now.date())

    def _told(self, kept: KeptClaim, trace_number: str, today: date) -> StatusAnswer:
        claim, paid = kept.claim, self._payment(kept.claim.control_number)
        whole = _report(kept.state, today, claim.charge_cents, self._runs.paid_cents(claim.control_number))
        if paid is not None:
            payment, run_on = paid
            whole = replace(whole, finalized_on=run_on)
            if payment.payment_cents and kept.state is ClaimState.PAID:
                whole = replace(whole, remittance_on=run_on, remittance_trace=kept.trace_number)
        answer = StatusAnswer(
            trace_number=trace_number,
            category_code="",
            status_code="",
            payer_claim_control_number=claim.control_number,
            patient_control_number=claim.patient_control_number,
            reports=(whole,),
            lines=tuple(_line(line, kept.state, today, paid[0] if paid else None) for line in claim.lines),
            payer_contacts=(_TELEPHONE,),
        )
        return x12_277.with_latest(answer)

    def _payment(self, control_number: str) -> tuple[ClaimPayment, date] | None:
        """Return the last payment a remittance has told of, with the day of its run."""
        row = self._book.sql.execute(
            "select payment, run_on from payable where control_number = ? and trace_number <> ''"
            " order by id desc limit 1",
            (control_number,),
        ).fetchone()
        return (read_payment(row[0]), date.fromisoformat(row[1])) if row else None

    def _break_silence(self, kept: KeptClaim, now: datetime) -> None:
        """The first question finds the forgotten claim; it is paid a few days later."""
        run_on = next_business_day(now.date() + timedelta(timing.SILENCE_BROKEN_AFTER_DAYS))
        self._claims.set_state(kept.claim.control_number, ClaimState.PENDING)
        self._runs.plan(kept.claim, self._intake.first_answer(kept.claim), run_on)


def _report(state: ClaimState, today: date, charge_cents: int, paid_cents: int) -> StatusReport:
    codes = (StatusCode(*_STATUS[state]),)
    return StatusReport(codes, today, charge_cents=charge_cents, payment_cents=paid_cents)


def _line(line: ReceivedLine, state: ClaimState, today: date, payment: ClaimPayment | None) -> LineStatus:
    told = payment.services if payment is not None else ()
    number = line.line_item_control_number
    paid = next((s.payment_cents for s in told if number and s.line_item_control_number == number), 0)
    by_revenue_code = not line.procedure_code
    asked = ServiceAsked(
        "NU" if by_revenue_code else line.procedure_qualifier,
        line.revenue_code if by_revenue_code else line.procedure_code,
        line.charge_cents,
        line.modifiers,
        revenue_code="" if by_revenue_code else line.revenue_code,
        units=Decimal(line.units),
        control_number=number,
        service_date=line.service_date,
        service_date_to=line.service_date_to,
    )
    return LineStatus(asked, paid, (_report(state, today, line.charge_cents, paid),))
