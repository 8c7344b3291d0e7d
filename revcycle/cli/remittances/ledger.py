"""The books: show, trial-balance, export."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.exits import Exit
from revcycle.cli.lazy import Noun
from revcycle.cli.listing import Listing
from revcycle.cli.places import segment
from revcycle.cli.tables import Column
from revcycle.domain.money import dollars


@click.group(cls=Noun)
def group() -> None:
    """Double entry, append-only, exact to the cent."""


_ENTRIES = (
    Column("occurred_at"),
    Column("kind", 3),
    Column("account"),
    Column("code", 4),
    Column("amount_cents"),
    Column("claim_id", 2),
)


def _show_balance(out: Console, found: Any) -> None:
    balance = found["balance"]
    insurance, patient = dollars(balance["insurance_cents"]), dollars(balance["patient_cents"])
    out.print(Text(f"open: insurance {insurance}, patient {patient}", style="bold"))


@group.command(cls=Listing, rows="entries", columns=_ENTRIES, nothing="no entry", after=_show_balance)
@click.argument("subject")
@pass_desk
def show(desk: Desk, subject: str) -> Any:
    """Show the entries of a claim (C000001) or an account (A000001)."""
    kind = "accounts" if subject.upper().startswith("A") else "claims"
    return desk.get(f"/ledger/{kind}/{segment(subject)}")


def _accounts(found: Any) -> list[dict[str, Any]]:
    return [{"account": name, "balance_cents": cents} for name, cents in found["accounts"].items()]


def _show_total(out: Console, found: Any) -> None:
    out.print(
        Text(f"total {dollars(found['total_cents'])}", style="bold" if found["balanced"] else "bold red")
    )


def _judge_trial(found: Any) -> int:
    return Exit.OK if found["balanced"] else Exit.FINDING


@group.command(
    "trial-balance",
    cls=Listing,
    rows=_accounts,
    columns=("account", "balance_cents"),
    nothing="the books are empty",
    after=_show_total,
    judge=_judge_trial,
)
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
