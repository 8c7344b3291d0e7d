"""Where a claim stands, for a process that starts anew, and how it waits for money or ends."""

from revcycle.db.engine import Tx
from revcycle.domain.claims.progress import ClaimPosition, Settlement, StatusAsked
from revcycle.domain.work.act import Act
from revcycle.effects.claims import coverage, position, status
from revcycle.effects.effect import Door, effect
from revcycle.effects.work import tasks


class ClaimPositionActivities(Door):
    """Finds, follows and ends claims."""

    @effect
    def locate_claim(self, tx: Tx, act: Act, claim_id: str) -> ClaimPosition:
        """Return where the process of a claim goes on, with a new epoch for the life that asks."""
        return position.locate_claim(tx, act, claim_id)

    @effect
    def withdraw_task(self, tx: Tx, act: Act, task_id: str) -> bool:
        """Take a task off the worklist whose process is gone."""
        return tasks.withdraw_task(tx, act, task_id)

    @effect
    def note_unchecked_coverage(self, tx: Tx, act: Act) -> bool:
        """Record that the payer could not be asked about the coverage, and that the claim goes out all the same."""
        return coverage.note_unchecked(tx, act)

    @effect
    def note_unreached(self, tx: Tx, act: Act, asked: int) -> StatusAsked:
        """Record that no line carried the question for the claim's status, and when it is asked again."""
        return status.note_unreached(tx, act, asked)

    @effect
    def await_remittance(self, tx: Tx, act: Act, claim_id: str) -> bool:
        """Wait for money that the payer has announced or owes."""
        return position.await_remittance(tx, act, claim_id)

    @effect
    def await_settlement(self, tx: Tx, act: Act, claim_id: str) -> bool:
        """Wait for the account to settle the patient's share."""
        return position.await_settlement(tx, act, claim_id)

    @effect
    def read_settlement(self, tx: Tx, act: Act, claim_id: str) -> Settlement:
        """Read whether the account has settled the claim; close it when it has."""
        return position.read_settlement(tx, act, claim_id)

    @effect
    def close_written_off(self, tx: Tx, act: Act, claim_id: str) -> bool:
        """Close a claim whose denied amount was written off; False when the patient still owes a share."""
        return position.close_written_off(tx, act, claim_id)
