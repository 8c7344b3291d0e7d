"""Which connection a claim takes: the payer directory asked, once at release and at every inquiry."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from revcycle.db.claims.claims import ClaimRow
from revcycle.db.engine import Tx
from revcycle.db.exchange import payers
from revcycle.domain.claims.claim import Coverage
from revcycle.domain.finding import Finding
from revcycle.edi.claim_837.x12_837 import ClaimToSend
from revcycle.forms.claim_forms import refusal
from revcycle.payers.gateway import PayerRefused
from revcycle.payers.switchboard import Connection, Switchboard
from revcycle.rules.exchange.payer_routing import Routing, route_claim, route_inquiry


def way_of_claim(
    tx: Tx, row: ClaimRow, sent: ClaimToSend, coverage: Coverage, switchboard: Switchboard, at: datetime
) -> Routing:
    """Return the way of the claim to the payer of the coverage, or why there is none."""
    payer = payers.find(tx, coverage.payer_id)
    frequency = sent.claim.claim_frequency.value
    found = route_claim(payer, coverage.payer_id, sent.claim.kind, frequency, row.connection_id)
    way = _known(found, switchboard.ids)
    if way.findings:
        return way
    refused = _refused_there(sent, switchboard.of(way.connection_id), at)
    return replace(way, connection_id="", findings=(refused,)) if refused else way


def _refused_there(sent: ClaimToSend, connection: Connection, at: datetime) -> Finding | None:
    """Return why the connection cannot carry this claim: one such claim would stop its whole batch."""
    kind = sent.claim.kind.value
    if kind not in connection.gateway.capabilities.batch:
        message = f"{connection.connection_id} carries no {kind}"
        return Finding("payer.kind", "connection_id", message, "give the payer a route that carries it")
    if connection.on_paper and (reason := refusal(sent, at.date())):
        remedy = "shorten or part what does not fit, or send the claim another way"
        return Finding("payer.form", "claim", f"the paper form cannot say it: {reason}", remedy)
    return None


def way_of_inquiry(
    tx: Tx, row: ClaimRow, coverage: Coverage, transaction: str, connections: Collection[str]
) -> Routing:
    """Return the way of a 270, 276 or 278 about the claim, or why there is none."""
    payer = payers.find(tx, coverage.payer_id)
    return _known(route_inquiry(payer, coverage.payer_id, transaction, row.connection_id), connections)


def _known(found: Routing, connections: Collection[str]) -> Routing:
    if found.findings or found.connection_id in connections:
        return found
    finding = Finding(
        "payer.unknown_connection",
        "connection_id",
        f"no connection of this installation is called {found.connection_id}",
        "correct the payer's route (`revcycle payer show`), or define the connection",
    )
    return replace(found, connection_id="", findings=(finding,))


def reached(switchboard: Switchboard, way: Routing) -> Connection:
    """Return the connection of the way. Raises PayerRefused, with the reason, where there is none."""
    if way.findings:
        raise PayerRefused("; ".join(f"{one.message}: {one.remedy}" for one in way.findings))
    return switchboard.of(way.connection_id)
