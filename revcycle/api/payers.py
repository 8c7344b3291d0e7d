"""The payer directory: who is reached how, what is enrolled, what must be mended."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from revcycle.access.roles import Permission
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.policies import write
from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.exchange import payers
from revcycle.db.facts import UnknownKey, from_person
from revcycle.db.practice import policies
from revcycle.db.practice.policies import PolicyKind
from revcycle.domain.codes.payer_classes import PayerClass
from revcycle.domain.decision import Decision
from revcycle.domain.exchange.payer import Enrollment, Payer, Route, Service
from revcycle.domain.exchange.policy import class_scope, payer_scope
from revcycle.rules.exchange.payer_routing import RULE, check_payer

_TABLES = ("payers", "policies")
"""What a file for import may hold."""


def list_payers(call: Call) -> dict[str, Any]:
    """Return the directory, a line a payer."""
    day = call.day("as_of")
    until = datetime.combine(day, time.max, UTC) if day else None
    with call.office.db.read() as tx:
        return {"payers": [_line(payer) for payer in payers.directory(tx, until)]}


def _line(payer: Payer) -> dict[str, Any]:
    services = [(route, service) for route in payer.routes for service in route.services]
    return {
        "payer_id": payer.payer_id,
        "name": payer.name,
        "connections": [route.connection_id for route in payer.routes],
        "transactions": sorted({service.transaction for _, service in services if service.enrollment.open}),
        "not_open": sorted({one.transaction for _, one in services if not one.enrollment.open}),
        "as_of": payer.as_of,
        "source": payer.source,
    }


def show_payer(call: Call) -> dict[str, Any]:
    """Return one payer with its clocks and what is wrong with its entry."""
    with call.office.db.read() as tx:
        payer = payers.load(tx, call.path["payer_id"])
        clocks = [_clocks(tx, code, payer.payer_id, call.at.date()) for code in payer.filing_indicators]
    return asdict(payer) | {"clocks": clocks, "findings": _findings(call, payer)}


def _clocks(tx: Tx, filing_indicator: str, payer_id: str, on: date) -> dict[str, Any]:
    policy = policies.payer_policy(tx, filing_indicator, payer_id, on)
    return {
        "filing_indicator": filing_indicator,
        "reference": policy.reference,
        "from_whom": policy.from_whom,
    } | asdict(policy)


def check_payers(call: Call) -> dict[str, Any]:
    """Return what must be mended, of one payer or of all."""
    wanted = call.query.get("payer", "")
    with call.office.db.read() as tx:
        found = (payers.load(tx, wanted),) if wanted else payers.directory(tx)
    told = [{"payer_id": p.payer_id} | one for p in found for one in _findings(call, p)]
    return {"checked": len(found), "findings": told}


def _findings(call: Call, payer: Payer) -> list[dict[str, Any]]:
    return [asdict(finding) for finding in check_payer(payer, call.office.connections, call.at.date())]


@dataclass(frozen=True, slots=True)
class PayersImported:
    """What a file changed: entries read, payers whose entry is new, and the rows of policy written, by reference."""

    payers: int
    changed: tuple[str, ...]
    policies: tuple[str, ...]


def import_payers(call: Call) -> PayersImported:
    """Write entries of the directory, each replacing the one before of its payer, and the practice's own policies.

    The file is taken whole or not at all.
    """
    told = call.json()
    for key in told:
        if key not in _TABLES:
            raise bad_input(f"{key} is not known there", key, f"known are {', '.join(_TABLES)}")
    entries, rows = _entries(told.get("payers", [])), told.get("policies", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise bad_input("policies is not a list of tables", "policies", "write [[policies]]")
    with call.office.db.write() as tx:
        changed = [
            payer.payer_id
            for payer in entries
            if payers.save(tx, payer, f"imported, source {payer.source}", call.actor, call.at)
        ]
        written = [
            _write_policy(tx, call, row, f"policies[{number}]") for number, row in enumerate(rows, start=1)
        ]
    return PayersImported(len(entries), tuple(changed), tuple(one for one in written if one))


def _entries(told: Any) -> tuple[Payer, ...]:
    try:
        entries: tuple[Payer, ...] = from_person(told, tuple[Payer, ...], "payers")
    except UnknownKey as error:
        raise bad_input(str(error), error.place, "leave it out, or write one of the known keys") from None
    except msgspec.ValidationError as error:
        raise bad_input(
            f"an entry cannot be used: {error}",
            "payers",
            "see docs/payer-connections.md for an entry's fields",
        ) from None
    return entries


def _write_policy(tx: Tx, call: Call, row: dict[str, Any], place: str) -> str:
    """Write one row of policy for a payer, or for a class where it names none; return its reference if it is new."""
    try:
        of_class = PayerClass(row["payer_class"])
    except (KeyError, ValueError):
        raise bad_input(
            "payer_class is missing or not known", f"{place}.payer_class", f"one of {', '.join(PayerClass)}"
        ) from None
    payer_id = row.get("payer_id", "")
    if not isinstance(payer_id, str):
        raise bad_input("payer_id is not a text", f"{place}.payer_id", "write it in quotes")
    scope = payer_scope(payer_id, of_class) if payer_id else class_scope(of_class)
    told = {name: value for name, value in row.items() if name not in ("payer_id", "payer_class")}
    change = write(tx, call, PolicyKind.PAYER, scope, told, place)
    return change.reference if change.written else ""


def enroll(call: Call) -> dict[str, Any]:
    """Record what a payer said of our enrollment for one transaction on one connection."""
    try:
        state = Enrollment(call.text("state"))
        since = date.fromisoformat(call.text("since", call.at.date().isoformat()))
    except ValueError as error:
        raise bad_input(str(error), "state or since", f"one of {', '.join(Enrollment)}; a day") from None
    connection_id, transaction = call.text("connection"), call.text("transaction")
    with call.office.db.write() as tx:
        payer = payers.load(tx, call.path["payer_id"])
        changed = _enrolled(payer, connection_id, transaction, state, since)
        if payers.save(tx, changed, f"{transaction} over {connection_id}: {state}", call.actor, call.at):
            _record(tx, call, changed, transaction, state)
    return {"payer_id": payer.payer_id, "transaction": transaction, "state": state, "since": since}


def _enrolled(payer: Payer, connection_id: str, transaction: str, state: Enrollment, since: date) -> Payer:
    route = payer.route(connection_id)
    service = route.service(transaction) if route is not None else None
    if route is None or service is None:
        raise Refusal(
            404,
            "no_route",
            f"{connection_id} carries no {transaction} to this payer",
            remedy="see its routes with `revcycle payer show`",
        )
    new = _replaced(route, replace(service, enrollment=state, since=since))
    return replace(payer, routes=tuple(new if one is route else one for one in payer.routes))


def _replaced(route: Route, service: Service) -> Route:
    kept = (service if one.transaction == service.transaction else one for one in route.services)
    return replace(route, services=tuple(kept))


def _record(tx: Tx, call: Call, payer: Payer, transaction: str, state: Enrollment) -> None:
    decision = Decision(
        key=f"enroll:{payer.payer_id}:{transaction}:{call.real_at.isoformat()}",
        subject=f"payer/{payer.payer_id}",
        rule=RULE,
        outcome=state.value,
        reason=f"Enrollment for {transaction}: {state.value.replace('_', ' ')}.",
        actor=call.actor,
        occurred_at=call.at,
        recorded_at=call.at,
    )
    decisions.record(tx, decision)


_MANAGE = Permission.PAYER_MANAGE
ENDPOINTS = (
    Endpoint("GET", "/payers", list_payers, Permission.PAYER_READ, "payer.list", "payers"),
    Endpoint("GET", "/payers/check", check_payers, Permission.PAYER_READ, "payer.check", "payers"),
    Endpoint("POST", "/payers", import_payers, _MANAGE, "payer.import", "payers"),
    Endpoint(
        "GET", "/payers/{payer_id}", show_payer, Permission.PAYER_READ, "payer.show", "payer/{payer_id}"
    ),
    Endpoint("POST", "/payers/{payer_id}/enrollment", enroll, _MANAGE, "payer.enroll", "payer/{payer_id}"),
)
