"""Templates: what is undefined fails, what is given is quoted, both languages stand complete."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from revcycle import forms, letters, press
from revcycle.letters.catalog import CATALOG, Letter
from revcycle.letters.contexts_appeal import AppealArgument
from revcycle.press.words import TEMPLATES, environment, printable, typst_string


@pytest.mark.parametrize("source", ["<< nothing >>", "<< letter.nothing >>", "<% if nothing %>x<% endif %>"])
def test_what_is_undefined_is_an_error(source: str) -> None:
    with pytest.raises(UndefinedError):
        environment("en").from_string(source).render(letter=object())


@pytest.mark.parametrize("source", ["<< value >>", "<< value | sentence >>", "<< '$1 #x' >>", "<< 5 >>"])
def test_every_value_is_written_as_a_string_literal(source: str) -> None:
    written = environment("en").from_string(source).render(value='#panic("x") \\ $')
    assert re.fullmatch(r'#"(?:[^"\\]|\\\\|\\")*";', written)


def test_what_a_template_says_itself_is_left_alone() -> None:
    source = "<% macro bold(x) %>*<< x >>*<% endmacro %><< bold('a') >>"
    assert environment("en").from_string(source).render() == '*#"a";*'


@given(st.text())
def test_a_literal_ends_only_where_it_should(text: str) -> None:
    literal = typst_string(text)
    body = literal[1:-1].replace("\\\\", "").replace('\\"', "")
    assert literal[0] == literal[-1] == '"'
    assert '"' not in body
    assert "\\" not in body
    assert printable(printable(text)) == printable(text)
    literal.encode()


def test_days_are_written_in_the_letter_s_language() -> None:
    source = "<< on | day >><< on | short_day >>"
    day = date(2026, 3, 9)
    assert environment("en").from_string(source).render(on=day) == '#"March 9, 2026";#"03/09/2026";'
    assert environment("es").from_string(source).render(on=day) == '#"9 de marzo de 2026";#"03/09/2026";'


@pytest.mark.parametrize("letter", CATALOG.values(), ids=str)
def test_every_letter_of_the_catalog_has_its_words(letter: Letter) -> None:
    for language in letter.languages:
        assert (TEMPLATES / letter.template(language)).is_file()


@pytest.mark.parametrize("argument", AppealArgument)
def test_every_argument_has_its_words(argument: AppealArgument) -> None:
    words = (TEMPLATES / "appeal" / f"argument_{argument}.en.jinja").read_text()
    assert len(words.split()) > 30


def test_no_word_file_lies_unused() -> None:
    named = {letter.template(language) for letter in CATALOG.values() for language in letter.languages}
    named |= {f"appeal/argument_{argument}.en.jinja" for argument in AppealArgument}
    texts = [path.read_text() for path in TEMPLATES.rglob("*.jinja")]
    named |= {name for text in texts for name in re.findall(r'"([a-z_]+/[a-z_.]+\.jinja)"', text)}
    code = [
        path.read_text() for room in (letters, forms, press) for path in Path(room.__path__[0]).glob("*.py")
    ]
    named |= {name for text in code for name in re.findall(r"form/[a-z0-9_]+\.en\.jinja", text)}
    named |= {"layout/words.en.jinja", "layout/words.es.jinja"}
    assert {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.jinja")} == named


def test_fonts_travel_with_their_licence() -> None:
    fonts = Path(press.__path__[0]) / "fonts"
    assert {path.name for path in fonts.glob("*.ttf")} == {
        "LiberationMono-Regular.ttf",
        "LiberationSans-Bold.ttf",
        "LiberationSans-Italic.ttf",
        "LiberationSans-Regular.ttf",
    }
    assert "SIL OPEN FONT LICENSE" in (fonts / "LICENSE").read_text()
