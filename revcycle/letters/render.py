"""From a kind of letter and its facts to a PDF: tagged, PDF/UA-1, and the same bytes for the same facts.

Failures say which letter and which place in its template; never what stood in the context, because a
failure's words end in logs and workflow histories.
"""

from pathlib import Path

from jinja2 import TemplateError, TemplateNotFound, UndefinedError

from revcycle.letters.catalog import CATALOG, Letter, LetterContext, LetterKind
from revcycle.letters.enclosures import Enclosure, attached
from revcycle.letters.values import MissingValue
from revcycle.press.typesetter import RenderFailed, UnprintableText, press
from revcycle.press.words import TEMPLATES, environment

__all__ = ["MissingValue", "RenderFailed", "UnknownLetter", "UnprintableText", "render"]


class UnknownLetter(ValueError):
    """There is no such letter: the kind, its language, or the context's type is not in the catalog."""


def render(
    kind: LetterKind, context: LetterContext, language: str = "en", enclosures: tuple[Enclosure, ...] = ()
) -> bytes:
    """Return the letter as a PDF, the enclosures attached to it as files. Safe to call from any thread.

    Raises UnknownLetter, MissingValue, UnprintableText, RenderFailed; none repeats a value of the context.
    """
    letter = _known(kind, context, language)
    source = _write(letter, context, language) + attached(enclosures)
    return press(source, f"letter {letter.kind} ({language})", context.letter_date)


def _known(kind: LetterKind, context: LetterContext, language: str) -> Letter:
    """Return the catalog's entry, or raise UnknownLetter."""
    letter = CATALOG.get(kind)
    if letter is None:
        raise UnknownLetter("no such kind of letter; LetterKind lists them")
    if language not in letter.languages:
        raise UnknownLetter(f"letter {kind} is written in {', '.join(letter.languages)} only")
    if type(context) is not letter.context_type:
        raise UnknownLetter(f"letter {kind} takes a {letter.context_type.__name__} as its context")
    return letter


def _write(letter: Letter, context: LetterContext, language: str) -> str:
    """Return the letter's Typst source."""
    place = f"letter {letter.kind} ({language})"
    try:
        return environment(language).get_template(letter.template(language)).render(letter=context)
    except UndefinedError as failure:
        raise MissingValue(f"{place}: {_where(failure)} uses a value the context does not have") from None
    except TemplateNotFound as failure:
        raise RenderFailed(f"{place}: there is no template {failure.name}") from None
    except (TemplateError, ValueError, TypeError, AttributeError, ArithmeticError, LookupError) as failure:
        raise RenderFailed(f"{place}: {type(failure).__name__} at {_where(failure)}") from None


def _where(failure: BaseException) -> str:
    """Return the template line a failure rose from: the deepest frame that is one of ours."""
    place, trace = "its template", failure.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(TEMPLATES):
            place = f"{path.relative_to(TEMPLATES)} line {trace.tb_lineno}"
        trace = trace.tb_next
    return place
