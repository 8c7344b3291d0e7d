"""Read professional claims from an 837P: walk the hierarchy, take claim after claim, put bad ones aside."""

from collections.abc import Iterable
from dataclasses import replace

from revcycle.domain.claim import Claim, Coverage
from revcycle.domain.finding import Finding, Severity
from revcycle.edi._837p_facts import ClaimFile, ReadClaim
from revcycle.edi._837p_read_claim import ClaimLoops, read_claim_loops
from revcycle.edi._837p_read_party import (
    Payee,
    Subscriber,
    read_billing_provider,
    read_patient,
    read_subscriber,
)
from revcycle.edi.elements import missing
from revcycle.edi.envelope import Quarantined, sniff
from revcycle.edi.errors import NotX12, Unreadable
from revcycle.edi.interchange import Transaction, X12File, of_kind, read_file
from revcycle.edi.segments import Segment

_PROFESSIONAL = ("005010X222", "004010X098", "")
_NOT_CARRIED = (
    "Claims in this file say something in this segment that our claims do not carry. The claims were read "
    "without it."
)


def read_claims(data: bytes) -> ClaimFile:
    """Read every claim that can be read; the rest is quarantined with its bytes. Raises NotX12."""
    file = read_file(data)
    reader = _Reader(file)
    transactions = of_kind(file, "837")
    for transaction in transactions:
        if transaction.version[:10] in _PROFESSIONAL:
            reader.read(transaction)
        else:
            reader.refuse(transaction)
    if not (reader.claims or reader.quarantined):
        reader.findings.append(_no_claims(data))
    return ClaimFile(
        file.interchange_control_number,
        file.group_control_number,
        file.sender_id,
        file.receiver_id,
        tuple(reader.claims),
        tuple(reader.quarantined),
        (*file.findings, *reader.findings),
    )


def _no_claims(data: bytes) -> Finding:
    try:
        kind = sniff(data)
        message = "The file holds no claims" + ("." if kind == "837P" else f"; it is a {kind}.")
    except NotX12 as error:
        message = error.finding.message
    return Finding(
        "837p.no_claims", "ST01", message, "Send a professional claim file (837P).", Severity.FATAL
    )


class _Level:
    """The segments of one HL loop up to its first claim, read once and only when a claim needs them."""

    def __init__(self, head: Segment) -> None:
        self.head = head
        self.segments: list[Segment] = []
        self.payee: Payee | None = None


class _Reader:
    """Collects claims, quarantined parts and findings over the transactions of a file."""

    def __init__(self, file: X12File) -> None:
        self.file = file
        self.claims: list[ReadClaim] = []
        self.quarantined: list[Quarantined] = []
        self.findings: list[Finding] = []
        self._not_carried: set[str] = set()

    def refuse(self, transaction: Transaction) -> None:
        head = transaction.segments[0]
        message = "This transaction set is an 837 of another kind than professional (005010X222A1)."
        finding = Finding(
            "837p.other_guide", head.where(3), message, "Send professional claims only.",
            segment_position=head.position,
        )  # fmt: skip
        self._put_aside(transaction, transaction.segments, (finding,))

    def read(self, transaction: Transaction) -> None:
        parents: dict[str, _Level] = {}
        level: _Level | None = None
        claim: list[Segment] = []
        for segment in transaction.segments:
            if segment.id in ("HL", "CLM"):
                if claim:
                    self._claim(transaction, parents, claim)
                claim = []
            if segment.id == "HL":
                level = parents[segment[3]] = _Level(segment)
                _forget_below(parents, segment[3])
            elif segment.id == "CLM":
                claim = [segment]
            elif claim:
                claim.append(segment)
            elif level is not None:
                level.segments.append(segment)
        if claim and transaction.complete:
            self._claim(transaction, parents, claim)
        elif claim:
            self._cut(transaction, claim)
        elif not transaction.complete and level is not None and not self._has_claims(transaction):
            self._cut(transaction, transaction.segments)

    def _has_claims(self, transaction: Transaction) -> bool:
        return any(segment.id == "CLM" for segment in transaction.segments)

    def _cut(self, transaction: Transaction, segments: list[Segment]) -> None:
        last = segments[-1]
        finding = Finding(
            "837p.cut_claim",
            f"after segment {last.position}",
            "The file ends inside this claim, or right behind it: nobody can tell whether it is whole.",
            "Ask the sender for the whole file again; claims read from this one are not doubled by it.",
            segment_position=last.position,
        )
        self._put_aside(transaction, segments, (finding,))

    def _put_aside(
        self, transaction: Transaction, segments: list[Segment], findings: tuple[Finding, ...]
    ) -> None:
        raw = self.file.raw(segments)
        self.quarantined.append(Quarantined(segments[0].position, raw, findings, transaction.control_number))

    def _claim(self, transaction: Transaction, parents: dict[str, _Level], claim: list[Segment]) -> None:
        try:
            read = self._read_claim(transaction, parents, claim)
        except Unreadable as error:
            self._put_aside(transaction, claim, (error.finding,))
            return
        self.claims.append(read)

    def _read_claim(
        self, transaction: Transaction, parents: dict[str, _Level], claim: list[Segment]
    ) -> ReadClaim:
        head = claim[0]
        payee = _payee(parents, head)
        subscriber = _subscriber(parents, head)
        self._carry(payee.not_carried)
        self._carry(subscriber.not_carried)
        coverage, patient = subscriber.coverage, subscriber.coverage.subscriber
        if "23" in parents:
            patient, relationship = read_patient(parents["23"].head, parents["23"].segments)
            coverage = replace(coverage, relationship_code=relationship)
        elif coverage.relationship_code == "18" and not subscriber.has_demographics:
            raise missing(parents["22"].head, "The patient's birth date (DMG in loop 2010BA)")
        loops = read_claim_loops(claim, patient, coverage)
        self._carry(loops.not_carried)
        self.findings.extend(loops.findings)
        return ReadClaim(
            _assemble(loops, payee, coverage),
            transaction.control_number,
            head.position,
            self.file.raw(claim),
            coverage.responsibility,
            loops.prior_payments,
        )

    def _carry(self, segments: Iterable[tuple[str, Segment]]) -> None:
        for what, segment in segments:
            if what not in self._not_carried:
                self._not_carried.add(what)
                remedy = (
                    f"Before it is sent on, check the first such claim ({what}) for what the payer needs."
                )
                self.findings.append(
                    Finding(
                        "837p.not_carried",
                        segment.where(),
                        _NOT_CARRIED,
                        remedy,
                        Severity.WARNING,
                        segment.position,
                    )
                )


def _forget_below(parents: dict[str, _Level], code: str) -> None:
    for below in {"20": ("22", "23"), "22": ("23",)}.get(code, ()):
        parents.pop(below, None)


def _payee(parents: dict[str, _Level], head: Segment) -> Payee:
    level = parents.get("20")
    if level is None:
        raise missing(head, "The billing provider above this claim (HL with HL03 20)")
    if level.payee is None:
        level.payee = read_billing_provider(level.head, level.segments)
    return level.payee


def _subscriber(parents: dict[str, _Level], head: Segment) -> Subscriber:
    level = parents.get("22")
    if level is None:
        raise missing(head, "The subscriber above this claim (HL with HL03 22)")
    return read_subscriber(level.head, level.segments)


def _assemble(loops: ClaimLoops, payee: Payee, coverage: Coverage) -> Claim:
    coverages = sorted((coverage, *loops.other_coverages), key=lambda c: "PST".index(c.responsibility.value))
    return replace(loops.claim, billing_provider=payee.provider, coverages=tuple(coverages))
