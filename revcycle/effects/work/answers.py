"""Is a person's answer to a task one it offers, with the reference it needs, and does that belong to the task?"""

from revcycle.db.claims import claims, corrections
from revcycle.db.claims.claims import NoSuchClaim
from revcycle.db.claims.corrections import NoSuchCorrection
from revcycle.db.engine import Tx
from revcycle.db.remittances import deposits
from revcycle.db.remittances.deposits import NoSuchDeposit
from revcycle.db.work.tasks import TaskRow
from revcycle.domain.work import subjects
from revcycle.domain.work.task_kinds import TASKS, Choice, Needs


class BadAnswer(ValueError):
    """An answer that would lead nowhere: what is wrong with it, in which field, and what to do."""

    def __init__(self, message: str, where: str, remedy: str) -> None:
        super().__init__(message)
        self.where = where
        self.remedy = remedy


def check_answer(tx: Tx, task: TaskRow, choice: str, reference: str) -> None:
    """Check an answer before its workflow hears of it. Raises BadAnswer."""
    offered = TASKS[task.kind].choice(choice)
    if offered is None or choice not in task.choices:
        raise BadAnswer(
            f"{choice!r} is not an answer to this task", "choice", f"one of {', '.join(task.choices)}"
        )
    if not offered.needs:
        if reference:
            raise BadAnswer(f"{choice} takes no reference", "reference", "leave it out")
        return
    if not reference:
        raise BadAnswer(f"{choice} needs a {offered.needs.value}", "reference", _REMEDIES[offered.needs])
    _belongs(tx, task, offered, reference)


def _belongs(tx: Tx, task: TaskRow, offered: Choice, reference: str) -> None:
    remedy = _REMEDIES[offered.needs]
    try:
        match offered.needs:
            case Needs.CORRECTION:
                claim_id = corrections.load(tx, reference).claim_id
                if subjects.claim(claim_id) != task.subject:
                    raise BadAnswer(f"{reference} corrects another claim", "reference", remedy)
            case Needs.CLAIM:
                claims.load(tx, reference)
            case Needs.DEPOSIT:
                claimed = deposits.load(tx, reference).remittance_id
                if claimed and subjects.remittance(claimed) != task.subject:
                    raise BadAnswer(f"{reference} is another remittance's", "reference", remedy)
    except (NoSuchCorrection, NoSuchClaim, NoSuchDeposit):
        raise BadAnswer(f"there is no {offered.needs.value} {reference}", "reference", remedy) from None


_REMEDIES = {
    Needs.CORRECTION: "propose one with `revcycle claim correct`, which answers the task with it",
    Needs.CLAIM: "name the claim, as `revcycle claim list` shows it",
    Needs.DEPOSIT: "name a deposit that belongs to nothing yet, as `revcycle report cash` shows it",
}
