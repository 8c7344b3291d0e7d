"""Corrections staff propose to a claim: kept sealed, applied by the claim's workflow as a new version."""

import re
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from types import NoneType
from typing import Any, get_args, get_type_hints

import msgspec
from sqlalchemy import Column, ForeignKey, Table, Text, select

from revcycle.db import sequences
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.facts import from_json, to_json
from revcycle.db.schema import Instant, Sealed, append_only, metadata
from revcycle.domain.claims.claim import Claim
from revcycle.domain.claims.claim_details import Note, Reference
from revcycle.domain.money import BrokenAmount, parse_cents

corrections = append_only(
    Table(
        "corrections",
        metadata,
        Column("correction_id", Text, primary_key=True),
        Column("claim_id", ForeignKey("claims.claim_id"), nullable=False, index=True),
        Column("changes", Sealed, nullable=False),
        Column("reason", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("proposed_at", Instant, nullable=False),
    )
)

_STEP = re.compile(r"([a-z_0-9]+)(?:\[(\d+)\])?$")
_FIXED = frozenset(
    {"patient_control_number", "source_control_number", "claim_frequency", "payer_claim_control_number"}
)


_PAIRS = (Reference, Note)
"""Facts of a qualifier and a value: typed as ``9F:REF123, X4:11D0000000``."""


class NoSuchCorrection(LookupError):
    """No correction has this id."""


class BadCorrection(ValueError):
    """A change names no field of a claim, or a value the field cannot hold. Holds the field, never the value."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Correction:
    """Changes by field path (``coverages[0].member_id``), with who made them and why."""

    correction_id: str
    claim_id: str
    changes: dict[str, str]
    reason: str
    actor: str


def propose(
    tx: Tx,
    claim_id: str,
    changes: dict[str, str],
    reason: str,
    actor: str,
    at: datetime,
    *,
    unchanged: bool = False,
) -> str:
    """Keep proposed changes; return their id. Raises BadCorrection when they do not fit the claim, NoSuchClaim.

    ``unchanged``: there may be no changes at all, the claim is to go again as it is.
    """
    if not changes and not unchanged:
        raise BadCorrection("changes", "name at least one field to change")
    corrected(claims.facts(tx, claim_id), changes)
    correction_id = sequences.identifier(tx, "correction", "K")
    tx.connection.execute(
        corrections.insert().values(
            correction_id=correction_id,
            claim_id=claim_id,
            changes=tx.seal(to_json(changes)),
            reason=reason,
            actor=actor,
            proposed_at=at,
        )
    )
    return correction_id


def load(tx: Tx, correction_id: str) -> Correction:
    """Return proposed changes. Raises NoSuchCorrection."""
    row = tx.connection.execute(
        select(corrections).where(corrections.c.correction_id == correction_id)
    ).first()
    if row is None:
        raise NoSuchCorrection(f"no correction {correction_id}")
    changes = from_json(tx.open(row.changes), dict[str, str])
    return Correction(row.correction_id, row.claim_id, changes, row.reason, row.actor)


def corrected(claim: Claim, changes: dict[str, str]) -> Claim:
    """Return the claim with the changes made. Raises BadCorrection."""
    for path, value in changes.items():
        if path.split("[")[0].split(".")[0] in _FIXED:
            raise BadCorrection(path, "this field is set by the system")
        claim = _changed(claim, path.split("."), value, path)
    total = sum(line.charge_cents for line in claim.lines)
    return replace(claim, charge_cents=total) if any("charge" in path for path in changes) else claim


def _changed(fact: Any, steps: list[str], value: str, path: str) -> Any:
    match = _STEP.match(steps[0])
    names = {field.name: field.type for field in fields(fact)} if is_dataclass(fact) else {}
    if match is None or match[1] not in names:
        raise BadCorrection(path, f"no field {steps[0]!r} here; known: {', '.join(names) or 'none'}")
    name, index = match[1], match[2]
    old = getattr(fact, name)
    if index is not None:
        if not isinstance(old, tuple) or int(index) >= len(old):
            raise BadCorrection(path, f"there is no number {index} in {name}")
        item = old[int(index)]
        new_item = _changed(item, steps[1:], value, path) if steps[1:] else _value(type(item), value, path)
        new: Any = (*old[: int(index)], new_item, *old[int(index) + 1 :])
    elif steps[1:]:
        new = _changed(old, steps[1:], value, path)
    elif isinstance(old, tuple) and (element := _element_of(type(fact), name)) in _PAIRS:
        new = tuple(_pair(element, part.strip(), path) for part in value.split(",") if part.strip())
    elif isinstance(old, tuple) and is_dataclass(element):
        raise BadCorrection(path, f"name one of them and its field: {name}[0].…")
    elif isinstance(old, tuple):
        kind = int if name == "diagnosis_pointers" else str
        new = tuple(_value(kind, part.strip(), path) for part in value.split(",") if part.strip())
    else:
        new = parse_amount(value, path) if name.endswith("_cents") else _plain(fact, name, value, path)
    return replace(fact, **{name: new})


def _element_of(kind: type, name: str) -> Any:
    """Return what a tuple field holds."""
    return next(iter(get_args(get_type_hints(kind)[name])), str)


def _pair(kind: Any, text: str, path: str) -> Any:
    """Read ``9F:REF123``: a qualifier of the guide and what it says."""
    qualifier, colon, said = text.partition(":")
    if not (qualifier and colon and said):
        raise BadCorrection(path, "write qualifier and value, like 9F:REF123")
    return kind(qualifier.strip(), said.strip())


def _plain(fact: Any, name: str, value: str, path: str) -> Any:
    """Read a plain value of the field's type; an optional field becomes empty by an empty value."""
    choices = [kind for kind in get_args(get_type_hints(type(fact))[name]) if kind is not NoneType]
    if not choices:
        return _value(type(getattr(fact, name)), value, path)
    if is_dataclass(choices[0]):
        raise BadCorrection(path, "only its fields can be changed, and only where the claim has it")
    return _value(choices[0], value, path) if value else None


def parse_amount(value: str, path: str) -> int:
    """Return cents of a typed amount. Raises BadCorrection."""
    try:
        return parse_cents(value)
    except BrokenAmount as error:
        raise BadCorrection(path, str(error)) from None


def _value(kind: type, value: str, path: str) -> Any:
    try:
        return msgspec.convert(value, type=kind, strict=False)
    except msgspec.ValidationError:
        raise BadCorrection(path, f"not a valid {kind.__name__}") from None
