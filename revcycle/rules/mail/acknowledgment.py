"""Acknowledgment: what a TA1, 999 or 277CA means for a claim."""

from dataclasses import dataclass

from revcycle.domain.codes.status_codes import explain_status
from revcycle.domain.mail.acknowledgment import AcknowledgmentKind, AcknowledgmentOutcome

RULE = "acknowledgment@1"


@dataclass(frozen=True, slots=True)
class AcknowledgmentJudgement:
    """The outcome with its reason in plain words."""

    outcome: AcknowledgmentOutcome
    reason: str


def judge_acknowledgment(kind: AcknowledgmentKind, accepted: bool, code: str) -> AcknowledgmentJudgement:
    """Judge one answer. ``code`` is STC01 (``A7:164``) for a 277CA, the error otherwise.

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
    return AcknowledgmentJudgement(
        AcknowledgmentOutcome.REJECTED, f"the payer's {kind.value} refused the file it was in ({code})"
    )
