"""The books: show, trial-balance, export."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.exits import Exit
from revcycle.cli.places import segment
from revcycle.cli.tables import table
from revcycle.domain.money import dollars


@click.group()
def group() -> None:
    """Double entry, append-only, in whole cents."""


def _show(out: Console, found: Any) -> None:
    table(
        out,
        found["entries"],
        ("occurred_at", "kind", "account", "code", "amount_cents", "claim_id"),
        "no entry",
    )
    balance = found["balance"]
    insurance, patient = dollars(balance["insurance_cents"]), dollars(balance["patient_cents"])
    out.print(Text(f"open: insurance {insurance}, patient {patient}", style="bold"))


@group.command(cls=Verb, show=_show)
@click.argument("subject")
@pass_desk
def show(desk: Desk, subject: str) -> Any:
    """Show the entries of a claim (C000001) or an account (A000001)."""
    kind = "accounts" if subject.upper().startswith("A") else "claims"
    return desk.get(f"/ledger/{kind}/{segment(subject)}")


def _show_trial(out: Console, found: Any) -> None:
    rows = [{"account": name, "balance_cents": cents} for name, cents in found["accounts"].items()]
    table(out, rows, ("account", "balance_cents"), "the books are empty")
    out.print(
        Text(f"total {dollars(found['total_cents'])}", style="bold" if found["balanced"] else "bold red")
    )


def _judge_trial(found: Any) -> int:
    return Exit.OK if found["balanced"] else Exit.FINDING


@group.command("trial-balance", cls=Verb, show=_show_trial, judge=_judge_trial)
@click.option("--until", metavar="DATE", help="At the end of this day.")
@pass_desk
def trial_balance(desk: Desk, until: str | None) -> Any:
    """Show the balance of each account; exit 1 unless they sum to zero."""
    return desk.get("/ledger/trial-balance", until=until)


@group.command(cls=Verb)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The CSV file to write.")
@pass_desk
def export(desk: Desk, out: Path) -> Any:
    """Write every entry to a CSV file; references only, no person."""
    content = desk.api.download("/ledger/export", desk.why)
    out.write_bytes(content)
    return {"file": str(out), "entries": content.count(b"\n") - 1}
