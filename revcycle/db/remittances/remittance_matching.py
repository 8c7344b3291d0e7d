"""What matching and posting ask of many claims at once: candidates, standing, balances, earlier postings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select, update

from revcycle.db.claims.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.ledger import ledger_entries
from revcycle.db.remittances.remittances import PaymentRow, PaymentState, remittance_claims, remittances
from revcycle.domain.ledger import LedgerAccount
from revcycle.rules.remittances.reversal import PostedPayment

_SLICE = 500
"""Values in one IN list; PostgreSQL and SQLite both take more, plans get no better."""


@dataclass(frozen=True, slots=True)
class KnownClaim:
    """What a claim payment is compared with, and what posting needs, without identity."""

    claim_id: str
    patient_control_number: str
    payer_claim_control_number: str
    charge_cents: int
    service_date: date
    account_id: str
    responsibility: str


_KNOWN = [claims.c[name] for name in KnownClaim.__dataclass_fields__]


def _slices(values: Iterable[str]) -> Iterable[list[str]]:
    distinct = sorted({value for value in values if value})
    return (distinct[start : start + _SLICE] for start in range(0, len(distinct), _SLICE))


def _known(tx: Tx, column: str, values: Iterable[str]) -> list[KnownClaim]:
    chosen = select(*_KNOWN).where(claims.c.practice_id == tx.practice_id)
    return [
        KnownClaim(*row)
        for part in _slices(values)
        for row in tx.connection.execute(chosen.where(claims.c[column].in_(part)))
    ]


def candidates(tx: Tx, payments: tuple[PaymentRow, ...]) -> dict[int, tuple[KnownClaim, ...]]:
    """Return for each payment's position the claims that share a control number with it."""
    ours: dict[str, list[KnownClaim]] = {}
    theirs: dict[str, list[KnownClaim]] = {}
    for one in _known(tx, "patient_control_number", (p.patient_control_number for p in payments)):
        ours.setdefault(one.patient_control_number, []).append(one)
    unknown = [p for p in payments if p.patient_control_number not in ours]
    for one in _known(tx, "payer_claim_control_number", (p.payer_claim_control_number for p in unknown)):
        theirs.setdefault(one.payer_claim_control_number, []).append(one)
    return {
        p.position: tuple(
            ours.get(p.patient_control_number) or theirs.get(p.payer_claim_control_number) or ()
        )
        for p in payments
    }


def known_claims(tx: Tx, claim_ids: Iterable[str]) -> dict[str, KnownClaim]:
    """Return the claims by id."""
    return {one.claim_id: one for one in _known(tx, "claim_id", claim_ids)}


def open_insurance(tx: Tx, claim_ids: Iterable[str]) -> dict[str, int]:
    """Return the insurance balance of each claim that has entries."""
    summed = (
        select(ledger_entries.c.claim_id, func.sum(ledger_entries.c.amount_cents))
        .where(ledger_entries.c.account == LedgerAccount.AR_INSURANCE.value)
        .group_by(ledger_entries.c.claim_id)
    )
    return {
        claim_id: int(cents)
        for part in _slices(claim_ids)
        for claim_id, cents in tx.connection.execute(summed.where(ledger_entries.c.claim_id.in_(part)))
    }


def posted_before(tx: Tx, claim_ids: Iterable[str]) -> dict[str, list[PostedPayment]]:
    """Return each claim's postings that stand: neither reversals nor reversed, oldest first."""
    row = remittance_claims.c
    chosen = (
        select(row.claim_id, *(row[name] for name in PostedPayment.__dataclass_fields__))
        .where(
            row.state == PaymentState.POSTED.value,
            row.status_code != "22",
            row.reversed_by == "",
        )
        .order_by(row.posted_at, row.remittance_id, row.position)
    )
    standing: dict[str, list[PostedPayment]] = {}
    for part in _slices(claim_ids):
        for claim_id, *posted in tx.connection.execute(chosen.where(row.claim_id.in_(part))):
            standing.setdefault(claim_id, []).append(PostedPayment(*posted))
    return standing


def save(tx: Tx, changes: list[dict[str, Any]]) -> None:
    """Change plain columns of many claim payments.

    Each change names ``remittance_id``, ``position`` and the same columns as the others.
    """
    if not changes:
        return
    columns = [name for name in changes[0] if name not in ("remittance_id", "position")]
    statement = (
        update(remittance_claims)
        .where(
            remittance_claims.c.remittance_id == bindparam("of_remittance"),
            remittance_claims.c.position == bindparam("at_position"),
        )
        .values({name: bindparam(f"new_{name}") for name in columns})
    )
    rows = [
        {"of_remittance": change["remittance_id"], "at_position": change["position"]}
        | {f"new_{name}": change[name] for name in columns}
        for change in changes
    ]
    tx.connection.execute(statement, rows)


def same_trace(tx: Tx, remittance_id: str) -> tuple[str, ...]:
    """Return the other remittances of the payer under the same trace number that posted."""
    mine = remittances.alias("mine")
    other = (
        select(remittances.c.remittance_id)
        .join(
            mine,
            (mine.c.eft_trace_number == remittances.c.eft_trace_number)
            & (mine.c.payer_id == remittances.c.payer_id),
        )
        .where(
            mine.c.remittance_id == remittance_id,
            remittances.c.remittance_id != remittance_id,
            remittances.c.state.in_(("posted", "reassociated")),
        )
        .order_by(remittances.c.remittance_id)
    )
    return tuple(tx.connection.execute(other).scalars())
