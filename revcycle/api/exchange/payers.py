"""The payer directory: who is reached how, what is enrolled, what must be mended."""

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from revcycle.access.roles import Permission
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, bad_input
from revcycle.api.guard import Endpoint
from revcycle.db import decisions, payers
from revcycle.db.engine import Tx
from revcycle.db.facts import from_json
from revcycle.domain.decision import Decision
from revcycle.domain.payer import Enrollment, Payer, Route, Service
from revcycle.rules.payer_policy import policy_for
from revcycle.rules.payer_routing import RULE, check_payer

_CLOCKS = (
    "policy_id",
    "payer_class",
    "filing_days",
    "corrected_claim_days",
    "follow_up_days",
    "acknowledgment_business_days",
    "safety_buffer_days",
    "accepts_replacement",
    "source",
    "as_of",
)


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
    clocks = [_clocks(code, payer.payer_id, call.at.date()) for code in payer.filing_indicators]
    return asdict(payer) | {"clocks": clocks, "findings": _findings(call, payer)}


def _clocks(filing_indicator: str, payer_id: str, on: date) -> dict[str, Any]:
    policy = asdict(policy_for(filing_indicator, payer_id, on))
    return {"filing_indicator": filing_indicator} | {name: policy[name] for name in _CLOCKS}


def check_payers(call: Call) -> dict[str, Any]:
    """Return what must be mended, of one payer or of all."""
    wanted = call.query.get("payer", "")
    with call.office.db.read() as tx:
        found = (payers.load(tx, wanted),) if wanted else payers.directory(tx)
    told = [{"payer_id": p.payer_id} | one for p in found for one in _findings(call, p)]
    return {"checked": len(found), "findings": told}


def _findings(call: Call, payer: Payer) -> list[dict[str, Any]]:
    return [asdict(finding) for finding in check_payer(payer, call.office.connections, call.at.date())]


def import_payers(call: Call) -> dict[str, Any]:
    """Write entries of the directory; each replaces the one before of its payer."""
    try:
        entries = from_json(json.dumps(call.json().get("payers")), tuple[Payer, ...])
    except msgspec.ValidationError as error:
        raise bad_input(
            f"an entry cannot be used: {error}",
            "payers",
            "see docs/payer-connections.md for an entry's fields",
        ) from None
    with call.office.db.write() as tx:
        changed = [
            payer.payer_id
            for payer in entries
            if payers.save(tx, payer, f"imported, source {payer.source}", call.actor, call.at)
        ]
    return {"payers": len(entries), "changed": changed}


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
