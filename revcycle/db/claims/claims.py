"""Claims: where each stands (plain columns) and its facts, one sealed version after another."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    select,
    update,
)

from revcycle.db import sequences
from revcycle.db.engine import Tx
from revcycle.db.facts import from_json, to_json
from revcycle.db.schema import Instant, Sealed, append_only, metadata
from revcycle.db.work import doorbell
from revcycle.domain.claims.claim import Claim, Responsibility
from revcycle.domain.claims.stage import STAGES, ClaimStage
from revcycle.domain.work.act import Act
from revcycle.domain.work.starts import ClaimStart

claims = Table(
    "claims",
    metadata,
    Column("claim_id", Text, primary_key=True),
    Column("practice_id", Text, nullable=False),
    Column("patient_control_number", Text, nullable=False, unique=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("payer_id", Text, nullable=False, index=True),
    Column("filing_indicator", Text, nullable=False),
    Column("responsibility", Text, nullable=False),
    Column("stage", Text, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("charge_cents", BigInteger, nullable=False),
    Column("service_date", Date, nullable=False),
    Column("payer_claim_control_number", Text, nullable=False),
    Column("connection_id", Text, nullable=False),
    Column("source_document_id", Text, nullable=False),
    Column("duplicate_index", Text, nullable=False),
    Column("patient_index", Text, nullable=False, index=True),
    Column("member_index", Text, nullable=False, index=True),
    Column("ending", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("practice_id", "duplicate_index"),
)
claim_versions = append_only(
    Table(
        "claim_versions",
        metadata,
        Column("claim_id", ForeignKey("claims.claim_id"), primary_key=True),
        Column("version", Integer, primary_key=True),
        Column("frequency", Text, nullable=False),
        Column("facts", Sealed, nullable=False),
        Column("cause", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
    )
)


class NoSuchClaim(LookupError):
    """No claim has this id."""


class StageNotAllowed(Exception):
    """The stage may not follow the one the claim stands at: see ``revcycle.domain.claims.stage``."""


class DuplicateClaim(Exception):
    """The same services of the same member are in the database already; ``claim_id`` names them."""

    def __init__(self, claim_id: str) -> None:
        super().__init__(f"these services are already claim {claim_id}")
        self.claim_id = claim_id


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """Where a claim stands, without identity. ``payer_id`` and ``responsibility`` are the payer asked now.

    ``ending`` is how it ended (``paid``, ``written_off``, …), empty while open.
    """

    claim_id: str
    patient_control_number: str
    account_id: str
    payer_id: str
    filing_indicator: str
    responsibility: Responsibility
    stage: ClaimStage
    version: int
    charge_cents: int
    service_date: date
    payer_claim_control_number: str
    connection_id: str
    source_document_id: str
    ending: str
    created_at: datetime
    updated_at: datetime


_ROW = [claims.c[name] for name in ClaimRow.__dataclass_fields__]


def _row(values: Any) -> ClaimRow:
    row = ClaimRow(*values)
    return replace(row, responsibility=Responsibility(row.responsibility), stage=ClaimStage(row.stage))


def _duplicate_index(tx: Tx, claim: Claim) -> str:
    first = claim.coverages[0]
    lines = sorted(
        f"{x.service_date}{x.revenue_code}{x.procedure_code}{x.modifiers}{x.charge_cents}"
        for x in claim.lines
    )
    who = f"{claim.patient.full_name}{claim.patient.birth_date}"
    return tx.blind("claim", f"{first.payer_id}|{first.member_id}|{who}|{claim.billing_provider.npi}|{lines}")


_LOAD = select(*_ROW).where(claims.c.claim_id == bindparam("of_claim"))
_CHANGE = update(claims).where(claims.c.claim_id == bindparam("of_claim"))
_FACTS = select(claim_versions.c.facts).where(claim_versions.c.claim_id == bindparam("of_claim"))
_NEWEST = _FACTS.order_by(claim_versions.c.version.desc()).limit(1)
_VERSION = _FACTS.where(claim_versions.c.version == bindparam("of_version"))


def insert(
    tx: Tx,
    claim: Claim,
    *,
    account_id: str,
    connection_id: str,
    source_document_id: str,
    cause: str,
    at: datetime,
) -> str:
    """Add a new claim and its first version; return its id. Raises DuplicateClaim."""
    index = _duplicate_index(tx, claim)
    known = select(claims.c.claim_id).where(
        claims.c.practice_id == tx.practice_id, claims.c.duplicate_index == index
    )
    if (duplicate := tx.connection.execute(known).scalar_one_or_none()) is not None:
        raise DuplicateClaim(duplicate)
    claim_id = sequences.identifier(tx, "claim", "C")
    first = claim.coverages[0]
    row = {
        "claim_id": claim_id,
        "practice_id": tx.practice_id,
        "patient_control_number": claim.patient_control_number,
        "account_id": account_id,
        "payer_id": first.payer_id,
        "filing_indicator": first.claim_filing_indicator,
        "responsibility": first.responsibility.value,
        "stage": ClaimStage.READY_TO_BILL.value,
        "version": 0,
        "charge_cents": claim.charge_cents,
        "service_date": claim.service_date_from,
        "payer_claim_control_number": "",
        "connection_id": connection_id,
        "source_document_id": source_document_id,
        "duplicate_index": index,
        "patient_index": tx.blind("name", f"{claim.patient.last_name},{claim.patient.first_name}"),
        "member_index": tx.blind("member", first.member_id),
        "ending": "",
        "created_at": at,
        "updated_at": at,
    }
    tx.connection.execute(claims.insert(), row)
    save_version(tx, claim_id, claim, cause, at)
    return claim_id


def save_version(tx: Tx, claim_id: str, claim: Claim, cause: str, at: datetime) -> int:
    """Keep changed facts as the claim's next version; return its number. ``cause`` is plain words without identity."""
    version = load(tx, claim_id).version + 1
    row = {
        "claim_id": claim_id,
        "version": version,
        "frequency": claim.claim_frequency.value,
        "facts": tx.seal(to_json(claim)),
        "cause": cause,
        "created_at": at,
    }
    tx.connection.execute(claim_versions.insert(), row)
    change(tx, claim_id, at, version=version, charge_cents=claim.charge_cents)
    return version


def change(tx: Tx, claim_id: str, at: datetime, **values: Any) -> None:
    """Change plain columns of a claim (``stage``, ``payer_id``, ``responsibility``, ``ending``, …)."""
    changed = tx.connection.execute(_CHANGE, {"of_claim": claim_id, "updated_at": at, **values})
    if changed.rowcount != 1:
        raise NoSuchClaim(f"no claim {claim_id}")


def move(tx: Tx, act: Act, claim_id: str, stage: ClaimStage, ending: str = "") -> None:
    """Move a claim to a stage: the only writer of stage and ending. Raises StageNotAllowed, NoSuchClaim.

    An act of the claim's own process answers it the new position; where another process acts (a denial, an
    account), the claim is rung, so that it stands and shows where the database says.
    """
    before = load(tx, claim_id).stage
    if stage not in STAGES[before].follows:
        raise StageNotAllowed(f"claim {claim_id} is {before.value}: {stage.value} may not follow")
    change(tx, claim_id, act.at, stage=stage.value, ending=ending)
    start = ClaimStart(claim_id, resume=True)
    tx.moved.add(start.subject)
    if act.subject != start.subject:
        doorbell.wake(tx, start)


def set_stage(tx: Tx, claim_id: str, stage: ClaimStage, at: datetime) -> None:
    """Move a claim to a stage."""
    change(tx, claim_id, at, stage=stage.value)


def load(tx: Tx, claim_id: str) -> ClaimRow:
    """Return where a claim stands. Raises NoSuchClaim."""
    row = tx.connection.execute(_LOAD, {"of_claim": claim_id}).first()
    if row is None:
        raise NoSuchClaim(f"no claim {claim_id}")
    return _row(row)


def facts(tx: Tx, claim_id: str, version: int | None = None) -> Claim:
    """Return a claim's facts (identity included), the newest version unless one is named. Raises NoSuchClaim."""
    wanted = {"of_claim": claim_id} if version is None else {"of_claim": claim_id, "of_version": version}
    row = tx.connection.execute(_NEWEST if version is None else _VERSION, wanted).first()
    if row is None:
        raise NoSuchClaim(f"no claim {claim_id}")
    return from_json(tx.open(row[0]), Claim)


def by_control_number(tx: Tx, patient_control_number: str) -> ClaimRow | None:
    """Return the claim a payer means by CLP01 or TRN02, or None."""
    found = tx.connection.execute(
        select(*_ROW).where(claims.c.patient_control_number == patient_control_number)
    )
    row = found.first()
    return None if row is None else _row(row)


def find(
    tx: Tx,
    *,
    stage: ClaimStage | None = None,
    payer_id: str = "",
    account_id: str = "",
    member_id: str = "",
    patient_name: str = "",
    limit: int = 100,
    after: str = "",
) -> tuple[ClaimRow, ...]:
    """Return claims by what is known of them, in id order; ``patient_name`` is ``LAST,FIRST``."""
    statement = select(*_ROW).where(claims.c.practice_id == tx.practice_id, claims.c.claim_id > after)
    if stage is not None:
        statement = statement.where(claims.c.stage == stage.value)
    if payer_id:
        statement = statement.where(claims.c.payer_id == payer_id)
    if account_id:
        statement = statement.where(claims.c.account_id == account_id)
    if member_id:
        statement = statement.where(claims.c.member_index == tx.blind("member", member_id))
    if patient_name:
        statement = statement.where(claims.c.patient_index == tx.blind("name", patient_name))
    return tuple(
        _row(row) for row in tx.connection.execute(statement.order_by(claims.c.claim_id).limit(limit))
    )


def every_id(tx: Tx) -> tuple[str, ...]:
    """Return the ids of all claims, in order."""
    wanted = select(claims.c.claim_id).where(claims.c.practice_id == tx.practice_id)
    return tuple(tx.connection.execute(wanted.order_by(claims.c.claim_id)).scalars())


def count_by(tx: Tx, column: str) -> dict[str, int]:
    """Return how many claims there are for each value of a plain column (``stage``, ``ending``, ``payer_id``)."""
    counted = select(claims.c[column], func.count()).group_by(claims.c[column])
    return {value: int(count) for value, count in tx.connection.execute(counted)}
