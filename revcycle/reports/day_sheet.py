"""Day sheet: the amounts posted on a day, by kind of transaction and account."""

from datetime import date, timedelta

from revcycle.db import book
from revcycle.db.book import Movement
from revcycle.db.engine import Tx
from revcycle.domain.finding import Finding
from revcycle.domain.money import dollars
from revcycle.reports.report import Report, disagreement, start_of


def day_sheet(tx: Tx, on: date) -> Report[Movement]:
    """Return the day's movements; a finding reports debits and credits that are not equal."""
    rows = book.movements(tx, start_of(on), start_of(on + timedelta(1)))
    debits = sum(row.cents for row in rows if row.cents > 0)
    off = sum(row.cents for row in rows)
    findings: tuple[Finding, ...] = ()
    if off:
        findings = (
            disagreement("book.day_sheet", on.isoformat(), f"The day does not balance by {dollars(off)}."),
        )
    totals = {"entries": sum(row.entries for row in rows), "debit_cents": debits, "off_cents": off}
    return Report(rows, totals, findings)
