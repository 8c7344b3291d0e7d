"""Cash proof: each remittance's announcement, what was posted of it, and what the bank brought."""

from dataclasses import dataclass
from datetime import date

from revcycle.db import book
from revcycle.db.engine import Tx
from revcycle.db.remittances import deposits, remittances
from revcycle.db.remittances.remittances import RemittanceRow, RemittanceState
from revcycle.domain.finding import Finding
from revcycle.domain.money import dollars
from revcycle.reports.endings import ALL
from revcycle.reports.report import Report, disagreement

EFT_ONLY = "eft_only"


@dataclass(frozen=True, slots=True)
class CashRow:
    """One remittance (or a deposit without one). ``difference_cents`` is announced less deposited."""

    remittance_id: str
    payer_id: str
    eft_trace_number: str
    payment_date: date
    state: str
    announced_cents: int
    posted_cents: int
    deposited_cents: int
    difference_cents: int


def cash(tx: Tx) -> Report[CashRow]:
    """Return every remittance with its money, then deposits that no remittance has claimed."""
    cleared = book.by_remittance(tx)
    known = remittances.find(tx, limit=ALL)
    rows = tuple(_row(tx, row, cleared.get(row.remittance_id, (0, 0))) for row in known)
    waiting = tuple(
        CashRow(
            "",
            one.payer_id,
            one.eft_trace_number,
            one.deposit_date,
            EFT_ONLY,
            0,
            0,
            one.amount_cents,
            -one.amount_cents,
        )
        for one in deposits.unclaimed(tx)
    )
    findings = tuple(finding for row in rows if (finding := _check(row)) is not None)
    totals = {
        "remittances": len(rows),
        "announced_cents": sum(row.announced_cents for row in rows),
        "posted_cents": sum(row.posted_cents for row in rows),
        "deposited_cents": sum(row.deposited_cents for row in rows),
        "undeposited_cents": sum(row.posted_cents - row.deposited_cents for row in rows),
        "deposits_without_remittance_cents": sum(row.deposited_cents for row in waiting),
    }
    return Report((*rows, *waiting), totals, findings)


def _row(tx: Tx, row: RemittanceRow, cleared: tuple[int, int]) -> CashRow:
    arrived = sum(one.amount_cents for one in deposits.of_remittance(tx, row.remittance_id))
    return CashRow(
        row.remittance_id,
        row.payer_id,
        row.eft_trace_number,
        row.payment_date,
        row.state.value,
        row.payment_cents,
        cleared[0],
        arrived,
        row.payment_cents - arrived,
    )


def _check(row: CashRow) -> Finding | None:
    """A posted remittance put exactly BPR02 into clearing; what the workflow still works on is not judged."""
    done = (RemittanceState.POSTED.value, RemittanceState.REASSOCIATED.value)
    expected = row.announced_cents if row.state in done else 0
    if row.state in done and row.posted_cents != expected:
        message = f"{dollars(row.announced_cents)} were announced and {dollars(row.posted_cents)} posted."
        return disagreement("book.cash", row.remittance_id, message)
    return None
