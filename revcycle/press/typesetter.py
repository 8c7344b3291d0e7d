"""From Typst source to a PDF, with our fonts and templates and nothing else of the machine."""

import threading
from datetime import UTC, date, datetime, time
from pathlib import Path

import typst

from revcycle.press.words import TEMPLATES

_FONTS = Path(__file__).parent / "fonts"
_THREAD = threading.local()


class RenderFailed(RuntimeError):
    """A letter or form could not be set. Names it, never the values in it."""


class UnprintableText(RenderFailed):
    """A value holds a character our fonts cannot print, so the page would go out with a hole in it."""


def press(source: str, place: str, made_on: date) -> bytes:
    """Return the PDF (PDF/UA-1) the source means; the same source on the same day is the same file.

    ``place`` names the letter in failures. Safe to call from any thread. Raises RenderFailed, UnprintableText.
    """
    made_at = datetime.combine(made_on, time(12), UTC)
    try:
        printed = _compiler().compile(
            input=source.encode(), format="pdf", pdf_standards=["ua-1"], timestamp=made_at
        )
    except typst.TypstError as failure:
        if "could not be displayed" in failure.message:
            message = f"{place}: a value has a character our fonts lack; write it in Latin letters"
            raise UnprintableText(message) from None
        raise RenderFailed(f"{place}: its Typst source does not compile") from None
    if not isinstance(printed, bytes):
        raise RenderFailed(f"{place}: no pages")
    return printed


def _compiler() -> typst.Compiler:
    """Return this thread's compiler."""
    compiler: typst.Compiler | None = getattr(_THREAD, "compiler", None)
    if compiler is None:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])
        compiler = typst.Compiler(root=TEMPLATES, font_paths=fonts, ignore_system_fonts=True)
        _THREAD.compiler = compiler
    return compiler
