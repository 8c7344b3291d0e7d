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
from revcycle.domain.claims.claim import Claim
from revcycle.domain.claims.responsibility import Responsibility
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


def columns(tx: Tx, claim: Claim, asked: Responsibility) -> dict[str, Any]:
    """Return the plain columns that follow from a claim's facts and from who is asked now.

    A claim is found by the member id of the coverage that is asked. A place in line that the facts no longer
    have is the first one's.
    """
    coverage = claim.coverage(asked) or claim.coverages[0]
    return {
        "payer_id": coverage.payer_id,
        "filing_indicator": coverage.claim_filing_indicator,
        "responsibility": coverage.responsibility.value,
        "charge_cents": claim.charge_cents,
        "service_date": claim.service_date_from,
        "duplicate_index": _duplicate_index(tx, claim),
        "patient_index": tx.blind("name", f"{claim.patient.last_name},{claim.patient.first_name}"),
        "member_index": tx.blind("member", coverage.member_id),
    }


_LOAD = select(*_ROW).where(claims.c.claim_id == bindparam("of_claim"))
_CHANGE = update(claims).where(claims.c.claim_id == bindparam("of_claim"))
_MOVE = _CHANGE.where(claims.c.stage.in_(bindparam("before", expanding=True)))
_BEFORE = {
    stage: [kind.stage.value for kind in STAGES.values() if stage in kind.follows] for stage in ClaimStage
}
"""The stages that each stage may follow: the update itself asks, so that a move costs one statement."""
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
    asked: Responsibility | None = None,
) -> str:
    """Add a new claim and its first version; return its id. Raises DuplicateClaim.

    ``asked`` is the place in line of the payer it goes to first: that of its first coverage unless one is named.
    """
    told = columns(tx, claim, asked or claim.coverages[0].responsibility)
    if (duplicate := same_claim(tx, claim)) is not None:
        raise DuplicateClaim(duplicate)
    claim_id = sequences.identifier(tx, "claim", "C")
    row = {
        **told,
        "claim_id": claim_id,
        "practice_id": tx.practice_id,
        "patient_control_number": claim.patient_control_number,
        "account_id": account_id,
        "stage": ClaimStage.READY_TO_BILL.value,
        "version": 1,
        "payer_claim_control_number": "",
        "connection_id": connection_id,
        "source_document_id": source_document_id,
        "ending": "",
        "created_at": at,
        "updated_at": at,
    }
    tx.connection.execute(claims.insert(), row)
    _keep_version(tx, claim_id, 1, claim, cause, at)
    return claim_id


def same_claim(tx: Tx, claim: Claim, but: str = "") -> str | None:
    """Return the claim (``but`` left aside) that holds the same services of the same member, or None."""
    known = select(claims.c.claim_id).where(
        claims.c.practice_id == tx.practice_id,
        claims.c.duplicate_index == _duplicate_index(tx, claim),
        claims.c.claim_id != but,
    )
    return tx.connection.execute(known).scalar_one_or_none()


def save_version(tx: Tx, claim_id: str, claim: Claim, cause: str, at: datetime) -> int:
    """Keep changed facts as the claim's next version; return its number. The plain columns follow the facts.

    ``cause`` is plain words without identity.
    """
    row = load(tx, claim_id)
    version = row.version + 1
    _keep_version(tx, claim_id, version, claim, cause, at)
    _change(tx, claim_id, at, columns(tx, claim, row.responsibility) | {"version": version})
    return version


def _keep_version(tx: Tx, claim_id: str, version: int, claim: Claim, cause: str, at: datetime) -> None:
    row = {
        "claim_id": claim_id,
        "version": version,
        "frequency": claim.claim_frequency.value,
        "facts": tx.seal(to_json(claim)),
        "cause": cause,
        "created_at": at,
    }
    tx.connection.execute(claim_versions.insert(), row)


def _change(tx: Tx, claim_id: str, at: datetime, values: dict[str, Any]) -> None:
    changed = tx.connection.execute(_CHANGE, {"of_claim": claim_id, "updated_at": at, **values})
    if changed.rowcount != 1:
        raise NoSuchClaim(f"no claim {claim_id}")


def move(tx: Tx, act: Act, claim_id: str, stage: ClaimStage, ending: str = "") -> None:
    """Move a claim to a stage: the only writer of stage and ending. Raises StageNotAllowed, NoSuchClaim.

    An act of the claim's own process answers it the new position; where another process acts (a denial, an
    account), the claim is rung, so that it stands and shows where the database says.
    """
    told = {"of_claim": claim_id, "stage": stage.value, "ending": ending, "updated_at": act.at}
    if tx.connection.execute(_MOVE, told | {"before": _BEFORE[stage]}).rowcount != 1:
        before = load(tx, claim_id).stage
        raise StageNotAllowed(f"claim {claim_id} is {before.value}: {stage.value} may not follow")
    start = ClaimStart(claim_id, resume=True)
    tx.moved.add(start.subject)
    if act.subject != start.subject:
        doorbell.wake(tx, start)


def ask_payer(tx: Tx, act: Act, claim_id: str, place: Responsibility) -> None:
    """Make the payer in that place of the line the one asked now; it has no number for the claim yet."""
    told = columns(tx, facts(tx, claim_id), place)
    _change(tx, claim_id, act.at, told | {"payer_claim_control_number": ""})


def note_payer_number(tx: Tx, act: Act, claim_id: str, payer_claim_control_number: str) -> None:
    """Keep the number under which the payer asked now has the claim."""
    _change(tx, claim_id, act.at, {"payer_claim_control_number": payer_claim_control_number})


def differences(tx: Tx, row: ClaimRow) -> tuple[str, ...]:
    """Return the names of plain columns that are not what the claim's newest facts say."""
    wanted = columns(tx, facts(tx, row.claim_id), row.responsibility)
    kept = tx.connection.execute(
        select(*(claims.c[name] for name in wanted)).where(claims.c.claim_id == row.claim_id)
    ).mappings()
    stored = kept.one()
    return tuple(name for name, value in wanted.items() if stored[name] != value)


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
