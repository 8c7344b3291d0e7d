"""``revcycle x12 validate``: is a file sound, and the acknowledgment that answers it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click
from rich.console import Console
from rich.text import Text

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.exits import Exit, Failure
from revcycle.cli.x12.files import opened

if TYPE_CHECKING:
    from revcycle.cli.x12.checks import Checked

_SHOWN = 100
_NUMBERS = 999_999_000


def _judge(answer: Any) -> int:
    return Exit.FINDING if answer["errors"] or (answer["strict"] and answer["warnings"]) else Exit.OK


def _show(out: Console, answer: Any) -> None:
    seen = ", ".join(f"{count} × {guide}" for guide, count in answer["guides"].items())
    out.print(Text(f"{seen or 'no transaction'}; pyx12's maps: {answer['maps']}"))
    for finding in answer["findings"][:_SHOWN]:
        style = "yellow" if finding["severity"] == "warning" else "red"
        out.print()
        out.print(Text(f"{finding['severity']}: {finding['where']}", style=style))
        out.print(Text(f"  {finding['message']}"))
        out.print(Text(f"  → {finding['remedy']}"))
        out.print(Text(f"  {finding['code']}: {finding['rule']}", style="dim"))
    if len(answer["findings"]) > _SHOWN:
        out.print(Text(f"\nand {len(answer['findings']) - _SHOWN} more (--json lists them)"))
    out.print()
    if answer["findings"]:
        counted = (_counted(answer["errors"], "error"), _counted(answer["warnings"], "warning"))
        out.print(Text(", ".join(counted)))
    else:
        out.print(Text("nothing wrong"))
    if answer["acknowledgment"]:
        out.print(Text(f"the acknowledgment is in {answer['acknowledgment']}"))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


@click.command(cls=Verb, show=_show, judge=_judge)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--ack", type=click.Path(path_type=Path), help="Write the 999 (and TA1) that answers the file here."
)
@click.option(
    "--ack-number", type=click.IntRange(1, _NUMBERS), help="Interchange number of the acknowledgment."
)
@click.option("--sent", type=click.Path(path_type=Path), help="The file that the TA1 and 999 in FILE answer.")
@click.option("--no-maps", is_flag=True, help="Leave out pyx12's maps (the extra validate), which are slow.")
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@pass_desk
def validate(
    desk: Desk,
    file: Path,
    ack: Path | None,
    ack_number: int | None,
    sent: Path | None,
    no_maps: bool,
    strict: bool,
) -> Any:
    """Check FILE: envelope, levels, money, codes, identifiers, each guide's reader, and pyx12's maps.

    Use - for standard input. The file stays on this machine. Every finding names segment, element, rule and
    what to do; no value of the file is shown. Ends with 0 when no error was found, else with 1.
    """
    from revcycle.cli.x12.checks import check
    from revcycle.edi.wire.errors import CannotWrite, NotX12

    try:
        with ExitStack() as places:
            source, progress = places.enter_context(opened(desk, file))
            seekable = source if source.seekable() else places.enter_context(_copied(source))
            asked = places.enter_context(sent.open("rb")) if sent is not None else None
            checked = check(seekable, maps=not no_maps, progress=progress, sent=asked)
        if ack is not None:
            _acknowledge(checked, ack, ack_number)
    except NotX12 as error:
        finding = error.finding
        raise Failure.of(Exit.REFUSED, finding.message, where=finding.where, remedy=finding.remedy) from None
    except CannotWrite as error:
        remedy = "The file's own envelope cannot be answered; ask its sender for a sound one."
        raise Failure.of(Exit.REFUSED, str(error), where=error.field, remedy=remedy) from None
    return _answer(checked, ack, strict)


@contextmanager
def _copied(source: BinaryIO) -> Iterator[BinaryIO]:
    """Keep what can be read only once: in a file without a name."""
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(source, copy)
        copy.seek(0)
        yield copy


def _acknowledge(checked: "Checked", ack: Path, number: int | None) -> None:
    from revcycle.edi.checking.acknowledging import write_acknowledgments

    now = datetime.now(UTC)
    first = number or int(now.timestamp()) % _NUMBERS + 1
    ack.write_bytes(write_acknowledgments(checked.validation, checked.findings, first, now))


def _answer(checked: "Checked", ack: Path | None, strict: bool) -> dict[str, Any]:
    from revcycle.domain.codes.findings import finding_rule
    from revcycle.domain.finding import blocking

    guides: dict[str, int] = {}
    for transaction in checked.validation.transactions:
        guides[transaction.guide] = guides.get(transaction.guide, 0) + 1
    findings = []
    for finding in checked.findings:
        rule = finding_rule(finding.code)
        findings.append({**asdict(finding), "rule": rule.source if rule is not None else ""})
    errors = len(blocking(checked.findings))
    return {
        "guides": guides,
        "maps": checked.maps.state,
        "errors": errors,
        "warnings": len(findings) - errors,
        "findings": findings,
        "acknowledgment": str(ack) if ack is not None else "",
        "strict": strict,
    }
