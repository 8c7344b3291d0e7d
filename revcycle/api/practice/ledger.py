"""The books: entries of a claim or account, trial balance, export."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

from revcycle.access.roles import Permission
from revcycle.api.call import Call
from revcycle.api.guard import Endpoint
from revcycle.api.replies import Csv, parts
from revcycle.db import ledger
from revcycle.db.claims import claims
from revcycle.db.ledger import Balance, PostedEntry
from revcycle.db.patients import accounts
from revcycle.domain.ledger import LedgerAccount
from revcycle.reports.claim_story import end_of


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One entry of the books with what it belongs to; a positive amount is a debit."""

    occurred_at: datetime
    recorded_at: datetime
    key: str
    kind: str
    account: LedgerAccount
    amount_cents: int
    claim_id: str
    account_id: str
    payer_id: str
    remittance_id: str
    code: str


@dataclass(frozen=True, slots=True)
class LedgerEntries:
    """The entries of a claim or account, and what is open."""

    entries: tuple[LedgerLine, ...]
    balance: Balance


@dataclass(frozen=True, slots=True)
class TrialQuery:
    """The day at whose end the balances are taken; now when left out."""

    until: date | None = None


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Each account's balance in cents by its name; the total is zero or the books are broken."""

    accounts: dict[LedgerAccount, int]
    total_cents: int
    balanced: bool


def _line(posted: PostedEntry) -> LedgerLine:
    return LedgerLine(posted.occurred_at, posted.recorded_at, posted.key, posted.kind, **parts(posted.entry))


def of_claim(call: Call) -> LedgerEntries:
    """Return the entries of a claim and what is open."""
    claim_id = call.path["claim_id"]
    with call.office.db.read() as tx:
        claims.load(tx, claim_id)
        entries = tuple(_line(posted) for posted in ledger.entries_of(tx, claim_id=claim_id))
        return LedgerEntries(entries, ledger.claim_balance(tx, claim_id))


def of_account(call: Call) -> LedgerEntries:
    """Return the entries of a guarantor's account and what is open."""
    account_id = call.path["account_id"]
    with call.office.db.read() as tx:
        accounts.guarantor(tx, account_id)
        entries = tuple(_line(posted) for posted in ledger.entries_of(tx, account_id=account_id))
        return LedgerEntries(entries, ledger.account_balance(tx, account_id))


def trial_balance(call: Call, query: TrialQuery) -> TrialBalance:
    """Return each account's balance, now or at the end of a day; the sum is zero or the books are broken."""
    with call.office.db.read() as tx:
        balances = ledger.trial_balance(tx, None if query.until is None else end_of(query.until))
    total = sum(balances.values())
    return TrialBalance(dict(sorted(balances.items())), total, balanced=total == 0)


def export(call: Call) -> Csv:
    """Return every entry as CSV; references only."""
    with call.office.db.read() as tx:
        entries = ledger.entries_of(tx)
    text = io.StringIO()
    writer = csv.DictWriter(text, LedgerLine.__dataclass_fields__)
    writer.writeheader()
    for posted in entries:
        stamps = {
            "occurred_at": posted.occurred_at.isoformat(),
            "recorded_at": posted.recorded_at.isoformat(),
        }
        writer.writerow(parts(_line(posted)) | stamps)
    return Csv(text.getvalue().encode(), "ledger.csv")


ENDPOINTS = (
    Endpoint(
        "GET",
        "/ledger/claims/{claim_id}",
        of_claim,
        Permission.LEDGER_READ,
        "ledger.show",
        "claim/{claim_id}",
    ),
    Endpoint(
        "GET",
        "/ledger/accounts/{account_id}",
        of_account,
        Permission.LEDGER_READ,
        "ledger.show_account",
        "account/{account_id}",
    ),
    Endpoint(
        "GET",
        "/ledger/trial-balance",
        trial_balance,
        Permission.LEDGER_READ,
        "ledger.trial_balance",
        "ledger",
    ),
    Endpoint(
        "GET", "/ledger/export", export, Permission.LEDGER_EXPORT, "ledger.export", "ledger", audited=True
    ),
)
