"""Which claim does a claim payment belong to: scored evidence, nothing guessed below the threshold."""

from dataclasses import dataclass
from datetime import date

RULE = "matching@1"

THRESHOLD = 70
_CONTROL_NUMBER, _PAYER_CONTROL_NUMBER, _CHARGE, _SERVICE_DATE = 60, 45, 20, 15


@dataclass(frozen=True, slots=True)
class PaymentEvidence:
    """What a claim payment says of the claim it pays. A reversal says the charge with the other sign."""

    patient_control_number: str
    payer_claim_control_number: str
    charge_cents: int
    service_date: date | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that may be meant, with what we know of it."""

    claim_id: str
    patient_control_number: str
    payer_claim_control_number: str
    charge_cents: int
    service_date: date


@dataclass(frozen=True, slots=True)
class Match:
    """The best candidate with its score; ``claim_id`` is empty when none is good enough or two are equal."""

    claim_id: str
    score: int


def score(evidence: PaymentEvidence, candidate: Candidate) -> int:
    """Return how well a claim fits: control number 60, payer's control number 45, charge 20, first day 15.

    Our control number alone is not enough (70 is): a payer may send an old or mistyped one.
    """
    return sum(
        points
        for points, agrees in (
            (_CONTROL_NUMBER, evidence.patient_control_number == candidate.patient_control_number),
            (
                _PAYER_CONTROL_NUMBER,
                evidence.payer_claim_control_number != ""
                and evidence.payer_claim_control_number == candidate.payer_claim_control_number,
            ),
            (_CHARGE, abs(evidence.charge_cents) == candidate.charge_cents),
            (_SERVICE_DATE, evidence.service_date == candidate.service_date),
        )
        if agrees
    )


def match(evidence: PaymentEvidence, candidates: tuple[Candidate, ...]) -> Match:
    """Return the one claim that fits best and well enough."""
    ranked = sorted(((score(evidence, one), one.claim_id) for one in candidates), reverse=True)
    if not ranked or ranked[0][0] < THRESHOLD:
        return Match("", ranked[0][0] if ranked else 0)
    if len(ranked) > 1 and ranked[1][0] == ranked[0][0]:
        return Match("", ranked[0][0])
    return Match(ranked[0][1], ranked[0][0])
