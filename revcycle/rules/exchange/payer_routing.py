"""Which way a transaction takes to a payer, or why it takes none.

A payer that the directory does not know goes over the practice's first connection: the clearinghouse may know
it. A payer that the directory does know is held to it: nothing is sent where it would be refused unread.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from revcycle.domain.claims.claim import ClaimFrequency, ClaimKind
from revcycle.domain.exchange.payer import Enrollment, Payer, Route, Service
from revcycle.domain.finding import Finding, Severity

RULE = "payer_routing@1"
STALE_AFTER_DAYS = 365
_CLAIMS = frozenset(kind.value for kind in ClaimKind)
_NOT_OPEN = {
    Enrollment.NEEDED: "needs an enrollment that nobody has asked for",
    Enrollment.PENDING: "has our enrollment but has not answered it",
    Enrollment.REFUSED: "refused our enrollment",
}
_VERBS = {ClaimFrequency.REPLACEMENT.value: "replacement", ClaimFrequency.VOID.value: "void"}


@dataclass(frozen=True, slots=True)
class Routing:
    """The way found, or the findings that say why there is none. ``payer_id`` is the payer's id on that way."""

    connection_id: str
    payer_id: str
    findings: tuple[Finding, ...] = ()


def route_claim(payer: Payer | None, payer_id: str, kind: ClaimKind, frequency: str, default: str) -> Routing:
    """Find the way of a claim: the first route that carries its kind, is open and can carry its frequency."""
    if payer is None:
        return Routing(default, payer_id)
    tried = [(route, service) for route in payer.routes if (service := route.service(kind.value))]
    for route, service in tried:
        if service.enrollment.open and frequency in service.frequencies:
            return Routing(route.connection_id, route.payer_id)
    if not tried:
        return Routing("", payer_id, (_no_route(kind.value),))
    return Routing("", payer_id, tuple(_why(route, service, frequency) for route, service in tried))


def route_inquiry(payer: Payer | None, payer_id: str, transaction: str, default: str) -> Routing:
    """Find the way of a 270, 276 or 278: the first open route that carries it."""
    if payer is None:
        return Routing(default, payer_id)
    tried = [(route, service) for route in payer.routes if (service := route.service(transaction))]
    for route, service in tried:
        if service.enrollment.open:
            return Routing(route.connection_id, route.payer_id)
    if not tried:
        return Routing("", payer_id, (_no_route(transaction),))
    return Routing("", payer_id, tuple(_closed(route, service) for route, service in tried))


def _no_route(transaction: str) -> Finding:
    return Finding(
        "payer.no_route",
        "payer",
        f"no connection carries {transaction} to this payer",
        "add a route to the payer directory (`revcycle payer import`)",
    )


def _why(route: Route, service: Service, frequency: str) -> Finding:
    if not service.enrollment.open:
        return _closed(route, service)
    verb = _VERBS.get(frequency, f"frequency {frequency}")
    return Finding(
        "payer.frequency",
        "claim_frequency",
        f"{route.connection_id} cannot carry a {verb} claim to this payer",
        "send it another way the payer takes: a new claim, the payer's portal, or paper",
    )


def _closed(route: Route, service: Service) -> Finding:
    return Finding(
        "payer.not_enrolled",
        "payer",
        f"this payer {_NOT_OPEN[service.enrollment]} ({service.transaction} over {route.connection_id})",
        "finish the enrollment, record it with `revcycle payer enroll`, then release the claim again",
    )


def check_payer(payer: Payer, connections: Iterable[str], on: date) -> tuple[Finding, ...]:
    """Return what is wrong with a directory entry, for those who keep it."""
    known = frozenset(connections)
    found = [_unknown_connection(route) for route in payer.routes if route.connection_id not in known]
    if not any(service.transaction in _CLAIMS for route in payer.routes for service in route.services):
        found.append(_no_route("claims"))
    for route in payer.routes:
        found += [_closed(route, one) for one in route.services if not one.enrollment.open]
    if (on - payer.as_of).days > STALE_AFTER_DAYS:
        found.append(_stale(payer))
    return tuple(found)


def _unknown_connection(route: Route) -> Finding:
    return Finding(
        "payer.unknown_connection",
        "connection_id",
        f"no connection is called {route.connection_id}",
        "correct the route, or define the connection in the connections file",
    )


def _stale(payer: Payer) -> Finding:
    return Finding(
        "payer.stale",
        "as_of",
        f"nobody has looked at this entry since {payer.as_of}",
        "check it against the payer's manual and import it with today's date",
        Severity.WARNING,
    )
