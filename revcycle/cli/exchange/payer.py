"""The payer directory: list, show, check, import, enroll; and the policies of payers."""

import tomllib
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.exits import Exit, Failure
from revcycle.cli.lazy import Noun, Word
from revcycle.cli.listing import Listing
from revcycle.cli.places import segment
from revcycle.cli.practice.policy import PAYER, policy_group
from revcycle.cli.tables import Column, Kind, facts, table

_COLUMNS = (
    Column("payer_id"),
    Column("name"),
    Column("connections", 3),
    Column("transactions", 2),
    Column("not_open", 2),
    Column("as_of", 4, Kind.DATE),
    Column("source", 5),
)
_SERVICES = ("connection_id", "payer_id", "transaction", "enrollment", "since", "frequencies")
_CLOCKS = (
    "filing_indicator",
    "reference",
    "from_whom",
    "filing_days",
    "corrected_claim_days",
    "follow_up_days",
    "acknowledgment_business_days",
    "accepts_replacement",
    "source",
    "as_of",
)
_FINDINGS = (
    Column("payer_id"),
    Column("severity"),
    Column("where", 3),
    Column("message"),
    Column("remedy"),
)
_STATES = ("not_required", "needed", "pending", "enrolled", "refused")


@click.group(cls=Noun)
def group() -> None:
    """Who the payers are, how each is reached, and what we are enrolled for."""


@group.command(
    "list", cls=Listing, rows="payers", columns=_COLUMNS, nothing="the directory is empty: import one"
)
@click.option("--as-of", metavar="DATE", help="The directory as it stood on this day.")
@pass_desk
def list_(desk: Desk, as_of: str | None) -> Any:
    """List the directory."""
    return desk.get("/payers", as_of=as_of)


def _show(out: Console, found: Any) -> None:
    facts(out, found, skip=("findings",))
    out.print()
    routes = [
        {"connection_id": route["connection_id"], "payer_id": route["payer_id"]} | _of(service)
        for route in found["routes"]
        for service in route["services"]
    ]
    table(out, routes, _SERVICES, "no route: nothing can be sent to this payer")
    out.print()
    clocks = [clock | clock["policy"] for clock in found["clocks"]]
    table(out, clocks, _CLOCKS, "")
    if found["findings"]:
        out.print()
        table(out, found["findings"], _FINDINGS[1:], "")


def _of(service: dict[str, Any]) -> dict[str, Any]:
    """Only a claim has a frequency."""
    return service if service["transaction"].startswith("837") else service | {"frequencies": ""}


@group.command(cls=Verb, show=_show)
@click.argument("payer_id")
@pass_desk
def show(desk: Desk, payer_id: str) -> Any:
    """Show one payer: routes, enrollments, clocks, and what must be mended."""
    return desk.get(f"/payers/{segment(payer_id)}")


def _judge(found: Any) -> int:
    return Exit.FINDING if any(one["severity"] != "warning" for one in found["findings"]) else Exit.OK


@group.command(cls=Listing, rows="findings", columns=_FINDINGS, nothing="nothing to mend", judge=_judge)
@click.argument("payer_id", required=False)
@pass_desk
def check(desk: Desk, payer_id: str | None) -> Any:
    """Check the directory, or one payer of it; exit 1 when something would hold claims."""
    return desk.get("/payers/check", payer=payer_id)


@group.command("import", cls=Verb)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_desk
def import_(desk: Desk, file: Path) -> Any:
    """Write the entries of a TOML FILE into the directory ([[payers]]) and your own policies ([[policies]]).

    An entry replaces that payer's; a policy is a further row, dated. A key that is not known is refused, and the
    file is taken whole or not at all.
    """
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Failure.of(
            Exit.REFUSED, f"the file is not TOML: {error}", where=file.name, remedy="correct it there"
        ) from None
    return desk.post("/payers", _plain(told))


def _plain(value: Any) -> Any:
    """TOML has days of its own; JSON has text."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value if isinstance(value, str | int | bool | float) else value.isoformat()


group.add_command(policy_group(PAYER, "policy"))


@group.command(cls=Verb)
@click.argument("payer_id")
@click.argument("transaction")
@click.argument("state", type=Word(_STATES))
@click.option("--connection", required=True, help="The connection the enrollment is for.")
@click.option("--since", metavar="DATE", help="The day the payer said so; today if left out.")
@pass_desk
def enroll(
    desk: Desk, payer_id: str, transaction: str, state: str, connection: str, since: str | None
) -> Any:
    """Record what PAYER_ID said of our enrollment for TRANSACTION (837P, 835, 270 …)."""
    body = {"transaction": transaction, "state": state, "connection": connection}
    return desk.post(f"/payers/{segment(payer_id)}/enrollment", body | ({"since": since} if since else {}))
