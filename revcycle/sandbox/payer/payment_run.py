"""Payment runs: one remittance per payer, payee and day, balanced, with its trace at the bank."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from revcycle.domain.calendar import next_business_day
from revcycle.domain.remittances.remittance import ClaimPayment, ProviderAdjustment, Remittance
from revcycle.edi.remittance_835 import x12_835
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.sandbox.payer import timing
from revcycle.sandbox.payer.adjudication import pay, reverse
from revcycle.sandbox.payer.book import Book
from revcycle.sandbox.payer.claims import Claims
from revcycle.sandbox.payer.mailbox import Mailbox
from revcycle.sandbox.payer.payment_json import read_payment, write_payment
from revcycle.sandbox.payer.received import ReceivedClaim
from revcycle.sandbox.payer.script import PayerScript

SANDBOX_ID = "SANDBOX"
_FIRST, _REVERSAL, _CORRECTION = "first", "reversal", "correction"


@dataclass(frozen=True, slots=True)
class _Due:
    """One payable of a run with the claim it belongs to."""

    id: int
    kind: str
    claim: ReceivedClaim
    payment: ClaimPayment

    @property
    def remittance_group(self) -> tuple[str, str, str]:
        return (self.claim.payer_id, self.claim.payee_npi, self.claim.sender_id)


class PaymentRuns:
    """What is to be paid, when, and what has been."""

    def __init__(self, book: Book, claims: Claims, mailbox: Mailbox, script: PayerScript) -> None:
        """Work on the open book with the payer's script."""
        self._book = book
        self._claims = claims
        self._mailbox = mailbox
        self._script = script

    def plan(self, claim: ReceivedClaim, payment: ClaimPayment, run_on: date, kind: str = _FIRST) -> None:
        """Put a payment (or reversal) on the run of that day."""
        self._book.sql.execute(
            "insert into payable (run_on, payer_id, control_number, kind, payment) values (?, ?, ?, ?, ?)",
            (run_on.isoformat(), claim.payer_id, claim.control_number, kind, write_payment(payment)),
        )

    def take_back(self, claim: ReceivedClaim, run_on: date) -> None:
        """Undo a claim that was replaced or voided: cancel what is planned, reverse what was paid."""
        rows = self._book.sql.execute(
            "select id, payment, trace_number from payable where control_number = ? order by id",
            (claim.control_number,),
        ).fetchall()
        for row_id, _, trace_number in rows:
            if not trace_number:
                self._book.sql.execute("delete from payable where id = ?", (row_id,))
        told = [read_payment(text) for _, text, trace_number in rows if trace_number]
        if told and told[-1].payment_cents:
            self.plan(claim, reverse(told[-1]), run_on, _REVERSAL)

    def paid_cents(self, control_number: str) -> int:
        """Return what the remittances sent so far paid for the claim, reversals taken off."""
        rows = self._book.sql.execute(
            "select payment from payable where control_number = ? and trace_number <> ''", (control_number,)
        )
        return sum(read_payment(text).payment_cents for (text,) in rows)

    def next_run(self) -> date | None:
        """Return the day of the earliest run not yet made."""
        row = self._book.sql.execute("select min(run_on) from payable where trace_number = ''").fetchone()
        return date.fromisoformat(row[0]) if row[0] else None

    def make(self, day: date) -> None:
        """Make the day's run: write each remittance, plan its bank credit and any late reversal."""
        due = sorted(self._due(day), key=lambda item: (*item.remittance_group, item.id))
        for _, items in groupby(due, key=lambda item: item.remittance_group):
            self._remit(day, list(items))

    def _due(self, day: date) -> list[_Due]:
        rows = self._book.sql.execute(
            "select payable.id, kind, record, payment from payable join claim using (control_number)"
            " where payable.trace_number = '' and run_on = ?",
            (day.isoformat(),),
        )
        return [_Due(row[0], row[1], ReceivedClaim.from_json(row[2]), read_payment(row[3])) for row in rows]

    def _remit(self, day: date, due: Sequence[_Due]) -> None:
        claim = due[0].claim
        trace_number = f"SBXEFT{self._book.count('trace'):08d}"
        payments = tuple(replace(item.payment, position=n) for n, item in enumerate(due, start=1))
        total = sum(payment.payment_cents for payment in payments)
        carried = self._carry(claim.payer_id, total)
        amount = total - carried
        reference = f"FWD{trace_number}"
        remittance = Remittance(
            payer_id=claim.payer_id,
            payer_name=claim.payer_name,
            payee_npi=claim.payee_npi,
            eft_trace_number=trace_number,
            payment_cents=amount,
            payment_method="ACH" if amount else "NON",
            payment_date=day,
            claims=payments,
            provider_adjustments=(ProviderAdjustment("FB", reference, carried),) if carried else (),
        )
        envelope = Envelope(SANDBOX_ID, claim.sender_id, self._book.count("interchange"), timing.run_at(day))
        body = x12_835.write_remittance(
            envelope,
            Party(claim.payer_name, claim.payer_id),
            Party(claim.payee_name, claim.payee_npi),
            remittance,
        )
        now = self._book.now() or timing.run_at(day)
        self._mailbox.put("835", timing.remitted_at(self._script, day, now), body, claim.sender_id)
        self._paid(day, trace_number, amount, claim.payer_id)
        for item in due:
            self._settle(item, trace_number)

    def _carry(self, payer_id: str, total: int) -> int:
        """Return the PLB FB amount: negative moves a debt to a later run, positive collects one."""
        row = self._book.sql.execute("select cents from forwarded where payer_id = ?", (payer_id,)).fetchone()
        owed: int = row[0] if row else 0
        carried = total if total < 0 else min(owed, total)
        if carried:
            self._book.sql.execute(
                "insert or replace into forwarded values (?, ?)", (payer_id, owed - carried)
            )
        return carried

    def _paid(self, day: date, trace_number: str, amount: int, payer_id: str) -> None:
        if not amount:
            return
        deposit_on = timing.deposit_day(self._script.seed, trace_number, day)
        self._book.sql.execute(
            "insert into deposit (trace_number, deposit_on, cents, payer_id) values (?, ?, ?, ?)",
            (trace_number, deposit_on.isoformat(), amount, payer_id),
        )

    def _settle(self, item: _Due, trace_number: str) -> None:
        self._book.sql.execute("update payable set trace_number = ? where id = ?", (trace_number, item.id))
        self._claims.settle(item.payment, trace_number)
        behaviour = self._script.behaviour(item.claim.key)
        if item.kind != _FIRST or not item.payment.payment_cents or not behaviour.reversal_after_days:
            return
        run_on = next_business_day(item.claim.received_on + timedelta(behaviour.reversal_after_days))
        percent = self._script.allowed_percent.get(item.claim.payer_id)
        corrected = pay(item.claim, behaviour, percent, behaviour.repriced_percent)
        self.plan(item.claim, reverse(item.payment), run_on, _REVERSAL)
        self.plan(item.claim, corrected, run_on, _CORRECTION)

    def next_deposit(self) -> date | None:
        """Return the day of the earliest bank file not yet made."""
        row = self._book.sql.execute("select min(deposit_on) from deposit where filed = 0").fetchone()
        return date.fromisoformat(row[0]) if row[0] else None

    def file_deposits(self, day: date) -> None:
        """Lay down the bank's file of the day's credits."""
        rows = self._book.sql.execute(
            "select cents, trace_number, payer_id from deposit where deposit_on = ? and filed = 0"
            " order by trace_number",
            (day.isoformat(),),
        ).fetchall()
        lines = [
            f"{day.isoformat()},{cents // 100}.{cents % 100:02d},{trace},{payer_id}"
            for cents, trace, payer_id in rows
        ]
        text = "\n".join(("deposit_date,amount,eft_trace_number,payer_id", *lines, ""))
        self._mailbox.put("deposits", timing.deposited_at(day), text.encode())
        self._book.sql.execute("update deposit set filed = 1 where deposit_on = ?", (day.isoformat(),))
