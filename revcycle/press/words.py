"""Jinja: from a template and a context to the Typst source of one letter. Every value becomes quoted text.

A value can never act as markup: ``finalize`` writes it as a Typst string literal. What a template itself
says (its text, macros, blocks) is ``Markup`` and passes as it stands.
"""

import re
import unicodedata
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from revcycle.domain.money import dollars
from revcycle.press.barcode import code128_widths

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
}
_BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return the text on one line, without characters that only steer a printer.

    White space and control characters become one space; direction overrides and halves of characters go.
    """
    whole = unicodedata.normalize("NFC", text)
    kept = (character for character in whole if unicodedata.category(character) not in ("Cs", "Cn"))
    spaced = ("" if _BIDI_CONTROLS.match(character) else character for character in kept)
    plain = (" " if unicodedata.category(character) == "Cc" else character for character in spaced)
    return " ".join("".join(plain).split())


def typst_string(text: str) -> str:
    """Return the text as a Typst string literal, quotes included."""
    escaped = printable(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _quoted(text: str) -> Markup:
    """The text as a string inside Typst markup."""
    return _markup("#" + typst_string(text) + ";")


def _markup(source: str) -> Markup:
    """Typst source made here, where every value in it has been quoted or is a number."""
    return Markup(source)  # noqa: S704 - this is Typst, not HTML; typst_string does the quoting


@pass_context  # Without a context Jinja folds constants before it asks us, and they would pass unquoted.
def _finalize(context: Context, value: object) -> object:
    """Write a value as text in Typst markup; let a template's own markup and undefined values pass."""
    if isinstance(value, Markup | StrictUndefined):
        return value
    return _quoted(str(value))


def _long_day(language: str, day: date) -> str:
    month = _MONTHS[language][day.month - 1]
    return f"{day.day} de {month} de {day.year}" if language == "es" else f"{month} {day.day}, {day.year}"


def _short_day(day: date) -> str:
    """The day as Americans write it in a table, in either language."""
    return f"{day.month:02d}/{day.day:02d}/{day.year}"


def _clock_time(at: datetime) -> str:
    """The time of day in UTC."""
    return f"{at.astimezone(UTC):%H:%M}"


def _sentence(words: str) -> str:
    """The words as the beginning of a sentence; capitals inside them stay."""
    return words[:1].upper() + words[1:]


def _minus(cents: int) -> str:
    """An amount that lowers a balance, with its sign; nothing is just nothing."""
    return dollars(-cents)


def _bars(text: str) -> Markup:
    """The bar code's widths as a Typst array."""
    return _markup(f"({', '.join(map(str, code128_widths(text)))})")


def _plain(number: float) -> Markup:
    """A number as Typst code has it: a place on a form's grid."""
    return _markup(f"{number:g}")


def _hash_lines(digest: str) -> Markup:
    """A long hash as two halves on two lines, so that it can be compared by eye and copied."""
    middle = (len(digest) + 1) // 2
    halves = (digest[:middle], digest[middle:])
    return Markup(" \\ ").join(_quoted(half) for half in halves if half)


@cache
def environment(language: str, folder: Path = TEMPLATES) -> Environment:
    """Return the Jinja environment of one language: strict, quoting, with the filters the templates use."""
    made = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        finalize=_finalize,
        autoescape=True,
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(dollars=dollars, minus=_minus, short_day=_short_day)
    made.filters.update(
        day=lambda day: _long_day(language, day),
        clock_time=_clock_time,
        sentence=_sentence,
        bars=_bars,
        plain=_plain,
        hash_lines=_hash_lines,
    )
    made.globals["language"] = language
    return made
