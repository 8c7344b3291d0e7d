"""Scrubbing: every edit a claim must pass before it may be sent. One gate on every path to a payer."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from revcycle.domain.claims.claim import Claim, ClaimFrequency, ClaimKind, Provider
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.codes.ncci import OVERRIDING_MODIFIERS, code_pairs, unit_limits
from revcycle.domain.finding import Finding
from revcycle.domain.identifiers import is_diagnosis_code, is_npi, is_procedure_code, is_tin
from revcycle.rules.claims.edits import dental, institutional
from revcycle.rules.claims.edits.edit import FROM_5010, PROFESSIONAL, Edit, per_line, unless

RULE = "scrubbing@2"
_MOST_LINES = {ClaimKind.PROFESSIONAL: 50, ClaimKind.INSTITUTIONAL: 999, ClaimKind.DENTAL: 50}
_DIAGNOSES = {ClaimKind.PROFESSIONAL: (1, 12), ClaimKind.INSTITUTIONAL: (1, 25), ClaimKind.DENTAL: (0, 4)}


def scrub(claim: Claim, on: date) -> tuple[Finding, ...]:
    """Return all findings of all edits in force on the claim's first service date; ``on`` is the day of sending."""
    return tuple(found for edit in EDITS if edit.in_force(claim) for found in edit.check(claim, on))


def _provider_identifiers(claim: Claim, _: date) -> tuple[Finding, ...]:
    rendering = claim.rendering_provider
    others = enumerate(claim.providers)
    return (
        unless(
            _known(claim.billing_provider),
            "npi",
            "billing_provider.npi",
            "the billing provider's NPI fails its check digit",
            "compare it with the NPI registry",
        )
        + unless(
            rendering is None or _known(rendering),
            "npi",
            "rendering_provider.npi",
            "the rendering provider's NPI fails its check digit",
            "compare it with the NPI registry",
        )
        + unless(
            is_tin(claim.billing_provider.tin),
            "tin",
            "billing_provider.tin",
            "the billing provider's tax number is not nine digits",
            "enter the EIN without a hyphen",
        )
        + tuple(
            Finding(
                "npi",
                f"providers[{n}].provider.npi",
                f"the NPI of the {one.role.name.lower().replace('_', ' ')} provider fails its check digit",
                "compare it with the NPI registry",
            )
            for n, one in others
            if not _known(one.provider)
        )
    )


def _known(provider: Provider) -> bool:
    """Tell whether an NPI names the provider, or another number one who has none (an atypical provider)."""
    return is_npi(provider.npi) or (not provider.npi and bool(provider.other_ids))


def _billing_address(claim: Claim, _: date) -> tuple[Finding, ...]:
    address = claim.billing_provider.address
    good = address is not None and len(address.postal_code) == 9 and address.postal_code.isdigit()
    return unless(
        good,
        "billing_address",
        "billing_provider.address",
        "the billing address needs a nine-digit ZIP code",
        "add the ZIP+4",
    )


def _coverage(claim: Claim, _: date) -> tuple[Finding, ...]:
    found: tuple[Finding, ...] = unless(
        claim.coverage(Responsibility.PRIMARY) is not None,
        "coverage",
        "coverages",
        "no primary coverage",
        "enter the coverage or bill the patient",
    )
    for n, coverage in enumerate(claim.coverages):
        found += unless(
            2 <= len(coverage.member_id) <= 80,
            "member_id",
            f"coverages[{n}].member_id",
            "the member id is missing",
            "copy it from the card",
        )
    return found


def _diagnoses(claim: Claim, _: date) -> tuple[Finding, ...]:
    fewest, most = _DIAGNOSES[claim.kind]
    found = unless(
        fewest <= len(claim.diagnosis_codes) <= most,
        "diagnosis_count",
        "diagnosis_codes",
        f"a claim of this kind has {fewest} to {most} diagnoses",
        "add or remove diagnoses",
    )
    for n, code in enumerate(claim.diagnosis_codes):
        found += unless(
            is_diagnosis_code(code),
            "diagnosis_code",
            f"diagnosis_codes[{n}]",
            f"diagnosis {n + 1} is not an ICD-10-CM code",
            "look the code up again",
        )
    return found


def _pointers(claim: Claim, _: date) -> tuple[Finding, ...]:
    last = len(claim.diagnosis_codes)
    return per_line(
        claim,
        lambda line: (
            1 <= len(line.diagnosis_pointers) <= 4 and all(1 <= p <= last for p in line.diagnosis_pointers)
        ),
        "diagnosis_pointer",
        "diagnosis_pointers",
        "points to a diagnosis that is not on the claim",
        "point to 1 to 4 diagnoses of this claim",
    )


def _procedures(claim: Claim, _: date) -> tuple[Finding, ...]:
    return per_line(
        claim,
        lambda line: is_procedure_code(line.procedure_code),
        "procedure_code",
        "procedure_code",
        "the procedure is not a CPT or HCPCS code",
        "look the code up again",
    ) + per_line(
        claim,
        lambda line: len(line.modifiers) <= 4 and all(len(m) == 2 and m.isalnum() for m in line.modifiers),
        "modifier",
        "modifiers",
        "a modifier is not two letters or digits, or there are more than four",
        "correct the modifiers",
    )


def _amounts(claim: Claim, _: date) -> tuple[Finding, ...]:
    return (
        per_line(
            claim,
            lambda line: line.charge_cents > 0,
            "line_charge",
            "charge_cents",
            "no charge",
            "price the line",
        )
        + per_line(claim, lambda line: line.units > 0, "line_units", "units", "no units", "enter the units")
        + unless(
            claim.charge_cents == sum(line.charge_cents for line in claim.lines),
            "claim_charge",
            "charge_cents",
            "the claim's charge is not the sum of its lines",
            "correct the line or the total",
        )
        + unless(
            1 <= len(claim.lines) <= _MOST_LINES[claim.kind],
            "line_count",
            "lines",
            f"a claim of this kind has 1 to {_MOST_LINES[claim.kind]} lines",
            "split the claim",
        )
    )


def _dates(claim: Claim, on: date) -> tuple[Finding, ...]:
    born = claim.patient.birth_date
    return per_line(
        claim,
        lambda line: line.service_date <= on,
        "future_service",
        "service_date",
        "the service date lies in the future",
        "correct the date",
    ) + per_line(
        claim,
        lambda line: born <= line.service_date,
        "before_birth",
        "service_date",
        "the service date lies before the patient's birth",
        "correct the service date or the birth date",
    )


def _frequency(claim: Claim, _: date) -> tuple[Finding, ...]:
    changes_another = claim.claim_frequency in (ClaimFrequency.REPLACEMENT, ClaimFrequency.VOID)
    return unless(
        not changes_another or bool(claim.payer_claim_control_number),
        "control_number",
        "payer_claim_control_number",
        "a replacement or void needs the payer's claim control number",
        "take it from the last remittance",
    )


def _unit_limits(claim: Claim, _: date) -> tuple[Finding, ...]:
    per_day: defaultdict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for line in claim.lines:
        per_day[line.procedure_code, line.service_date] += line.units
    found = []
    for (code, day), units in per_day.items():
        limit = unit_limits().get(code)
        if limit is not None and limit.effective_from <= day and units > limit.units:
            message = f"{units} units of {code} on one day; the payer pays none of them beyond {limit.units}"
            found.append(Finding("units", "lines", message, f"correct the units ({limit.source})"))
    return tuple(found)


def _pairs(claim: Claim, _: date) -> tuple[Finding, ...]:
    found = []
    for n, column2 in enumerate(claim.lines):
        for column1 in claim.lines:
            pair = code_pairs().get((column1.procedure_code, column2.procedure_code))
            same_day = column1.service_date == column2.service_date
            if pair is None or not same_day or not pair.in_force(column2.service_date):
                continue
            lifted = pair.modifier_allowed and OVERRIDING_MODIFIERS & {*column1.modifiers, *column2.modifiers}
            if not lifted:
                message = f"{column2.procedure_code} is part of {column1.procedure_code} on the same day"
                remedy = (
                    "add the modifier the record supports" if pair.modifier_allowed else "remove the line"
                )
                found.append(Finding("code_pair", f"lines[{n}]", message, remedy))
    return tuple(found)


EDITS: tuple[Edit, ...] = (
    Edit(
        "provider_identifiers", _provider_identifiers, FROM_5010, "005010X222A1 2010AA, 2310B; 45 CFR 162.406"
    ),
    Edit("billing_address", _billing_address, FROM_5010, "005010X222A1 2010AA N403"),
    Edit("coverage", _coverage, FROM_5010, "005010X222A1 2000B, 2010BA NM109"),
    Edit("diagnoses", _diagnoses, date(2015, 10, 1), "005010X222A1 2300 HI; ICD-10-CM"),
    Edit("pointers", _pointers, FROM_5010, "005010X222A1 2400 SV107", PROFESSIONAL),
    Edit("procedures", _procedures, FROM_5010, "005010X222A1 2400 SV101", PROFESSIONAL),
    Edit("amounts", _amounts, FROM_5010, "005010X222A1 CLM02, SV102, SV104"),
    Edit("dates", _dates, FROM_5010, "005010X222A1 2400 DTP*472"),
    Edit("frequency", _frequency, FROM_5010, "005010X222A1 CLM05-3, REF*F8"),
    Edit("unit_limits", _unit_limits, date(2026, 1, 1), "NCCI medically unlikely edits", PROFESSIONAL),
    Edit("code_pairs", _pairs, date(2013, 1, 1), "NCCI procedure-to-procedure edits", PROFESSIONAL),
    *institutional.EDITS,
    *dental.EDITS,
)
