"""Remittances (835): list, show, import."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from revcycle.cli.claims.claim_views import show_parts
from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.exits import Exit
from revcycle.cli.lazy import Noun
from revcycle.cli.listing import Listing
from revcycle.cli.places import segment
from revcycle.cli.tables import Column, Kind, facts, table

_COLUMNS = (
    Column("remittance_id"),
    Column("payer_id", 3),
    Column("payment_date", 2, title="paid on"),
    Column("payment_cents"),
    Column("claim_count", 4, title="claims"),
    Column("quarantined", 4),
    Column("state"),
    Column("eft_trace_number", 3, Kind.ID, "trace"),
)
_PAYMENT = (
    Column("position", 4, title="no."),
    Column("claim_id"),
    Column("status_code", 5, title="status"),
    Column("charge_cents", 3),
    Column("payment_cents"),
    Column("contractual_cents", 4),
    Column("patient_cents", 2),
    Column("denied_cents", 2),
    Column("denial_codes", 4),
    Column("state", 3),
)


@click.group(cls=Noun)
def group() -> None:
    """What payers say they paid, adjusted and left to the patient."""


@group.command("list", cls=Listing, rows="remittances", columns=_COLUMNS, nothing="no remittance fits")
@click.option("--state", help="Only remittances in this state.")
@click.option("--trace", help="Only the one with this EFT trace number.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@click.option("--after", help="Go on after this remittance id.")
@pass_desk
def list_(desk: Desk, /, **query: Any) -> Any:
    """List remittances."""
    return desk.get("/remittances", **query)


def _show(out: Console, found: Any) -> None:
    facts(out, found)
    out.print()
    table(out, found["payments"], _PAYMENT, "no claim payment")
    if found["deposits"]:
        out.print()
        table(out, found["deposits"], ("deposit_id", "deposit_date", "amount_cents", "eft_trace_number"), "")


@group.command(cls=Verb, show=_show)
@click.argument("remittance_id")
@pass_desk
def show(desk: Desk, remittance_id: str) -> Any:
    """Show one remittance: its claim payments, and the bank's deposits for it."""
    return desk.get(f"/remittances/{segment(remittance_id)}")


def _judge(answer: Any) -> int:
    return Exit.PARTLY if any(report["quarantined"] for report in answer["files"]) else Exit.OK


def _show_imports(out: Console, found: Any) -> None:
    for report in found["files"]:
        new, known, aside = len(report["remittances"]), report["repeated"], len(report["quarantined"])
        name = Path(report["file"]).name
        out.print(
            Text(f"{name}: {new} remittances taken in, {known} were here before, {aside} in quarantine")
        )
        if report["remittances"]:
            out.print(Text(f"  {', '.join(report['remittances'])}"))
        show_parts(out, report)


@group.command("import", cls=Verb, show=_show_imports, judge=_judge)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@pass_desk
def import_(desk: Desk, files: tuple[Path, ...]) -> Any:
    """Take in 835 FILES; a remittance that is here already changes nothing."""
    from revcycle.cli.uploads import upload_all

    return {"files": upload_all(desk, files, "/remittances/import")}
