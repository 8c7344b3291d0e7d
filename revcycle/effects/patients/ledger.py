"""How the account's activities move patient money, tell claims how they ended, and say why."""

from datetime import datetime

from revcycle.db import decisions, ledger
from revcycle.db.engine import Tx
from revcycle.db.patients import patient_accounts
from revcycle.db.work import doorbell
from revcycle.domain.decision import Decision
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerTransaction
from revcycle.domain.patients.patient_account import AccountStanding, Ending
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import ClaimStart

SETTLED = "settled"

Parts = tuple[tuple[str, int], ...]
"""Claims and cents."""


def locked_standing(tx: Tx, account_id: str) -> AccountStanding:
    """Return the standing; nobody else changes the account until commit."""
    patient_accounts.load(tx, account_id, lock=True)
    return patient_accounts.standing(tx, account_id)


def post(
    tx: Tx,
    key: str,
    account_id: str,
    debit: LedgerAccount,
    parts: Parts,
    at: datetime,
    code: str = "",
    credit: LedgerAccount = LedgerAccount.AR_PATIENT,
    over_cents: int = 0,
) -> None:
    """Enter one transaction: debit and credit each claim's part; what is over becomes patient credit."""
    entries = [
        Entry(account, sign * cents, claim_id=claim_id, account_id=account_id, code=code)
        for claim_id, cents in parts
        for account, sign in ((debit, 1), (credit, -1))
    ]
    if over_cents:
        entries.append(Entry(debit, over_cents, account_id=account_id, code=code))
        entries.append(Entry(LedgerAccount.PATIENT_CREDIT, -over_cents, account_id=account_id, code=code))
    kind = key.split(":", 1)[0]
    ledger.post(tx, LedgerTransaction(key, kind, tuple(entries), at), at)


def tell_claims(tx: Tx, parts: Parts, ending: Ending, at: datetime) -> None:
    """Tell each claim on which nothing is open any more how it ended."""
    for claim_id, _ in parts:
        balance = ledger.claim_balance(tx, claim_id)
        if balance.patient_cents == 0 and balance.insurance_cents == 0:
            doorbell.tell(tx, ClaimStart(claim_id, resume=True), News.SETTLED, ending.value, at)


def note(
    tx: Tx,
    key: str,
    account_id: str,
    rule: str,
    outcome: str,
    reason: str,
    at: datetime,
    *,
    actor: str = "system",
    policy: str = "",
    facts: dict[str, str] | None = None,
    parts: Parts = (),
) -> None:
    """Record a decision on the account, and on each claim it touches, so that each tells the whole story."""
    about = [subjects.account(account_id), *(subjects.claim(claim_id) for claim_id, _ in parts)]
    made = [
        Decision(f"{key}@{subject}", subject, rule, outcome, reason, actor, at, at, policy, facts or {})
        for subject in about
    ]
    decisions.record(tx, *made)
