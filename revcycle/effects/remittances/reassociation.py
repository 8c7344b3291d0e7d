"""Reassociation: a posted remittance and its money at the bank, by trace number."""

from datetime import UTC, date, datetime, time

from revcycle.db import decisions, ledger
from revcycle.db.engine import Tx
from revcycle.db.remittances import deposits, remittances
from revcycle.db.remittances.deposits import DepositRow, NoSuchDeposit
from revcycle.db.remittances.remittances import RemittanceRow
from revcycle.db.work import clocks, deadlines, inbox
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerKind, LedgerTransaction
from revcycle.domain.money import dollars
from revcycle.domain.remittances.progress import DepositState
from revcycle.domain.remittances.reassociation import Reassociation
from revcycle.domain.remittances.state import RemittanceState
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.news import News
from revcycle.rules.remittances import reassociation


def reassociate(tx: Tx, act: Act, remittance_id: str, deposit_id: str) -> DepositState:
    """Look for the deposit (or take the one a person found), and book the cash when it is there.

    While it is missing its clock runs; once that has passed the deposit is overdue until somebody says to wait
    longer. One that settled before stays settled.
    """
    inbox.take(tx, act.subject, News.DEPOSIT)
    row = remittances.load(tx, remittance_id)
    if row.state is RemittanceState.REASSOCIATED:
        return DepositState(Reassociation.MATCHED, row.payment_cents)
    for found in _found(tx, row, deposit_id):
        _book_deposit(tx, row, found, act.at)
    arrived = [one.amount_cents for one in deposits.of_remittance(tx, remittance_id)]
    total = sum(arrived) if arrived else None
    state = reassociation.reassociate(row.payment_cents, total)
    if state in (Reassociation.MATCHED, Reassociation.NOT_NEEDED):
        _settle(tx, act, row, state)
    overdue = state is Reassociation.MISSING and not _awaited(tx, act, row)
    return DepositState(state, row.payment_cents, overdue)


def _awaited(tx: Tx, act: Act, row: RemittanceRow) -> bool:
    """Tell whether the deposit's clock runs, arming it the first time."""
    if any(clock.name is ClockName.DEPOSIT for clock in clocks.armed(tx, act.subject)):
        return True
    if any(clock.name == ClockName.DEPOSIT for clock in deadlines.of_subject(tx, act.subject)):
        return False
    due_at = _end_of(reassociation.deposit_due(row.payment_date))
    if due_at <= act.at:
        return await_deposit(tx, act)
    clocks.arm(tx, act, ClockName.DEPOSIT, due_at)
    return True


def await_deposit(tx: Tx, act: Act) -> bool:
    """Wait for the deposit as long again from now: a person said so, or the remittance itself came late."""
    clocks.arm(tx, act, ClockName.DEPOSIT, _end_of(reassociation.deposit_due(act.at.date())))
    return True


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)


def _settle(tx: Tx, act: Act, row: RemittanceRow, state: Reassociation) -> None:
    remittances.set_state(tx, row.remittance_id, RemittanceState.REASSOCIATED, act.at)
    clocks.meet(tx, act, ClockName.DEPOSIT)
    reason = "The bank's deposit has the same trace number and amount."
    if state is Reassociation.NOT_NEEDED:
        reason = "Nothing was paid, so no deposit is awaited."
    decisions.decide(tx, act, reassociation.RULE, state.value, reason)


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
    ledger.post(tx, LedgerTransaction(key, LedgerKind.DEPOSIT, entries, at), at)


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


def accept_difference(tx: Tx, act: Act, remittance_id: str) -> DepositState:
    """A person accepted that the bank's amount is another: the difference goes to suspense."""
    row = remittances.load(tx, remittance_id)
    if row.state is RemittanceState.REASSOCIATED:
        return DepositState(
            Reassociation.MATCHED, row.payment_cents
        )  # the rest came while the person answered
    arrived = sum(one.amount_cents for one in deposits.of_remittance(tx, remittance_id))
    entries = _cash(LedgerAccount.SUSPENSE, row.payment_cents - arrived, row, LedgerKind.DEPOSIT_DIFFERENCE)
    key = f"deposit_difference:{remittance_id}"
    ledger.post(tx, LedgerTransaction(key, LedgerKind.DEPOSIT_DIFFERENCE, entries, act.at), act.at)
    remittances.set_state(tx, remittance_id, RemittanceState.REASSOCIATED, act.at)
    clocks.meet(tx, act, ClockName.DEPOSIT)
    reason = f"A person accepted that {dollars(arrived)} came for {dollars(row.payment_cents)}."
    decisions.decide(tx, act, reassociation.RULE, "difference_accepted", reason)
    return DepositState(Reassociation.MATCHED, row.payment_cents)
