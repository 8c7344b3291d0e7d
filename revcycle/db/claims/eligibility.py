"""Eligibility checks: what each 271 said, for the claim it was asked for."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Column, Date, Integer, Table, Text, select

from revcycle.db.engine import Tx
from revcycle.db.facts import from_json, to_json
from revcycle.db.schema import Instant, Sealed, append_only, metadata
from revcycle.domain.claims.eligibility import EligibilityAnswer

eligibility_checks = append_only(
    Table(
        "eligibility_checks",
        metadata,
        Column("check_id", Integer, primary_key=True, autoincrement=True),
        Column("practice_id", Text, nullable=False),
        Column("claim_id", Text, nullable=False, index=True),
        Column("payer_id", Text, nullable=False),
        Column("service_date", Date, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("answer", Sealed, nullable=False),
        Column("document_id", Text, nullable=False),
        Column("checked_at", Instant, nullable=False),
    )
)


@dataclass(frozen=True, slots=True)
class EligibilityCheck:
    """One check with its answer (identity inside)."""

    check_id: int
    claim_id: str
    payer_id: str
    service_date: date
    outcome: str
    document_id: str
    checked_at: datetime
    answer: EligibilityAnswer


def record(
    tx: Tx,
    claim_id: str,
    payer_id: str,
    service_date: date,
    outcome: str,
    answer: EligibilityAnswer,
    document_id: str,
    at: datetime,
) -> None:
    """Keep a check."""
    row = {
        "practice_id": tx.practice_id,
        "claim_id": claim_id,
        "payer_id": payer_id,
        "service_date": service_date,
        "outcome": outcome,
        "answer": tx.seal(to_json(answer)),
        "document_id": document_id,
        "checked_at": at,
    }
    tx.connection.execute(eligibility_checks.insert(), row)


def of_claim(tx: Tx, claim_id: str) -> tuple[EligibilityCheck, ...]:
    """Return the checks made for a claim, oldest first."""
    made = select(eligibility_checks).where(eligibility_checks.c.claim_id == claim_id)
    rows = tx.connection.execute(made.order_by(eligibility_checks.c.check_id)).mappings()
    return tuple(
        EligibilityCheck(
            row["check_id"],
            row["claim_id"],
            row["payer_id"],
            row["service_date"],
            row["outcome"],
            row["document_id"],
            row["checked_at"],
            from_json(tx.open(row["answer"]), EligibilityAnswer),
        )
        for row in rows
    )
