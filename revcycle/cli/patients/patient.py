"""Guarantors' accounts: find, list, show, statements."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.exits import Exit, Failure
from revcycle.cli.lazy import Noun
from revcycle.cli.listing import Listing
from revcycle.cli.patients import patient_requests
from revcycle.cli.places import segment, write_private
from revcycle.cli.practice.policy import PATIENT, POVERTY, STATE, policy_group
from revcycle.cli.tables import Column, facts, table

_COLUMNS = (
    Column("account_id"),
    Column("state"),
    Column("step", 4),
    Column("patient_cents", title="patient owes"),
    Column("insurance_cents", 2, title="insurer owes"),
    Column("credit_cents", 3),
    Column("wake_at", 2, title="next on"),
    Column("wake_name", 3, title="next"),
)
_FOUND = (_COLUMNS[0], Column("guarantor"), *_COLUMNS[1:6])
_LETTERS = ("letter_id", "kind", "state", "balance_cents", "due_on", "released_at", "mailed_at")
_PARTS = {
    "claims": ("claim_id", "stage", "ending", "charge_cents", "insurance_cents", "patient_cents"),
    "payments": ("payment_id", "method", "amount_cents", "received_on", "posted_at"),
    "plans": ("plan_id", "state", "total_cents", "claim_ids", "catch_up_by"),
    "disputes": ("dispute_id", "subject", "state", "opened_on"),
    "applications": ("application_id", "state", "applied_on", "discount_percent"),
    "contacts": ("kind", "channel", "occurred_at", "reference", "actor"),
    "letters": _LETTERS,
}


@click.group(cls=Noun)
def group() -> None:
    """Who owes the patient's share, and how it is asked for."""


@group.command("list", cls=Listing, rows="accounts", columns=_COLUMNS, nothing="no account fits")
@click.option("--state", help="Only accounts in this state (billed, on_plan, disputed, …).")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@click.option("--after", help="Go on after this account id.")
@pass_desk
def list_(desk: Desk, /, **query: Any) -> Any:
    """List the accounts in patient billing, without names."""
    return desk.get("/accounts", **query)


@group.command(cls=Listing, rows="accounts", columns=_FOUND, nothing="nobody found")
@click.option("--name", default="", help="Patient or guarantor, as LAST,FIRST.")
@click.option("--born", default="", metavar="DATE", help="The guarantor's birth date, with --name.")
@click.option("--member", default="", help="Member id.")
@pass_desk
def find(desk: Desk, name: str, born: str, member: str) -> Any:
    """Find accounts by name or member id; each one shown is audited."""
    if not name and not member:
        raise Failure.of(Exit.USAGE, "nothing to search for", remedy="give --name or --member")
    return desk.post("/accounts/find", {"name": name, "born": born, "member_id": member})


def _show(out: Console, found: Any) -> None:
    out.print(Text(f"guarantor {found['guarantor']['full_name']}", style="bold"))
    facts(out, found)
    for name, columns in _PARTS.items():
        if found[name]:
            out.print(Text(f"\n{name}", style="bold"))
            table(out, found[name], columns, "")


@group.command(cls=Verb, show=_show)
@click.argument("account_id")
@pass_desk
def show(desk: Desk, account_id: str) -> Any:
    """Show one account: what is owed, and everything asked and answered."""
    return desk.get(f"/accounts/{segment(account_id)}")


@group.command(cls=Listing, rows="letters", columns=_LETTERS, nothing="no letter was written")
@click.argument("account_id")
@click.option("--letter", "letter_id", help="Write this letter (PDF) to --out.")
@click.option("--out", type=click.Path(path_type=Path), help="Where --letter goes.")
@pass_desk
def statements(desk: Desk, account_id: str, letter_id: str | None, out: Path | None) -> Any:
    """List statements and other letters of an account, or write one to a file."""
    if letter_id is not None:
        if out is None:
            raise Failure.of(Exit.USAGE, "--letter needs --out", remedy="name the PDF file to write")
        write_private(out, desk.api.download(f"/letters/{segment(letter_id)}", desk.why))
    return desk.get(f"/accounts/{segment(account_id)}/letters")


for _command in patient_requests.COMMANDS:
    group.add_command(_command)
group.add_command(policy_group(PATIENT, "policy"))
group.add_command(policy_group(STATE, "state-law"))
group.add_command(policy_group(POVERTY, "poverty"))
