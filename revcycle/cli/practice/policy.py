"""Policies at the command line: list, show, set, history; the same verbs for payers, patients and state law."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.exits import Exit, Failure
from revcycle.cli.lazy import Noun, Word
from revcycle.cli.listing import Listing
from revcycle.cli.places import segment
from revcycle.cli.tables import Column, Kind, facts, table
from revcycle.domain.codes.payer_classes import PayerClass
from revcycle.domain.money import BrokenAmount, dollars, parse_cents

_LINE = (
    Column("scope", kind=Kind.ID),
    Column("from_whom"),
    Column("effective_from", 2),
    Column("effective_to", 3),
    Column("as_of", 2, Kind.DATE),
)
_WRITTEN = (Column("reference", kind=Kind.ID), Column("created_at"), Column("actor", 3), Column("cause", 2))
_LADDER = ("level", "name", "file_days", "decide_days", "minimum_cents", "hearing")

Scope = Callable[[dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a group of policy verbs is about: the api's kind, how the scope is told, and how that is named there."""

    kind: str
    parameters: tuple[Callable[[Any], Any], ...]
    scope: Scope
    help: str


def _payer(told: dict[str, Any]) -> str:
    if not told["class_"]:
        raise Failure.of(
            Exit.USAGE, "which class of plans is missing", where="--class", remedy="give --class"
        )
    return f"payer:{told['payer']}:{told['class_']}" if told["payer"] else f"class:{told['class_']}"


PAYER = Subject(
    "payer",
    (
        click.option("--payer", metavar="ID", help="This payer; without it the whole class."),
        click.option(
            "--class",
            "class_",
            type=Word([one.value for one in PayerClass]),
            help="The class of its plans.",
        ),
    ),
    _payer,
    "A payer's clocks and ladder of appeals: what it publishes, and what your contract says instead.",
)
PATIENT = Subject(
    "patient", (), lambda _: "patients", "What is asked of patients who owe: days, limits, discounts."
)
STATE = Subject(
    "state",
    (click.argument("state"),),
    lambda told: f"state:{told['state']}",
    "What the law of a patient's state adds: longer waits.",
)
POVERTY = Subject("poverty", (), lambda _: "poverty", "The poverty guidelines that assistance is judged by.")


def _flat(key: str) -> Callable[[Any], list[dict[str, Any]]]:
    """Return how to find the rows: what a row says of its policy stands beside who wrote it."""
    return lambda found: [
        row.get("row", {}) | {name: value for name, value in row.items() if name != "row"}
        for row in found[key]
    ]


def policy_group(subject: Subject, name: str) -> click.Group:
    """Return the group of verbs for one kind of policy."""
    made = Noun(name, help=subject.help)
    for command in (_list(subject), _show(subject), _set(subject), _history(subject)):
        made.add_command(command)
    return made


def _scoped(subject: Subject, run: Any) -> Any:
    for parameter in reversed(subject.parameters):
        run = parameter(run)
    return run


def _path(subject: Subject, scope: str) -> str:
    return f"/policies/{subject.kind}/{segment(scope)}"


def _list(subject: Subject) -> click.Command:
    @click.command("list", cls=Listing, rows=_flat("policies"), columns=_LINE, nothing="no policy")
    @click.option("--on", metavar="DATE", help="What counts on this day; today if left out.")
    @pass_desk
    def list_(desk: Desk, on: str | None) -> Any:
        """List what counts: one row for each payer, class or state."""
        return desk.get(f"/policies/{subject.kind}", on=on)

    return list_


def _show_policy(out: Console, found: Any) -> None:
    policy = found["policy"]
    ladder = policy.get("appeal_levels", [])
    told = {"reference": found["reference"], "from_whom": found["from_whom"]}
    for name, value in policy.items():
        parts = value.items() if isinstance(value, dict) else ()
        told |= {f"{name} {part}": one for part, one in parts} or {name: value}
    facts(out, told, skip=("own", "version", "policy_id", "state_rule"))
    if ladder:
        out.print()
        table(out, ladder, _LADDER, "")


def _show(subject: Subject) -> click.Command:
    def show(desk: Desk, /, on: str | None, reference: str | None, **told: Any) -> Any:
        """Show the policy that counts, whole, and whose rule it is; or the row that a decision names."""
        return desk.get(_path(subject, reference or subject.scope(told)), on=on)

    run = click.option(
        "--reference", help="The row of this reference, as `revcycle claim explain` shows it."
    )(pass_desk(show))
    run = click.option("--on", metavar="DATE", help="What counts on this day; today if left out.")(run)
    return click.command("show", cls=Verb, show=_show_policy)(_scoped(subject, run))


def _history(subject: Subject) -> click.Command:
    def history(desk: Desk, /, **told: Any) -> Any:
        """Show every row, published and your own: who wrote it, when and why."""
        return desk.get(f"{_path(subject, subject.scope(told))}/history")

    run = _scoped(subject, pass_desk(history))
    return click.command("history", cls=Listing, rows=_flat("rows"), columns=_WRITTEN, nothing="no policy")(
        run
    )


def _show_change(out: Console, found: Any) -> None:
    rows = [
        {"field": one["field"]} | {side: _said(one["field"], one[side]) for side in ("before", "after")}
        for one in found["changes"]
    ]
    table(out, rows, ("field", "before", "after"), "it says what counts already")
    done = f"written as {found['reference']}" if found["written"] else "nothing was written"
    out.print(Text(done, style="bold"))
    if found["open_claims"]:
        out.print(f"open claims whose next clocks run by it: {found['open_claims']}")


def _said(field: str, value: Any) -> str:
    if value is None:
        return ""
    return dollars(value) if field.endswith("_cents") and isinstance(value, int) else str(value)


def _set(subject: Subject) -> click.Command:
    def set_(
        desk: Desk,
        /,
        fields: tuple[str, ...],
        since: str | None,
        until: str | None,
        source: str,
        as_of: str | None,
        confidence: str | None,
        dry_run: bool,
        **told: Any,
    ) -> Any:
        """Write your own row: what counts on its first day, with FIELDS changed (filing_days=120).

        A part is named with dots, from 1: appeal_levels.1.file_days=90; a list is written 14,30,45. Amounts are
        dollars: appeal_levels.1.minimum_dollars=180. Clocks armed before stay as they are; those armed afterwards
        run by the new row.
        """
        body = {
            "changes": dict(_assigned(field) for field in fields),
            "effective_from": since,
            "effective_to": until,
            "source": source,
            "as_of": as_of,
            "confidence": confidence,
            "dry_run": dry_run,
        }
        return desk.post(_path(subject, subject.scope(told)), body)

    run: Any = click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")(pass_desk(set_))
    for option in (
        click.option("--dry-run", is_flag=True, help="Only say what would change."),
        click.option(
            "--confidence",
            type=Word(["high", "medium", "low"]),
            help="How sure you are; high if left out.",
        ),
        click.option("--as-of", metavar="DATE", help="The day you read it; today if left out."),
        click.option("--source", required=True, help="The contract, manual or law that says so."),
        click.option("--until", metavar="DATE", help="Its last day; none if left out."),
        click.option("--from", "since", metavar="DATE", help="Its first day; today if left out."),
    ):
        run = option(run)
    run = _scoped(subject, run)
    return click.command("set", cls=Verb, show=_show_change)(run)


def _assigned(field: str) -> tuple[str, Any]:
    """Read ``name=value``; the value is a number, true or false, a list, or else a text."""
    name, sign, text = field.partition("=")
    if not sign or not name:
        raise Failure.of(
            Exit.USAGE, f"{field} names no value", where="FIELD=VALUE", remedy="write filing_days=120"
        )
    if name.endswith("_dollars"):
        return f"{name.removesuffix('dollars')}cents", _cents(name, text)
    listed = text if text.startswith("[") or "," not in text else f"[{text}]"
    try:
        return name, json.loads(listed)
    except ValueError:
        return name, text


def _cents(name: str, text: str) -> int:
    try:
        return parse_cents(text)
    except BrokenAmount:
        raise Failure.of(
            Exit.USAGE, f"{name} is not an amount", where="FIELD=VALUE", remedy="write it like 180 or 180.00"
        ) from None
