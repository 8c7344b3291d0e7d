"""Trial balance: every account's balance; their sum must be zero."""

from dataclasses import dataclass
from datetime import date

from revcycle.db import ledger
from revcycle.db.engine import Tx
from revcycle.domain.finding import Finding
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.money import dollars
from revcycle.reports.report import Report, disagreement, end_of


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """One account's balance in cents; debits are positive."""

    account: LedgerAccount
    cents: int


def trial_balance(tx: Tx, on: date | None = None) -> Report[TrialBalanceRow]:
    """Return the balances now, or at the end of a day, in the order of the chart of accounts."""
    balances = ledger.trial_balance(tx, None if on is None else end_of(on))
    rows = tuple(
        TrialBalanceRow(account, balances[account]) for account in LedgerAccount if account in balances
    )
    total = sum(balances.values())
    debits = sum(cents for cents in balances.values() if cents > 0)
    findings: tuple[Finding, ...] = ()
    if total:
        message = f"The accounts sum to {dollars(total)} instead of zero."
        findings = (disagreement("book.trial_balance", "ledger", message),)
    return Report(rows, {"total_cents": total, "debit_cents": debits}, findings)
