"""Item 24 of the CMS-1500 (02/12): one service on two lines, the shaded one for what supplements it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from revcycle.domain.claims.claim import Claim, Provider, ServiceLine
from revcycle.domain.claims.claim_details import Reference
from revcycle.forms.values import Amount, Day, FormRefused, code, fit, form_text, quantity, spread

_SUPPLEMENT_WIDTH = 61
_ID_ORDER = ("G2", "0B", "1G", "LU")
_EPSDT_REASONS = ("AV", "S2", "ST", "NU")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ServiceRow:
    """One service. ``supplement``, ``epsdt_reason``, ``other_qualifier`` and ``other_id`` are the shaded line."""

    supplement: tuple[str, ...]
    first: Day
    last: Day
    place: str
    emergency: str
    procedure: str
    modifiers: tuple[str, ...]
    pointers: str
    charge: Amount
    units: str
    epsdt_reason: str
    epsdt: str
    other_qualifier: str
    other_id: str
    rendering_npi: str


def row_of(claim: Claim, line: ServiceLine) -> ServiceRow:
    """Return the service as item 24 has it. Raises FormRefused."""
    if line.service_date == date.min:
        raise FormRefused("box 24A", "needs a date of service")
    if not line.procedure_code:
        raise FormRefused("box 24D", "needs a procedure code")
    if len(line.modifiers) > 4:
        raise FormRefused("box 24D", "has room for 4 modifiers")
    rendering = line.rendering_provider or claim.rendering_provider
    if rendering is None and claim.billing_provider.first_name:
        rendering = claim.billing_provider
    qualifier, number = other_id("box 24J", rendering, 11)
    reason = _epsdt_reason(claim) if line.epsdt else ""
    return ServiceRow(
        supplement=_supplement(line),
        first=Day(line.service_date),
        last=Day(line.service_date_to or line.service_date),
        place=fit("box 24B", line.place_of_service or claim.place_of_service, 2),
        emergency="Y" if line.emergency else "",
        procedure=fit("box 24D", code(line.procedure_code), 6),
        modifiers=tuple(fit("box 24D", modifier, 2) for modifier in line.modifiers),
        pointers=_pointers(line),
        charge=Amount.fitting("box 24F", line.charge_cents, 6),
        units=quantity("box 24G", line.units, 4),
        epsdt_reason=reason,
        epsdt="Y" if (line.epsdt and not reason) or line.family_planning else "",
        other_qualifier=qualifier,
        other_id=number,
        rendering_npi=fit("box 24J", rendering.npi, 10) if rendering else "",
    )


def other_id(box: str, provider: Provider | None, width: int) -> tuple[str, str]:
    """Return qualifier and number of a provider beside the NPI: the payer's own first, the taxonomy (ZZ) last.

    The form has room for one. Raises FormRefused.
    """
    if provider is None:
        return "", ""
    known = {one.qualifier: one for one in reversed(provider.other_ids)}
    found = next((known[kind] for kind in _ID_ORDER if kind in known), None)
    if found is None and provider.taxonomy_code:
        found = Reference("ZZ", provider.taxonomy_code)
    return (found.qualifier, fit(box, found.value, width)) if found else ("", "")


def _pointers(line: ServiceLine) -> str:
    if len(line.diagnosis_pointers) > 4 or any(not 1 <= one <= 12 for one in line.diagnosis_pointers):
        raise FormRefused("box 24E", "points at 1 to 4 of the diagnoses A to L")
    return "".join(chr(ord("A") + one - 1) for one in line.diagnosis_pointers)


def _epsdt_reason(claim: Claim) -> str:
    told = [one for condition in claim.conditions if condition.category == "ZZ" for one in condition.codes]
    return next((one for one in _EPSDT_REASONS if one in told), "")


def _supplement(line: ServiceLine) -> tuple[str, ...]:
    """Return the parts of the shaded line, each behind its qualifier (NUCC, item 24)."""
    return spread("box 24, shaded line,", _parts(line), _SUPPLEMENT_WIDTH)


def _parts(line: ServiceLine) -> Iterator[str]:
    if line.unit == "MJ":
        yield f"7TIME {quantity('box 24, shaded line,', line.units, 7)} MINUTES"
    if line.description:
        yield f"ZZ{form_text(line.description)}"
    for note in line.notes:
        yield f"ZZ{form_text(note.text)}"
    if line.drug is not None:
        if len(line.drug.ndc) != 11:
            raise FormRefused("box 24, shaded line,", "needs a drug code of 11 digits")
        yield f"N4{line.drug.ndc} {line.drug.unit}{quantity('box 24, shaded line,', line.drug.quantity, 12)}"
