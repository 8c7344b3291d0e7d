"""Dialects of the 835 as payers write them: the same payments in files that differ from ours."""

from collections.abc import Callable, Iterable

_Segments = list[list[bytes]]


def _split(body: bytes) -> _Segments:
    return [text.strip().split(b"*") for text in body.split(b"~") if text.strip()]


def _joined(segments: Iterable[list[bytes]]) -> bytes:
    """Join the segments and count them anew, so that nothing but the dialect differs."""
    lines, since = [], 0
    for segment in segments:
        since = 1 if segment[0] == b"ST" else since + 1
        counted = [segment[0], str(since).encode(), *segment[2:]] if segment[0] == b"SE" else segment
        lines.append(b"*".join(counted) + b"~")
    return b"".join(lines)


def _one_line(body: bytes) -> bytes:
    return body.replace(b"\n", b"")


def _newlines(body: bytes) -> bytes:
    return _one_line(body).replace(b"~", b"~\r\n")


def _delimiters(element: bytes, component: bytes, segment: bytes) -> Callable[[bytes], bytes]:
    def write(body: bytes) -> bytes:
        body = _one_line(body)
        if any(sign in body for sign in (element, component, segment)):
            return body  # a name holds one of the delimiters, so the payer keeps the usual ones
        return body.translate(bytes.maketrans(b"*:~", element + component + segment))

    return write


def _lower_case(body: bytes) -> bytes:
    return body.lower()


def _no_lx(body: bytes) -> bytes:
    return _joined(segment for segment in _split(body) if segment[0] != b"LX")


def _repeated_n1(body: bytes) -> bytes:
    """Repeat payer and payee, as payers do that join the files of two systems."""
    found: _Segments = []
    loop: _Segments = []
    for segment in _split(body):
        if segment[0] in (b"N1", b"LX", b"CLP", b"PLB", b"SE"):
            found += loop
            loop = []
        if segment[0] == b"N1" or (loop and segment[0] in (b"N3", b"N4", b"REF", b"PER", b"RDM")):
            loop.append(segment)
        found.append(segment)
    return _joined(found)


def _mia_moa(body: bytes) -> bytes:
    """Give every claim remarks of its own: MOA to all, MIA before it to every second one."""
    found: _Segments = []
    claims, waiting = 0, False
    for segment in _split(body):
        if waiting and segment[0] not in (b"CAS", b"NM1"):
            if claims % 2:
                found.append([b"MIA", b"0", b"", b"", b"0", b"MA13"])
            found.append([b"MOA", b"", b"", b"MA01", b"N130"])
            waiting = False
        if segment[0] == b"CLP":
            claims, waiting = claims + 1, True
        found.append(segment)
    return _joined(found)


DIALECTS: dict[str, Callable[[bytes], bytes]] = {
    "one_line": _one_line,
    "newlines": _newlines,
    "pipes": _delimiters(b"|", b">", b"\n"),
    "control_characters": _delimiters(b"\x1d", b"\x1f", b"\x1c"),
    "lower_case": _lower_case,
    "no_lx": _no_lx,
    "repeated_n1": _repeated_n1,
    "mia_moa": _mia_moa,
}
"""By name: each takes a file with our delimiters and returns the same payments in the dialect."""
