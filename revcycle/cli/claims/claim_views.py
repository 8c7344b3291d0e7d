"""How claims look to people."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from revcycle.cli.tables import Column, facts, table
from revcycle.domain.money import dollars

CLOCKS = (Column("name"), Column("state"), Column("armed_at", 3), Column("due_at"), Column("ended_at", 2))
_NAMED_MOST = 6
QUARANTINE = ("quarantine_id", "kind", "received_at", "state", "document_id", "where", "message", "remedy")


def show_claim(out: Console, found: Any) -> None:
    """Print one claim."""
    facts(out, {k: v for k, v in found.items() if k != "facts"})
    inside = found["facts"]
    out.print()
    out.print(Text(f"patient {inside['patient']['full_name']}, born {inside['patient']['birth_date']}"))
    out.print(Text(f"diagnoses {', '.join(inside['diagnosis_codes'])}"))
    if stay := inside.get("stay"):
        out.print(
            Text(
                f"type of bill 0{stay['facility_type']}{inside['claim_frequency_code']}, statement "
                f"{stay['statement_from']} to {stay['statement_to']}, patient status {stay['patient_status']}"
            )
        )
    out.print()
    table(
        out,
        inside["lines"],
        (
            "line_number",
            *(("revenue_code",) if inside["kind"] == "837I" else ()),
            "procedure_code",
            "modifiers",
            "units",
            "charge_cents",
            "service_date",
        ),
        "",
    )
    out.print()
    table(out, inside["coverages"], ("responsibility", "payer_id", "payer_name", "member_id"), "no coverage")
    if found["deadlines"]:
        out.print()
        table(out, found["deadlines"], ("name", "state", "due_at"), "")


def show_story(out: Console, found: Any) -> None:
    """Print a story, a line or two for each thing that happened."""
    stage, ended = found["stage"].replace("_", " "), found["ending"].replace("_", " ")
    ending = f", ended as {ended}" if ended else ""
    out.print(Text(f"{found['claim_id']}: {stage or 'then'}{ending}, {dollars(found['open_cents'])} open"))
    marks = {"decision": "•", "money": "$", "clock": "◷"}
    for line in found["story"]:
        who = (line["rule"], line["policy"], line["actor"])
        by = ", ".join(part for part in who if part and part not in ("system", "ledger"))
        text = Text(f"{line['at'][:10]} {marks[line['kind']]} ", style="bold")
        text.append(line["what"], style="bold" if line["kind"] == "decision" else "")
        if line["kind"] == "money" and line["open_cents"] is not None:
            text.append(f"  → {dollars(line['open_cents'])} open", style="green")
        if line["kind"] == "decision":
            text.append(f": {line['reason']}")
            text.append(f"  [{by}]" if by else "", style="dim")
        out.print(text)


def show_imports(out: Console, found: Any) -> None:
    """Print what became of each file."""
    for report in found["files"]:
        name = Path(report["file"]).name
        if "readable" in report:
            before = "; imported before" if report["already_imported"] else ""
            readable, aside = report["readable"], len(report["quarantined"])
            out.print(Text(f"{name}: {readable} claims can be read, {aside} parts cannot{before}"))
        elif report["already_imported"]:
            out.print(
                Text(f"{name}: imported before, nothing changed (document {report['document_id'][:12]})")
            )
        else:
            new, known, aside = (len(report[key]) for key in ("accepted", "duplicates", "quarantined"))
            out.print(Text(f"{name}: {new} claims imported, {known} were here before, {aside} in quarantine"))
            if new:
                out.print(Text(f"  {_span(report['accepted'])}"))
        show_parts(out, report)


def show_parts(out: Console, report: Any) -> None:
    """Print what of a file was put aside, and what was noticed of the rest."""
    for part in report["quarantined"]:
        number = part.get("quarantine_id")
        _findings(out, f"  #{number}" if number else "  -", part["findings"])
    _findings(out, "  note", [f for f in report["findings"] if f["severity"] == "warning"])


def _span(claim_ids: list[str]) -> str:
    """Name the claims of a file: each of a few, else the first and the last."""
    return ", ".join(claim_ids) if len(claim_ids) <= _NAMED_MOST else f"{claim_ids[0]} to {claim_ids[-1]}"


def quarantine_rows(found: Any) -> list[dict[str, Any]]:
    """Return a row for each thing that is wrong with each part."""
    rows: list[dict[str, Any]] = []
    for part in found["quarantine"]:
        about = {name: value for name, value in part.items() if name != "findings"}
        rows += [about | finding for finding in part["findings"]] or [about]
    return rows


def show_quarantine(out: Console, found: Any) -> None:
    """Print what was put aside."""
    if not found["quarantine"]:
        out.print("nothing is in quarantine")
    for part in found["quarantine"]:
        title = f"#{part['quarantine_id']} {part['kind']} {part['received_at'][:10]} {part['state']}"
        out.print(Text(f"{title} document {part['document_id'][:12]}", style="bold"))
        _findings(out, " ", part["findings"])


def _findings(out: Console, mark: str, findings: list[dict[str, Any]]) -> None:
    for finding in findings:
        out.print(Text(f"{mark} {finding['where']}: {finding['message']}"))
        if finding["remedy"]:
            out.print(Text(f"{' ' * len(mark)} → {finding['remedy']}", style="dim"))
