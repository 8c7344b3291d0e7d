"""How claims ended, and where the open ones stand."""

from dataclasses import dataclass

from revcycle.db import book
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.domain.ledger import LedgerAccount
from revcycle.reports.report import Report

ALL = 10**9

_WRITE_OFFS = (
    LedgerAccount.ADMINISTRATIVE_WRITE_OFF,
    LedgerAccount.SMALL_BALANCE_WRITE_OFF,
    LedgerAccount.BAD_DEBT,
    LedgerAccount.CHARITY_CARE,
)


@dataclass(frozen=True, slots=True)
class EndingRow:
    """One ending (or ``open: <stage>``) with its claims and what became of their charges, in cents."""

    ending: str
    claims: int
    charge_cents: int
    payer_cents: int
    patient_cents: int
    contractual_cents: int
    written_off_cents: int
    open_cents: int
    claim_ids: tuple[str, ...]


def endings(tx: Tx) -> Report[EndingRow]:
    """Return the endings, then the stages of what is open, each with its sums."""
    groups: dict[str, list[str]] = {}
    for row in claims.find(tx, limit=ALL):
        groups.setdefault(row.ending or f"open: {row.stage.value}", []).append(row.claim_id)
    balances = book.by_claim(tx)
    ordered = sorted(groups, key=lambda name: (name.startswith("open"), name))
    rows = tuple(_row(name, tuple(groups[name]), balances) for name in ordered)
    closed = sum(row.claims for row in rows if not row.ending.startswith("open"))
    totals = {
        "claims": sum(row.claims for row in rows),
        "closed": closed,
        "open": sum(row.claims for row in rows) - closed,
        "open_cents": sum(row.open_cents for row in rows),
    }
    return Report(rows, totals)


def _row(name: str, ids: tuple[str, ...], balances: dict[str, dict[LedgerAccount, int]]) -> EndingRow:
    def sum_of(*accounts: LedgerAccount) -> int:
        return sum(balances.get(one, {}).get(account, 0) for one in ids for account in accounts)

    return EndingRow(
        ending=name,
        claims=len(ids),
        charge_cents=-sum_of(LedgerAccount.CHARGES),
        payer_cents=sum_of(LedgerAccount.REMITTANCE_CLEARING, LedgerAccount.SUSPENSE),
        patient_cents=sum_of(LedgerAccount.CASH, LedgerAccount.PATIENT_CREDIT),
        contractual_cents=sum_of(LedgerAccount.CONTRACTUAL_ADJUSTMENT),
        written_off_cents=sum_of(*_WRITE_OFFS),
        open_cents=sum_of(LedgerAccount.AR_INSURANCE, LedgerAccount.AR_PATIENT),
        claim_ids=ids,
    )
