"""The payer directory: who is reached how, what is enrolled, what must be mended."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from msgspec import Meta

from revcycle.access.roles import Permission
from revcycle.api.asked import Text
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, RefusalCode, bad_input
from revcycle.api.guard import Endpoint
from revcycle.api.replies import parts
from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.exchange import payers
from revcycle.db.practice import policies
from revcycle.db.practice.policies import PolicyKind
from revcycle.domain.codes.payer_classes import PayerClass
from revcycle.domain.decision import Decision
from revcycle.domain.exchange.payer import Enrollment, Payer, Route, Service
from revcycle.domain.exchange.policy import PayerPolicy, class_scope, payer_scope
from revcycle.domain.finding import Finding
from revcycle.effects.practice.policies import set_policy
from revcycle.rules.exchange.payer_routing import RULE, check_payer


@dataclass(frozen=True, slots=True)
class DirectoryQuery:
    """The directory as it stood at the end of a day; as it stands now when left out."""

    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class PayerLine:
    """A payer in one line: which transactions may be sent, and which wait for an enrollment."""

    payer_id: str
    name: str
    connections: tuple[str, ...]
    transactions: tuple[str, ...]
    not_open: tuple[str, ...]
    as_of: date
    source: str


@dataclass(frozen=True, slots=True)
class Payers:
    """The directory."""

    payers: tuple[PayerLine, ...]


@dataclass(frozen=True, slots=True)
class PayerClocks:
    """The policy in force for a payer's plans with this filing indicator: the very one the clocks ask for."""

    filing_indicator: str
    reference: str
    from_whom: str
    policy: PayerPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerShown(Payer):
    """A payer's entry with its clocks and what is wrong with it."""

    clocks: tuple[PayerClocks, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class CheckQuery:
    """Which payer; all when left out."""

    payer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerFinding(Finding):
    """What must be mended in a payer's entry."""

    payer_id: str


@dataclass(frozen=True, slots=True)
class DirectoryCheck:
    """How many payers were looked at, and what must be mended."""

    checked: int
    findings: tuple[PayerFinding, ...]


@dataclass(frozen=True, slots=True)
class PayerEntries:
    """Entries of the directory, and the practice's own rows of policy."""

    payers: Annotated[
        tuple[Payer, ...], Meta(description="entries as docs/payer-connections.md tells them")
    ] = ()
    policies: Annotated[
        list[dict[str, Any]], Meta(description="rows as docs/payer-connections.md tells them")
    ] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PayersImported:
    """What a file changed: entries read, payers whose entry is new, and the rows of policy written, by reference."""

    payers: int
    changed: tuple[str, ...]
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnrollmentNews:
    """What a payer said of our enrollment, and on which day; today when left out."""

    state: Enrollment
    connection: Text
    transaction: Text
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """How the enrollment stands now."""

    payer_id: str
    transaction: str
    state: Enrollment
    since: date


def list_payers(call: Call, query: DirectoryQuery) -> Payers:
    """Return the directory, a line a payer."""
    until = datetime.combine(query.as_of, time.max, UTC) if query.as_of else None
    with call.office.db.read() as tx:
        return Payers(tuple(_line(payer) for payer in payers.directory(tx, until)))


def _line(payer: Payer) -> PayerLine:
    services = [service for route in payer.routes for service in route.services]
    return PayerLine(
        payer_id=payer.payer_id,
        name=payer.name,
        connections=tuple(route.connection_id for route in payer.routes),
        transactions=tuple(sorted({one.transaction for one in services if one.enrollment.open})),
        not_open=tuple(sorted({one.transaction for one in services if not one.enrollment.open})),
        as_of=payer.as_of,
        source=payer.source,
    )


def show_payer(call: Call) -> PayerShown:
    """Return one payer with its clocks and what is wrong with its entry."""
    with call.office.db.read() as tx:
        payer = payers.load(tx, call.path["payer_id"])
        clocks = tuple(_clocks(tx, code, payer.payer_id, call.at.date()) for code in payer.filing_indicators)
    return PayerShown(**parts(payer), clocks=clocks, findings=_findings(call, payer))


def _clocks(tx: Tx, filing_indicator: str, payer_id: str, on: date) -> PayerClocks:
    policy = policies.payer_policy(tx, filing_indicator, payer_id, on)
    return PayerClocks(filing_indicator, policy.reference, policy.from_whom, policy)


def check_payers(call: Call, query: CheckQuery) -> DirectoryCheck:
    """Return what must be mended, of one payer or of all."""
    with call.office.db.read() as tx:
        found = (payers.load(tx, query.payer),) if query.payer else payers.directory(tx)
    told = (
        PayerFinding(**parts(one), payer_id=payer.payer_id)
        for payer in found
        for one in _findings(call, payer)
    )
    return DirectoryCheck(len(found), tuple(told))


def _findings(call: Call, payer: Payer) -> tuple[Finding, ...]:
    return tuple(check_payer(payer, call.office.connections, call.at.date()))


def import_payers(call: Call, body: PayerEntries) -> PayersImported:
    """Write entries of the directory, each replacing the one before of its payer, and the practice's own policies.

    The file is taken whole or not at all.
    """
    with call.office.db.write() as tx:
        changed = tuple(
            payer.payer_id
            for payer in body.payers
            if payers.save(tx, payer, f"imported, source {payer.source}", call.actor, call.at)
        )
        written = [
            _write_policy(tx, call, row, f"policies[{number}]")
            for number, row in enumerate(body.policies, start=1)
        ]
    return PayersImported(len(body.payers), changed, tuple(one for one in written if one))


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
    change = set_policy(tx, call.actor, call.at, PolicyKind.PAYER, scope, told, place)
    return change.reference if change.written else ""


def enroll(call: Call, body: EnrollmentNews) -> Enrolled:
    """Record what a payer said of our enrollment for one transaction on one connection."""
    state, transaction, since = body.state, body.transaction, body.since or call.at.date()
    with call.office.db.write() as tx:
        payer = payers.load(tx, call.path["payer_id"])
        changed = _enrolled(payer, body.connection, transaction, state, since)
        if payers.save(tx, changed, f"{transaction} over {body.connection}: {state}", call.actor, call.at):
            _record(tx, call, changed, transaction, state)
    return Enrolled(payer.payer_id, transaction, state, since)


def _enrolled(payer: Payer, connection_id: str, transaction: str, state: Enrollment, since: date) -> Payer:
    route = payer.route(connection_id)
    service = route.service(transaction) if route is not None else None
    if route is None or service is None:
        raise Refusal(
            RefusalCode.NO_ROUTE,
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
