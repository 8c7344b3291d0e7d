"""How the effects on an account move patient money and tell claims how they ended."""

from collections.abc import Iterator

from revcycle.db import ledger
from revcycle.db.engine import Tx
from revcycle.db.patients import patient_accounts
from revcycle.db.work import doorbell
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerKind, LedgerTransaction
from revcycle.domain.patients.patient_account import AccountStanding, Ending
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.news import News
from revcycle.domain.work.starts import ClaimStart

Parts = tuple[tuple[str, int], ...]
"""Claims and cents."""


def locked_standing(tx: Tx, account_id: str) -> AccountStanding:
    """Return the standing; nobody else changes the account until commit."""
    patient_accounts.load(tx, account_id, lock=True)
    return patient_accounts.standing(tx, account_id)


def post(
    tx: Tx,
    act: Act,
    account_id: str,
    kind: LedgerKind,
    debit: LedgerAccount,
    parts: Parts,
    *,
    about: str = "",
    code: str = "",
    credit: LedgerAccount = LedgerAccount.AR_PATIENT,
    over_cents: int = 0,
) -> None:
    """Enter one transaction: debit and credit each claim's part; what is over becomes patient credit.

    It enters once for what it is ``about`` (a payment, a dispute), or once for the act.
    """
    entries = [
        Entry(account, sign * cents, claim_id=claim_id, account_id=account_id, code=code)
        for claim_id, cents in parts
        for account, sign in ((debit, 1), (credit, -1))
    ]
    if over_cents:
        entries.append(Entry(debit, over_cents, account_id=account_id, code=code))
        entries.append(Entry(LedgerAccount.PATIENT_CREDIT, -over_cents, account_id=account_id, code=code))
    key = f"{kind.value}:{about or act.key}"
    ledger.post(tx, LedgerTransaction(key, kind, tuple(entries), act.at), act.at)


def tell_claims(tx: Tx, act: Act, parts: Parts, ending: Ending) -> None:
    """Tell each claim on which nothing is open any more how it ended."""
    for claim_id, _ in parts:
        balance = ledger.claim_balance(tx, claim_id)
        if balance.patient_cents == 0 and balance.insurance_cents == 0:
            doorbell.tell(tx, ClaimStart(claim_id, resume=True), News.SETTLED, ending.value, act.at)


def claims_of(parts: Parts) -> Iterator[str]:
    """Return the claims as subjects: a decision that moved their money belongs to their stories too."""
    return (subjects.claim(claim_id) for claim_id, _ in parts)
