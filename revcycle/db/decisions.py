"""The decision log: why each effect happened. Append-only; ``claim explain`` reads it."""

import json
from datetime import datetime

from sqlalchemy import Column, Integer, Table, Text, select

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, append_only, metadata
from revcycle.domain.decision import Decision
from revcycle.domain.work.act import Act

decisions = append_only(
    Table(
        "decisions",
        metadata,
        Column("seq", Integer, primary_key=True, autoincrement=True),
        Column("key", Text, nullable=False, unique=True),
        Column("practice_id", Text, nullable=False),
        Column("subject", Text, nullable=False, index=True),
        Column("rule", Text, nullable=False),
        Column("policy", Text, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("facts", Text, nullable=False),
        Column("occurred_at", Instant, nullable=False),
        Column("recorded_at", Instant, nullable=False),
    )
)


def record(tx: Tx, *made: Decision) -> None:
    """Append decisions. A key used twice is a fault of the caller and fails."""
    rows = [
        {
            "key": d.key,
            "practice_id": tx.practice_id,
            "subject": d.subject,
            "rule": d.rule,
            "policy": d.policy,
            "outcome": d.outcome,
            "reason": d.reason,
            "actor": d.actor,
            "facts": json.dumps(d.facts, sort_keys=True),
            "occurred_at": d.occurred_at,
            "recorded_at": d.recorded_at,
        }
        for d in made
    ]
    if rows:
        tx.connection.execute(decisions.insert(), rows)


def decide(
    tx: Tx,
    act: Act,
    rule: str,
    outcome: str,
    reason: str,
    *,
    subject: str = "",
    actor: str = "system",
    policy: str = "",
    facts: dict[str, str] | None = None,
    part: str = "",
) -> None:
    """Append the decision of an act, about the acting process unless ``subject`` names another.

    ``part`` tells the decisions of one act apart where there are several.
    """
    key = f"{act.key}@{part}" if part else act.key
    about = subject or act.subject
    record(tx, Decision(key, about, rule, outcome, reason, actor, act.at, act.at, policy, facts or {}))


def of_subject(tx: Tx, *subjects: str, known_at: datetime | None = None) -> tuple[Decision, ...]:
    """Return the decisions on the subjects as they happened; with ``known_at`` only those recorded by then."""
    statement = select(decisions).where(decisions.c.subject.in_(subjects))
    if known_at is not None:
        statement = statement.where(decisions.c.recorded_at <= known_at)
    rows = tx.connection.execute(statement.order_by(decisions.c.occurred_at, decisions.c.seq)).mappings()
    return tuple(
        Decision(
            key=row["key"],
            subject=row["subject"],
            rule=row["rule"],
            outcome=row["outcome"],
            reason=row["reason"],
            actor=row["actor"],
            occurred_at=row["occurred_at"],
            recorded_at=row["recorded_at"],
            policy=row["policy"],
            facts=json.loads(row["facts"]),
        )
        for row in rows
    )
