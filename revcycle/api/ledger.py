"""The books: entries of a claim or account, trial balance, export."""

import csv
import io
from typing import Any

from revcycle.access.roles import Permission
from revcycle.api.call import Call
from revcycle.api.guard import Endpoint
from revcycle.api.replies import Download
from revcycle.db import ledger
from revcycle.db.claims import claims
from revcycle.db.ledger import PostedEntry
from revcycle.db.patients import accounts
from revcycle.reports.claim_story import end_of

_COLUMNS = (
    "occurred_at",
    "recorded_at",
    "key",
    "kind",
    "account",
    "amount_cents",
    "claim_id",
    "account_id",
    "payer_id",
    "remittance_id",
    "code",
)


def _line(posted: PostedEntry) -> dict[str, Any]:
    entry = posted.entry
    return {
        "occurred_at": posted.occurred_at,
        "recorded_at": posted.recorded_at,
        "key": posted.key,
        "kind": posted.kind,
        "account": entry.account,
        "amount_cents": entry.amount_cents,
        "claim_id": entry.claim_id,
        "account_id": entry.account_id,
        "payer_id": entry.payer_id,
        "remittance_id": entry.remittance_id,
        "code": entry.code,
    }


def of_claim(call: Call) -> dict[str, Any]:
    """Return the entries of a claim and what is open."""
    claim_id = call.path["claim_id"]
    with call.office.db.read() as tx:
        claims.load(tx, claim_id)
        entries = [_line(posted) for posted in ledger.entries_of(tx, claim_id=claim_id)]
        return {"entries": entries, "balance": ledger.claim_balance(tx, claim_id)}


def of_account(call: Call) -> dict[str, Any]:
    """Return the entries of a guarantor's account and what is open."""
    account_id = call.path["account_id"]
    with call.office.db.read() as tx:
        accounts.guarantor(tx, account_id)
        entries = [_line(posted) for posted in ledger.entries_of(tx, account_id=account_id)]
        return {"entries": entries, "balance": ledger.account_balance(tx, account_id)}


def trial_balance(call: Call) -> dict[str, Any]:
    """Return each account's balance, now or at the end of a day; the sum is zero or the books are broken."""
    day = call.day("until")
    with call.office.db.read() as tx:
        balances = ledger.trial_balance(tx, None if day is None else end_of(day))
    total = sum(balances.values())
    return {"accounts": dict(sorted(balances.items())), "total_cents": total, "balanced": total == 0}


def export(call: Call) -> Download:
    """Return every entry as CSV; references only."""
    with call.office.db.read() as tx:
        entries = ledger.entries_of(tx)
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS)
    writer.writeheader()
    for posted in entries:
        line = _line(posted)
        stamps = {name: line[name].isoformat() for name in ("occurred_at", "recorded_at")}
        writer.writerow(line | stamps)
    return Download(text.getvalue().encode(), "text/csv", "ledger.csv")


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
