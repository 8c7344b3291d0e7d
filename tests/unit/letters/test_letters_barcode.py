"""Code 128: every symbol has eleven modules, the check symbol is right, and a reader gets the text back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revcycle.press.barcode import _PATTERNS, UnencodableText, code128_widths

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40)


def read(widths: tuple[int, ...]) -> str:
    """Read a bar code the way a scanner does."""
    symbols = ["".join(map(str, widths[at : at + 6])) for at in range(0, len(widths) - 7, 6)]
    values = [_PATTERNS.index(symbol) for symbol in symbols]
    start, *data, check = values
    assert start == 104
    assert check == (start + sum(place * value for place, value in enumerate(data, start=1))) % 103
    assert "".join(map(str, widths[-7:])) == "2331112"
    return "".join(chr(value + 32) for value in data)


def test_the_pattern_table_is_whole() -> None:
    assert len(_PATTERNS) == len(set(_PATTERNS)) == 107
    assert all(sum(map(int, pattern)) == 11 for pattern in _PATTERNS[:-1])
    assert all(sum(map(int, pattern[::2])) % 2 == 0 for pattern in _PATTERNS[:-1])


@given(PRINTABLE)
def test_a_scanner_reads_back_what_was_written(text: str) -> None:
    assert read(code128_widths(text)) == text


@pytest.mark.parametrize("text", ["", "Año", "a\nb"])
def test_text_outside_the_code_set_is_refused(text: str) -> None:
    with pytest.raises(UnencodableText):
        code128_widths(text)
