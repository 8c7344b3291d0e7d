"""The practice's own rows of policy: written from what a person told, dated, never overwritten."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import msgspec

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.facts import UnknownKey, from_person, to_json
from revcycle.db.practice import policies
from revcycle.db.practice.policies import FACT_OF, PolicyKind
from revcycle.domain.codes.payer_classes import PayerClass
from revcycle.domain.dated_policy import DatedPolicy
from revcycle.domain.decision import Decision
from revcycle.domain.exchange.policy import PAYER_SCOPE, PayerPolicy, class_scope, payer_scope
from revcycle.domain.patients.patient_policy import PATIENTS_SCOPE
from revcycle.domain.patients.poverty_guideline import POVERTY_SCOPE
from revcycle.rules.dated_policy import in_force

_OF_THE_ROW = ("scope", "policy_id", "own", "version", "payer_class", "state_rule")
"""What a row says of itself; nobody sets it."""
OF_THE_CHANGE = ("effective_from", "effective_to", "source", "as_of", "confidence")


class BadPolicy(ValueError):
    """What a person told cannot be a row of policy: what is wrong, where, and what to do."""

    def __init__(self, message: str, where: str, remedy: str) -> None:
        super().__init__(message)
        self.where = where
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value of a policy before and after; a field of a list is named by its position, from 1."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """What a change does to what counted on its first day; not ``written`` on a dry run, or when nothing is new.

    ``open_claims`` counts the claims whose next clocks run by the row: open, of its payer, served in its time.
    """

    reference: str
    written: bool
    changes: tuple[FieldChange, ...]
    open_claims: int = 0


def set_policy(
    tx: Tx,
    actor: str,
    at: datetime,
    kind: PolicyKind,
    scope: str,
    told: dict[str, Any],
    place: str = "",
    *,
    dry_run: bool = False,
) -> PolicyChange:
    """Write the practice's own row for a scope, from what a person told, with its decision. Raises BadPolicy."""
    scope = all_names(tx, known_scope(kind, scope))[0]
    since = _since(told, at.date(), place)
    before = counting(tx, kind, scope, since)
    base = json.loads(to_json(before)) if before is not None else {}
    after = _changed(kind, scope, base, told | {"effective_from": since}, at.date(), place)
    changes = tuple(_differences(base, json.loads(to_json(after))))
    row, new = policies.proposed(tx, after)
    touched = policies.open_claims(tx, row) if isinstance(row, PayerPolicy) else 0
    if dry_run or not new:
        return PolicyChange(row.reference, False, changes, touched)
    cause = "; ".join(f"{one.field} {one.after}" for one in changes) or "as before"
    policies.add(tx, row, f"{row.source}: {cause}", actor, at)
    decisions.record(tx, _decision(tx, row, cause, actor, at))
    return PolicyChange(row.reference, True, changes, touched)


def _decision(tx: Tx, row: DatedPolicy, cause: str, actor: str, at: datetime) -> Decision:
    return Decision(
        key=f"policy:{tx.practice_id}:{row.scope}:{row.reference}",
        subject=f"policy/{row.policy_id}",
        rule="person",
        outcome="policy_set",
        reason=f"From {row.effective_from}, by {row.source}: {cause}. Clocks armed before stay as they are.",
        actor=actor,
        occurred_at=at,
        recorded_at=at,
        policy=row.reference,
    )


def known_scope(kind: PolicyKind, scope: str) -> str:
    """Return the scope as rows name it. Raises BadPolicy."""
    head, *rest = scope.split(":")
    if kind is PolicyKind.PAYER and rest and rest[-1] in set(PayerClass):
        of_class = PayerClass(rest[-1])
        if head == PAYER_SCOPE and len(rest) > 1 and all(rest):
            return payer_scope(":".join(rest[:-1]), of_class)
        if scope == class_scope(of_class):
            return scope
    elif (
        kind is PolicyKind.STATE
        and head == "state"
        and len(rest) == 1
        and len(rest[0]) == 2
        and rest[0].isalpha()
    ):
        return scope[:-2] + rest[0].upper()
    elif (kind, scope) in ((PolicyKind.PATIENT, PATIENTS_SCOPE), (PolicyKind.POVERTY, POVERTY_SCOPE)):
        return scope
    ways = {
        PolicyKind.PAYER: "class:CLASS or payer:PAYER_ID:CLASS; classes are " + ", ".join(PayerClass),
        PolicyKind.STATE: "state:XX, with the two letters of the state",
        PolicyKind.PATIENT: PATIENTS_SCOPE,
        PolicyKind.POVERTY: POVERTY_SCOPE,
    }
    raise BadPolicy(f"{scope} is no scope of a {kind} policy", "scope", f"write {ways[kind]}")


def _payer_of(scope: str) -> tuple[str, PayerClass]:
    payer_id, _, of_class = scope.partition(":")[2].rpartition(":")
    return payer_id, PayerClass(of_class)


def all_names(tx: Tx, scope: str) -> tuple[str, ...]:
    """Return the scope as it is written, and the others that mean the same: a payer has several ids."""
    return policies.payer_scopes(tx, *_payer_of(scope)) if scope.startswith(f"{PAYER_SCOPE}:") else (scope,)


def counting(tx: Tx, kind: PolicyKind, scope: str, on: date) -> DatedPolicy | None:
    """Return the row of a scope that counts on a day. Raises BadPolicy for a scope the kind does not have."""
    scope = known_scope(kind, scope)
    if scope.startswith(f"{PAYER_SCOPE}:"):
        payer_id, of_class = _payer_of(scope)
        return policies.policy_of_class(tx, of_class, payer_id, on)
    return in_force(policies.rows(tx, FACT_OF[kind], (scope,)), on)


def _since(told: dict[str, Any], today: date, place: str) -> date:
    """Return the first day of the row: the day told, or today."""
    value = told.get("effective_from", today)
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadPolicy(
            "effective_from is not a day", _at(place, "effective_from"), "write it like 2026-03-01"
        ) from None


def _changed(
    kind: PolicyKind, scope: str, base: dict[str, Any], told: dict[str, Any], today: date, place: str
) -> DatedPolicy:
    known = [one.name for one in fields(FACT_OF[kind]) if one.name not in _OF_THE_ROW]
    for name in told:
        if name.partition(".")[0] not in known:
            raise BadPolicy(f"{name} is not known", _at(place, name), f"known are {', '.join(sorted(known))}")
    if not told.get("source"):
        remedy = "name the contract, manual or law that says so"
        raise BadPolicy("source is missing", _at(place, "source"), remedy)
    fresh = deepcopy(base) | {"effective_to": None, "as_of": today.isoformat(), "confidence": "high"}
    fresh |= {"scope": scope, "policy_id": _own_id(scope), "own": True, "version": 1}
    if kind is PolicyKind.PAYER:
        fresh["payer_class"] = scope.rpartition(":")[2]
    for name, value in told.items():
        _put(fresh, name.split("."), value, _at(place, name))
    try:
        made: DatedPolicy = from_person(fresh, FACT_OF[kind], place)
    except UnknownKey as error:
        raise BadPolicy(str(error), error.place, "leave it out, or write one of the known keys") from None
    except msgspec.ValidationError as error:
        raise BadPolicy(f"the policy cannot be used: {error}", place or scope, "correct the value") from None
    return made


def _own_id(scope: str) -> str:
    """Return how the practice's own rows of a scope are called: ``contract-60054-commercial``, ``own-state-NY``."""
    head, _, rest = scope.partition(":")
    words = {PAYER_SCOPE: "contract", "class": "own"}.get(head, f"own-{head}")
    return "-".join((words, *rest.split(":"))) if rest else words


def _put(target: Any, path: list[str], value: Any, where: str) -> None:
    """Put a value into tables and lists; a place in a list is told by its number, from 1."""
    head, *rest = path
    key: Any = head
    if isinstance(target, list):
        if not head.isdecimal() or not 1 <= int(head) <= len(target):
            raise BadPolicy(f"there is no {head}", where, f"give a number from 1 to {len(target)}")
        key = int(head) - 1
    elif not isinstance(target, dict) or (rest and head not in target):
        raise BadPolicy(f"there is no {head} to change", where, "see the fields with `--json`")
    if rest:
        _put(target[key], rest, value, where)
    else:
        target[key] = value


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _differences(before: dict[str, Any], after: dict[str, Any]) -> Iterator[FieldChange]:
    old, new = dict(_leaves(before)), dict(_leaves(after))
    for name in dict.fromkeys((*old, *new)):
        if name.partition(".")[0] not in (*_OF_THE_ROW, *OF_THE_CHANGE) and old.get(name) != new.get(name):
            yield FieldChange(name, old.get(name), new.get(name))


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    parts = (
        value.items() if isinstance(value, dict) else enumerate(value, 1) if isinstance(value, list) else None
    )
    if parts is None:
        yield name, value
        return
    for key, part in parts:
        yield from _leaves(part, _at(name, str(key)))
