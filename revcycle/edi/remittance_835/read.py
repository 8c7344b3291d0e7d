"""Read remittances from an 835: header, claims, services, provider adjustments. It judges no balance.

Read on our own segment layer rather than with a library: one reader for all guides, bytes and positions kept.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO

from revcycle.domain.finding import Finding, Severity
from revcycle.domain.remittances.remittance import ClaimPayment, ProviderAdjustment, Remittance
from revcycle.domain.remittances.remittance_details import ClaimGroup
from revcycle.edi.remittance_835.facts import RemittanceEnd, RemittanceFile
from revcycle.edi.remittance_835.read_claim import read_claim_payment
from revcycle.edi.remittance_835.read_header import read_header, read_provider_adjustments
from revcycle.edi.wire.common_segments import Notes, not_carried, read_drg_summary, read_provider_summary
from revcycle.edi.wire.elements import is_number, of_payer
from revcycle.edi.wire.envelope import Quarantined, sniff
from revcycle.edi.wire.errors import NotX12, Unreadable
from revcycle.edi.wire.interchange import TransactionStream, stream
from revcycle.edi.wire.segments import Segment

_ASK_PAYER = "Ask the payer or clearinghouse to send this remittance again; nothing of it was posted."
_DETAIL = frozenset(["LX", "TS3", "TS2", "CLP", "PLB"])
_NOTES_MOST = 500
_KIND = "835"

Event = Remittance | ClaimPayment | Quarantined | RemittanceEnd | Finding


def read_remittances(data: bytes) -> RemittanceFile:
    """Return one Remittance for every ST. Raises NotX12.

    A broken claim is quarantined and the rest of its remittance comes with the finding, out of balance by it;
    a transaction whose header is broken, or that is cut and does not add up, is quarantined whole.
    """
    reading = stream(data)
    remittances: list[Remittance] = []
    quarantined: list[Quarantined] = []
    broken: dict[int, Finding | None] = {}
    for index, transaction in enumerate(reading):
        if transaction.kind != _KIND:
            continue
        try:
            remittance, aside = _gather(_Walker(transaction).events(transaction.segments))
        except Unreadable as error:
            broken[index] = of_payer(error.finding)
            continue
        if not transaction.complete and (aside or not _adds_up(remittance)):
            broken[index] = None
            continue
        remittances.append(remittance)
        quarantined.extend(aside)
    quarantined.extend(_whole(data, broken))
    quarantined.sort(key=lambda part: part.position)
    findings = list(reading.findings)
    if not remittances and not quarantined:
        findings.append(_no_remittance(data))
    number = reading.interchange_control_number
    return RemittanceFile(number, tuple(remittances), tuple(quarantined), tuple(findings))


def _whole(data: bytes, broken: dict[int, Finding | None]) -> Iterator[Quarantined]:
    """Read the file again for the transactions that are put aside whole: they are few, and were not kept."""
    for index, transaction in enumerate(stream(data) if broken else ()):
        if index in broken:
            segments = list(transaction.segments)
            yield _put_aside(transaction, segments, broken[index] or _cut(segments[-1]))


def iter_remittances(source: bytes | BinaryIO) -> Iterator[Event]:
    """Read a file of any size claim by claim, in memory that does not grow with it. Raises NotX12.

    Each ST gives its Remittance (the header: no claims yet), then its claims as they pass, then a
    RemittanceEnd. A broken claim comes as Quarantined; so does the head of an ST that cannot be read, or its
    broken PLB, and no RemittanceEnd follows: post nothing of it. What is wrong with the envelope comes last.
    """
    reading = stream(source)
    for transaction in reading:
        if transaction.kind != _KIND:
            continue
        walker = _Walker(transaction)
        try:
            yield from walker.events(transaction.segments)
        except Unreadable as error:
            yield _put_aside(transaction, walker.held, of_payer(error.finding))
    yield from reading.findings


def _gather(events: Iterable[Event]) -> tuple[Remittance, list[Quarantined]]:
    """Put the events of one transaction together."""
    header: Remittance | None = None
    claims: list[ClaimPayment] = []
    aside: list[Quarantined] = []
    findings: list[Finding] = []
    end = RemittanceEnd((), (), 0, 0, complete=False)
    for event in events:
        if isinstance(event, ClaimPayment):
            claims.append(event)
        elif isinstance(event, Finding):
            findings.append(event)
        elif isinstance(event, Quarantined):
            aside.append(event)
            findings.extend(event.findings)
        elif isinstance(event, Remittance):
            header = event
        else:
            end = event
    assert header is not None
    whole = replace(
        header,
        claims=tuple(claims),
        provider_adjustments=end.provider_adjustments,
        groups=end.groups,
        findings=(*header.findings, *findings),
    )
    return whole, aside


class _Walker:
    """Goes through one transaction once; holds one claim at a time."""

    def __init__(self, transaction: TransactionStream) -> None:
        self.transaction = transaction
        self.held: list[Segment] = []
        self.notes: Notes = []
        self.told = 0
        self.group = ClaimGroup(1)
        self.groups: list[ClaimGroup] = []
        self.adjustments: list[ProviderAdjustment] = []
        self.count = 0
        self.paid = 0
        self.started = False

    def events(self, segments: Iterable[Segment]) -> Iterator[Event]:
        """Yield the header, every claim (or what was put aside of it), every finding, the end.

        Raises Unreadable for a broken header or PLB.
        """
        held = self.held
        for segment in segments:
            if segment.id not in _DETAIL and (held or not self.started):
                held.append(segment)
                continue
            if held or not self.started:
                yield self._close()
            if self.notes:
                yield from self._tell()
            held = self.held = [segment]
            if segment.id != "CLP":
                self._open(segment)
                held.clear()
        if held or not self.started:
            yield self._close()
        yield from self._tell()
        yield RemittanceEnd(
            tuple(self.adjustments), tuple(self.groups), self.count, self.paid, self.transaction.complete
        )

    def _open(self, segment: Segment) -> None:
        if segment.id == "PLB":
            self.adjustments.extend(read_provider_adjustments(segment))
        elif segment.id == "LX":
            self._on_group(segment)
        elif segment.id in ("TS3", "TS2"):
            self._on_summary(segment)
        else:
            self.notes.append(not_carried(segment, "2000"))

    def _on_group(self, segment: Segment) -> None:
        stated = int(segment[1]) if is_number(segment[1]) else 0
        least = self.group.number + 1 if self.count or self.groups else 1
        self.group = ClaimGroup(max(stated, least))

    def _on_summary(self, segment: Segment) -> None:
        provider, drg = self.group.provider_summary, self.group.drg_summary
        if segment.id == "TS3" and provider is None:
            self.group = replace(self.group, provider_summary=read_provider_summary(segment, self.notes))
        elif segment.id == "TS2" and drg is None:
            self.group = replace(self.group, drg_summary=read_drg_summary(segment, self.notes))
        else:
            self.notes.append(not_carried(segment, "2000"))
        if self.groups and self.groups[-1].number == self.group.number:
            self.groups.pop()
        self.groups.append(self.group)

    def _close(self) -> Event:
        if self.started:
            return self._claim()
        self.started = True
        return read_header(self.held, self.transaction.group_date)

    def _claim(self) -> Event:
        self.count += 1
        try:
            payment = read_claim_payment(self.held, self.group.number, self.notes)
        except Unreadable as error:
            return _put_aside(self.transaction, self.held, of_payer(error.finding))
        self.paid += payment.payment_cents
        return payment

    def _tell(self) -> Iterator[Finding]:
        """Yield the notes, up to a number that a person may still read."""
        for note in self.notes:
            self.told += 1
            if self.told <= _NOTES_MOST:
                yield note
            elif self.told == _NOTES_MOST + 1:
                message = "There are more notes of this kind than are told here."
                yield replace(note, code="835.more", message=message)
        self.notes.clear()


def _no_remittance(data: bytes) -> Finding:
    try:
        message = f"The file holds no remittance; it is a {sniff(data)}."
    except NotX12 as error:
        message = error.finding.message
    return Finding("835.no_remittance", "ST01", message, "Send a remittance advice (835).", Severity.FATAL)


def _adds_up(remittance: Remittance) -> bool:
    paid = sum(claim.payment_cents for claim in remittance.claims)
    taken = sum(adjustment.amount_cents for adjustment in remittance.provider_adjustments)
    return bool(remittance.claims) and paid - taken == remittance.payment_cents


def _cut(last: Segment) -> Finding:
    return Finding(
        "835.cut",
        f"after segment {last.position}",
        "The remittance ends before its SE segment and its claims do not add up to the payment.",
        _ASK_PAYER,
        segment_position=last.position,
    )


def _put_aside(transaction: TransactionStream, segments: list[Segment], finding: Finding) -> Quarantined:
    raw = b"".join([segment.raw for segment in segments])
    return Quarantined(segments[0].position, raw, (finding,), transaction.control_number)
