"""Where each guarantor's account stands in patient billing, and the standing the rules look at.

The row says everything the account's workflow must know to go on: a new run reads it and continues.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Table, Text, case, func, select, update

from revcycle.db import ledger
from revcycle.db.claims.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.ledger import ledger_entries
from revcycle.db.patients import assistance, contacts, disputes, plans, statements
from revcycle.db.schema import Instant, metadata
from revcycle.db.upsert import insert_once
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.patients.patient_account import (
    AccountStanding,
    AccountState,
    BillingStep,
    ClaimShare,
    Hold,
    Ladder,
)
from revcycle.domain.patients.patient_step import AccountPosition

patient_accounts = Table(
    "patient_accounts",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("epoch", Integer, nullable=False),
    Column("episode", Integer, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("step_on", Date),
    Column("statement_on", Date),
    Column("statement_id", Text, nullable=False),
    Column("resume_on", Date),
    Column("referral_on", Date),
    Column("held_until", Date),
    Column("restate", Boolean, nullable=False),
    Column("hold", Text, nullable=False),
    Column("credit_kept_cents", BigInteger, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
_PAYERS_DONE = (ClaimStage.PATIENT_DUE.value, ClaimStage.CLOSED.value)
_FRESH_LADDER = {name: getattr(Ladder(), name) for name in Ladder.__dataclass_fields__} | {
    "step": BillingStep.NOT_BILLED.value
}


class NoPatientBilling(LookupError):
    """Patient billing never began on this account: no claim of it has had a patient's share."""


@dataclass(frozen=True, slots=True)
class PatientAccountRow:
    """An account as it is listed: no identity."""

    account_id: str
    state: AccountState
    epoch: int
    episode: int
    opened_on: date
    cycle: int
    step: BillingStep
    step_on: date | None
    statement_on: date | None
    statement_id: str
    resume_on: date | None
    referral_on: date | None
    held_until: date | None
    restate: bool
    hold: Hold
    credit_kept_cents: int
    updated_at: datetime

    @property
    def ladder(self) -> Ladder:
        """Where the asking stands."""
        return Ladder(**{name: getattr(self, name) for name in Ladder.__dataclass_fields__})


_ROW = [patient_accounts.c[name] for name in PatientAccountRow.__dataclass_fields__]


def begin(tx: Tx, account_id: str, at: datetime) -> int:
    """Open the account for billing, or go on where it stood; return a number never given before.

    An account closed before starts a new episode with a fresh ladder: what is owed now was never asked for.
    """
    values = _FRESH_LADDER | {
        "account_id": account_id,
        "practice_id": tx.practice_id,
        "state": AccountState.GATHERING.value,
        "epoch": 1,
        "episode": 1,
        "opened_on": at.date(),
        "cycle": 0,
        "hold": Hold.NONE.value,
        "credit_kept_cents": 0,
        "updated_at": at,
    }
    if insert_once(tx, patient_accounts, values):
        return 1
    row = load(tx, account_id, lock=True)
    fresh: dict[str, Any] = {}
    if row.state in (AccountState.CLOSED, AccountState.REFERRED):
        fresh = {"state": AccountState.GATHERING.value, "episode": row.episode + 1, "opened_on": at.date()}
        fresh |= _FRESH_LADDER
    _change(tx, account_id, at, epoch=row.epoch + 1, **fresh)
    return row.epoch + 1


def load(tx: Tx, account_id: str, *, lock: bool = False) -> PatientAccountRow:
    """Return an account's row; with ``lock`` nobody else changes it until commit. Raises NoPatientBilling."""
    chosen = select(*_ROW).where(patient_accounts.c.account_id == account_id)
    row = tx.connection.execute(chosen.with_for_update() if lock else chosen).first()
    if row is None:
        raise NoPatientBilling(f"no patient billing on account {account_id}")
    return _row(row)


def set_state(tx: Tx, account_id: str, state: AccountState, at: datetime) -> None:
    """Say what the account waits for."""
    _change(tx, account_id, at, state=state.value)


def set_hold(tx: Tx, account_id: str, hold: Hold, at: datetime) -> None:
    """Stop all asking, or let it go on."""
    _change(tx, account_id, at, hold=hold.value)


def keep_credit(tx: Tx, account_id: str, cents: int, at: datetime) -> None:
    """The patient leaves this much with us."""
    _change(tx, account_id, at, credit_kept_cents=cents)


def move_ladder(tx: Tx, account_id: str, ladder: Ladder, at: datetime, *, cycle: int | None = None) -> None:
    """Say where the asking stands now; ``cycle`` counts the statements, where one was sent."""
    columns: dict[str, Any] = {name: getattr(ladder, name) for name in Ladder.__dataclass_fields__}
    if cycle is not None:
        columns["cycle"] = cycle
    _change(tx, account_id, at, **columns | {"step": ladder.step.value})


def _change(tx: Tx, account_id: str, at: datetime, **values: Any) -> None:
    chosen = update(patient_accounts).where(patient_accounts.c.account_id == account_id)
    tx.connection.execute(chosen.values(**values, updated_at=at))


def find(
    tx: Tx, *, state: AccountState | None = None, limit: int = 200, after: str = ""
) -> tuple[PatientAccountRow, ...]:
    """Return the practice's accounts, or those in a state, in id order."""
    chosen = select(*_ROW).where(
        patient_accounts.c.practice_id == tx.practice_id, patient_accounts.c.account_id > after
    )
    if state is not None:
        chosen = chosen.where(patient_accounts.c.state == state.value)
    rows = tx.connection.execute(chosen.order_by(patient_accounts.c.account_id).limit(limit))
    return tuple(_row(row) for row in rows)


def position(tx: Tx, account_id: str) -> AccountPosition:
    """Return where an account stands, in amounts and codes. Raises NoPatientBilling."""
    row, balance = load(tx, account_id), ledger.account_balance(tx, account_id)
    return AccountPosition(
        account_id, row.state.value, row.step.value, balance.patient_cents, balance.credit_cents
    )


def standing(tx: Tx, account_id: str) -> AccountStanding:
    """Return all that the rules of patient billing look at. Raises NoPatientBilling."""
    row = load(tx, account_id)
    shares = claim_shares(tx, account_id, row.episode)
    plan = plans.running(tx, account_id)
    if plan is not None:
        owed = sum(share.patient_cents for share in shares if share.claim_id in plan.claim_ids)
        plan = replace(plan, owed_cents=owed)
    return AccountStanding(
        account_id,
        row.opened_on,
        shares,
        ledger.account_balance(tx, account_id).credit_cents,
        row.credit_kept_cents,
        row.ladder,
        row.hold,
        disputes.unfinished(tx, account_id),
        assistance.unfinished(tx, account_id),
        plan,
        contacts.of_account(tx, account_id, row.statement_on) if row.statement_on else (),
    )


def claim_shares(tx: Tx, account_id: str, episode: int) -> tuple[ClaimShare, ...]:
    """Return the account's claims on which the patient's balance is not zero, oldest first."""
    entries = ledger_entries.c
    insurance = func.sum(
        case((entries.account == LedgerAccount.AR_INSURANCE.value, entries.amount_cents), else_=0)
    )
    patient = func.sum(
        case((entries.account == LedgerAccount.AR_PATIENT.value, entries.amount_cents), else_=0)
    )
    # Only claims of the account count: an entry without a claim has no patient's share.
    sums = (
        select(claims.c.claim_id, claims.c.service_date, claims.c.stage, insurance, patient)
        .join(ledger_entries, entries.claim_id == claims.c.claim_id)
        .where(claims.c.account_id == account_id)
        .group_by(claims.c.claim_id, claims.c.service_date, claims.c.stage)
        .having(patient != 0)
        .order_by(claims.c.service_date, claims.c.claim_id)
    )
    known = statements.billed(tx, account_id, episode)
    return tuple(
        ClaimShare(
            claim_id,
            service_date,
            int(owed),
            int(share),
            stage in _PAYERS_DONE,
            *known.get(claim_id, (0, None)),
        )
        for claim_id, service_date, stage, owed, share in tx.connection.execute(sums)
    )


def _row(values: Any) -> PatientAccountRow:
    row = PatientAccountRow(*values)
    return replace(row, state=AccountState(row.state), step=BillingStep(row.step), hold=Hold(row.hold))
