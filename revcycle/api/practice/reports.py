"""Reports: each its rows, totals, and findings where numbers that must agree do not."""

from dataclasses import dataclass
from datetime import date

from starlette.concurrency import run_in_threadpool
from temporalio.service import RPCError

from revcycle.access.roles import Permission
from revcycle.api import engine
from revcycle.api.call import Call
from revcycle.api.errors import Refusal
from revcycle.api.guard import Endpoint, Handler
from revcycle.db import book
from revcycle.db.book import Movement
from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.finding import Finding
from revcycle.reports import aging, cash, day_sheet, deadlines, endings, kpi, letters
from revcycle.reports.invariants import check_book
from revcycle.reports.owners import check_owners
from revcycle.reports.processes import check_processes
from revcycle.reports.report import Report


@dataclass(frozen=True, slots=True)
class StageRow:
    """How many claims stand at a stage."""

    stage: ClaimStage
    claims: int


@dataclass(frozen=True, slots=True)
class DayQuery:
    """The day of the report; today when left out."""

    on: date | None = None


@dataclass(frozen=True, slots=True)
class WindowQuery:
    """First and last day, both counted in; all the book's days when left out."""

    since: date | None = None
    until: date | None = None


def stages_report(call: Call) -> Report[StageRow]:
    """How many claims stand at each stage."""
    with call.office.db.read() as tx:
        counted = claims.count_by(tx, "stage")
    rows = tuple(StageRow(ClaimStage(stage), counted[stage]) for stage in sorted(counted))
    return Report(rows, {"claims": sum(counted.values())})


def endings_report(call: Call) -> Report[endings.EndingRow]:
    """How claims ended, and what became of their charges."""
    with call.office.db.read() as tx:
        return endings.endings(tx)


def aging_report(call: Call, query: DayQuery) -> Report[aging.AgingRow]:
    """What is owed at the end of a day, by age and by who owes it."""
    with call.office.db.read() as tx:
        return aging.aging(tx, query.on or call.at.date())


def kpi_report(call: Call, query: WindowQuery) -> Report[kpi.KpiRow]:
    """The key figures of claims taken in between two days."""
    with call.office.db.read() as tx:
        return kpi.kpi(tx, *_window(tx, query, call.at.date()))


def _window(tx: Tx, query: WindowQuery, today: date) -> tuple[date, date]:
    first, last = book.first_and_last_day(tx) or (today, today)
    return query.since or first, query.until or max(last, today)


def day_sheet_report(call: Call, query: DayQuery) -> Report[Movement]:
    """What was booked on a day."""
    with call.office.db.read() as tx:
        return day_sheet.day_sheet(tx, query.on or call.at.date())


def deadlines_report(call: Call) -> Report[deadlines.DeadlineCountRow]:
    """Clocks by name: armed, met, missed."""
    with call.office.db.read() as tx:
        return deadlines.deadlines(tx)


def cash_report(call: Call) -> Report[cash.CashRow]:
    """Announced, posted and deposited money, remittance by remittance."""
    with call.office.db.read() as tx:
        return cash.cash(tx)


def letters_report(call: Call) -> Report[letters.LetterCountRow]:
    """Letters that went out, by reader and kind."""
    with call.office.db.read() as tx:
        return letters.letters(tx)


async def invariants_report(call: Call) -> Report[Finding]:
    """Everything that must hold and does not: in the books, and between the database and the processes."""
    office = call.office
    found = await run_in_threadpool(_in_the_book, call)
    try:
        client = await engine.client(office)
        compared, differ = await check_processes(office.db, client, office.clock, office.now)
    except (Refusal, RPCError):
        message = "The workflow engine does not answer: no process was compared with its record."
        differ, compared = (Finding("engine.away", "processes", message, "start it, and ask again"),), 0
    return Report(
        (*found, *differ), {"broken": len(found) + len(differ), "processes": compared}, (*found, *differ)
    )


def _in_the_book(call: Call) -> tuple[Finding, ...]:
    with call.office.db.read() as tx:
        return (*check_book(tx), *check_owners(tx))


def _endpoint(name: str, handler: Handler) -> Endpoint:
    return Endpoint("GET", f"/reports/{name}", handler, Permission.REPORT_READ, f"report.{name}", "reports")


ENDPOINTS = (
    _endpoint("stages", stages_report),
    _endpoint("endings", endings_report),
    _endpoint("aging", aging_report),
    _endpoint("kpi", kpi_report),
    _endpoint("day-sheet", day_sheet_report),
    _endpoint("deadlines", deadlines_report),
    _endpoint("cash", cash_report),
    _endpoint("letters", letters_report),
    _endpoint("invariants", invariants_report),
)
