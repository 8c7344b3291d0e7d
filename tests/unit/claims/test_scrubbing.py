"""Every edit: a claim that passes it and one that does not; no finding says who the patient is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from revcycle.domain.claims.claim import Claim, ClaimFrequency, ServiceLine
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.codes.ncci import code_pairs, unit_limits
from revcycle.domain.finding import Severity
from revcycle.rules.claims.edits.scrubbing import EDITS, scrub
from revcycle.sandbox.practice.synthetic import generate
from tests.support.golden import identity_in

FIRST_DAY = date(2026, 1, 5)
LATER = date(2026, 6, 1)
"""When every unit limit we know is in force."""
CLEAN = generate(5, 80, FIRST_DAY).claims

claims = st.sampled_from(CLEAN)


def first_line(claim: Claim, **changes: Any) -> Claim:
    return replace(claim, lines=(replace(claim.lines[0], **changes), *claim.lines[1:]))


def with_member_id(claim: Claim, member_id: str) -> Claim:
    return claim.with_coverage(replace(claim.coverages[0], member_id=member_id))


def without_address(claim: Claim) -> Claim:
    return replace(claim, billing_provider=replace(claim.billing_provider, address=None))


def with_postal_code(claim: Claim, postal_code: str) -> Claim:
    provider = claim.billing_provider
    assert provider.address is not None
    address = replace(provider.address, postal_code=postal_code)
    return replace(claim, billing_provider=replace(provider, address=address))


def only_secondary(claim: Claim) -> Claim:
    return replace(claim, coverages=(replace(claim.coverages[0], responsibility=Responsibility.SECONDARY),))


def rendered_by(claim: Claim, npi: str) -> Claim:
    provider = claim.rendering_provider or claim.billing_provider
    return replace(claim, rendering_provider=replace(provider, npi=npi))


def many_lines(claim: Claim) -> Claim:
    line = replace(claim.lines[0], charge_cents=100)
    lines = tuple(replace(line, line_number=n) for n in range(1, 52))
    return replace(claim, lines=lines, charge_cents=5100)


BROKEN: dict[str, tuple[Callable[[Claim], Claim], ...]] = {
    "npi": (
        lambda c: replace(c, billing_provider=replace(c.billing_provider, npi="1234567890")),
        lambda c: rendered_by(c, "1234567890"),
        lambda c: rendered_by(c, ""),
    ),
    "tin": (lambda c: replace(c, billing_provider=replace(c.billing_provider, tin="12-345678")),),
    "billing_address": (without_address, lambda c: with_postal_code(c, "43004")),
    "coverage": (only_secondary,),
    "member_id": (lambda c: with_member_id(c, ""), lambda c: with_member_id(c, "X" * 81)),
    "diagnosis_count": (
        lambda c: replace(c, diagnosis_codes=("M25569",) * 13),
        lambda c: replace(c, diagnosis_codes=()),
    ),
    "diagnosis_code": (lambda c: replace(c, diagnosis_codes=("KNEE", *c.diagnosis_codes[1:])),),
    "diagnosis_pointer": (
        lambda c: first_line(c, diagnosis_pointers=(13,)),
        lambda c: first_line(c, diagnosis_pointers=()),
        lambda c: first_line(c, diagnosis_pointers=(0,)),
        lambda c: first_line(c, diagnosis_pointers=(1,) * 5),
    ),
    "procedure_code": (lambda c: first_line(c, procedure_code="KNEE"),),
    "modifier": (
        lambda c: first_line(c, modifiers=("25", "59", "LT", "RT", "GT")),
        lambda c: first_line(c, modifiers=("2",)),
        lambda c: first_line(c, modifiers=("2*",)),
    ),
    "line_charge": (lambda c: first_line(c, charge_cents=0), lambda c: first_line(c, charge_cents=-1)),
    "line_units": (lambda c: first_line(c, units=0),),
    "claim_charge": (lambda c: replace(c, charge_cents=c.charge_cents + 1),),
    "line_count": (many_lines, lambda c: replace(c, lines=(*c.lines, *many_lines(c).lines))),
    "future_service": (lambda c: first_line(c, service_date=FIRST_DAY + timedelta(1)),),
    "before_birth": (lambda c: replace(c, patient=replace(c.patient, birth_date=FIRST_DAY)),),
    "control_number": (
        lambda c: replace(c, claim_frequency=ClaimFrequency.REPLACEMENT, payer_claim_control_number=""),
        lambda c: replace(c, claim_frequency=ClaimFrequency.VOID, payer_claim_control_number=""),
    ),
}


@given(claims)
def test_a_clean_claim_passes_every_edit(claim: Claim) -> None:
    assert scrub(claim, FIRST_DAY) == ()


@pytest.mark.parametrize("code", BROKEN)
@settings(max_examples=30)
@given(claim=claims, data=st.data())
def test_each_fault_is_found_and_names_no_person(code: str, claim: Claim, data: st.DataObject) -> None:
    broken = data.draw(st.sampled_from(BROKEN[code]))(claim)
    found = scrub(broken, FIRST_DAY)
    assert code in {finding.code for finding in found}
    told = " ".join(f"{f.code} {f.where} {f.message} {f.remedy}" for f in found).upper()
    assert not [text for text in identity_in((broken,)) if text.upper() in told]
    assert all(f.message and f.where and f.remedy and f.severity is Severity.ERROR for f in found)


def test_a_replacement_that_names_the_first_claim_passes() -> None:
    claim = replace(CLEAN[0], claim_frequency=ClaimFrequency.REPLACEMENT, payer_claim_control_number="ICN1")
    assert scrub(claim, FIRST_DAY) == ()


def line(number: int, code: str, units: int = 1, modifiers: tuple[str, ...] = ()) -> ServiceLine:
    return ServiceLine(number, code, 1000, Decimal(units), LATER, (1,), modifiers)


def of_lines(*lines: ServiceLine) -> Claim:
    return replace(CLEAN[0], lines=lines, charge_cents=sum(one.charge_cents for one in lines))


@pytest.mark.parametrize("code", sorted(unit_limits()))
def test_units_beyond_the_limit_of_a_day_are_found(code: str) -> None:
    most = unit_limits()[code].units
    if most:
        assert "units" not in {f.code for f in scrub(of_lines(line(1, code, most)), LATER)}
    over = scrub(of_lines(line(1, code, most), line(2, code, 1)), LATER)
    assert "units" in {f.code for f in over}


def test_the_limit_counts_each_day_by_itself() -> None:
    one = line(1, "99213", unit_limits()["99213"].units)
    other = replace(one, line_number=2, service_date=LATER - timedelta(1))
    assert "units" not in {f.code for f in scrub(of_lines(one, other), LATER)}


PAIRS = [pair for pair in code_pairs().values() if pair.in_force(LATER)]


def pair_findings(claim: Claim) -> list[str]:
    return [f.where for f in scrub(claim, LATER) if f.code == "code_pair"]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.column1}-{pair.column2}")
def test_a_code_that_is_part_of_another_is_found_unless_a_modifier_lifts_it(pair) -> None:
    first, second = line(1, pair.column1), line(2, pair.column2)
    assert pair_findings(of_lines(first, second)) == ["lines[1]"]
    lifted = of_lines(first, replace(second, modifiers=("59",)))
    assert pair_findings(lifted) == ([] if pair.modifier_allowed else ["lines[1]"])
    day_before = replace(second, service_date=LATER - timedelta(1))
    assert pair_findings(of_lines(first, day_before)) == []


def test_some_pairs_can_be_lifted_and_some_cannot() -> None:
    assert {pair.modifier_allowed for pair in PAIRS} == {True, False}


def test_an_edit_is_not_asked_before_its_day() -> None:
    early = date(2012, 6, 1)
    claim = replace(
        CLEAN[0], diagnosis_codes=("4019",), lines=(replace(line(1, "99213"), service_date=early),)
    )
    born = replace(claim.patient, birth_date=date(1950, 1, 1))
    claim = replace(claim, charge_cents=1000, patient=born)
    assert "diagnosis_code" not in {f.code for f in scrub(claim, early)}


def test_every_edit_names_its_authority() -> None:
    assert len({edit.code for edit in EDITS}) == len(EDITS)
    assert all(edit.authority for edit in EDITS)
    assert all(edit.effective_from <= LATER for edit in EDITS)
