"""The payer's office: all desks over one book, and the clock that drives the payment runs."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from revcycle.sandbox.payer import timing
from revcycle.sandbox.payer.book import Book
from revcycle.sandbox.payer.claims import Claims
from revcycle.sandbox.payer.desks.appeals import Appeals
from revcycle.sandbox.payer.desks.realtime import Realtime
from revcycle.sandbox.payer.faults import Faults
from revcycle.sandbox.payer.intake import Intake
from revcycle.sandbox.payer.mailbox import Mailbox
from revcycle.sandbox.payer.payment_run import PaymentRuns
from revcycle.sandbox.payer.script import PayerScript


class ClockNotSet(ValueError):
    """No request has carried a Date header yet, so the payer does not know what day it is."""


class Office:
    """Opens the book and keeps it up to the latest instant told."""

    def __init__(self, folder: Path, script: PayerScript, apart: Collection[str] = ()) -> None:
        """Open the records in the folder and set up the desks; partners ``apart`` have a mailbox of their own."""
        self.book = Book(folder)
        self.faults = Faults(self.book, script)
        self.mailbox = Mailbox(self.book, self.faults, script.silences, apart)
        claims = Claims(self.book)
        self._runs = PaymentRuns(self.book, claims, self.mailbox, script)
        self.intake = Intake(self.book, claims, self.mailbox, self._runs, script)
        self.appeals = Appeals(self.book, claims, self.mailbox, self._runs, script)
        self.realtime = Realtime(self.book, claims, self._runs, self.intake, script)

    def close(self) -> None:
        """Close the book."""
        self.book.close()

    def advance(self, told: datetime | None) -> datetime:
        """Move the clock to the instant told and do all that fell due, in order. Raises ClockNotSet."""
        now = self.book.hear(told) if told else self.book.now()
        if now is None:
            raise ClockNotSet("send the business time in the Date header")
        while self._next_thing(now):
            pass
        return now

    def _next_thing(self, now: datetime) -> bool:
        run, decision, deposit = (
            self._runs.next_run(),
            self.appeals.next_decision(),
            self._runs.next_deposit(),
        )
        things = [
            (timing.run_at(run), self._runs.make, run) if run else None,
            (timing.decided_at(decision), self.appeals.decide, decision) if decision else None,
            (timing.deposited_at(deposit), self._runs.file_deposits, deposit) if deposit else None,
        ]
        due = sorted((thing for thing in things if thing and thing[0] <= now), key=lambda thing: thing[0])
        if not due:
            return False
        _, act, day = due[0]
        act(day)
        return True

    def receipt(self, key: str) -> str | None:
        """Return the receipt given earlier for the idempotency key, if any."""
        row = self.book.sql.execute("select receipt from receipt where key = ?", (key,)).fetchone()
        return row[0] if row else None

    def give_receipt(self, key: str) -> str:
        """Return a new receipt, remembered under the key when there is one."""
        receipt = f"RCPT{self.book.count('receipt'):08d}"
        if key:
            self.book.sql.execute("insert into receipt values (?, ?)", (key, receipt))
        return receipt
