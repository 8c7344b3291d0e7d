"""Denials: what was refused, the way taken, its clocks and how it ended. No identity in here."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Integer, Table, Text, func, select, update

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, metadata
from revcycle.domain.denials.denial import DenialOutcome, DenialRouteKind, DenialState

denials = Table(
    "denials",
    metadata,
    Column("denial_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("claim_id", ForeignKey("claims.claim_id"), nullable=False, index=True),
    Column("remittance_id", Text, nullable=False),
    Column("payer_id", Text, nullable=False),
    Column("filing_indicator", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("remark_codes", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("likelihood_percent", Integer, nullable=False),
    Column("value_cents", BigInteger, nullable=False),
    Column("policy", Text, nullable=False),
    Column("notice_date", Date, nullable=False),
    Column("correct_by", Date, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("outcome", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)


class NoSuchDenial(LookupError):
    """No denial has this id."""


@dataclass(frozen=True, slots=True)
class DenialRow:
    """One denial. ``payer_id`` and ``filing_indicator`` are of the payer that denied, ``policy`` its policy.

    ``notice_date`` is the remittance's; ``correct_by`` the last day for a corrected claim; ``outcome`` is
    None while open.
    """

    denial_id: str
    claim_id: str
    remittance_id: str
    payer_id: str
    filing_indicator: str
    category: str
    code: str
    remark_codes: tuple[str, ...]
    route: DenialRouteKind
    reason: str
    evidence: tuple[str, ...]
    likelihood_percent: int
    value_cents: int
    policy: str
    notice_date: date
    correct_by: date
    state: DenialState
    outcome: DenialOutcome | None
    created_at: datetime
    updated_at: datetime


_ROW = [denials.c[name] for name in DenialRow.__dataclass_fields__]


def insert(tx: Tx, denial: DenialRow) -> None:
    """Open a denial. The same id twice is a fault and fails."""
    row: dict[str, Any] = {name: getattr(denial, name) for name in DenialRow.__dataclass_fields__}
    row |= {
        "practice_id": tx.practice_id,
        "remark_codes": ",".join(denial.remark_codes),
        "evidence": "\n".join(denial.evidence),
        "route": denial.route.value,
        "state": denial.state.value,
        "outcome": denial.outcome.value if denial.outcome else "",
    }
    tx.connection.execute(denials.insert().values(row))


def change(tx: Tx, denial_id: str, at: datetime, **values: Any) -> None:
    """Change plain columns of a denial (``state``, ``route``, ``outcome``). Raises NoSuchDenial."""
    statement = update(denials).where(denials.c.denial_id == denial_id).values(**values, updated_at=at)
    if tx.connection.execute(statement).rowcount != 1:
        raise NoSuchDenial(f"no denial {denial_id}")


def load(tx: Tx, denial_id: str) -> DenialRow:
    """Return a denial. Raises NoSuchDenial."""
    row = tx.connection.execute(select(*_ROW).where(denials.c.denial_id == denial_id)).first()
    if row is None:
        raise NoSuchDenial(f"no denial {denial_id}")
    return _row(row)


def of_claim(tx: Tx, claim_id: str) -> tuple[DenialRow, ...]:
    """Return the denials of a claim, oldest first."""
    found = select(*_ROW).where(denials.c.claim_id == claim_id)
    rows = tx.connection.execute(found.order_by(denials.c.created_at, denials.c.denial_id))
    return tuple(_row(row) for row in rows)


def find(
    tx: Tx,
    *,
    state: DenialState | None = None,
    open_only: bool = False,
    payer_id: str = "",
    category: str = "",
    limit: int = 200,
) -> tuple[DenialRow, ...]:
    """Return denials, those with most to win (value times likelihood) first."""
    statement = select(*_ROW).where(denials.c.practice_id == tx.practice_id)
    if state is not None:
        statement = statement.where(denials.c.state == state.value)
    if open_only:
        statement = statement.where(denials.c.state != DenialState.ENDED.value)
    if payer_id:
        statement = statement.where(denials.c.payer_id == payer_id)
    if category:
        statement = statement.where(denials.c.category == category)
    worth = denials.c.value_cents * denials.c.likelihood_percent
    rows = tx.connection.execute(statement.order_by(worth.desc(), denials.c.denial_id).limit(limit))
    return tuple(_row(row) for row in rows)


def count(tx: Tx) -> dict[tuple[str, str], tuple[int, int]]:
    """Return number and cents of denials by category and outcome (empty while open)."""
    grouped = (denials.c.category, denials.c.outcome)
    counted = select(*grouped, func.count(), func.sum(denials.c.value_cents)).group_by(*grouped)
    return {
        (category, outcome): (int(n), int(c)) for category, outcome, n, c in tx.connection.execute(counted)
    }


def _row(values: Any) -> DenialRow:
    row = DenialRow(*values)
    return replace(
        row,
        remark_codes=tuple(code for code in values.remark_codes.split(",") if code),
        evidence=tuple(item for item in values.evidence.split("\n") if item),
        route=DenialRouteKind(row.route),
        state=DenialState(row.state),
        outcome=DenialOutcome(values.outcome) if values.outcome else None,
    )
