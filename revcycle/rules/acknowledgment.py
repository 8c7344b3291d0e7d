"""Acknowledgment: what a TA1, 999 or 277CA means for a claim."""

from dataclasses import dataclass

from revcycle.domain.acknowledgment import AcknowledgmentKind, AcknowledgmentOutcome

RULE = "acknowledgment@1"


@dataclass(frozen=True, slots=True)
class AcknowledgmentJudgement:
    """The outcome with its reason in plain words."""

    outcome: AcknowledgmentOutcome
    reason: str


_MEANING = {
    "21": "information is missing or invalid",
    "33": "the payer does not know this subscriber",
    "54": "the payer has this claim already",
    "88": "the member was not eligible on the day of service",
    "97": "the payer does not know this patient",
    "116": "this is not the payer to send it to",
    "125": "a name is missing or invalid",
    "153": "an identifier of an entity is missing or invalid",
    "158": "the birth date is missing or invalid",
    "164": "the member number is missing or invalid",
    "187": "a date of service is missing or invalid",
    "249": "the place of service is invalid",
    "254": "a diagnosis code is missing or invalid",
    "255": "a diagnosis code is missing or invalid",
    "400": "the claim is out of balance",
    "453": "a procedure modifier is missing or invalid",
    "454": "a procedure code is missing or invalid",
    "477": "a diagnosis pointer is missing or invalid",
    "500": "a ZIP code is missing or invalid",
    "562": "an NPI is missing or invalid",
    "718": "the claim came after the filing limit",
}
"""Claim status codes (STC01-2) in our own words; X12 owns the list."""


def judge_acknowledgment(kind: AcknowledgmentKind, accepted: bool, code: str) -> AcknowledgmentJudgement:
    """Judge one answer. ``code`` is STC01 (``A7:164``) for a 277CA, the error otherwise.

    An accepted TA1 or 999 proves syntax only: the claim goes on waiting for its 277CA.
    """
    if kind is AcknowledgmentKind.CLAIM:
        if accepted:
            return AcknowledgmentJudgement(
                AcknowledgmentOutcome.ACCEPTED, f"the payer took the claim in ({code})"
            )
        status = code.split(":")[1] if ":" in code else ""
        meaning = _MEANING.get(status, "the payer gave a code without a known meaning")
        return AcknowledgmentJudgement(
            AcknowledgmentOutcome.REJECTED, f"rejected before adjudication: {meaning} ({code})"
        )
    if accepted:
        return AcknowledgmentJudgement(
            AcknowledgmentOutcome.WAITING, f"the payer's {kind.value} accepted the file"
        )
    return AcknowledgmentJudgement(
        AcknowledgmentOutcome.REJECTED, f"the payer's {kind.value} refused the file it was in ({code})"
    )
