"""The interface of one 837 guide (professional, institutional, dental): what it adds to the shared parts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from revcycle.domain.claims.claim import Claim, ClaimKind, Coverage, ServiceLine
from revcycle.domain.claims.outgoing import ClaimToSend
from revcycle.domain.finding import Finding
from revcycle.edi.claim_837.parts.loops import ClaimLoop
from revcycle.edi.wire.segment_writer import SegmentWriter
from revcycle.edi.wire.segments import Segment

Facts = dict[str, Any]
"""Fields of a Claim or a ServiceLine while reading; lists become tuples at the end."""

OF_ALL_LINES = "_of_all_lines"
"""The one key of a claim's facts that is no field: a DTP for every line without a date of its own."""

SegmentReader = Callable[[Facts, Segment], bool]
"""Takes one segment into the facts; returns False when no fact holds it."""

PartyReader = Callable[[Facts, list[Segment], "Remarks"], bool]
"""Takes one NM1 loop into the facts; returns False when no fact holds it."""


class Remarks:
    """What the reader reports beside the facts: segments that no fact holds, with their loop, and findings."""

    __slots__ = ("findings", "not_carried")

    def __init__(self) -> None:
        """Start empty."""
        self.not_carried: list[tuple[str, Segment]] = []
        self.findings: list[Finding] = []

    def leave(self, place: str, segments: Iterable[Segment]) -> None:
        """Report segments of a loop (``2300``) that no fact holds."""
        self.not_carried += [(place, segment) for segment in segments]


@dataclass(frozen=True, slots=True)
class ProviderLoop:
    """What a guide allows in one provider loop.

    ``entity`` is NM102: 1 a person, 2 an organisation, empty for either. ``taxonomy`` is PRV01, empty for no PRV.
    ``ids`` are the REF01 allowed, ``most_ids`` of them. ``address`` is ``must``, ``may`` or empty for none.
    """

    loop: str
    entity: str = ""
    taxonomy: str = ""
    ids: tuple[str, ...] = ()
    most_ids: int = 0
    address: str = ""
    phone: bool = False
    named: bool = True


BILLING = ProviderLoop("2010AA", "", "BI", ("0B", "1G"), 2, "must", True)


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide. ``version`` is written to GS08 and ST03; ``reads`` are the first ten characters it reads.

    ``service`` is the segment of a service line. ``write_claim`` writes from CLM up to before 2320, ``write_line``
    from after LX up to before 2430. ``read_claim`` returns fields of Claim from loop 2300 with 2310 (all but the
    parties above, coverages, lines and kind), ``read_line`` a line from 2400 to 2420, given its number and the
    claim's fields. Both raise Unreadable; segments that no fact holds go to the remarks. ``billing`` is loop 2010AA
    without its tax number.
    """

    kind: ClaimKind
    version: str
    reads: tuple[str, ...]
    most_lines: int
    service: str
    write_claim: Callable[[SegmentWriter, ClaimToSend, Coverage], None]
    write_line: Callable[[SegmentWriter, Claim, ServiceLine], None]
    read_claim: Callable[[ClaimLoop, Remarks], Facts]
    read_line: Callable[[ClaimLoop, int, Facts, Remarks], ServiceLine]
    billing: ProviderLoop = BILLING

    @property
    def code(self) -> str:
        """The first part of this guide's finding codes."""
        return self.kind.value.lower()


def read_loop(
    loop: ClaimLoop,
    place: str,
    segments: Mapping[str, SegmentReader],
    parties: Mapping[str, PartyReader],
    facts: Facts,
    remarks: Remarks,
) -> None:
    """Read a loop into the facts: own segments by name, NM1 loops by entity code; all others go to the remarks."""
    for segment in loop.own:
        read = segments.get(segment.id)
        if read is None or not read(facts, segment):
            remarks.not_carried.append((place, segment))
    for party in loop.parties:
        read_party = parties.get(party[0][1])
        if read_party is None or not read_party(facts, party, remarks):
            remarks.leave(place, party)
    for form in loop.forms:
        remarks.leave(place, form)


def closed(facts: Facts) -> Facts:
    """Return the facts with lists as tuples."""
    for name, value in facts.items():
        if value.__class__ is list:
            facts[name] = tuple(value)
    return facts
