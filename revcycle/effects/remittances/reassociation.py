"""Reassociation: a posted remittance and its money at the bank, by trace number."""

from datetime import UTC, datetime, time

from revcycle.db import decisions, ledger
from revcycle.db.engine import Tx
from revcycle.db.remittances import deposits, remittances
from revcycle.db.remittances.deposits import DepositRow, NoSuchDeposit
from revcycle.db.remittances.remittances import RemittanceRow, RemittanceState
from revcycle.db.work import deadlines, inbox
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.decision import Decision
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerTransaction
from revcycle.domain.money import dollars
from revcycle.domain.remittances.progress import DepositState
from revcycle.domain.remittances.reassociation import Reassociation
from revcycle.domain.work import subjects
from revcycle.domain.work.news import News
from revcycle.rules.remittances import reassociation

DEPOSIT = "deposit"
"""Name of the clock, and kind of the news."""


def _decide(tx: Tx, key: str, remittance_id: str, outcome: str, reason: str, at: datetime) -> None:
    subject = subjects.remittance(remittance_id)
    decisions.record(tx, Decision(key, subject, reassociation.RULE, outcome, reason, "system", at, at))


def reassociate(tx: Tx, remittance_id: str, deposit_id: str, at: datetime) -> DepositState:
    """Look for the deposit (or take the one a person found), and book the cash when it is there."""
    inbox.take(tx, subjects.remittance(remittance_id), News.DEPOSIT)
    row = remittances.load(tx, remittance_id)
    for found in _found(tx, row, deposit_id):
        _book_deposit(tx, row, found, at)
    arrived = [one.amount_cents for one in deposits.of_remittance(tx, remittance_id)]
    total = sum(arrived) if arrived else None
    state = reassociation.reassociate(row.payment_cents, total)
    due_at = _due_at(row, at)
    if state in (Reassociation.MATCHED, Reassociation.NOT_NEEDED):
        _settle(tx, row, state, at)
    else:
        _arm(tx, subjects.remittance(remittance_id), due_at, at)
    return DepositState(state, due_at, row.payment_cents)


def _due_at(row: RemittanceRow, at: datetime) -> datetime:
    """The day the guide allows; when that is over, as long again from now."""
    due_at = datetime.combine(reassociation.deposit_due(row.payment_date), time.max, UTC)
    return due_at if at < due_at else datetime.combine(reassociation.deposit_due(at.date()), time.max, UTC)


def _arm(tx: Tx, subject: str, due_at: datetime, at: datetime) -> None:
    armed = [
        clock
        for clock in deadlines.of_subject(tx, subject)
        if clock.name == DEPOSIT and clock.state is DeadlineState.ARMED
    ]
    if any(clock.due_at == due_at for clock in armed):
        return
    if any(clock.due_at <= at for clock in armed):
        deadlines.end(tx, subject, DEPOSIT, DeadlineState.MISSED, at)
    deadlines.arm(tx, subject, DEPOSIT, due_at, at)


def _settle(tx: Tx, row: RemittanceRow, state: Reassociation, at: datetime) -> None:
    remittances.set_state(tx, row.remittance_id, RemittanceState.REASSOCIATED, at)
    deadlines.meet(tx, subjects.remittance(row.remittance_id), DEPOSIT, at)
    reason = "The bank's deposit has the same trace number and amount."
    if state is Reassociation.NOT_NEEDED:
        reason = "Nothing was paid, so no deposit is awaited."
    _decide(tx, f"{reassociation.RULE}:{row.remittance_id}", row.remittance_id, state.value, reason, at)


def _found(tx: Tx, row: RemittanceRow, deposit_id: str) -> tuple[DepositRow, ...]:
    """Return the deposit a person named, when it is free; else all that are free under the trace number."""
    if not deposit_id:
        return deposits.unclaimed(tx, row.eft_trace_number) if row.payment_cents else ()
    try:
        named = deposits.load(tx, deposit_id)
    except NoSuchDeposit:
        return ()
    return () if named.remittance_id else (named,)


def _book_deposit(tx: Tx, row: RemittanceRow, found: DepositRow, at: datetime) -> None:
    deposits.claim(tx, found.deposit_id, row.remittance_id)
    entries = _cash(LedgerAccount.CASH, found.amount_cents, row, "deposit")
    key = f"deposit:{found.deposit_id}"
    ledger.post(tx, LedgerTransaction(key, "deposit", entries, at), at)


def _cash(account: LedgerAccount, cents: int, row: RemittanceRow, code: str) -> tuple[Entry, ...]:
    remittance_id, payer_id = row.remittance_id, row.payer_id
    return (
        Entry(account, cents, payer_id=payer_id, remittance_id=remittance_id, code=code),
        Entry(
            LedgerAccount.REMITTANCE_CLEARING,
            -cents,
            payer_id=payer_id,
            remittance_id=remittance_id,
            code=code,
        ),
    )


def accept_difference(tx: Tx, remittance_id: str, at: datetime) -> bool:
    """A person accepted that the bank's amount is another: the difference goes to suspense."""
    row = remittances.load(tx, remittance_id)
    arrived = sum(one.amount_cents for one in deposits.of_remittance(tx, remittance_id))
    entries = _cash(LedgerAccount.SUSPENSE, row.payment_cents - arrived, row, "deposit_difference")
    key = f"deposit_difference:{remittance_id}"
    ledger.post(tx, LedgerTransaction(key, "deposit_difference", entries, at), at)
    remittances.set_state(tx, remittance_id, RemittanceState.REASSOCIATED, at)
    deadlines.meet(tx, subjects.remittance(remittance_id), DEPOSIT, at)
    reason = f"A person accepted that {dollars(arrived)} came for {dollars(row.payment_cents)}."
    _decide(tx, key, remittance_id, "difference_accepted", reason, at)
    return True
