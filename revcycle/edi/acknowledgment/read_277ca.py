"""Read claim acknowledgments, 277CA (005010X214): receiver, providers, claims and lines, each with its statuses."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from revcycle.domain.finding import Finding, Severity
from revcycle.domain.mail.acknowledgment import (
    BatchAcknowledgment,
    ClaimAcknowledgment,
    ProviderAcknowledgment,
)
from revcycle.domain.mail.acknowledgment_details import AcknowledgedTotals, StatusReport
from revcycle.domain.remittances.remittance_details import NamedParty, Reference
from revcycle.edi.acknowledgment.claim_277ca import cents_of, deciding, read_claim, read_report
from revcycle.edi.wire.common_segments import read_name
from revcycle.edi.wire.elements import is_number, parse_day
from revcycle.edi.wire.interchange import TransactionStream, stream
from revcycle.edi.wire.segments import Segment

_OTHER_GUIDES = ("X212", "X213", "X313")
"""The 277s that are no acknowledgment: status answers and requests for information."""

_COUNTS = {"90": "accepted_count", "QA": "accepted_count", "AA": "rejected_count", "QC": "rejected_count"}
_AMOUNTS = {"YU": "accepted_cents", "YY": "rejected_cents"}


@dataclass(frozen=True, slots=True)
class ClaimAcknowledgmentFile:
    """All 277CAs of a file, one batch for each receiver, and what was read without a place in the facts."""

    batches: tuple[BatchAcknowledgment, ...]
    findings: tuple[Finding, ...]


def read_batches(source: bytes | BinaryIO) -> ClaimAcknowledgmentFile:
    """Return every batch's acknowledgment with the findings of the reader. Raises NotX12."""
    reading = stream(source)
    batches: list[BatchAcknowledgment] = []
    told: list[Finding] = []
    for transaction in reading:
        if transaction.kind == "277" and not any(guide in transaction.version for guide in _OTHER_GUIDES):
            reader = _Reader()
            reader.read(transaction)
            batches.extend(reader.batches())
            told.extend(reader.findings)
    return ClaimAcknowledgmentFile(tuple(batches), (*reading.findings, *told))


def read_acknowledgments(data: bytes) -> tuple[ClaimAcknowledgment, ...]:
    """Return one acknowledgment for every claim. Raises NotX12.

    A claim without a status of its own has that of its provider or receiver. A rejection above claims that
    are not listed comes as one acknowledgment without a patient control number: it is for the whole batch.
    Of several statuses of one claim the first that rejects counts, else the first.
    """
    return tuple(claim for batch in read_batches(data).batches for claim in _flat(batch))


def _flat(batch: BatchAcknowledgment) -> Iterator[ClaimAcknowledgment]:
    if not batch.providers:
        yield from _refused(batch.reports)
    for provider in batch.providers:
        yield from provider.claims or _refused(provider.reports)


def _refused(reports: tuple[StatusReport, ...]) -> tuple[ClaimAcknowledgment, ...]:
    if not reports:
        return ()
    whole = deciding(reports, "")
    return () if whole.accepted else (whole,)


@dataclass(slots=True)
class _Level:
    """What a source, receiver or provider loop says."""

    name: NamedParty
    traces: list[str] = field(default_factory=list)
    reports: list[StatusReport] = field(default_factory=list)
    reference: Reference | None = None
    totals: dict[str, int] = field(default_factory=dict)
    dates: dict[str, date] = field(default_factory=dict)
    claims: list[ClaimAcknowledgment] = field(default_factory=list)
    providers: list["_Level"] = field(default_factory=list)

    @property
    def trace(self) -> str:
        return self.traces[0] if self.traces else ""


class _Reader:
    """Goes through one 277CA, an HL loop at a time."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.reference = ""
        self.source = _Level(NamedParty("PR", is_person=False))
        self.received: list[tuple[_Level, _Level]] = []
        self.receiver: _Level | None = None
        self.provider: _Level | None = None

    def read(self, transaction: TransactionStream) -> None:
        """Take every segment once."""
        loop: list[Segment] = []
        for segment in transaction.segments:
            if segment.id == "HL":
                self._close(loop)
                loop = []
            loop.append(segment)
        self._close(loop)

    def batches(self) -> Iterator[BatchAcknowledgment]:
        """Return what was read, one batch for each receiver."""
        for source, receiver in self.received:
            yield BatchAcknowledgment(
                source.name,
                receiver.name,
                receiver.trace,
                tuple(receiver.reports),
                tuple(map(_provider, receiver.providers)),
                source.trace,
                source.dates.get("050"),
                source.dates.get("009"),
                AcknowledgedTotals(**receiver.totals),
                self.reference,
            )

    def _close(self, loop: list[Segment]) -> None:
        if not loop:
            return
        if loop[0].id != "HL":
            self.reference = next((s[3] for s in loop if s.id == "BHT"), "")
            self._leave(s for s in loop if s.id not in ("ST", "BHT"))
            return
        opened = _LEVELS.get(loop[0][3].upper())
        if opened is None:
            self._leave(loop)
        else:
            opened(self, loop[1:])

    def on_source(self, segments: list[Segment]) -> None:
        """2000A: who answers."""
        self.source = self._level(segments, "PR")
        self.receiver = self.provider = None

    def on_receiver(self, segments: list[Segment]) -> None:
        """2000B: who sent the batch."""
        self.receiver = self._level(segments, "41")
        self.received.append((self.source, self.receiver))
        self.provider = None

    def on_provider(self, segments: list[Segment]) -> None:
        """2000C: whose claims they are."""
        receiver = self._receiver()  # opening one forgets the provider of the last
        self.provider = self._level(segments, "85")
        receiver.providers.append(self.provider)

    def _receiver(self) -> _Level:
        """Return the receiver that is open; a file without that level gets one without a name."""
        if self.receiver is None:
            self.on_receiver([])
        assert self.receiver is not None
        return self.receiver

    def on_patient(self, segments: list[Segment]) -> None:
        """2000D: a patient with his claims."""
        if self.provider is None:
            self.on_provider([])
        assert self.provider is not None
        levels = (self.provider, self._receiver(), self.source)
        above = next((tuple(level.reports) for level in levels if level.reports), ())
        patient: NamedParty | None = None
        claims: list[list[Segment]] = []
        for segment in segments:
            if segment.id == "TRN":
                claims.append([segment])
            elif claims:
                claims[-1].append(segment)
            elif segment.id == "NM1" and patient is None:
                patient = read_name(segment)
            else:
                self._leave([segment])
        for told in claims:
            claim, left = read_claim(told, patient, above)
            self.provider.claims.append(claim)
            self._leave(left)

    def _level(self, segments: list[Segment], role: str) -> _Level:
        level = _Level(NamedParty(role, is_person=False))
        for segment in segments:
            if not _take(level, segment):
                self._leave([segment])
        return level

    def _leave(self, segments: Iterable[Segment]) -> None:
        for segment in segments:
            message = f"The segment {segment.id[:3]} is not carried into the acknowledgment."
            remedy = "It decides nothing; look it up in the file where it matters."
            where, position = segment.where(), segment.position
            self.findings.append(
                Finding("277ca.not_carried", where, message, remedy, Severity.WARNING, position)
            )


_LEVELS: dict[str, Callable[[_Reader, list[Segment]], None]] = {
    "20": _Reader.on_source,
    "21": _Reader.on_receiver,
    "19": _Reader.on_provider,
    "PT": _Reader.on_patient,
    "22": _Reader.on_patient,
    "23": _Reader.on_patient,
}


def _take(level: _Level, segment: Segment) -> bool:
    """Add a segment to a level; tell whether it has a place there."""
    name = segment.id
    if name == "NM1" and not (level.name.last_name or level.name.identifier):
        level.name = read_name(segment)
    elif name == "TRN":
        level.traces.append(segment[2])
    elif name == "STC":
        level.reports.append(read_report(segment))
    elif name == "REF" and level.reference is None:
        level.reference = Reference(segment[1], segment[2])
    elif name == "QTY" and segment[1] in _COUNTS and is_number(segment[2]):
        level.totals[_COUNTS[segment[1]]] = int(segment[2])
    elif name == "AMT" and segment[1] in _AMOUNTS and (cents := cents_of(segment[2])) is not None:
        level.totals[_AMOUNTS[segment[1]]] = cents
    elif name == "DTP" and (day := parse_day(segment[3])) is not None:
        level.dates[segment[1]] = day
    else:
        return False
    return True


def _provider(level: _Level) -> ProviderAcknowledgment:
    return ProviderAcknowledgment(
        level.name,
        tuple(level.claims),
        level.trace,
        tuple(level.reports),
        level.reference,
        AcknowledgedTotals(**level.totals),
    )
