"""Exhibits inside a letter's PDF come out as they went in, whatever stands in them."""

import io

import pypdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from revcycle.letters.catalog import LetterKind
from revcycle.letters.enclosures import Enclosure
from revcycle.letters.render import render
from revcycle.letters.specimens import specimen
from revcycle.letters.values import MissingValue

LETTER = specimen(LetterKind.APPEAL)


@settings(max_examples=25)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1).filter(str.strip))
@example('#pdf.attach("x") \\u{41} "quoted" \\\n$math$ é ñ')
def test_an_exhibit_comes_out_as_it_went_in(text: str) -> None:
    content = render(
        LetterKind.APPEAL, LETTER, enclosures=(Enclosure(label="A", title="Claim summary", text=text),)
    )
    attached = pypdf.PdfReader(io.BytesIO(content)).attachments
    assert attached["exhibit-A-claim-summary.txt"] == [text.encode()]


def test_a_letter_without_exhibits_is_the_same_as_before() -> None:
    content = render(LetterKind.APPEAL, LETTER)
    assert content == render(LetterKind.APPEAL, LETTER, enclosures=())
    assert not pypdf.PdfReader(io.BytesIO(content)).attachments


def test_an_empty_exhibit_is_refused() -> None:
    with pytest.raises(MissingValue, match=r"Enclosure\.text"):
        Enclosure(label="A", title="Claim summary", text="  ")
