"""Form locators 42 to 48 of the UB-04: one service on one line."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from revcycle.domain.claims.claim import Claim, ServiceLine
from revcycle.forms.values import Amount, Day, FormRefused, code, fit, form_text, quantity

_INPATIENT = frozenset(["11", "18", "21", "28", "41", "51", "61", "65", "66", "86"])
"""Facility types whose lines have no date of service of their own."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RevenueLine:
    """One service. ``rate`` stands where a procedure would: a procedure with its modifiers, or a room's daily rate."""

    revenue_code: str
    description: str
    rate: str
    service_date: str
    units: str
    charge: Amount
    non_covered: Amount | None


def revenue_line(claim: Claim, line: ServiceLine) -> RevenueLine:
    """Return the service as the form has it. Raises FormRefused."""
    if not line.revenue_code:
        raise FormRefused("FL42", "needs a revenue code")
    inpatient = claim.stay is not None and claim.stay.facility_type in _INPATIENT
    return RevenueLine(
        revenue_code=fit("FL42", line.revenue_code.rjust(4, "0"), 4),
        description=fit("FL43", _description(line), 24),
        rate=fit("FL44", _rate(line), 14),
        service_date="" if inpatient else Day(line.service_date).short,
        units=quantity("FL46", line.units, 7),
        charge=Amount.fitting("FL47", line.charge_cents, 7),
        non_covered=Amount.fitting("FL48", line.non_covered_cents, 7) if line.non_covered_cents else None,
    )


def _description(line: ServiceLine) -> str:
    """A drug is told by N4, its code, unit and quantity, without blanks; it goes before words of our own."""
    if line.drug is None:
        return form_text(line.description)
    return f"N4{line.drug.ndc}{line.drug.unit}{quantity('FL43', line.drug.quantity, 9)}"


def _rate(line: ServiceLine) -> str:
    if line.procedure_code:
        return code(line.procedure_code) + "".join(line.modifiers)
    if line.unit == "DA" and line.units > 0:
        daily = (Decimal(line.charge_cents) / line.units / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return f"{daily}"
    return ""
