"""Read claims from an 837: walk the hierarchy, take claim after claim, put bad ones aside, name what is left."""

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from revcycle.domain.finding import Finding, Severity
from revcycle.edi.claim_837.guides import guide_for
from revcycle.edi.claim_837.parts.facts import ClaimFile, ReadClaim
from revcycle.edi.claim_837.parts.guide import Guide, Remarks
from revcycle.edi.claim_837.parts.read_claim import Above, read_one_claim
from revcycle.edi.claim_837.parts.read_parties import (
    Patient,
    Payee,
    Subscriber,
    read_billing_provider,
    read_patient,
    read_subscriber,
)
from revcycle.edi.claim_837.parts.write_parties import SELF
from revcycle.edi.wire.collector import collector_at_rest
from revcycle.edi.wire.elements import missing
from revcycle.edi.wire.envelope import Quarantined
from revcycle.edi.wire.errors import Unreadable
from revcycle.edi.wire.interchange import Reading, TransactionStream, stream
from revcycle.edi.wire.quick import quick
from revcycle.edi.wire.segments import Segment, raw_of

Read = ReadClaim | Quarantined | Finding

_READ_CLAIM = quick(ReadClaim)
_BELOW = {"20": ("22", "23"), "22": ("23",)}
_QUALIFIED = frozenset(["NM1", "REF", "DTP", "AMT", "PER", "CRC", "PWK", "NTE", "QTY", "MEA", "HI"])
_MOST_CLAIMS = 10
"""So many claims are listed of those that say something our claims do not carry; the rest is counted."""
_MOST_NAMED = 200
"""Kinds of segments named in one file, so that a file of nonsense does not fill the memory."""


def read_claims(source: bytes | BinaryIO) -> ClaimFile:
    """Read every claim that can be read; the rest is quarantined with its bytes. Raises NotX12."""
    reading = stream(source)
    claims: list[ReadClaim] = []
    quarantined: list[Quarantined] = []
    findings: list[Finding] = []
    reader = _Reader()
    with collector_at_rest():
        for read in _claims(reading, reader):
            if isinstance(read, ReadClaim):
                claims.append(read)
            elif isinstance(read, Quarantined):
                quarantined.append(read)
            else:
                findings.append(read)
    return ClaimFile(
        reading.interchange_control_number,
        reading.group_control_number,
        reading.sender_id,
        reading.receiver_id,
        tuple(claims),
        tuple(quarantined),
        (*reading.findings, *map(reader.with_claims, findings)),
    )


def iter_claims(source: bytes | BinaryIO) -> Iterator[Read]:
    """Return claims, quarantined parts and findings as they come, in memory that does not grow with the file.

    What is wrong with the envelope comes last. Raises NotX12.
    """
    reading = stream(source)
    yield from _claims(reading, _Reader())
    yield from reading.findings


def _claims(reading: Reading, reader: "_Reader") -> Iterator[Read]:
    first, found = "", False
    for transaction in reading:
        first = first or transaction.kind
        if transaction.kind != "837":
            continue
        guide = guide_for(transaction.version)
        for read in reader.read(transaction, guide) if guide is not None else reader.refuse(transaction):
            found = found or not isinstance(read, Finding)
            yield read
    if not found:
        yield _no_claims(first)


def _no_claims(kind: str) -> Finding:
    plain = kind if len(kind) == 3 and kind.isdecimal() else ""
    held = f"; it is a {plain}." if plain and plain != "837" else "."
    remedy = "Send a file of claims (837P, 837I or 837D)."
    return Finding("837.no_claims", "ST01", f"The file holds no claims{held}", remedy, Severity.FATAL)


class _Level:
    """The segments of one HL loop up to its first claim, read once and only when a claim needs them."""

    __slots__ = ("head", "patient", "payee", "segments", "subscriber")

    def __init__(self, head: Segment) -> None:
        self.head = head
        self.segments: list[Segment] = []
        self.payee: Payee | None = None
        self.subscriber: Subscriber | None = None
        self.patient: Patient | None = None


class _Claims:
    """How many claims have something, and the positions of the first of them."""

    __slots__ = ("_last", "first", "number")

    def __init__(self) -> None:
        self.first: list[int] = []
        self.number = 0
        self._last = -1

    def add(self, position: int) -> None:
        """Count the claim at the position, once."""
        if position == self._last:
            return
        self._last = position
        self.number += 1
        if len(self.first) < _MOST_CLAIMS:
            self.first.append(position)


class _Reader:
    """Goes through transactions and remembers what has been named."""

    def __init__(self) -> None:
        self._named: dict[tuple[str, str], Finding] = {}
        self._claims_of: dict[Finding, _Claims] = {}

    def refuse(self, transaction: TransactionStream) -> Iterator[Read]:
        """Put a transaction set aside whose guide is none of ours."""
        head = transaction.head
        message = "This transaction set is an 837 of none of the guides for claims (X222A1, X223A2, X224A2)."
        finding = Finding(
            "837.other_guide", head.where(3), message, "Send claims by one of these guides.",
            segment_position=head.position,
        )  # fmt: skip
        yield _put_aside(transaction, list(transaction.segments), finding)

    def read(self, transaction: TransactionStream, guide: Guide) -> Iterator[Read]:
        """Read the claims of one transaction set."""
        parents: dict[str, _Level] = {}
        outside: list[Segment] = []
        opened: list[_Level] | None = []
        claim: list[Segment] | None = None
        target = outside
        for segment in transaction.segments:
            name = segment.id
            if name != "HL" and name != "CLM":
                target.append(segment)
                continue
            if claim is not None:
                yield from self._claim(transaction, guide, parents, claim)
            if name == "CLM":
                claim = target = [segment]
                opened = None
                continue
            level = _open_level(parents, segment)
            claim, target = None, level.segments
            if opened is not None:
                opened.append(level)
        if claim is not None and transaction.complete:
            yield from self._claim(transaction, guide, parents, claim)
        elif claim is not None:
            yield _cut(transaction, guide, claim)
        elif opened and not transaction.complete:
            begun = (segment for level in opened for segment in (level.head, *level.segments))
            yield _cut(transaction, guide, [*outside, *begun])

    def _claim(
        self, transaction: TransactionStream, guide: Guide, parents: dict[str, _Level], claim: list[Segment]
    ) -> Iterator[Read]:
        remarks = Remarks()
        try:
            above = _above(guide, parents, claim[0], remarks)
            read, payments = read_one_claim(guide, claim, above, remarks)
        except Unreadable as error:
            yield _put_aside(transaction, claim, error.finding)
        else:
            yield _READ_CLAIM(
                read,
                transaction.control_number,
                claim[0].position,
                raw_of(claim),
                above.coverage.responsibility,
                payments,
            )
            yield from remarks.findings
        for place, segment in remarks.not_carried:
            yield from self._name(guide, place, segment, claim[0].position)

    def with_claims(self, finding: Finding) -> Finding:
        """Return what was named of a kind of segment with the claims that say it, when it is more than one."""
        where = self._claims_of.get(finding)
        if where is None or where.number < 2:
            return finding
        shown = ", ".join(map(str, where.first))
        more = f" and {where.number - len(where.first):,} more" if where.number > len(where.first) else ""
        message = f"{finding.message} It is in {where.number:,} claims: CLM in segments {shown}{more}."
        return replace(finding, message=message)

    def _name(self, guide: Guide, place: str, segment: Segment, claim: int) -> Iterator[Finding]:
        """Name a segment that no fact holds, once a file for each of its kind; remember the claims that have it."""
        what = _tag(segment)
        known = self._named.get((place, what))
        if known is not None:
            self._claims_of[known].add(claim)
            return
        if len(self._named) >= _MOST_NAMED:
            return
        named = self._named[place, what] = Finding(
            f"{guide.code}.not_carried",
            segment.where(),
            f"Claims in this file say something in {what} of loop {place} that our claims do not carry. The claims "
            "were read without it.",
            f"Before it is sent on, check each such claim ({what} in loop {place}) for what the payer needs.",
            Severity.WARNING,
            segment.position,
        )
        self._claims_of[named] = _Claims()
        self._claims_of[named].add(claim)
        yield named


def _open_level(parents: dict[str, _Level], head: Segment) -> _Level:
    level = parents[head[3]] = _Level(head)
    for below in _BELOW.get(head[3], ()):
        parents.pop(below, None)
    return level


def _cut(transaction: TransactionStream, guide: Guide, segments: list[Segment]) -> Quarantined:
    last = segments[-1]
    finding = Finding(
        f"{guide.code}.cut_claim",
        f"after segment {last.position}",
        "The file ends inside this claim, or right behind it: nobody can tell whether it is whole.",
        "Ask the sender for the whole file again; claims read from this one are not doubled by it.",
        segment_position=last.position,
    )
    return _put_aside(transaction, segments, finding)


def _put_aside(transaction: TransactionStream, segments: list[Segment], finding: Finding) -> Quarantined:
    return Quarantined(segments[0].position, raw_of(segments), (finding,), transaction.control_number)


def _tag(segment: Segment) -> str:
    """Name a segment by its id and, where that is a code, its qualifier; never by what it says."""
    name = segment.id
    if not (2 <= len(name) <= 3 and name.isascii() and name.isalnum()):
        return "a segment"
    qualifier = segment.component(1, 1).upper() if name in _QUALIFIED else ""
    plain = 0 < len(qualifier) <= 3 and qualifier.isascii() and qualifier.isalnum()
    return f"{name}*{qualifier}" if plain else name


def _above(guide: Guide, parents: dict[str, _Level], head: Segment, remarks: Remarks) -> Above:
    payee = _payee(guide, parents, head, remarks)
    beneath = parents.get("23")
    patient = _patient(beneath, remarks) if beneath is not None else None
    subscriber = _subscriber(parents, head, patient.relationship if patient is not None else "", remarks)
    provider, coverage = payee.provider, subscriber.coverage
    facts = {**payee.facts, **subscriber.facts}
    if subscriber.billing_ids:
        provider = replace(provider, other_ids=(*provider.other_ids, *subscriber.billing_ids))
    if patient is not None:
        if coverage.relationship_code != patient.relationship:
            coverage = replace(coverage, relationship_code=patient.relationship)
        return Above(provider, coverage, patient.person, facts | patient.facts)
    if coverage.relationship_code == SELF and not subscriber.has_demographics:
        raise missing(parents["22"].head, "The patient's birth date (DMG in loop 2010BA)")
    return Above(provider, coverage, coverage.subscriber, facts)


def _payee(guide: Guide, parents: dict[str, _Level], head: Segment, remarks: Remarks) -> Payee:
    level = parents.get("20")
    if level is None:
        raise missing(head, "The billing provider above this claim (HL with HL03 20)")
    if level.payee is None:
        level.payee = read_billing_provider(level.head, level.segments, guide.billing, remarks)
    return level.payee


def _subscriber(parents: dict[str, _Level], head: Segment, relationship: str, remarks: Remarks) -> Subscriber:
    level = parents.get("22")
    if level is None:
        raise missing(head, "The subscriber above this claim (HL with HL03 22)")
    if level.subscriber is None:
        level.subscriber = read_subscriber(level.head, level.segments, relationship, remarks)
    return level.subscriber


def _patient(level: _Level, remarks: Remarks) -> Patient:
    if level.patient is None:
        level.patient = read_patient(level.head, level.segments, remarks)
    return level.patient
