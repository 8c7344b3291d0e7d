"""Payer connections: how each stands, what waits for it; parked and resumed by people."""

from dataclasses import dataclass
from datetime import date

from revcycle.access.roles import Permission
from revcycle.api.asked import Text
from revcycle.api.call import Call
from revcycle.api.errors import Refusal, RefusalCode
from revcycle.api.guard import Endpoint
from revcycle.api.replies import parts
from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.exchange import connections, submissions
from revcycle.db.work import doorbell
from revcycle.domain.decision import Decision
from revcycle.domain.exchange.connection import ConnectionState, ConnectionStatus
from revcycle.domain.work import subjects
from revcycle.domain.work.starts import SubmissionStart


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLine(ConnectionStatus):
    """A connection, how many claims wait for it, their first deadline, and batches nobody knows to have arrived."""

    waiting: int
    first_deadline: date | None
    unknown_batches: int


@dataclass(frozen=True, slots=True)
class Connections:
    """The connections of this installation."""

    connections: tuple[ConnectionLine, ...]


@dataclass(frozen=True, slots=True)
class Parking:
    """Why nothing may be delivered."""

    reason: Text


@dataclass(frozen=True, slots=True)
class Resuming:
    """Why deliveries go on."""

    reason: str = ""


def list_connections(call: Call) -> Connections:
    """Return every connection with its state, the claims that wait for it and their first deadline."""
    with call.office.db.read() as tx:
        return Connections(tuple(_line(tx, call, one) for one in call.office.connections))


def _line(tx: Tx, call: Call, connection_id: str) -> ConnectionLine:
    queue = submissions.queue_of(tx, connection_id)
    return ConnectionLine(
        **parts(connections.status(tx, connection_id, call.at)),
        waiting=queue.claims,
        first_deadline=queue.first_deadline,
        unknown_batches=queue.unknown_batches,
    )


def park(call: Call, body: Parking) -> ConnectionLine:
    """Stop deliveries over a connection; its claims wait in the queue."""
    return _set(call, ConnectionState.PARKED, body.reason)


def resume(call: Call, body: Resuming) -> ConnectionLine:
    """Let a connection deliver again, the most urgent claims first."""
    return _set(call, ConnectionState.OPEN, body.reason)


def _set(call: Call, state: ConnectionState, reason: str) -> ConnectionLine:
    connection_id = call.path["connection_id"]
    if connection_id not in call.office.connections:
        known = ", ".join(call.office.connections)
        raise Refusal(RefusalCode.NOT_FOUND, "no connection has this id", remedy=f"known are {known}")
    with call.office.db.write() as tx:
        before = connections.status(tx, connection_id, call.at)
        told = ConnectionStatus(connection_id, state, call.at, reason, call.actor)
        connections.save(tx, told)
        _record(tx, call, before, told)
        if state is ConnectionState.OPEN:
            doorbell.wake(tx, SubmissionStart(connection_id))
        return _line(tx, call, connection_id)


def _record(tx: Tx, call: Call, before: ConnectionStatus, told: ConnectionStatus) -> None:
    decision = Decision(
        key=f"connection:{told.connection_id}:{told.state}:{call.real_at.isoformat()}",
        subject=subjects.submission(told.connection_id),
        rule="person",
        outcome=told.state.value,
        reason=told.reason or f"{before.state.value} before",
        actor=call.actor,
        occurred_at=call.at,
        recorded_at=call.at,
    )
    decisions.record(tx, decision)


_MANAGE = Permission.PAYER_MANAGE
_ONE = "connection/{connection_id}"
ENDPOINTS = (
    Endpoint(
        "GET", "/connections", list_connections, Permission.PAYER_READ, "connection.list", "connections"
    ),
    Endpoint("POST", "/connections/{connection_id}/park", park, _MANAGE, "connection.park", _ONE),
    Endpoint("POST", "/connections/{connection_id}/resume", resume, _MANAGE, "connection.resume", _ONE),
)
