"""The stages of a claim: what each means, whom it waits for, and what may follow."""

from dataclasses import dataclass
from enum import StrEnum


class ClaimStage(StrEnum):
    """Where a claim stands; the search attribute ``ClaimStage`` and the column of the same name."""

    READY_TO_BILL = "ready_to_bill"
    SCRUB_FAILED = "scrub_failed"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    PENDING = "pending"
    PAID = "paid"
    PARTIALLY_PAID = "partially_paid"
    DENIED = "denied"
    APPEALED = "appealed"
    NEXT_PAYER = "next_payer"
    PATIENT_DUE = "patient_due"
    CLOSED = "closed"


_S = ClaimStage
_ANSWERED = frozenset(
    {_S.PAID, _S.PARTIALLY_PAID, _S.DENIED, _S.NEXT_PAYER, _S.PATIENT_DUE, _S.PENDING, _S.CLOSED}
)
"""A payer may answer whenever it likes, and a person may end a claim."""


@dataclass(frozen=True, slots=True)
class StageKind:
    """One stage: what it means, whom it waits for (the search attribute OwnerClass), and what may follow it."""

    stage: ClaimStage
    meaning: str
    waits_for: str
    follows: frozenset[ClaimStage]


def _kind(stage: ClaimStage, meaning: str, waits_for: str, *follows: ClaimStage) -> StageKind:
    return StageKind(stage, meaning, waits_for, _ANSWERED | frozenset(follows) | {stage})


_KINDS = (
    _kind(_S.READY_TO_BILL, "taken in, not yet sent", "biller", _S.SCRUB_FAILED, _S.SUBMITTED),
    _kind(_S.SCRUB_FAILED, "an edit found something to correct", "biller", _S.READY_TO_BILL, _S.SUBMITTED),
    _kind(
        _S.SUBMITTED,
        "on its way to the payer",
        "payer",
        _S.ACKNOWLEDGED,
        _S.REJECTED,
        _S.ACCEPTED,
        _S.SCRUB_FAILED,
    ),
    _kind(
        _S.ACKNOWLEDGED,
        "received by the payer",
        "payer",
        _S.REJECTED,
        _S.ACCEPTED,
        _S.SUBMITTED,
        _S.SCRUB_FAILED,
    ),
    _kind(_S.REJECTED, "rejected before adjudication", "biller", _S.ACCEPTED, _S.SUBMITTED, _S.SCRUB_FAILED),
    _kind(_S.ACCEPTED, "in adjudication", "payer", _S.REJECTED, _S.SUBMITTED, _S.SCRUB_FAILED),
    _kind(
        _S.PENDING,
        "pended by the payer, or awaited after an answer",
        "payer",
        _S.REJECTED,
        _S.ACCEPTED,
        _S.SUBMITTED,
        _S.SCRUB_FAILED,
        _S.APPEALED,
    ),
    _kind(_S.PAID, "paid, not yet closed", "biller", _S.SUBMITTED, _S.SCRUB_FAILED),
    _kind(
        _S.PARTIALLY_PAID,
        "answered in part; a person looks",
        "biller",
        _S.SUBMITTED,
        _S.SCRUB_FAILED,
        _S.ACCEPTED,
    ),
    _kind(_S.DENIED, "denied", "biller", _S.APPEALED, _S.SUBMITTED, _S.SCRUB_FAILED),
    _kind(_S.APPEALED, "under appeal", "payer", _S.SUBMITTED, _S.SCRUB_FAILED),
    _kind(
        _S.NEXT_PAYER,
        "goes to the next payer",
        "payer",
        _S.SUBMITTED,
        _S.SCRUB_FAILED,
        _S.ACCEPTED,
        _S.REJECTED,
    ),
    _kind(_S.PATIENT_DUE, "the patient owes a share", "patient", _S.SUBMITTED, _S.SCRUB_FAILED),
    _kind(_S.CLOSED, "nothing is owed", "nobody", _S.SUBMITTED, _S.SCRUB_FAILED),
)
STAGES: dict[ClaimStage, StageKind] = {kind.stage: kind for kind in _KINDS}
