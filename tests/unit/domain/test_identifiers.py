"""Check digits and shapes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.identifiers import is_diagnosis_code, is_npi, is_procedure_code, is_tin, luhn

digits = st.text("0123456789", min_size=1, max_size=20)


def with_check_digit(stem: str) -> str:
    return next(stem + last for last in "0123456789" if luhn(stem + last))


@given(digits, st.data())
def test_one_wrong_digit_is_always_noticed(stem: str, data: st.DataObject) -> None:
    good = with_check_digit(stem)
    place = data.draw(st.integers(0, len(good) - 1))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != good[place]]))
    assert not luhn(good[:place] + wrong + good[place + 1 :])


@given(st.integers(0, 99_999_999))
def test_of_ten_last_digits_one_makes_an_npi(stem: int) -> None:
    assert sum(is_npi(f"1{stem:08d}{last}") for last in range(10)) == 1


@pytest.mark.parametrize("text", ["1234567893", "1245319599"])
def test_published_examples_of_npis(text: str) -> None:
    assert is_npi(text)


@pytest.mark.parametrize(
    "text", ["1234567890", "123456789", "12345678930", "", "123456789a", "１２３４５６７８９３"]
)
def test_what_is_no_npi(text: str) -> None:
    assert not is_npi(text)


def test_a_tax_number_is_nine_digits() -> None:
    assert is_tin("123456789")
    assert not any(
        is_tin(text) for text in ("12-3456789", "12345678", "1234567890", "", "１２３４５６７８９")
    )


@pytest.mark.parametrize(
    "text", ["M25569", "M25.569", "E119", "E11.9", "Z00", "J06.9", "S52521A", "T36.0X1A"]
)
def test_shapes_of_icd_10_cm(text: str) -> None:
    assert is_diagnosis_code(text)


@pytest.mark.parametrize(
    "text", ["", "M2", "U071X9Z12", "m25569", "12345", "M25..5", "M25569\n", "M25 569", "MM5"]
)
def test_what_is_no_diagnosis_code(text: str) -> None:
    assert not is_diagnosis_code(text)


@pytest.mark.parametrize("text", ["99213", "20610", "0001F", "0042T", "0001U", "0001M", "J1100", "G0008"])
def test_shapes_of_cpt_and_hcpcs(text: str) -> None:
    assert is_procedure_code(text)


@pytest.mark.parametrize(
    "text", ["", "9921", "992133", "9921X", "W1234", "j1100", "J110", "99213\n", "99 13"]
)
def test_what_is_no_procedure_code(text: str) -> None:
    assert not is_procedure_code(text)
