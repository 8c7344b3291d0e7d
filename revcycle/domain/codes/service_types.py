"""Service types (EQ01, EB03): the kind of care a benefit is for, in our own words. X12 owns the list."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from revcycle.domain.codes import table


@dataclass(frozen=True, slots=True)
class ServiceType:
    """One service type.

    ``core``: CAQH CORE has payers answer an inquiry about it with its own benefits; ``generic``: they answer it also
    to an inquiry about the plan as a whole (30).
    """

    code: str
    meaning: str
    core: bool
    generic: bool
    effective_from: date
    source: str


def service_type(code: str, on: date) -> ServiceType | None:
    """Return the service type as of a day, None when it is not in the table."""
    return table.in_force(_codes().get(code, ()), on)


def service_words(code: str) -> str:
    """Return the latest meaning; an unknown code is returned unchanged."""
    versions = _codes().get(code, ())
    return versions[-1].meaning if versions else code


def all_service_types() -> tuple[ServiceType, ...]:
    """Return the latest version of every service type."""
    return tuple(versions[-1] for versions in _codes().values())


@cache
def _codes() -> dict[str, tuple[ServiceType, ...]]:
    return table.by_code("service_types.csv", _read)


def _read(row: dict[str, str]) -> ServiceType:
    return ServiceType(
        row["code"],
        row["meaning"],
        row["core"] == "yes",
        row["generic"] == "yes",
        date.fromisoformat(row["effective_from"]),
        row["source"],
    )
