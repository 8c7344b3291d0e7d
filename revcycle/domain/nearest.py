"""Which known word was meant by a mistyped one."""

from collections.abc import Iterable
from difflib import get_close_matches

_LIKENESS_MIN = 0.6


def nearest(said: str, known: Iterable[str]) -> str:
    """Return the known word most like the one that was said, empty when none is near."""
    words = {word.lower(): word for word in known}
    found = get_close_matches(said.lower(), words, 1, _LIKENESS_MIN)
    return words[found[0]] if found else ""


def one_of(said: str, known: Iterable[str]) -> str:
    """Return the advice for a word that is not known: the nearest first, then all of them."""
    words = tuple(known)
    near = nearest(said, words)
    return (f"did you mean {near}? It is " if near else "") + f"one of {', '.join(words)}"
