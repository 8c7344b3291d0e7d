"""Invariants of the whole book, checked from the ledger's entries up. A sound book gives no finding."""

from collections.abc import Iterator

from revcycle.db import book, ledger
from revcycle.db.claims import claims
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.engine import Tx
from revcycle.db.patients import statements
from revcycle.db.patients.statements import LetterRow, LetterState
from revcycle.db.work import deadlines
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.finding import Finding
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.money import dollars
from revcycle.domain.remittances.state import RemittanceState
from revcycle.reports.aging import aging
from revcycle.reports.cash import cash
from revcycle.reports.endings import ALL
from revcycle.reports.report import disagreement
from revcycle.reports.trial_balance import trial_balance

_RECEIVABLES = (LedgerAccount.AR_INSURANCE, LedgerAccount.AR_PATIENT)


def check_book(tx: Tx) -> tuple[Finding, ...]:
    """Return a finding for every invariant that does not hold.

    The trial balance and every transaction sum to zero; each claim's charge is paid, adjusted, written off or open; a
    closed claim owes nothing; clearing holds exactly the amounts not yet deposited; aging equals the ledger; every
    open claim has an armed deadline; every statement shows the ledger's amounts.
    """
    days = book.first_and_last_day(tx)
    if days is None:
        return ()
    rows = claims.find(tx, limit=ALL)
    return (
        *trial_balance(tx).findings,
        *_transactions(tx),
        *_claims(tx, rows),
        *_columns(tx, rows),
        *cash(tx).findings,
        *_clearing(tx),
        *aging(tx, days[1]).findings,
        *_clocks(tx, rows),
        *_statements(tx),
    )


def _transactions(tx: Tx) -> Iterator[Finding]:
    for key in book.unbalanced(tx):
        yield disagreement("book.transaction", key, "The entries of this transaction do not sum to zero.")


def _claims(tx: Tx, rows: tuple[ClaimRow, ...]) -> Iterator[Finding]:
    balances = book.by_claim(tx)
    for row in rows:
        balance = balances.get(row.claim_id, {})
        if off := sum(balance.values()):
            message = f"The charge differs from payments, adjustments and open balance by {dollars(off)}."
            yield disagreement("book.claim", row.claim_id, message)
        booked = -balance.get(LedgerAccount.CHARGES, 0)
        if booked != row.charge_cents:
            message = f"The claim's charge is {dollars(row.charge_cents)}, in the ledger {dollars(booked)}."
            yield disagreement("book.charge", row.claim_id, message)
        still_open = {one.value: cents for one in _RECEIVABLES if (cents := balance.get(one, 0))}
        if row.stage is ClaimStage.CLOSED and still_open:
            told = ", ".join(f"{name} {dollars(cents)}" for name, cents in still_open.items())
            yield disagreement("book.closed_claim", row.claim_id, f"The claim is closed and holds {told}.")
        if (row.stage is ClaimStage.CLOSED) != bool(row.ending):
            yield disagreement(
                "book.ending", row.claim_id, "A claim is closed exactly when it has an ending."
            )


def _columns(tx: Tx, rows: tuple[ClaimRow, ...]) -> Iterator[Finding]:
    """A claim's plain columns are one function of its newest facts."""
    for row in rows:
        if wrong := claims.differences(tx, row):
            message = f"The claim's facts say otherwise than its columns {', '.join(wrong)}."
            yield disagreement("claim.columns", row.claim_id, message)


def _clearing(tx: Tx) -> Iterator[Finding]:
    """Compare clearing, remittance by remittance, with the amounts posted and not yet deposited."""
    booked = ledger.trial_balance(tx).get(LedgerAccount.REMITTANCE_CLEARING, 0)
    waiting = (row for row in cash(tx).rows if row.state != RemittanceState.REASSOCIATED)
    awaited = sum(row.posted_cents - row.deposited_cents for row in waiting if row.remittance_id)
    if booked != awaited:
        message = f"Clearing holds {dollars(booked)}; {dollars(awaited)} are awaited from the bank."
        yield disagreement("book.clearing", LedgerAccount.REMITTANCE_CLEARING.value, message)


def _clocks(tx: Tx, rows: tuple[ClaimRow, ...]) -> Iterator[Finding]:
    """Check that every open claim has a deadline: its own, a task's, a denial's, or the account's in patient due."""
    armed = deadlines.armed_about(tx)
    for row in rows:
        if row.stage is ClaimStage.CLOSED:
            continue
        if not armed.intersection((f"claim/{row.claim_id}", f"account/{row.account_id}")):
            message = f"The claim is open ({row.stage.value}) and no clock is armed for it."
            yield disagreement("book.clock", row.claim_id, message)


def _statements(tx: Tx) -> Iterator[Finding]:
    """Check that a letter's amount is the sum of its claims' shares, and each share the patient's balance then."""
    for letter in statements.find(tx, limit=ALL):
        if letter.state not in (LetterState.RELEASED, LetterState.MAILED):
            continue
        shares = statements.shares_of(tx, letter.letter_id)
        if shares and sum(cents for _, cents in shares) != letter.balance_cents:
            yield disagreement(
                "book.statement_sum", letter.letter_id, "The letter's amount is not the sum of its claims."
            )
        yield from _shares(tx, letter, shares)


def _shares(tx: Tx, letter: LetterRow, shares: tuple[tuple[str, int], ...]) -> Iterator[Finding]:
    for claim_id, cents in shares:
        entries = ledger.entries_of(tx, claim_id=claim_id, known_at=letter.written_at)
        booked = sum(p.entry.amount_cents for p in entries if p.entry.account is LedgerAccount.AR_PATIENT)
        if booked != cents:
            message = f"The letter asks {dollars(cents)} for {claim_id}; the ledger had {dollars(booked)}."
            yield disagreement("book.statement", letter.letter_id, message)
