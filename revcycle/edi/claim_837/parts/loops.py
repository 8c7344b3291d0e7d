"""The segments of one 837 claim, cut into its loops: 2300, the 2320s and the 2400s, each with its sub-loops.

A sub-loop keeps only the segments that belong to it; one that is out of order goes to the loop around it.
"""

from collections.abc import Iterable

from revcycle.edi.wire.segments import Segment

_PARTY = frozenset(["N2", "N3", "N4", "REF", "PRV", "PER", "DMG", "DTP"])
_DRUG = frozenset(["CTP", "REF"])
_ADJUDICATION = frozenset(["CAS", "DTP", "AMT"])
_FORM = frozenset(["FRM"])
_MEMBERS = {"NM1": _PARTY, "LIN": _DRUG, "SVD": _ADJUDICATION, "LQ": _FORM}
_FIRST = frozenset([*_MEMBERS, "LX", "SBR"])
_FIRST_BY_SERVICE = {service: _FIRST | {service} for service in ("SV1", "SV2", "SV3")}


class ClaimLoop:
    """Loop 2300, 2320 or 2400: its own segments and its sub-loops, each starting with the segment that opens it.

    ``parties`` open with NM1, ``drugs`` with LIN, ``adjudications`` with SVD, ``forms`` with LQ.
    """

    __slots__ = ("adjudications", "drugs", "forms", "own", "parties")

    def __init__(self) -> None:
        """Start empty."""
        self.own: list[Segment] = []
        self.parties: list[list[Segment]] = []
        self.drugs: list[list[Segment]] = []
        self.adjudications: list[list[Segment]] = []
        self.forms: list[list[Segment]] = []

    def open(self, segment: Segment) -> list[Segment]:
        """Open the sub-loop that this segment starts."""
        loop = [segment]
        kind = segment.id
        if kind == "NM1":
            self.parties.append(loop)
        elif kind == "LIN":
            self.drugs.append(loop)
        elif kind == "SVD":
            self.adjudications.append(loop)
        else:
            self.forms.append(loop)
        return loop

    def first(self, name: str, qualifier: str = "") -> Segment | None:
        """Return the first own segment of that name (and first element), None when there is none."""
        for segment in self.own:
            if segment.id == name and (not qualifier or segment[1] == qualifier):
                return segment
        return None


class ClaimLoops:
    """The loops of one claim: 2300 with 2310 is ``head``; a line starts with LX, or its SVx where LX is missing."""

    __slots__ = ("head", "lines", "others")

    def __init__(self) -> None:
        """Start empty."""
        self.head = ClaimLoop()
        self.others: list[ClaimLoop] = []
        self.lines: list[ClaimLoop] = []


def party_loops(segments: Iterable[Segment]) -> tuple[list[Segment], list[list[Segment]]]:
    """Cut the segments of an HL level (2000A, B or C) into its own and its NM1 loops."""
    own: list[Segment] = []
    parties: list[list[Segment]] = []
    for segment in segments:
        if segment.id == "NM1":
            parties.append([segment])
        elif parties and segment.id in _PARTY:
            parties[-1].append(segment)
        else:
            own.append(segment)
    return own, parties


def claim_loops(segments: Iterable[Segment], service: str) -> ClaimLoops:
    """Cut the segments of one claim, CLM first; ``service`` is the guide's SV1, SV2 or SV3."""
    loops = ClaimLoops()
    first = _FIRST_BY_SERVICE[service]
    around = loops.head
    loop = around.own
    members: frozenset[str] | None = None
    served = False
    for segment in segments:
        name = segment.id
        if name in first:
            if name in _MEMBERS:
                loop, members = around.open(segment), _MEMBERS[name]
                continue
            if name == "LX" or (name == service and (served or not loops.lines)):
                if not _is_bare_lx(loops):
                    around = ClaimLoop()
                    loops.lines.append(around)
                served = False
            elif name == "SBR" and not loops.lines:
                around = ClaimLoop()
                loops.others.append(around)
            served = served or name == service
            loop, members = around.own, None
        if members is None or name in members:
            loop.append(segment)
        else:
            around.own.append(segment)
    return loops


def _is_bare_lx(loops: ClaimLoops) -> bool:
    """Tell whether the last line is nothing but its LX, which some senders repeat."""
    if not loops.lines:
        return False
    own = loops.lines[-1].own
    return len(own) == 1 and own[0].id == "LX"
