"""Money in and out of text: whole cents, nothing guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.domain.money import BrokenAmount, dollars, parse_cents, x12_amount

cents = st.integers(-(10**13) + 1, 10**13 - 1)


@given(cents)
def test_what_we_write_we_read_again(amount: int) -> None:
    assert parse_cents(x12_amount(amount)) == amount


@given(cents)
def test_an_x12_amount_has_no_zero_too_many(amount: int) -> None:
    told = x12_amount(amount)
    assert "+" not in told
    assert "e" not in told.lower()
    assert not ("." in told and told.endswith("0"))
    assert not told.endswith(".")


@given(cents)
def test_a_reader_sees_the_same_amount(amount: int) -> None:
    told = dollars(amount)
    assert parse_cents(told.replace("$", "").replace(",", "")) == amount


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.5", 1250),
        ("12", 1200),
        (".5", 50),
        ("-0.07", -7),
        (" 3.10 ", 310),
        ("0", 0),
        ("-0", 0),
        ("007", 700),
    ],
)
def test_amounts_as_people_and_x12_write_them(text: str, expected: int) -> None:
    assert parse_cents(text) == expected


JUNK = (
    *(
        "",
        " ",
        "-",
        ".",
        "-.",
        "1.",
        "1.234",
        "1e3",
        "1,000",
        "$5",
        "+5",
        "--5",
        "5-",
        "1 2",
        "NaN",
        "inf",
        "0x5",
    ),
    *("١٢", "12345678901234", "1_000", "1\n.5", "5\x00"),
)


@pytest.mark.parametrize("text", JUNK)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BrokenAmount):
        parse_cents(text)


@given(st.text(max_size=12))
def test_no_text_breaks_the_reader_or_is_repeated_in_the_error(text: str) -> None:
    try:
        told = str(parse_cents(text))
    except BrokenAmount as error:
        told = str(error)
    assert told == "not an amount in dollars and cents" or int(told) == parse_cents(text)


@pytest.mark.parametrize(
    ("amount", "told"), [(-123450, "-$1,234.50"), (0, "$0.00"), (5, "$0.05"), (100_000_000, "$1,000,000.00")]
)
def test_dollars_for_a_reader(amount: int, told: str) -> None:
    assert dollars(amount) == told
