"""Acknowledgment: what a TA1, 999 or 277CA means for a claim."""

from dataclasses import dataclass
from datetime import date

from revcycle.domain.codes.acknowledgment_codes import acknowledgment_code
from revcycle.domain.codes.status_codes import explain_status
from revcycle.domain.mail.acknowledgment import AcknowledgmentKind, AcknowledgmentOutcome

RULE = "acknowledgment@1"


@dataclass(frozen=True, slots=True)
class AcknowledgmentJudgement:
    """The outcome with its reason in plain words."""

    outcome: AcknowledgmentOutcome
    reason: str


def judge_acknowledgment(
    kind: AcknowledgmentKind, accepted: bool, code: str, on: date
) -> AcknowledgmentJudgement:
    """Judge one answer, with the code tables of a day.

    ``code`` is STC01 (``A7:164``) for a 277CA; else the answer, the place and the first error's code
    (``R:CLM05-3 in segment 21:IK403 7``), as far as the payer said them.

    An accepted TA1 or 999 proves syntax only: the claim goes on waiting for its 277CA.
    """
    if kind is AcknowledgmentKind.CLAIM:
        if accepted:
            return AcknowledgmentJudgement(
                AcknowledgmentOutcome.ACCEPTED, f"the payer took the claim in ({code})"
            )
        told = explain_status(code)
        meaning = (
            told.meaning if told else "rejected before adjudication, with a code without a known meaning"
        )
        return AcknowledgmentJudgement(AcknowledgmentOutcome.REJECTED, f"{meaning} ({code})")
    if accepted:
        return AcknowledgmentJudgement(
            AcknowledgmentOutcome.WAITING, f"the payer's {kind.value} accepted the file"
        )
    why = _first_error(code, on) or f" ({code})"
    return AcknowledgmentJudgement(
        AcknowledgmentOutcome.REJECTED, f"the payer's {kind.value} refused the file it was in{why}"
    )


def _first_error(code: str, on: date) -> str:
    """Return what the first error means and asks for; nothing for a code that is not in the tables."""
    _, _, told = code.partition(":")
    place, _, error = told.rpartition(":")
    element, _, value = error.partition(" ")
    known = acknowledgment_code(element, value, on)
    if known is None:
        return ""
    return f": {place}: {known.meaning} ({error}). {known.remedy}"
