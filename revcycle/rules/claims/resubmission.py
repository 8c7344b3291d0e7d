"""When staff may have a claim sent again that nobody has asked them about."""

from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.finding import Finding

RULE = "resubmission@1"
_WAITS = frozenset(
    {
        ClaimStage.SUBMITTED,
        ClaimStage.ACCEPTED,
        ClaimStage.PENDING,
        ClaimStage.NEXT_PAYER,
        ClaimStage.PATIENT_DUE,
        ClaimStage.CLOSED,
    }
)
_SETTLED_BY_PATIENT = frozenset({"paid_by_patient", "charity_care", "bad_debt", "small_balance"})


def may_resubmit(stage: ClaimStage, ending: str, open_tasks: tuple[str, ...]) -> Finding | None:
    """Return why the claim cannot be sent again now, with the way that leads there; None when it can.

    A claim that waits for a payer, or has ended, can. One that waits for a person goes through that person's
    task, one whose denial is being fought through the denial.
    """
    if open_tasks:
        task = open_tasks[0]
        remedy = (
            f"read it with `revcycle worklist show {task}`, then answer it with `revcycle worklist decide`"
        )
        return Finding("resubmission.task_open", "claim", f"task {task} waits for a person", remedy)
    if stage not in _WAITS:
        words = stage.value.replace("_", " ")
        remedy = "see what it waits for with `revcycle claim show`"
        return Finding("resubmission.stage", "claim", f"the claim is {words}; it goes out by itself", remedy)
    if ending in _SETTLED_BY_PATIENT:
        message = f"the patient's share is settled ({ending.replace('_', ' ')})"
        remedy = "read with `revcycle claim explain` how it ended; what a patient has settled does not go out again"
        return Finding("resubmission.settled", "claim", message, remedy)
    return None
