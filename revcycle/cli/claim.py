"""Claims: list, show, explain, import, correct, quarantine, timeline."""

from pathlib import Path
from typing import Any

import click

from revcycle.cli.claim_views import show_claim, show_imports, show_quarantine, show_story, show_timeline
from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.exits import Exit, Failure
from revcycle.cli.places import segment, write_private
from revcycle.cli.tables import listing

_COLUMNS = (
    "claim_id",
    "stage",
    "ending",
    "payer_id",
    "service_date",
    "charge_cents",
    "insurance_cents",
    "patient_cents",
    "account_id",
)


@click.group()
def group() -> None:
    """Claims, from import to the day nothing is owed."""


@group.command("list", cls=Verb, show=listing("claims", _COLUMNS, "no claim fits"))
@click.option("--stage", help="Only claims in this stage (denied, patient_due, …).")
@click.option("--payer", help="Only claims of this payer id.")
@click.option("--account", help="Only claims of this account (A000001).")
@click.option("--member", help="Only claims of this member id (asks for a reason in the audit log).")
@click.option("--name", help="Only claims of this patient, as LAST,FIRST.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@click.option("--after", help="Go on after this claim id.")
@pass_desk
def list_(desk: Desk, /, member: str | None, name: str | None, **query: Any) -> Any:
    """List claims: where each stands and what is open."""
    if member or name:
        return desk.post("/claims/search", {"member_id": member or "", "patient_name": name or ""})
    return desk.get("/claims", **query)


@group.command(cls=Verb, show=show_claim)
@click.argument("claim_id")
@pass_desk
def show(desk: Desk, claim_id: str) -> Any:
    """Show one claim: facts, balance, open clocks and tasks."""
    return desk.get(f"/claims/{segment(claim_id)}")


@group.command(cls=Verb, show=show_story)
@click.argument("claim_id")
@click.option("--as-of", metavar="DATE", help="Only what had happened by this day.")
@click.option("--known-at", metavar="DATE", help="Only what was recorded by this day.")
@pass_desk
def explain(desk: Desk, claim_id: str, as_of: str | None, known_at: str | None) -> Any:
    """Tell the claim's story: what happened, why, who decided by which rule, and the balance."""
    return desk.get(f"/claims/{segment(claim_id)}/story", as_of=as_of, known_at=known_at)


@group.command(cls=Verb, show=show_timeline)
@click.argument("claim_id")
@pass_desk
def timeline(desk: Desk, claim_id: str) -> Any:
    """Show the claim's clocks: armed, met, missed."""
    return desk.get(f"/claims/{segment(claim_id)}/deadlines")


def judge_import(answer: Any) -> int:
    """Return PARTLY when something was put aside."""
    return Exit.PARTLY if any(report["quarantined"] for report in answer["files"]) else Exit.OK


@group.command("import", cls=Verb, show=show_imports, judge=judge_import)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only read the files and say what would be put aside.")
@pass_desk
def import_(desk: Desk, files: tuple[Path, ...], dry_run: bool) -> Any:
    """Import 837P FILES. What is bad is put aside and told; the rest goes on.

    The same file again changes nothing.
    """
    from revcycle.cli.uploads import upload_all

    return {"files": upload_all(desk, files, "/claims/check" if dry_run else "/claims/import")}


def parse_changes(texts: tuple[str, ...]) -> dict[str, str]:
    """Return FIELD=VALUE texts as a table. Raises Failure."""
    changes = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            # The text itself may hold a person's data: it is not repeated.
            raise Failure.of(
                Exit.USAGE, "a change is FIELD=VALUE", remedy="for instance 'coverages[0].member_id=…'"
            )
        changes[name] = value
    return changes


@group.command(cls=Verb)
@click.argument("claim_id")
@click.option(
    "--set",
    "changes",
    multiple=True,
    required=True,
    metavar="FIELD=VALUE",
    help="May repeat.",
)
@click.option("--reason", default="", help="Why, in words without a person's data.")
@pass_desk
def correct(desk: Desk, claim_id: str, changes: tuple[str, ...], reason: str) -> Any:
    """Correct a claim that waits for it; it is scrubbed and sent again.

    Fields are named as `claim show --json` shows the facts, like coverages[0].member_id.
    """
    body = {"changes": parse_changes(changes), "reason": reason}
    return desk.post(f"/claims/{segment(claim_id)}/corrections", body)


@group.command(cls=Verb)
@click.argument("claim_id")
@click.option("--set", "changes", multiple=True, metavar="FIELD=VALUE", help="Change this too; may repeat.")
@click.option("--reason", required=True, help="Why, in words without a person's data.")
@pass_desk
def resubmit(desk: Desk, claim_id: str, changes: tuple[str, ...], reason: str) -> Any:
    """Send a claim again that waits for a payer or has ended, as it is or changed.

    What the payer has adjudicated goes as a replacement under its control number. A write-off is reversed.
    """
    body = {"changes": parse_changes(changes), "reason": reason}
    return desk.post(f"/claims/{segment(claim_id)}/resubmissions", body)


@group.command(cls=Verb, show=show_quarantine)
@click.option("--all", "all_", is_flag=True, help="Also what was dealt with.")
@click.option("--resolve", type=int, metavar="NUMBER", help="Mark this part as dealt with.")
@click.option("--raw", type=int, metavar="NUMBER", help="Write the raw bytes of this part to --out.")
@click.option("--out", type=click.Path(path_type=Path), help="Where --raw goes.")
@pass_desk
def quarantine(desk: Desk, all_: bool, resolve: int | None, raw: int | None, out: Path | None) -> Any:
    """List what was put aside at import: where, what is wrong, what to do."""
    if resolve is not None:
        desk.post(f"/quarantine/{resolve}/resolve")
    if raw is not None:
        if out is None:
            raise Failure.of(
                Exit.USAGE, "--raw needs --out: raw bytes name persons and do not belong on a screen"
            )
        write_private(out, desk.api.download(f"/quarantine/{raw}/raw", desk.why))
        click.echo(f"part #{raw} is in {out}", err=True)
    return desk.get("/quarantine", all="yes" if all_ else None)


def _show_rehydrated(out: Any, found: Any) -> None:
    claims = found["claims"]
    if isinstance(claims, list):
        out.print(f"{len(claims)} claims go on from the database")
        return
    told = ", ".join(f"{found[kind]} {kind}" for kind in ("claims", "accounts", "remittances", "connections"))
    out.print(f"{told} go on from the database")


@group.command(cls=Verb, show=_show_rehydrated)
@click.argument("claim_ids", nargs=-1)
@click.option("--all-open", is_flag=True, help="Everything under way: claims, accounts, remittances, queues.")
@pass_desk
def rehydrate(desk: Desk, claim_ids: tuple[str, ...], all_open: bool) -> Any:
    """Have claims go on from the database: after a lost workflow engine, or when one does not run.

    A claim brings back its denials and appeals, and its account where the patient owes. What runs is only woken.
    """
    if not claim_ids and not all_open:
        raise Failure.of(Exit.USAGE, "no claim named", remedy="name claims, or give --all-open")
    if all_open:
        return desk.post("/rehydrate")
    return {"claims": [desk.post(f"/claims/{segment(claim_id)}/rehydrate") for claim_id in claim_ids]}
