"""How `revcycle eligibility show` prints: one line a check, then the last answer in full."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

CHECKS = (
    "checked_at",
    "payer_id",
    "service_date",
    "outcome",
    "plan_name",
    "reject_codes",
    "deductible_remaining_cents",
    "copayment_cents",
)
_SUMMARY = (
    "network",
    "deductible_cents",
    "deductible_remaining_cents",
    "out_of_pocket_cents",
    "out_of_pocket_remaining_cents",
    "office_visit_copayment_cents",
    "coinsurance_percent",
    "office_visit_needs_authorization",
)
_BENEFITS = (
    "benefit",
    "for",
    "level",
    "network",
    "period",
    "amount_cents",
    "percent",
    "limit",
    "authorization",
    "messages",
)
_OTHER_PAYERS = (
    "pays",
    "payer_name",
    "payer_id",
    "insurance",
    "member_id",
    "group_number",
    "first",
    "last",
    "for",
)
_REFUSALS = ("code", "about", "meaning", "next_action", "payer_says")


def show_checks(out: "Console", found: Mapping[str, Any]) -> None:
    """Print every check in one line, then what the last of them says."""
    from revcycle.cli.tables import table

    checks = found["checks"]
    table(out, checks, CHECKS, "no payer was asked yet")
    if not checks:
        return
    last = checks[-1]
    for title, key, columns in (
        ("why the payer did not answer, and what to do", "refusals", _REFUSALS),
        ("the patient's share", "summary", _SUMMARY),
        ("benefits", "benefits", _BENEFITS),
        ("other payers", "other_payers", _OTHER_PAYERS),
    ):
        if last.get(key):
            out.print(f"\n{title}")
            table(out, last[key], _used(columns, last[key]), "")
    for line in _notes(last):
        out.print(line)


def _used(columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Leave out the columns in which nothing is said."""
    rows = list(rows)
    return tuple(name for name in columns if any(row.get(name) not in (None, "", []) for row in rows))


def _notes(check: Mapping[str, Any]) -> Iterable[str]:
    if check.get("plan_from") or check.get("plan_to"):
        first, last = check.get("plan_from"), check.get("plan_to")
        yield f"\ncovered from {first or 'a day not said'}" + (f" to {last}" if last else ", end not said")
    if check.get("primary_care_provider"):
        yield f"primary care provider: {check['primary_care_provider']}"
    if check.get("record_corrected"):
        yield "the payer changed name, birth date or sex: compare them with the card"
