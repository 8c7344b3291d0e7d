"""Aging: what insurance and patients owe, by age; it ties to the ledger to the cent."""

from dataclasses import dataclass
from datetime import date

from revcycle.db import book, ledger
from revcycle.db.book import OpenItem
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.money import dollars
from revcycle.reports.endings import ALL
from revcycle.reports.report import Report, disagreement, end_of

BUCKETS = ((30, "0-30"), (60, "31-60"), (90, "61-90"), (120, "91-120"), (10**6, "over 120"))
"""Days since the amount was first asked for: the last day of each bucket, and its name."""

_RECEIVABLES = {LedgerAccount.AR_INSURANCE: "insurance", LedgerAccount.AR_PATIENT: "patient"}


@dataclass(frozen=True, slots=True)
class AgingRow:
    """What one party owes in one bucket. ``payer_id`` is empty for patients."""

    owed_by: str
    payer_id: str
    bucket: str
    cents: int
    claims: int
    claim_ids: tuple[str, ...]


def aging(tx: Tx, on: date) -> Report[AgingRow]:
    """Return what is owed at the end of the day, insurance by payer asked now, patients together."""
    payers = {row.claim_id: row.payer_id for row in claims.find(tx, limit=ALL)}
    balances = ledger.trial_balance(tx, end_of(on))
    rows: list[AgingRow] = []
    totals: dict[str, int] = {}
    findings = []
    for account, owed_by in _RECEIVABLES.items():
        items = book.open_items(tx, account, end_of(on))
        rows += _rows(owed_by, items, payers if owed_by == "insurance" else {}, on)
        total = sum(item.cents for item in items)
        totals[f"{owed_by}_cents"] = total
        booked = balances.get(account, 0)
        if total != booked:
            message = f"Aging shows {dollars(total)}, the ledger {dollars(booked)}."
            findings.append(disagreement("book.aging", account.value, message))
    totals["over_90_cents"] = sum(row.cents for row in rows if row.bucket in ("91-120", "over 120"))
    return Report(tuple(rows), totals, tuple(findings))


def _rows(owed_by: str, items: tuple[OpenItem, ...], payers: dict[str, str], on: date) -> list[AgingRow]:
    groups: dict[tuple[str, int], list[OpenItem]] = {}
    for item in items:
        age = (on - item.since.date()).days
        bucket = next(index for index, (last, _) in enumerate(BUCKETS) if age <= last)
        groups.setdefault((payers.get(item.claim_id, ""), bucket), []).append(item)
    return [
        AgingRow(
            owed_by,
            payer_id,
            BUCKETS[bucket][1],
            sum(item.cents for item in group),
            len(group),
            tuple(item.claim_id for item in group),
        )
        for (payer_id, bucket), group in sorted(groups.items())
    ]
