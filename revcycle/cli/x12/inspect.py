"""``revcycle x12 inspect``: what a file holds, for people and machines."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.exits import Exit, Failure
from revcycle.cli.tables import cell, heading, table
from revcycle.cli.x12.files import opened

_FINDINGS = 10
_ENVELOPE = ("control_number", "sender_id", "receiver_id", "usage", "stated_at", "delimiters", "groups")


def _judge(answer: Any) -> int:
    wrong = any(finding["severity"] != "warning" for finding in answer["findings"])
    return Exit.FINDING if wrong else Exit.OK


def _printable(value: Any) -> Any:
    """A file may hold characters that move a terminal's cursor."""
    if isinstance(value, str):
        return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in value)
    if isinstance(value, list):
        return [_printable(part) for part in value]
    return {name: _printable(part) for name, part in value.items()} if isinstance(value, dict) else value


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def _show(out: Console, answer: Any) -> None:
    found = _printable(answer)
    sizes = (
        ("bytes_read", "byte"),
        ("segments", "segment"),
        ("interchanges", "interchange"),
        ("groups", "group"),
    )
    out.print(", ".join(_number(found[name], what) for name, what in sizes))
    out.print()
    table(out, found["envelopes"], _ENVELOPE, "no ISA segment")
    for totals in found["totals"]:
        out.print()
        _show_totals(out, totals)
    if found["parties"]:
        out.print()
        table(out, found["parties"], ("role", "name", "identifier"), "")
    if found["people"]:
        out.print()
        table(out, found["people"], ("position", "name", "control_number"), "")
    out.print()
    _show_findings(out, found["findings"])


def _show_totals(out: Console, totals: Any) -> None:
    guide = " ".join(part for part in (totals["guide"], totals["version"]) if part)
    out.print(Text(f"{guide}  {totals['name']}", style="bold"))
    counts = {"transactions": totals["transactions"], **totals["counts"]}
    if totals["cut_transactions"]:
        counts["transactions without their end"] = totals["cut_transactions"]
    for name, number in counts.items():
        if number:
            out.print(Text(f"  {heading(name):28} {number:>16,}"))
    for name, amount in totals["amounts"].items():
        out.print(Text(f"  {heading(name):28} ").append(f"{cell(name, amount).plain:>16}"))
    if totals["first_day"]:
        out.print(Text(f"  {'days':28} {totals['first_day']} to {totals['last_day']}"))


def _show_findings(out: Console, findings: Any) -> None:
    if not findings:
        out.print("nothing wrong at first sight")
        return
    for finding in findings[:_FINDINGS]:
        out.print(Text(f"{finding['severity']}: {finding['where']}: {finding['message']}"))
        out.print(Text(f"  → {finding['remedy']}"))
    if len(findings) > _FINDINGS:
        out.print(f"and {len(findings) - _FINDINGS} more (--json lists them)")


@click.command(cls=Verb, show=_show, judge=_judge)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--people", is_flag=True, help="Name the patients too, the first hundred.")
@pass_desk
def inspect(desk: Desk, file: Path, people: bool) -> Any:
    """Show what FILE holds: envelopes, parties, transactions, counts, totals, days, first findings.

    Use - for standard input. The file stays on this machine; patients are not named unless asked for.
    """
    from revcycle.edi.checking.inspection import inspect as look
    from revcycle.edi.wire.errors import NotX12
    from revcycle.edi.wire.guides import NAMES

    try:
        with opened(desk, file) as (source, progress):
            seen = look(source, 100 if people else 0, progress)
    except NotX12 as error:
        finding = error.finding
        raise Failure.of(Exit.REFUSED, finding.message, where=finding.where, remedy=finding.remedy) from None
    answer = json.loads(json.dumps(asdict(seen), default=str))
    for totals in answer["totals"]:
        totals["name"] = NAMES.get(totals["guide"], "a transaction set without a name here")
    return answer
