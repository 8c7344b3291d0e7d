"""Applications for financial assistance. The household's figures are sealed; the judgement is plain."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Row, Table, Text, select, update

from revcycle.db import sequences
from revcycle.db.engine import Tx
from revcycle.db.facts import from_json, to_json
from revcycle.db.schema import Instant, Sealed, metadata
from revcycle.domain.patients.assistance import Application, ApplicationState, Household

assistance_applications = Table(
    "assistance_applications",
    metadata,
    Column("application_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("account_id", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("household", Sealed, nullable=False),
    Column("discount_percent", Integer, nullable=False),
    Column("poverty_percent", Integer, nullable=False),
    Column("before_cents", BigInteger, nullable=False),
    Column("discount_cents", BigInteger, nullable=False),
    Column("denial_reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("applied_at", Instant, nullable=False),
    Column("decided_at", Instant),
)


class NoSuchApplication(LookupError):
    """No application has this id."""


def apply(tx: Tx, account_id: str, household: Household, actor: str, at: datetime) -> str:
    """Keep an application; return its id. From now on nobody asks this guarantor for money."""
    application_id = sequences.identifier(tx, "application", "H")
    tx.connection.execute(
        assistance_applications.insert().values(
            application_id=application_id,
            practice_id=tx.practice_id,
            account_id=account_id,
            state=ApplicationState.RECORDED.value,
            household=tx.seal(to_json(household)),
            discount_percent=0,
            poverty_percent=0,
            before_cents=0,
            discount_cents=0,
            denial_reason="",
            actor=actor,
            applied_at=at,
        )
    )
    return application_id


def load(tx: Tx, application_id: str) -> tuple[str, Application, Household]:
    """Return an application with its account's id and the household. Raises NoSuchApplication."""
    found = select(assistance_applications).where(assistance_applications.c.application_id == application_id)
    row = tx.connection.execute(found).first()
    if row is None:
        raise NoSuchApplication(f"no application {application_id}")
    return row.account_id, _application(row), from_json(tx.open(row.household), Household)


def unfinished(tx: Tx, account_id: str) -> Application | None:
    """Return the account's application that is open or still owes the patient a letter, or None."""
    table = assistance_applications
    chosen = select(table).where(
        table.c.account_id == account_id, table.c.state != ApplicationState.CLOSED.value
    )
    row = tx.connection.execute(chosen.order_by(table.c.application_id)).first()
    return None if row is None else _application(row)


def of_account(tx: Tx, account_id: str) -> tuple[Application, ...]:
    """Return an account's applications, oldest first."""
    table = assistance_applications
    chosen = select(table).where(table.c.account_id == account_id).order_by(table.c.application_id)
    return tuple(_application(row) for row in tx.connection.execute(chosen))


def change(tx: Tx, application_id: str, state: ApplicationState, **values: Any) -> None:
    """Move an application to a state and change its other columns."""
    table = assistance_applications
    moved = update(table).where(table.c.application_id == application_id)
    tx.connection.execute(moved.values(state=state.value, **values))


def _application(row: Row[Any]) -> Application:
    return Application(
        row.application_id,
        ApplicationState(row.state),
        row.applied_at.date(),
        row.discount_percent,
        row.poverty_percent,
        row.before_cents,
        row.discount_cents,
        row.denial_reason,
    )
