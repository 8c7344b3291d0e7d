"""The bank's file of electronic credits: CSV with deposit_date, amount, eft_trace_number and payer_id."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from revcycle.domain.finding import Finding, Severity
from revcycle.domain.money import BrokenAmount, parse_cents
from revcycle.domain.remittances.deposit import BankCredit

_COLUMNS = ("deposit_date", "amount", "eft_trace_number", "payer_id")


@dataclass(frozen=True, slots=True)
class DepositFile:
    """The credits that could be read, and what is wrong with the rest."""

    credits: tuple[BankCredit, ...]
    findings: tuple[Finding, ...]


def read_deposits(data: bytes) -> DepositFile:
    """Read the file. One bad row never stops the others; a file without the columns is one fatal finding."""
    reader = csv.DictReader(data.decode("utf-8-sig", errors="replace").splitlines())
    missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        message = f"The file has no column {', '.join(missing)}."
        remedy = f"Export the deposits with the columns {', '.join(_COLUMNS)}."
        return DepositFile((), (Finding("deposits.columns", "row 1", message, remedy, Severity.FATAL),))
    read = tuple(_credit(row, f"row {number}") for number, row in enumerate(reader, start=2))
    return DepositFile(
        credits=tuple(one for one in read if isinstance(one, BankCredit)),
        findings=tuple(one for one in read if isinstance(one, Finding)),
    )


def _credit(row: Mapping[str, str | None], where: str) -> BankCredit | Finding:
    day, amount, trace, payer = ((row.get(name) or "").strip() for name in _COLUMNS)
    remedy = "Correct the row and import the file again; rows already known are skipped."
    try:
        credit = BankCredit(date.fromisoformat(day), parse_cents(amount), trace, payer)
    except BrokenAmount:
        return Finding("deposits.amount", where, "The amount is not dollars and cents.", remedy)
    except ValueError:
        return Finding("deposits.date", where, "The deposit date is not YYYY-MM-DD.", remedy)
    if not trace:
        return Finding("deposits.trace", where, "The credit has no trace number.", remedy)
    return credit
