"""Payment plans: the terms first, as proposed; then whether they were agreed, kept or broken."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Row, Table, Text, select, update

from revcycle.db import sequences
from revcycle.db.engine import Tx
from revcycle.db.schema import Instant, metadata
from revcycle.domain.patients.payment_plan import PaymentPlan, PlanState, PlanTerms

payment_plans = Table(
    "payment_plans",
    metadata,
    Column("plan_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("account_id", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("installments", Integer, nullable=False),
    Column("amount_cents", BigInteger, nullable=False),
    Column("last_cents", BigInteger, nullable=False),
    Column("first_due_on", Date, nullable=False),
    Column("interval_days", Integer, nullable=False),
    Column("counsel_checked", Boolean, nullable=False),
    Column("claim_ids", Text, nullable=False),
    Column("agreement_sent", Boolean, nullable=False),
    Column("catch_up_by", Date),
    Column("actor", Text, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("ended_at", Instant),
)
RUNNING = (PlanState.ACTIVE.value, PlanState.LAST_CHANCE.value)


class NoSuchPlan(LookupError):
    """No plan has this id."""


def propose(tx: Tx, account_id: str, terms: PlanTerms, actor: str, at: datetime) -> str:
    """Keep the terms of a plan; return its id. Nothing is agreed yet."""
    plan_id = sequences.identifier(tx, "plan", "L")
    tx.connection.execute(
        payment_plans.insert().values(
            plan_id=plan_id,
            practice_id=tx.practice_id,
            account_id=account_id,
            state=PlanState.PROPOSED.value,
            installments=terms.installments,
            amount_cents=terms.amount_cents,
            last_cents=terms.last_cents,
            first_due_on=terms.first_due_on,
            interval_days=terms.interval_days,
            counsel_checked=terms.counsel_checked,
            claim_ids="",
            agreement_sent=False,
            actor=actor,
            proposed_at=at,
        )
    )
    return plan_id


def load(tx: Tx, plan_id: str) -> tuple[str, PaymentPlan]:
    """Return a plan with its account's id; what it is owed is not looked up. Raises NoSuchPlan."""
    row = tx.connection.execute(select(payment_plans).where(payment_plans.c.plan_id == plan_id)).first()
    if row is None:
        raise NoSuchPlan(f"no plan {plan_id}")
    return row.account_id, _plan(row)


def running(tx: Tx, account_id: str) -> PaymentPlan | None:
    """Return the account's plan in force; what it is owed is not looked up."""
    chosen = select(payment_plans).where(
        payment_plans.c.account_id == account_id, payment_plans.c.state.in_(RUNNING)
    )
    row = tx.connection.execute(chosen).first()
    return None if row is None else _plan(row)


def of_account(tx: Tx, account_id: str) -> tuple[PaymentPlan, ...]:
    """Return an account's plans, oldest first; what they are owed is not looked up."""
    chosen = select(payment_plans).where(payment_plans.c.account_id == account_id)
    return tuple(_plan(row) for row in tx.connection.execute(chosen.order_by(payment_plans.c.plan_id)))


def change(tx: Tx, plan_id: str, **values: Any) -> None:
    """Change columns of a plan (``state``, ``first_due_on``, ``agreement_sent``, ``catch_up_by``, …)."""
    tx.connection.execute(update(payment_plans).where(payment_plans.c.plan_id == plan_id).values(**values))


def activate(tx: Tx, plan_id: str, claim_ids: tuple[str, ...]) -> None:
    """The patient agreed: the plan covers these claims."""
    change(tx, plan_id, state=PlanState.ACTIVE.value, claim_ids=",".join(claim_ids))


def last_chance(tx: Tx, plan_id: str, catch_up_by: date) -> None:
    """A payment was missed and the letter names the day to catch up by."""
    change(tx, plan_id, state=PlanState.LAST_CHANCE.value, catch_up_by=catch_up_by)


def _plan(row: Row[Any]) -> PaymentPlan:
    terms = PlanTerms(
        row.installments,
        row.amount_cents,
        row.first_due_on,
        row.interval_days,
        row.last_cents,
        row.counsel_checked,
    )
    claim_ids = tuple(row.claim_ids.split(",")) if row.claim_ids else ()
    return PaymentPlan(
        row.plan_id, PlanState(row.state), terms, claim_ids, 0, row.agreement_sent, row.catch_up_by
    )
