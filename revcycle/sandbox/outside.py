"""The world outside an embedded world: its connections, and the directory of the payers behind them.

One sandbox payer stands for a clearinghouse, one payer's own CAQH CORE gateway and another's SFTP drop; each knows us
under an id of its own, so that what it sends comes back over the same line.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from revcycle.db.engine import Tx
from revcycle.db.exchange import payers
from revcycle.domain.exchange.payer import Payer, Route, Service
from revcycle.sandbox.practice.plans import FEDERAL_SENIOR, NORTHFORK, PLANS, Plan

CLEARINGHOUSE, GATEWAY, DROP = "clearinghouse", "senior-gateway", "northfork-drop"
GATEWAY_PARTNER, DROP_PARTNER = "RCSENIOR", "RCNORTHFORK"
_SOURCE, _AS_OF = "the sandbox payer", date(2026, 1, 1)
_INQUIRIES = (Service("270"), Service("276"), Service("278"))
_FILE = """\
# Written by `revcycle up` and `revcycle demo`: the connections to the sandbox payer on this machine.

[[connection]]
id = "{house}"
kind = "rest"
url = "http://127.0.0.1:{payer}"
sender_id = "REVCYCLE"
receiver_id = "CLEARINGHOUSE"
secret_file = "{token}"
{limits}
[[connection]]
id = "{gateway}"
kind = "core_soap"
url = "http://127.0.0.1:{payer}/core/soap"
user = "revcycle"
secret_file = "{token}"
sender_id = "{gateway_partner}"
receiver_id = "SANDBOX"
{limits}
[[connection]]
id = "{drop}"
kind = "sftp"
host = "127.0.0.1"
port = {sftp}
user = "practice"
secret_file = "{token}"
known_hosts_file = "payer/sftp/known_hosts"
processed = ["processed"]
stable_seconds = 0.0
sender_id = "{drop_partner}"
receiver_id = "NORTHFORK"
{limits}"""
_LIMITS = """\

    [connection.limits]
    rest_seconds = 0.2  # real time: in driven time a second is days
"""


@dataclass(frozen=True, slots=True)
class ConnectionsFile:
    """The connections file of a home. ``written`` is the hash of what we wrote there, empty where it is not ours."""

    path: Path
    written: str


def keep_connections(
    home: Path, token_file: Path, payer_port: int, sftp_port: int, written: str
) -> ConnectionsFile:
    """Write the connections file of the home, unless a person has written it or changed it since.

    ``written`` is the hash of what we wrote there before, empty when nothing is known of that.
    """
    path = home / "connections.toml"
    fresh = connections_text(token_file, payer_port, sftp_port)
    there = path.read_text() if path.exists() else None
    if there is not None and _hash(there) not in (written, _hash(fresh)):
        return ConnectionsFile(path, "")
    path.write_text(fresh)
    return ConnectionsFile(path, _hash(fresh))


def connections_text(token_file: Path, payer_port: int, sftp_port: int) -> str:
    """Return the connections to the sandbox payer at these ports."""
    return _FILE.format(
        house=CLEARINGHOUSE,
        gateway=GATEWAY,
        drop=DROP,
        payer=payer_port,
        sftp=sftp_port,
        token=token_file.name,
        gateway_partner=GATEWAY_PARTNER,
        drop_partner=DROP_PARTNER,
        limits=_LIMITS,
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def write_directory(tx: Tx, at: datetime) -> None:
    """Write the payers of the sandbox into the directory, unless it holds any."""
    if not payers.directory(tx):
        for plan in PLANS:
            payers.save(tx, _entry(plan), "the sandbox's own payers", "up", at)


def _entry(plan: Plan) -> Payer:
    claims = Service("837P", frequencies=("1", "7", "8") if plan.takes_replacements else ("1",))
    return Payer(
        payer_id=plan.payer_id,
        name=plan.payer_name,
        routes=_routes(plan, claims),
        source=_SOURCE,
        as_of=_AS_OF,
        filing_indicators=(plan.claim_filing_indicator,),
    )


def _routes(plan: Plan, claims: Service) -> tuple[Route, ...]:
    house = Route(CLEARINGHOUSE, plan.payer_id, (claims, *_INQUIRIES))
    if plan is NORTHFORK:  # a drop answers nothing in real time
        return Route(DROP, plan.payer_id, (claims,)), Route(CLEARINGHOUSE, plan.payer_id, _INQUIRIES)
    if plan is FEDERAL_SENIOR:
        return Route(GATEWAY, plan.payer_id, (claims, *_INQUIRIES)), house
    return (house,)
