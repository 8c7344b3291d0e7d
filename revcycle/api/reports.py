"""Reports: each its rows, totals, and findings where numbers that must agree do not."""

from collections.abc import Callable
from datetime import date
from typing import Any

from revcycle.access.roles import Permission
from revcycle.api.call import Call
from revcycle.api.guard import Endpoint
from revcycle.db import book
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.domain.finding import Finding
from revcycle.reports.aging import aging
from revcycle.reports.cash import cash
from revcycle.reports.day_sheet import day_sheet
from revcycle.reports.deadlines import deadlines
from revcycle.reports.endings import endings
from revcycle.reports.invariants import check_book
from revcycle.reports.kpi import kpi
from revcycle.reports.letters import letters
from revcycle.reports.report import Report


def _stages(tx: Tx) -> Report[dict[str, Any]]:
    counted = claims.count_by(tx, "stage")
    rows = tuple({"stage": stage, "claims": counted[stage]} for stage in sorted(counted))
    return Report(rows, {"claims": sum(counted.values())})


def _invariants(tx: Tx) -> Report[Finding]:
    found = check_book(tx)
    return Report(found, {"broken": len(found)}, found)


def _window(tx: Tx, call: Call) -> tuple[date, date]:
    kept = book.first_and_last_day(tx)
    first, last = kept or (call.at.date(), call.at.date())
    return call.day("since") or first, call.day("until") or max(last, call.at.date())


def _endpoint(name: str, words: str, read: Callable[[Tx, Call], Report[Any]]) -> Endpoint:
    def handler(call: Call) -> dict[str, Any]:
        with call.office.db.read() as tx:
            report = read(tx, call)
        return {"rows": report.rows, "totals": report.totals, "findings": report.findings}

    handler.__doc__ = words

    return Endpoint("GET", f"/reports/{name}", handler, Permission.REPORT_READ, f"report.{name}", "reports")


ENDPOINTS = (
    _endpoint("stages", "How many claims stand at each stage.", lambda tx, call: _stages(tx)),
    _endpoint("endings", "How claims ended, and what became of their charges.", lambda tx, call: endings(tx)),
    _endpoint(
        "aging",
        "What is owed at the end of a day, by age and by who owes it.",
        lambda tx, call: aging(tx, call.day("on") or call.at.date()),
    ),
    _endpoint(
        "kpi",
        "The key figures of claims taken in between two days.",
        lambda tx, call: kpi(tx, *_window(tx, call)),
    ),
    _endpoint(
        "day-sheet",
        "What was booked on a day.",
        lambda tx, call: day_sheet(tx, call.day("on") or call.at.date()),
    ),
    _endpoint("deadlines", "Clocks by name: armed, met, missed.", lambda tx, call: deadlines(tx)),
    _endpoint(
        "cash", "Announced, posted and deposited money, remittance by remittance.", lambda tx, call: cash(tx)
    ),
    _endpoint("letters", "Letters that went out, by reader and kind.", lambda tx, call: letters(tx)),
    _endpoint("invariants", "Everything that must hold and does not.", lambda tx, call: _invariants(tx)),
)
