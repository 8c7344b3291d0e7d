"""The money of an 837: a claim is the sum of its lines; what earlier payers paid and adjusted is the charge.

Counted on the segments, not on the facts: CLM02, SV102/SV203/SV302, and for each other payer AMT*D, CAS (2320),
SVD02 and CAS (2430). Guide: 005010X222A1 section 1.4.1.1, and its like in X223A2 and X224A2.
"""

from dataclasses import dataclass, field

from revcycle.domain.finding import Finding
from revcycle.domain.money import BrokenAmount, dollars, parse_cents
from revcycle.edi.checking.validate_codes import Handler, Told
from revcycle.edi.wire.segments import Segment

_CHARGES = {"SV1": 2, "SV2": 3, "SV3": 2}
_PAYER = "PR"


@dataclass(slots=True)
class _Payer:
    """One other payer of the claim (2320): what it paid and adjusted for the claim and on its lines."""

    head: Segment
    identifier: str = ""
    paid: int | None = None
    adjusted: int = 0


@dataclass(slots=True)
class _Answer:
    """One other payer's answer to one line (2430)."""

    head: Segment
    charge: int
    adjusted: int = 0


@dataclass(slots=True)
class _Claim:
    head: Segment
    charge: int | None
    lines: int = 0
    line_count: int = 0
    line_charge: int = 0
    payers: list[_Payer] = field(default_factory=list)
    answers: list[_Answer] = field(default_factory=list)
    in_lines: bool = False


class ClaimMoneyChecks:
    """Adds up the claims of one 837."""

    def __init__(self) -> None:
        """Start before the first claim."""
        self._claim: _Claim | None = None

    @property
    def handlers(self) -> dict[str, Handler]:
        """The segments that carry or place an amount."""
        return {
            "CLM": self._on_claim,
            "HL": self._on_level,
            "SBR": self._on_payer,
            "NM1": self._on_name,
            "AMT": self._on_amount,
            "CAS": self._on_adjustment,
            "LX": self._on_line,
            "SV1": self._on_charge,
            "SV2": self._on_charge,
            "SV3": self._on_charge,
            "SVD": self._on_answer,
        }

    def _on_claim(self, segment: Segment, told: Told) -> None:
        self.close(told)
        self._claim = _Claim(segment, _cents(segment[2]))

    def _on_level(self, segment: Segment, told: Told) -> None:
        self.close(told)

    def _on_payer(self, segment: Segment, told: Told) -> None:
        if self._claim is not None:
            self._claim.payers.append(_Payer(segment))

    def _on_name(self, segment: Segment, told: Told) -> None:
        if self._claim is not None and self._claim.payers and segment[1] == _PAYER:
            self._claim.payers[-1].identifier = segment[9]

    def _on_amount(self, segment: Segment, told: Told) -> None:
        claim = self._claim
        if claim is not None and claim.payers and segment[1] == "D" and not claim.in_lines:
            claim.payers[-1].paid = _cents(segment[2])

    def _on_adjustment(self, segment: Segment, told: Told) -> None:
        claim = self._claim
        if claim is None:
            return
        total = sum(_cents(segment[index]) or 0 for index in range(3, len(segment), 3))
        if claim.in_lines and claim.answers:
            claim.answers[-1].adjusted += total
        elif claim.payers:
            claim.payers[-1].adjusted += total

    def _on_line(self, segment: Segment, told: Told) -> None:
        if self._claim is not None:
            self._claim.in_lines = True
            self._claim.line_count += 1
            self._claim.line_charge = 0

    def _on_charge(self, segment: Segment, told: Told) -> None:
        if self._claim is not None:
            self._claim.line_charge = _cents(segment[_CHARGES[segment.id]]) or 0
            self._claim.lines += self._claim.line_charge

    def _on_answer(self, segment: Segment, told: Told) -> None:
        if self._claim is not None:
            self._claim.answers.append(_Answer(segment, self._claim.line_charge))

    def close(self, told: Told) -> None:
        """Judge the claim that is open."""
        claim, self._claim = self._claim, None
        if claim is None or claim.charge is None:
            return
        if claim.line_count and (off := claim.charge - claim.lines):
            message = f"The claim's charge is not the sum of its lines (off by {dollars(off)})."
            remedy = "Correct the charge of the claim or of a line, and send the claim again."
            told.append(_finding("837.claim_charge", claim.head, 2, message, remedy))
        for answer in claim.answers:
            _check_line(answer, told)
        for payer in claim.payers:
            _check_payer(claim, payer, told)


def _check_line(answer: _Answer, told: Told) -> None:
    paid = _cents(answer.head[2])
    if paid is None:
        return
    if off := answer.charge - paid - answer.adjusted:
        message = f"What the other payer paid and adjusted is not the line's charge (off by {dollars(off)})."
        told.append(_finding("837.cob_line", answer.head, 2, message, _COB))


def _check_payer(claim: _Claim, payer: _Payer, told: Told) -> None:
    if payer.paid is None or claim.charge is None:
        return
    lines = sum(a.adjusted for a in claim.answers if not payer.identifier or a.head[1] == payer.identifier)
    if off := claim.charge - payer.paid - payer.adjusted - lines:
        message = f"What the other payer paid and adjusted is not the claim's charge (off by {dollars(off)})."
        told.append(_finding("837.cob_claim", payer.head, 1, message, _COB))


_COB = (
    "Compare with the other payer's remittance, correct its payment or adjustments, and send the claim again."
)


def _finding(code: str, segment: Segment, element: int, message: str, remedy: str) -> Finding:
    return Finding(code, segment.where(element), message, remedy, segment_position=segment.position)


def _cents(text: str) -> int | None:
    try:
        return parse_cents(text)
    except BrokenAmount:
        return None
