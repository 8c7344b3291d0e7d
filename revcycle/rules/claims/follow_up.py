"""Follow-up: what a 277 means, and when to ask again."""

from dataclasses import dataclass

from revcycle.domain.claims.claim_status import StatusAnswer, StatusOutcome
from revcycle.domain.exchange.policy import PayerPolicy

RULE = "follow_up@1"
EVERY_DAYS = 14
NOT_FOUND_AGAIN_DAYS = 5


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


def days_until_next(outcome: StatusOutcome, asked: int, policy: PayerPolicy) -> int:
    """Return when to ask again, in days, after the ``asked``-th time (from 1).

    The policy's marks count from submission; after the last we ask every fortnight. A claim the payer has not
    found yet may still be on its way to its system: that is asked again soon.
    """
    if outcome is StatusOutcome.NOT_FOUND:
        return NOT_FOUND_AGAIN_DAYS
    marks = policy.follow_up_days
    return marks[asked] - marks[asked - 1] if asked < len(marks) else EVERY_DAYS


def must_call(outcome: StatusOutcome, asked: int, policy: PayerPolicy) -> bool:
    """Tell whether a person must telephone: the payer wants something, has lost the claim, or stays silent."""
    if outcome is StatusOutcome.NEEDS_DOCUMENTS:
        return True
    patience = 1 if outcome is StatusOutcome.NOT_FOUND else len(policy.follow_up_days) - 1
    return asked > patience
