"""Follow-up: what a 277 means, and when to ask again."""

from dataclasses import dataclass

from revcycle.domain.claim_status import StatusAnswer, StatusOutcome

RULE = "follow_up@1"


@dataclass(frozen=True, slots=True)
class StatusJudgement:
    """The outcome with its reason in plain words."""

    outcome: StatusOutcome
    reason: str


def judge_status(answer: StatusAnswer) -> StatusJudgement:
    """Judge a 277 by its status category (005010X212 2200D STC01-1)."""
    category = answer.category_code
    code = f"{category}:{answer.status_code}"
    if category in ("A4", "D0"):
        return StatusJudgement(StatusOutcome.NOT_FOUND, f"the payer has no such claim ({code})")
    if category.startswith("F"):
        return StatusJudgement(
            StatusOutcome.FINALIZED, f"the payer has decided; the remittance follows ({code})"
        )
    if category in ("P3", "P4") or category.startswith("R"):
        return StatusJudgement(
            StatusOutcome.NEEDS_DOCUMENTS, f"the payer waits for information from us ({code})"
        )
    if category.startswith(("P", "A")):
        return StatusJudgement(StatusOutcome.PENDING, f"the payer has the claim in process ({code})")
    return StatusJudgement(StatusOutcome.UNKNOWN, f"the payer could not say ({code})")
