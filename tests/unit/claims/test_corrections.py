"""Corrections by field path: what may be changed, how values are read, and that no value is in an error."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.db.claims.corrections import BadCorrection, corrected
from revcycle.domain.claims.claim import Provider, ServiceLine
from revcycle.domain.claims.claim_details import Note, Reference
from tests.support.remittances.remittance_book import SERVICE_DATE, claim_facts

LINES = (
    ServiceLine(1, "99213", 7_500, Decimal(1), SERVICE_DATE, (1,), ("25",)),
    ServiceLine(2, "20610", 2_500, Decimal(1), SERVICE_DATE, (1, 2)),
)
CLAIM = replace(
    claim_facts(1, payers=2),
    lines=LINES,
    diagnosis_codes=("M25569", "E119"),
    rendering_provider=Provider("SHAH", "1245319599", "AMIR"),
)


def test_a_plain_field_a_nested_one_and_one_of_many() -> None:
    new = corrected(
        CLAIM,
        {
            "place_of_service": "22",
            "patient.last_name": "ROE",
            "rendering_provider.npi": "1234567893",
            "coverages[1].member_id": "NEW1",
            "coverages[0].subscriber.birth_date": "1981-02-03",
            "diagnosis_codes[1]": "E1165",
        },
    )
    assert new.place_of_service == "22"
    assert new.patient.last_name == "ROE"
    assert new.rendering_provider is not None
    assert new.rendering_provider.npi == "1234567893"
    assert [one.member_id for one in new.coverages] == [CLAIM.coverages[0].member_id, "NEW1"]
    assert new.coverages[0].subscriber.birth_date == date(1981, 2, 3)
    assert new.diagnosis_codes == ("M25569", "E1165")
    assert new.lines == CLAIM.lines


def test_a_whole_list_is_separated_by_commas() -> None:
    new = corrected(
        CLAIM,
        {
            "lines[0].modifiers": "25, 59",
            "lines[1].diagnosis_pointers": "2,1",
            "diagnosis_codes": "M25569,E119,I10",
        },
    )
    assert new.lines[0].modifiers == ("25", "59")
    assert new.lines[1].diagnosis_pointers == (2, 1)
    assert new.diagnosis_codes == ("M25569", "E119", "I10")
    assert corrected(CLAIM, {"lines[0].modifiers": ""}).lines[0].modifiers == ()


def test_dollars_become_cents_and_the_claims_charge_follows() -> None:
    new = corrected(CLAIM, {"lines[1].charge_cents": "30.5", "lines[1].units": "2"})
    assert (new.lines[1].charge_cents, new.lines[1].units) == (3_050, Decimal(2))
    assert new.charge_cents == 7_500 + 3_050


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("nonsense", "1"),
        ("patient.nonsense", "1"),
        ("patient.last_name.more", "1"),
        ("coverages[2].member_id", "1"),
        ("coverages[x].member_id", "1"),
        ("coverages[-1].member_id", "1"),
        ("coverages.member_id", "1"),
        ("patient[0]", "1"),
        ("patient", "DOE"),
        ("coverages", "M123"),
        ("coverages[0]", "M123"),
        ("lines", ""),
        ("", "1"),
        (".", "1"),
        ("__class__", "1"),
        ("lines[0].service_date", "yesterday"),
        ("lines[0].units", "two"),
        ("lines[0].charge_cents", "1.234"),
        ("lines[0].charge_cents", "12,00"),
        ("lines[0].diagnosis_pointers", "1,a"),
        ("coverages[0].responsibility", "X"),
    ],
)
def test_what_fits_no_field_is_refused_with_the_field_and_without_the_value(path: str, value: str) -> None:
    with pytest.raises(BadCorrection) as caught:
        corrected(CLAIM, {path: value})
    assert caught.value.field == path
    if len(value) > 2:
        assert value not in str(caught.value)


@pytest.mark.parametrize(
    "path",
    ["patient_control_number", "source_control_number", "claim_frequency", "payer_claim_control_number"],
)
def test_what_the_system_sets_cannot_be_typed(path: str) -> None:
    with pytest.raises(BadCorrection, match="set by the system"):
        corrected(CLAIM, {path: "7"})


@given(st.text(max_size=30), st.text(max_size=10))
def test_no_typing_error_breaks_it(path: str, value: str) -> None:
    with suppress(BadCorrection):
        corrected(CLAIM, {path: value})


def test_what_a_claim_did_not_say_can_be_added() -> None:
    new = corrected(
        CLAIM,
        {
            "references": "9F:REF123, X4:11D0000000",
            "lines[0].notes": "ADD:seen twice that day",
            "lines[0].service_date_to": "2026-03-02",
            "patient_weight_pounds": "155.5",
            "patient_is_pregnant": "true",
        },
    )
    assert new.references == (Reference("9F", "REF123"), Reference("X4", "11D0000000"))
    assert new.lines[0].notes == (Note("ADD", "seen twice that day"),)
    assert new.lines[0].service_date_to == date(2026, 3, 2)
    assert (new.patient_weight_pounds, new.patient_is_pregnant) == (Decimal("155.5"), True)
    assert corrected(new, {"lines[0].service_date_to": ""}).lines[0].service_date_to is None


@pytest.mark.parametrize(
    ("path", "value"),
    [("references", "REF123"), ("stay", "x"), ("attachments", "x"), ("lines[0].service_date_to", "someday")],
)
def test_what_cannot_be_added_that_way_is_said(path: str, value: str) -> None:
    with pytest.raises(BadCorrection, match=path.partition("[")[0]):
        corrected(CLAIM, {path: value})
