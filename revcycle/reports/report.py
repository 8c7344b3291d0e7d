"""The type of every report: frozen rows, totals, and findings when numbers do not agree."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Generic, TypeVar

from revcycle.domain.finding import Finding

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Report(Generic[Row]):
    """Rows with the claims behind them, and totals by name (cents where the name says so)."""

    rows: tuple[Row, ...]
    totals: dict[str, int]
    findings: tuple[Finding, ...] = ()


def end_of(day: date) -> datetime:
    """Return the last instant of a day; reports include it."""
    return datetime.combine(day, time.max, UTC)


def start_of(day: date) -> datetime:
    """Return the first instant of a day."""
    return datetime.combine(day, time.min, UTC)


def disagreement(code: str, where: str, message: str) -> Finding:
    """Return the finding for two numbers that must agree and do not."""
    remedy = "Stop posting, keep the database as it is, and have the entries behind the two numbers compared."
    return Finding(code, where, message, remedy)
