"""What one 837 guide (professional, institutional, dental) adds to the parts they share."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from revcycle.domain.claims.claim import Claim, ClaimKind, Coverage, ServiceLine
from revcycle.domain.finding import Finding
from revcycle.edi.claim_837.parts.facts import ClaimToSend
from revcycle.edi.claim_837.parts.loops import ClaimLoop
from revcycle.edi.wire.segment_writer import SegmentWriter
from revcycle.edi.wire.segments import Segment

Facts = dict[str, Any]
"""Fields of a Claim or a ServiceLine as they are found; lists become tuples at the end."""

OF_ALL_LINES = "_of_all_lines"
"""The one key of a claim's facts that is no field: a DTP that dates every line without a date of its own."""

SegmentReader = Callable[[Facts, Segment], bool]
"""Takes one segment into the facts; False when it says what no fact holds."""

PartyReader = Callable[[Facts, list[Segment], "Remarks"], bool]
"""Takes one NM1 loop into the facts; False when no fact holds it."""


class Remarks:
    """What was read beside the facts: segments that no fact holds, with their loop, and findings."""

    __slots__ = ("findings", "not_carried")

    def __init__(self) -> None:
        """Start empty."""
        self.not_carried: list[tuple[str, Segment]] = []
        self.findings: list[Finding] = []

    def leave(self, place: str, segments: Iterable[Segment]) -> None:
        """Name segments of a loop (``2300``) that no fact holds."""
        self.not_carried += [(place, segment) for segment in segments]


@dataclass(frozen=True, slots=True)
class ProviderLoop:
    """What a guide has in one provider loop.

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

    ``service`` is the segment that makes a service line. ``write_claim`` writes from CLM up to before 2320,
    ``write_line`` from behind LX up to before 2430. ``read_claim`` returns fields of Claim from loop 2300 with
    2310 (all but the parties above, coverages, lines and kind), ``read_line`` a line from 2400 to 2420, given its
    number and the claim's fields. Both raise Unreadable; what no fact holds they leave in the remarks.
    ``billing`` is loop 2010AA without its tax number.
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
    """Take a loop into the facts: own segments by name, NM1 loops by entity code; the rest is remarked."""
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
