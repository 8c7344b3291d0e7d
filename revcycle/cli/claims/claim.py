"""Claims: list, show, explain, import, correct, quarantine, timeline."""

from pathlib import Path
from typing import Any

import click

from revcycle.cli.claims.claim_views import (
    CLOCKS,
    QUARANTINE,
    quarantine_rows,
    show_claim,
    show_imports,
    show_quarantine,
    show_story,
)
from revcycle.cli.claims.corrections import changes_of, field_options
from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.exits import Exit, Failure
from revcycle.cli.lazy import Noun
from revcycle.cli.listing import Listing
from revcycle.cli.places import segment, write_private
from revcycle.cli.tables import Column

_COLUMNS = (
    Column("claim_id"),
    Column("stage"),
    Column("ending", 4),
    Column("payer_id", 3),
    Column("service_date", 3, title="service"),
    Column("charge_cents", 2),
    Column("insurance_cents", title="insurer owes"),
    Column("patient_cents", title="patient owes"),
    Column("account_id", 5),
)


@click.group(cls=Noun)
def group() -> None:
    """Claims, from import to the day nothing is owed."""


@group.command("list", cls=Listing, rows="claims", columns=_COLUMNS, nothing="no claim fits")
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
        also = [f"--{option}" for option in ("stage", "payer", "account", "after") if query[option]]
        if also:
            raise Failure.of(
                Exit.USAGE,
                f"a search for a person is not narrowed by {', '.join(also)}",
                remedy="search for the person alone, then show the claims",
            )
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


@group.command(cls=Listing, rows="deadlines", columns=CLOCKS, nothing="no clock was ever armed")
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


@group.command(cls=Verb)
@click.argument("claim_id")
@field_options
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Any other field, by its path in `claim show --json`; may repeat.",
)
@click.option("--reason", default="", help="Why, in words without a person's data.")
@pass_desk
def correct(desk: Desk, /, claim_id: str, changes: tuple[str, ...], reason: str, **given: Any) -> Any:
    r"""Correct a claim that waits for it; it is scrubbed and sent again.

    \b
    claim correct C000001 --member-id 912345678
    claim correct C000001 --coverage secondary --payer SBX02 --member-id 7Q1
    claim correct C000001 --diagnosis M25.562 --diagnosis I10
    claim correct C000001 --line 2 --modifier 25 --modifier LT
    claim correct C000001 --date-of-birth 1980-03-31
    claim correct C000001 --set patient.address.postal_code=43004
    """
    body = {"changes": changes_of(desk, claim_id, changes, given), "reason": reason}
    if not body["changes"]:
        raise Failure.of(
            Exit.USAGE, "nothing to change", remedy="name a field, like --member-id; see --help for all"
        )
    return desk.post(f"/claims/{segment(claim_id)}/corrections", body)


@group.command(cls=Verb)
@click.argument("claim_id")
@field_options
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Change any other field too, by its path in `claim show --json`; may repeat.",
)
@click.option("--reason", required=True, help="Why, in words without a person's data.")
@pass_desk
def resubmit(desk: Desk, /, claim_id: str, changes: tuple[str, ...], reason: str, **given: Any) -> Any:
    r"""Send a claim again that waits for a payer or has ended, as it is or changed.

    What the payer has adjudicated goes as a replacement under its control number. A write-off is reversed.

    \b
    claim resubmit C000001 --reason "the payer asks for it again"
    claim resubmit C000001 --line 1 --modifier 59 --reason "distinct service"
    """
    body = {"changes": changes_of(desk, claim_id, changes, given), "reason": reason}
    return desk.post(f"/claims/{segment(claim_id)}/resubmissions", body)


@group.command(cls=Listing, rows=quarantine_rows, columns=QUARANTINE, show=show_quarantine)
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
    out.print(f"{len(found['claims'])} claims go on from the database")


@group.command(cls=Verb, show=_show_rehydrated)
@click.argument("claim_ids", nargs=-1)
@click.option("--all-open", is_flag=True, help="Every claim that is not closed.")
@pass_desk
def rehydrate(desk: Desk, claim_ids: tuple[str, ...], all_open: bool) -> Any:
    """Have claims go on from the database: after a lost workflow engine, or when one does not run.

    A claim whose workflow runs is only woken.
    """
    if not claim_ids and not all_open:
        raise Failure.of(Exit.USAGE, "no claim named", remedy="name claims, or give --all-open")
    wanted = _open_claims(desk) if all_open else claim_ids
    return {"claims": [desk.post(f"/claims/{segment(claim_id)}/rehydrate") for claim_id in wanted]}


def _open_claims(desk: Desk) -> list[str]:
    found, after = [], ""
    while page := desk.get("/claims", limit=1000, after=after)["claims"]:
        found += [row["claim_id"] for row in page if row["stage"] != "closed"]
        after = page[-1]["claim_id"]
    return found
