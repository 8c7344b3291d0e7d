"""Hostile X12: whole files of every guide, damaged as real files are, and as they are not."""

import random
from collections.abc import Callable
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "tests" / "samples" / "edi" / "whole"
LONGEST = 1 << 20
"""The most bytes of one input."""

_ISA = 106
_ODD = (
    b"", b"-", b"-0", b"1e9", b"NaN", b"9" * 30, b"0.001", b"20261345", b"00000000", b"99999999", b"D8", b"RD8",
    b"\xff\xfe", "ñ".encode(), "\u202e".encode(), b"\x00", b":", b"^", b":::::", b"A:B:C:D:E:F:G", b"-1", b".5", b"5.",
    b" ", b"\x1b[2J",
)  # fmt: skip
_DELIMITERS = (
    b"*",
    b"~",
    b":",
    b"^",
    b"|",
    b"\n",
    b"\r",
    b"\t",
    b"\x1c",
    b"\x1d",
    b"!",
    b" ",
    b"A",
    b"0",
    b"\xa7",
    b"\x00",
)

Change = Callable[[random.Random, bytes], bytes]


def samples() -> dict[str, list[bytes]]:
    """Return whole files by guide (``837P``, ``278-answer``)."""
    found: dict[str, list[bytes]] = {}
    for path in sorted(SAMPLES.glob("*.x12")):
        found.setdefault(path.stem.rpartition("-")[0], []).append(path.read_bytes())
    return found


def mutated(rng: random.Random, data: bytes) -> bytes:
    """Return the file after one to four changes."""
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        data = rng.choices(_CHANGES, _WEIGHTS)[0](rng, data)[:LONGEST]
    return data


def _segments(data: bytes) -> list[bytes]:
    return data.split(b"~")


def _edit(rng: random.Random, data: bytes, edit: Callable[[list[bytes], int], None]) -> bytes:
    segments = _segments(data)
    edit(segments, rng.randrange(len(segments)))
    return b"~".join(segments)


def _duplicate(rng: random.Random, data: bytes) -> bytes:
    return _edit(rng, data, lambda s, i: s.insert(rng.randrange(len(s)), s[i]))


def _delete(rng: random.Random, data: bytes) -> bytes:
    return _edit(rng, data, lambda s, i: s.__delitem__(slice(i, i + rng.choice((1, 1, 1, 2, 5)))))


def _reorder(rng: random.Random, data: bytes) -> bytes:
    def swap(segments: list[bytes], index: int) -> None:
        other = rng.randrange(len(segments))
        segments[index], segments[other] = segments[other], segments[index]

    return _edit(rng, data, swap)


def _shuffle(rng: random.Random, data: bytes) -> bytes:
    segments = _segments(data)
    middle = segments[3:-3]
    rng.shuffle(middle)
    return b"~".join([*segments[:3], *middle, *segments[-3:]])


def _truncate(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _behead(rng: random.Random, data: bytes) -> bytes:
    return data[rng.randrange(min(len(data), 400) + 1) :]


def _flip(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64)) if changed else 0):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _element(rng: random.Random, data: bytes) -> bytes:
    """Replace an element with an odd value."""

    def odd(segments: list[bytes], index: int) -> None:
        elements = segments[index].split(b"*")
        elements[rng.randrange(len(elements))] = rng.choice(_ODD)
        segments[index] = b"*".join(elements)

    return _edit(rng, data, odd)


def _add_elements(rng: random.Random, data: bytes) -> bytes:
    return _edit(rng, data, lambda s, i: s.__setitem__(i, s[i] + b"*X" * rng.choice((1, 5, 50, 5000))))


def _huge(rng: random.Random, data: bytes) -> bytes:
    size = rng.choice((300, 5_000, 100_000))
    filling = rng.choice((b"9", b"A", b"*", b":", b"^", b"\n", b" ", b"\x00", b"-", b"HL*"))
    place = rng.randrange(len(data) + 1)
    return data[:place] + filling * (size // len(filling)) + data[place:]


def _delimiter(rng: random.Random, data: bytes) -> bytes:
    """Replace one delimiter, everywhere or from one place on."""
    old, new = rng.choice((b"*", b"~", b":", b"^")), rng.choice(_DELIMITERS)
    place = rng.choice((0, 0, _ISA, rng.randrange(len(data) + 1)))
    return data[:place] + data[place:].replace(old, new)


def _letters(rng: random.Random, data: bytes) -> bytes:
    """Change digits to letters, or letters to digits, in some places."""
    old, new = rng.choice(((b"0", b"O"), (b"1", b"I"), (b"2", b"Z"), (b"S", b"5"), (b"20", b"19")))
    place = rng.randrange(len(data) + 1)
    return data[:place] + data[place:].replace(old, new, rng.choice((1, 3, -1)))


def _line_breaks(rng: random.Random, data: bytes) -> bytes:
    """Wrap lines at a width, or change how segments end."""
    if rng.random() < 0.5:
        ending = rng.choice((b"~", b"~\r\n", b"~\n\n", b"~  ", b"\n", b"\r", b"\r\n", b"~\x00", b"~\t\n"))
        return data.replace(b"~\n", b"~").replace(b"~", ending)
    width = rng.choice((1, 20, 80))
    return b"\n".join(data[i : i + width] for i in range(0, len(data), width))


def _deep(rng: random.Random, data: bytes) -> bytes:
    """Nest levels deeply, or add thousands side by side."""
    code, under = (
        rng.choice((b"20", b"21", b"22", b"23", b"19", b"PT", b"EV", b"SS", b"")),
        rng.random() < 0.5,
    )
    levels = b"".join(
        b"HL*%d*%d*%s*1~" % (n, n - 1 if under else 1, code) for n in range(1, rng.choice((3, 60, 2000)))
    )
    return _insert(rng, data, levels)


def _repeat(rng: random.Random, data: bytes) -> bytes:
    """Repeat one stretch of the file."""
    segments = _segments(data)
    first = rng.randrange(len(segments))
    stretch = b"~".join(segments[first : first + rng.choice((1, 1, 3, 10))]) + b"~"
    return _insert(rng, data, stretch * rng.choice((2, 60, 1500)))


def _insert(rng: random.Random, data: bytes, what: bytes) -> bytes:
    segments = _segments(data)
    place = rng.randrange(len(segments))
    return b"~".join([*segments[:place], what.rstrip(b"~"), *segments[place:]])


def _foreign(rng: random.Random, data: bytes) -> bytes:
    """Insert segments of another guide."""
    other = _segments(rng.choice(rng.choice(list(_ALL.values()))))
    first = rng.randrange(len(other))
    return _insert(rng, data, b"~".join(other[first : first + rng.choice((1, 4, 40))]))


def _two_files(rng: random.Random, data: bytes) -> bytes:
    return data + rng.choice((b"", b"\n", b"junk", b"\x1a\x00")) + rng.choice(rng.choice(list(_ALL.values())))


def _bare(rng: random.Random, data: bytes) -> bytes:
    """Remove the ISA, or the GS as well."""
    segments = _segments(data)
    return b"~".join(segments[rng.choice((1, 2)) :]).lstrip()


def _lower(_: random.Random, data: bytes) -> bytes:
    return data.lower()


def _binary(rng: random.Random, data: bytes) -> bytes:
    """Insert binary data with a right or a wrong length."""
    content = rng.randbytes(rng.choice((0, 10, 5_000)))
    length = rng.choice((len(content), len(content), len(content) + 1, 0, 999_999_999, 10**12))
    return _insert(rng, data, rng.choice((b"BDS*ASC*%d*%s", b"BIN*%d*%s")) % (length, content))


def _noise(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.choice((0, _ISA, 300))] + rng.randbytes(rng.choice((1, 50, 2_000)))


_ALL = samples()
_WEIGHTED: dict[Change, int] = {
    _element: 24, _delete: 10, _duplicate: 8, _reorder: 8, _truncate: 8, _flip: 8, _letters: 5, _delimiter: 5,
    _foreign: 5, _line_breaks: 3, _shuffle: 3, _add_elements: 3, _behead: 2, _two_files: 2, _bare: 2, _binary: 2,
    _lower: 1, _noise: 1, _huge: 2, _deep: 1, _repeat: 1,
}  # fmt: skip
_CHANGES, _WEIGHTS = list(_WEIGHTED), list(_WEIGHTED.values())
