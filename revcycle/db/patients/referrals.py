"""Referrals to the collection agency: what was given away, when, and by whose decision. Append-only."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Date, Table, Text, select

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, append_only, metadata

agency_referrals = append_only(
    Table(
        "agency_referrals",
        metadata,
        Column("referral_id", Text, primary_key=True),
        Column("practice_id", Text, nullable=False),
        Column("account_id", Text, nullable=False, index=True),
        Column("statement_id", Text, nullable=False),
        Column("amount_cents", BigInteger, nullable=False),
        Column("claim_ids", Text, nullable=False),
        Column("referred_on", Date, nullable=False),
        Column("actor", Text, nullable=False),
        Column("recorded_at", Instant, nullable=False),
    )
)


@dataclass(frozen=True, slots=True)
class Referral:
    """One account given to the agency."""

    referral_id: str
    account_id: str
    statement_id: str
    amount_cents: int
    claim_ids: tuple[str, ...]
    referred_on: date
    actor: str


def record(tx: Tx, referral: Referral, at: datetime) -> None:
    """Write a referral down."""
    values = {name: getattr(referral, name) for name in Referral.__dataclass_fields__}
    values |= {"claim_ids": ",".join(referral.claim_ids), "practice_id": tx.practice_id, "recorded_at": at}
    tx.connection.execute(agency_referrals.insert().values(**values))


def find(tx: Tx, account_id: str = "") -> tuple[Referral, ...]:
    """Return the practice's referrals, or one account's, in the order they were made."""
    columns = [agency_referrals.c[name] for name in Referral.__dataclass_fields__]
    chosen = select(*columns).where(agency_referrals.c.practice_id == tx.practice_id)
    if account_id:
        chosen = chosen.where(agency_referrals.c.account_id == account_id)
    rows = tx.connection.execute(chosen.order_by(agency_referrals.c.recorded_at))
    return tuple(replace(Referral(*row), claim_ids=tuple(row.claim_ids.split(","))) for row in rows)
