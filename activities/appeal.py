"""Appeals on our side: planned, opened, guarded, decided, chased. One level of one denial each."""

from revcycle.db.engine import Tx
from revcycle.domain.denials.appeal import AppealKind, AppealOutcome, AppealPlan
from revcycle.domain.denials.progress import AppealFound, AppealNews, PacketCheck
from revcycle.domain.work.act import Act
from revcycle.domain.work.task import TaskDecision
from revcycle.effects.denials import appeal
from revcycle.effects.effect import Door, effect


class AppealActivities(Door):
    """The appeal's side of deadlines, decisions and its own table."""

    @effect
    def plan_appeal(self, tx: Tx, act: Act, denial_id: str, kind: AppealKind) -> AppealPlan:
        """Decide whether the next level can be filed."""
        return appeal.plan_appeal(tx, act, denial_id, kind)

    @effect
    def locate_appeal(self, tx: Tx, act: Act, appeal_id: str) -> AppealFound:
        """Find where a level stands, for a process started anew."""
        return appeal.locate_appeal(tx, act, appeal_id)

    @effect
    def open_appeal(self, tx: Tx, act: Act, denial_id: str, level: int, kind: AppealKind) -> str:
        """Open (or reopen) a level and arm the clock it must be filed by; return its id."""
        return appeal.open_appeal(tx, act, denial_id, level, kind)

    @effect
    def check_appeal(self, tx: Tx, act: Act, appeal_id: str, late_allowed: bool) -> PacketCheck:
        """Guard the packet: letter, exhibits, last day, no second filing."""
        return appeal.check_appeal(tx, act, appeal_id, late_allowed)

    @effect
    def read_appeal(self, tx: Tx, act: Act, appeal_id: str) -> AppealNews:
        """Read whether the payer has decided, and record it when it has."""
        return appeal.read_appeal(tx, act, appeal_id)

    @effect
    def chase_appeal(self, tx: Tx, act: Act, appeal_id: str) -> bool:
        """The payer is late: its clock is missed, and the next one armed."""
        return appeal.chase_appeal(tx, act, appeal_id)

    @effect
    def end_appeal(
        self, tx: Tx, act: Act, appeal_id: str, outcome: AppealOutcome, said: TaskDecision
    ) -> AppealOutcome:
        """End a level by a person's word: told on the telephone, or given up."""
        return appeal.end_appeal(tx, act, appeal_id, outcome, said)
