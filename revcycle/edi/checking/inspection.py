"""What a file is at a glance: envelopes, parties, transactions by guide with their totals, first findings.

It reads forwards in flat memory and needs no guide to be kept, so that a broken file can be looked at too.
Nobody's name is taken unless asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from revcycle.domain.finding import Finding
from revcycle.edi.checking.inspection_tally import GuideTotals, PersonSeen, Tally
from revcycle.edi.wire.guides import guide_of
from revcycle.edi.wire.interchange import Reading, TransactionStream, stream
from revcycle.edi.wire.segments import Segment

_ROLES = {
    "41": "submitter",
    "40": "receiver",
    "85": "billing provider",
    "PR": "payer",
    "PE": "payee",
    "1P": "provider",
    "AY": "clearinghouse",
    "X3": "review organization",
}
_PUBLIC_IDENTIFIERS = frozenset(["XX", "PI", "XV", "46"])
"""NPI, payer id, plan id, EDI id; a tax id may be a person's own number and is not shown."""

PARTIES_MOST = 100
TOTALS_MOST = 200


@dataclass(frozen=True, slots=True)
class PartySeen:
    """Somebody the file names who is not a patient."""

    role: str
    name: str
    identifier: str


@dataclass(frozen=True, slots=True)
class EnvelopeSeen:
    """An ISA with the functional groups (GS01 and GS08) inside it. ``stated_at`` is ISA09 and ISA10 as written."""

    control_number: str
    sender_id: str
    receiver_id: str
    usage: str
    stated_at: str
    delimiters: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """All that was seen. The first envelopes, parties and people are listed; everything is counted."""

    bytes_read: int
    segments: int
    interchanges: int
    groups: int
    envelopes: tuple[EnvelopeSeen, ...]
    totals: tuple[GuideTotals, ...]
    parties: tuple[PartySeen, ...]
    people: tuple[PersonSeen, ...]
    findings: tuple[Finding, ...]


def inspect(
    source: bytes | BinaryIO, people: int = 0, progress: Callable[[int], None] = lambda _: None
) -> Inspection:
    """Look through a file. Raises NotX12.

    ``people`` is how many patients to name, ``progress`` is told how many bytes have been read.
    """
    reading = stream(source)
    glance = _Glance(people)
    for transaction in reading:
        glance.look(transaction, progress, reading)
    return Inspection(
        reading.bytes_read,
        reading.segments,
        reading.interchanges,
        reading.groups,
        _envelopes(reading.headers),
        (*_acknowledged(reading), *glance.totals.values()),
        tuple(glance.parties),
        tuple(glance.people),
        (*reading.findings, *glance.findings),
    )


class _Glance:
    """Goes through the transactions and adds up."""

    def __init__(self, people: int) -> None:
        self.totals: dict[tuple[str, str], GuideTotals] = {}
        self.parties: dict[PartySeen, None] = {}
        self.people: list[PersonSeen] = []
        self.findings: list[Finding] = []
        self._most_people = people

    def look(self, transaction: TransactionStream, progress: Callable[[int], None], reading: Reading) -> None:
        guide = guide_of(transaction.kind, transaction.version)
        key = (guide, transaction.version)
        if key not in self.totals and len(self.totals) >= TOTALS_MOST:
            key = ("other", "")
        totals = self.totals.setdefault(key, GuideTotals(*key))
        tally = Tally(totals, transaction.kind, self._most_people - len(self.people))
        handlers = tally.handlers
        seen = 0
        for segment in transaction.segments:
            handler = handlers.get(segment.id)
            if handler is not None:
                handler(segment)
            elif segment.id in ("NM1", "N1"):
                self._party(segment)
                tally.named(segment)
            if reading.bytes_read != seen:
                seen = reading.bytes_read
                progress(seen)
        tally.close(transaction)
        self.people += tally.people
        self.findings += tally.findings[: max(0, TOTALS_MOST - len(self.findings))]

    def _party(self, segment: Segment) -> None:
        role = _ROLES.get(segment[1].upper())
        if role is None or len(self.parties) >= PARTIES_MOST:
            return
        name, qualifier, identifier = (
            (segment[3], segment[8], segment[9])
            if segment.id == "NM1"
            else (segment[2], segment[3], segment[4])
        )
        self.parties[PartySeen(role, name, identifier if qualifier in _PUBLIC_IDENTIFIERS else "")] = None


def _envelopes(headers: list[Segment]) -> tuple[EnvelopeSeen, ...]:
    found: list[tuple[Segment, list[str]]] = []
    for header in headers:
        if header.id == "ISA":
            found.append((header, []))
        elif found:
            found[-1][1].append(f"{header[1]} {header[8]}".strip())
    return tuple(_envelope(isa, groups) for isa, groups in found)


def _envelope(isa: Segment, groups: list[str]) -> EnvelopeSeen:
    told = isa.delimiters
    return EnvelopeSeen(
        control_number=isa[13],
        sender_id=isa[6],
        receiver_id=isa[8],
        usage={"P": "production", "T": "test"}.get(isa[15].upper(), isa[15]),
        stated_at=f"{isa[9]} {isa[10]}".strip(),
        delimiters=f"{told.element}{told.component}{told.repetition}{told.segment}",
        groups=tuple(groups),
    )


def _acknowledged(reading: Reading) -> tuple[GuideTotals, ...]:
    if not reading.interchange_acknowledgments:
        return ()
    totals = GuideTotals("TA1", "")
    for segment in reading.interchange_acknowledgments:
        totals.count({"A": "accepted", "E": "accepted_with_errors"}.get(segment[4].upper(), "rejected"))
    return (totals,)
