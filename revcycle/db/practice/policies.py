"""Policies: dated rows, published with the program or written by the practice, and the one that is in force.

Published rows come from the files in ``seed`` and belong to every practice; a practice's own rows stand beside
them and are never touched by a new version of the program. Nothing is overwritten: a correction is a further row.
"""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    event,
    func,
    or_,
    select,
)

from revcycle.db.claims.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.exchange import payers
from revcycle.db.facts import from_json, from_person, to_json
from revcycle.db.patients import accounts
from revcycle.db.schema import Instant, append_only, metadata
from revcycle.db.upsert import insert_once
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.codes.payer_classes import PayerClass, payer_class
from revcycle.domain.dated_policy import DatedPolicy
from revcycle.domain.exchange.policy import PAYER_SCOPE, PayerPolicy, class_scope, payer_scope
from revcycle.domain.patients.patient_policy import PATIENTS_SCOPE, PatientPolicy, StateRule, state_scope
from revcycle.domain.patients.poverty_guideline import POVERTY_SCOPE, PovertyGuideline
from revcycle.rules.dated_policy import in_force
from revcycle.rules.exchange.payer_policy import NoPolicy, payer_policy_for
from revcycle.rules.patients.patient_policy import within_state_law

P = TypeVar("P", bound=DatedPolicy)

policies = append_only(
    Table(
        "policies",
        metadata,
        Column("entry", Integer, primary_key=True, autoincrement=True),
        Column("practice_id", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("scope", Text, nullable=False),
        Column("policy_id", Text, nullable=False),
        Column("effective_from", Date, nullable=False),
        Column("version", Integer, nullable=False),
        Column("facts", Text, nullable=False),
        Column("cause", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
        UniqueConstraint("practice_id", "kind", "scope", "effective_from", "version"),
    )
)
PUBLISHED = ""
"""Stands for the practice in the rows that are published with the program and hold for every practice."""


class PolicyKind(StrEnum):
    """What a row is a policy of."""

    PAYER = "payer"
    PATIENT = "patient"
    STATE = "state"
    POVERTY = "poverty"


FACT_OF: dict[PolicyKind, type[DatedPolicy]] = {
    PolicyKind.PAYER: PayerPolicy,
    PolicyKind.PATIENT: PatientPolicy,
    PolicyKind.STATE: StateRule,
    PolicyKind.POVERTY: PovertyGuideline,
}
_KIND_OF = {fact: kind for kind, fact in FACT_OF.items()}
_FILES = {
    PolicyKind.PAYER: "payer_policies.toml",
    PolicyKind.PATIENT: "patient_policies.toml",
    PolicyKind.STATE: "state_rules.toml",
    PolicyKind.POVERTY: "poverty_guidelines.toml",
}


class NoSuchPolicy(LookupError):
    """No row of policy has this reference or scope."""


class PolicyTaken(Exception):
    """Two people wrote the same version of a row at the same moment; the second is refused."""


def payer_policy(tx: Tx, filing_indicator: str, payer_id: str, on: date) -> PayerPolicy:
    """Return the policy that the clocks of a payer's plan run by on the day; ``filing_indicator`` is SBR09."""
    return policy_of_class(tx, payer_class(filing_indicator), payer_id, on)


def policy_of_class(tx: Tx, of_plan: PayerClass, payer_id: str, on: date) -> PayerPolicy:
    """Return the policy in force for a payer's plans of a class; the payer may be named by any of its ids."""
    scopes = payer_scopes(tx, payer_id, of_plan) if payer_id else ()
    return payer_policy_for(rows(tx, PayerPolicy, (*scopes, class_scope(of_plan))), on)


def payer_scopes(tx: Tx, payer_id: str, of_plan: PayerClass) -> tuple[str, ...]:
    """Return a payer's scopes under all its ids, the directory's own id first."""
    known = payers.find(tx, payer_id)
    names = (known.payer_id, *known.aliases) if known is not None else (payer_id,)
    return tuple(payer_scope(name, of_plan) for name in names)


def patient_policy(tx: Tx, account_id: str, on: date) -> PatientPolicy:
    """Return the policy toward the guarantor of an account on the day, the law of their state included."""
    policy = in_force(rows(tx, PatientPolicy, (PATIENTS_SCOPE,)), on)
    if policy is None:
        raise NoPolicy("no policy toward patients holds: run `revcycle admin migrate`, which writes one")
    address = accounts.guarantor(tx, account_id)[0].address
    if address is None or not address.state:
        return policy
    rule = in_force(rows(tx, StateRule, (state_scope(address.state.upper()),)), on)
    return within_state_law(policy, rule)


def poverty_guideline(tx: Tx, on: date) -> PovertyGuideline:
    """Return the poverty guideline in force on the day."""
    found = in_force(rows(tx, PovertyGuideline, (POVERTY_SCOPE,)), on)
    if found is None:
        raise NoPolicy("no poverty guideline holds: run `revcycle admin migrate`, which writes them")
    return found


_CONTENT = (policies.c.facts, policies.c.practice_id, policies.c.version, policies.c.kind)
_OF_KIND = (
    select(*_CONTENT)
    .where(
        or_(policies.c.practice_id == PUBLISHED, policies.c.practice_id == bindparam("practice")),
        policies.c.kind == bindparam("of_kind"),
    )
    .order_by(policies.c.scope, policies.c.effective_from, policies.c.entry)
)
_OF_SCOPES = _OF_KIND.where(policies.c.scope.in_(bindparam("scopes", expanding=True)))
# Written once: a claim asks several times in its life, and to build a statement takes longer than to run it.


def rows(tx: Tx, fact: type[P], scopes: Sequence[str] = ()) -> tuple[P, ...]:
    """Return every row of a kind, published and the practice's own, oldest first; or those of some scopes."""
    asked: dict[str, Any] = {"practice": tx.practice_id, "of_kind": _KIND_OF[fact].value}
    if scopes:
        found = tx.connection.execute(_OF_SCOPES, asked | {"scopes": list(scopes)})
    else:
        found = tx.connection.execute(_OF_KIND, asked)
    return tuple(row for row in map(_read, found) if isinstance(row, fact))


@lru_cache(maxsize=1024)
def _decoded(facts: str, practice_id: str, version: int, kind: PolicyKind) -> DatedPolicy:
    return replace(from_json(facts, FACT_OF[kind]), own=practice_id != PUBLISHED, version=version)


def _read(row: Sequence[Any]) -> DatedPolicy:
    facts, practice_id, version, kind = row
    return _decoded(facts, practice_id, version, PolicyKind(kind))


def by_reference(tx: Tx, reference: str) -> DatedPolicy:
    """Return the row that a decision names. Raises NoSuchPolicy."""
    policy_id, _, moment = reference.partition("+")[0].rpartition("@")
    day, _, version = moment.partition(".")
    try:
        chosen = select(*_CONTENT).where(
            policies.c.practice_id.in_((PUBLISHED, tx.practice_id)),
            policies.c.policy_id == policy_id,
            policies.c.effective_from == date.fromisoformat(day),
            policies.c.version == int(version),
        )
    except ValueError:
        raise NoSuchPolicy(f"{reference} is no reference to a policy") from None
    row = tx.connection.execute(chosen).first()
    if row is None:
        raise NoSuchPolicy(f"no policy {reference}")
    return _read(row)


def causes(tx: Tx, kind: PolicyKind, scopes: Sequence[str]) -> dict[str, tuple[str, str, datetime]]:
    """Return why, by whom and when each row of the scopes was written, by its reference."""
    chosen = select(policies).where(
        policies.c.practice_id.in_((PUBLISHED, tx.practice_id)),
        policies.c.kind == kind.value,
        policies.c.scope.in_(scopes),
    )
    return {
        f"{row.policy_id}@{row.effective_from}.{row.version}": (row.cause, row.actor, row.created_at)
        for row in tx.connection.execute(chosen)
    }


def proposed(tx: Tx, policy: P) -> tuple[P, bool]:
    """Return the practice's own row as it would be written, with its version, and whether it says anything new."""
    own = [row for row in rows(tx, type(policy), (policy.scope,)) if row.own]
    same_day = [row for row in own if row.effective_from == policy.effective_from]
    newest = max(same_day, key=lambda row: row.version, default=None)
    fresh = replace(policy, own=True, version=1)
    if newest is None:
        return fresh, True
    if replace(fresh, version=newest.version) == newest:
        return newest, False
    return replace(fresh, version=newest.version + 1), True


def add(tx: Tx, policy: P, cause: str, actor: str, at: datetime) -> tuple[P, bool]:
    """Write the practice's own row as the next version of its day, unless it says what the newest says.

    Raises PolicyTaken when somebody else writes the same version at the same moment.
    """
    row, new = proposed(tx, policy)
    if new and not insert_once(tx, policies, _values(tx.practice_id, row, cause, actor, at)):
        raise PolicyTaken(f"somebody else has just written {row.reference}")
    return row, new


def open_claims(tx: Tx, policy: PayerPolicy) -> int:
    """Count the practice's open claims of the policy's payer or class that were served in the policy's time."""
    chosen = select(claims.c.filing_indicator, func.count()).where(
        claims.c.practice_id == tx.practice_id,
        claims.c.stage != ClaimStage.CLOSED.value,
        claims.c.service_date >= policy.effective_from,
    )
    if policy.effective_to is not None:
        chosen = chosen.where(claims.c.service_date <= policy.effective_to)
    head, _, rest = policy.scope.partition(":")
    if head == PAYER_SCOPE:
        scopes = payer_scopes(tx, rest.rpartition(":")[0], policy.payer_class)
        names = [scope.partition(":")[2].rpartition(":")[0] for scope in scopes]
        chosen = chosen.where(claims.c.payer_id.in_(names))
    counted = tx.connection.execute(chosen.group_by(claims.c.filing_indicator))
    return sum(count for indicator, count in counted if payer_class(indicator) is policy.payer_class)


def _values(practice_id: str, policy: DatedPolicy, cause: str, actor: str, at: datetime) -> dict[str, Any]:
    return {
        "practice_id": practice_id,
        "kind": _KIND_OF[type(policy)].value,
        "scope": policy.scope,
        "policy_id": policy.policy_id,
        "effective_from": policy.effective_from,
        "version": policy.version,
        "facts": to_json(policy),
        "cause": cause,
        "actor": actor,
        "created_at": at,
    }


@cache
def published() -> tuple[DatedPolicy, ...]:
    """Return the rows of the seed files."""
    return tuple(row for kind in PolicyKind for row in _of_file(kind))


def _of_file(kind: PolicyKind) -> Iterator[DatedPolicy]:
    text = files("revcycle.db").joinpath("seed", _FILES[kind]).read_text(encoding="utf-8")
    found: dict[str, Any] = tomllib.loads(text)
    for table in found[kind.value]:
        yield from_person(table, FACT_OF[kind], f"{_FILES[kind]} {table.get('policy_id', '')}")


def publish(connection: Connection, at: datetime) -> int:
    """Write what the seed files say and the database does not; return how many rows that were.

    A row whose contents changed in the file becomes its next version: decisions made under the former still find it.
    """
    missing = _unpublished(connection)
    for row in missing:
        connection.execute(policies.insert(), _values(PUBLISHED, row, "published", "program", at))
    return len(missing)


def is_published(tx: Tx) -> bool:
    """Tell whether the database says what the seed files say."""
    return not _unpublished(tx.connection)


def _unpublished(connection: Connection) -> tuple[DatedPolicy, ...]:
    held: dict[tuple[type[DatedPolicy], str, date], DatedPolicy] = {}
    chosen = select(*_CONTENT).where(policies.c.practice_id == PUBLISHED).order_by(policies.c.version)
    for row in map(_read, connection.execute(chosen)):
        held[type(row), row.scope, row.effective_from] = row
    missing = []
    for wanted in published():
        newest = held.get((type(wanted), wanted.scope, wanted.effective_from))
        if newest is None:
            missing.append(wanted)
        elif replace(wanted, version=newest.version) != newest:
            missing.append(replace(wanted, version=newest.version + 1))
    return tuple(missing)


def _with_rows(_: Table, connection: Connection, **__: Any) -> None:
    """A table made without migrations, as tests and tools make it, has the published rows like any other."""
    publish(connection, datetime.now(UTC))


event.listen(policies, "after_create", _with_rows)
