"""The options of a correction: the fields people correct most, under the names people give them.

Each becomes a change of a field's path, as ``--set`` takes it; the api judges the value.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import click

from revcycle.cli.amounts import DOLLARS
from revcycle.cli.desk import Desk
from revcycle.cli.exits import Exit, Failure
from revcycle.cli.lazy import Word
from revcycle.cli.listing import plain_dollars
from revcycle.cli.places import segment

F = TypeVar("F", bound=Callable[..., Any])

_PLACES = {"primary": "P", "secondary": "S", "tertiary": "T"}
_SELF = "18"
"""Relationship of a patient who holds the policy: what is corrected of one is corrected of the other."""

_OF_CLAIM = {"place_of_service": "place_of_service", "authorization": "prior_authorization_number"}
_OF_PATIENT = {
    "date_of_birth": "birth_date",
    "last_name": "last_name",
    "first_name": "first_name",
    "sex": "sex",
}
_OF_COVERAGE = {"member_id": "member_id", "group_number": "group_number"}
_OF_LINE = {
    "procedure": "procedure_code",
    "modifier": "modifiers",
    "pointer": "diagnosis_pointers",
    "units": "units",
    "charge": "charge_cents",
    "service_date": "service_date",
}


class Day(click.ParamType[str]):
    """``2026-03-31`` or ``03/31/2026``; the first inside."""

    name = "date"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> str:
        """Return the day as the api writes it."""
        said = str(value)
        parts = said.split("/")
        if len(parts) == 3:
            said = f"{parts[2]}-{parts[0]:0>2}-{parts[1]:0>2}"
        try:
            return date.fromisoformat(said).isoformat()
        except ValueError:
            self.fail("is not a day: write it like 2026-03-31 or 03/31/2026", parameter, context)


_OPTIONS = (
    click.option("--member-id", help="Member id of the coverage."),
    click.option("--payer", metavar="PAYER_ID", help="Payer of the coverage, by its id in the directory."),
    click.option("--group-number", help="Group number of the coverage."),
    click.option(
        "--coverage",
        type=Word(list(_PLACES)),
        default="primary",
        show_default=True,
        help="Whose member id, payer and group number.",
    ),
    click.option("--date-of-birth", type=Day(), help="The patient's birth date."),
    click.option("--last-name", help="The patient's last name."),
    click.option("--first-name", help="The patient's first name."),
    click.option("--sex", type=Word(["F", "M", "U"]), help="The patient's sex, as X12 writes it."),
    click.option("--diagnosis", multiple=True, metavar="CODE", help="All diagnoses in order; repeat it."),
    click.option("--place-of-service", metavar="CODE", help="Place of service: 11 office, 22 hospital, …"),
    click.option("--authorization", metavar="NUMBER", help="The payer's prior authorization number."),
    click.option("--rendering-npi", metavar="NPI", help="NPI of who did the work."),
    click.option("--billing-npi", metavar="NPI", help="NPI of who is paid."),
    click.option(
        "--line",
        type=click.IntRange(1),
        metavar="N",
        help="The service line of the options below; 1 if only one.",
    ),
    click.option("--procedure", metavar="CODE", help="Procedure code of the line."),
    click.option("--modifier", multiple=True, metavar="CODE", help="All modifiers of the line; repeat it."),
    click.option("--pointer", multiple=True, metavar="N", help="Diagnoses the line points to; repeat it."),
    click.option("--units", metavar="NUMBER", help="Units of the line."),
    click.option("--charge", type=DOLLARS, help="Charge of the line, in dollars; the total follows."),
    click.option("--service-date", type=Day(), help="Day of service of the line."),
)


def field_options(command: F) -> F:
    """Give a command the options of a correction; it gets them as keywords, for ``changes_of``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def changes_of(desk: Desk, claim_id: str, texts: tuple[str, ...], given: dict[str, Any]) -> dict[str, str]:
    """Return field paths and new values from ``--set`` texts and the named options. Raises Failure.

    The claim is looked at only where a named option needs to know its coverages or lines.
    """
    said = {name: value for name, value in given.items() if value not in (None, ())}
    place, line = str(said.pop("coverage", "primary")), said.pop("line", None)
    changes = parse_changes(texts) | {_OF_CLAIM[name]: said[name] for name in _OF_CLAIM if name in said}
    if "diagnosis" in said:
        changes["diagnosis_codes"] = ",".join(code.replace(".", "").upper() for code in said["diagnosis"])
    for who in ("rendering", "billing"):
        if npi := said.get(f"{who}_npi"):
            changes[f"{who}_provider.npi"] = npi
    if not said.keys() & {*_OF_PATIENT, *_OF_COVERAGE, *_OF_LINE, "payer"}:
        return changes
    claim = _Known(claim_id, desk.get(f"/claims/{segment(claim_id)}")["facts"])
    changes |= claim.of_patient(said)
    if said.keys() & {*_OF_COVERAGE, "payer"}:
        changes |= claim.of_coverage(place, said)
        if payer_id := said.get("payer"):
            payer = desk.get(f"/payers/{segment(payer_id)}")
            path = claim.coverage_path(place)
            changes |= {f"{path}.payer_id": payer["payer_id"], f"{path}.payer_name": payer["name"]}
    if said.keys() & _OF_LINE.keys():
        changes |= claim.of_line(line, said)
    return changes


def parse_changes(texts: tuple[str, ...]) -> dict[str, str]:
    """Return FIELD=VALUE texts as a table. Raises Failure."""
    changes = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            # The text itself may hold a person's data: it is not repeated.
            raise Failure.of(
                Exit.USAGE, "a change is FIELD=VALUE", remedy="for instance 'place_of_service=22'"
            )
        changes[name] = value
    return changes


@dataclass(frozen=True, slots=True)
class _Known:
    """The claim as it stands: where its coverages and lines are."""

    claim_id: str
    facts: dict[str, Any]

    def of_patient(self, said: dict[str, Any]) -> dict[str, str]:
        """Return the patient's changes; the same for a subscriber who is the patient."""
        paths = ["patient", *self._own_policies()]
        named = [(name, field) for name, field in _OF_PATIENT.items() if name in said]
        return {f"{path}.{field}": said[name] for path in paths for name, field in named}

    def of_coverage(self, place: str, said: dict[str, Any]) -> dict[str, str]:
        """Return a coverage's changes. Raises Failure when the claim has none in that place."""
        path = self.coverage_path(place)
        return {f"{path}.{field}": said[name] for name, field in _OF_COVERAGE.items() if name in said}

    def coverage_path(self, place: str) -> str:
        """Return the path of a coverage by its place in line. Raises Failure."""
        places = [one["responsibility"] for one in self.facts["coverages"]]
        if _PLACES[place] not in places:
            there = ", ".join(name for name, code in _PLACES.items() if code in places) or "none"
            raise Failure.of(
                Exit.USAGE,
                f"the claim has no {place} coverage",
                where=self.claim_id,
                remedy=f"it has: {there}",
            )
        return f"coverages[{places.index(_PLACES[place])}]"

    def of_line(self, number: int | None, said: dict[str, Any]) -> dict[str, str]:
        """Return a service line's changes. Raises Failure when it is not clear which line is meant."""
        numbers = [line["line_number"] for line in self.facts["lines"]]
        wanted = numbers[0] if number is None and len(numbers) == 1 else number
        if wanted not in numbers:
            asked = "say which service line" if number is None else f"the claim has no line {number}"
            raise Failure.of(
                Exit.USAGE,
                asked,
                where=self.claim_id,
                remedy=f"give --line, one of {', '.join(map(str, numbers))}",
            )
        path = f"lines[{numbers.index(wanted)}]"
        return {f"{path}.{_OF_LINE[name]}": value for name, value in _line_values(said)}

    def _own_policies(self) -> Iterator[str]:
        for place, coverage in enumerate(self.facts["coverages"]):
            if coverage.get("relationship_code") == _SELF:
                yield f"coverages[{place}].subscriber"


def _line_values(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _OF_LINE:
        if name not in said:
            continue
        value = said[name]
        if name == "charge":
            yield name, plain_dollars(value)
        else:
            yield name, ",".join(value).upper() if isinstance(value, tuple) else str(value)
