"""Appeals on our side: opened, guarded, decided, chased. One level of one denial each."""

from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.engine import Database
from revcycle.domain.denials.appeal import AppealKind, AppealOutcome
from revcycle.domain.denials.progress import AppealNews, PacketCheck
from revcycle.effects.denials import appeal


class AppealActivities:
    """The appeal's side of deadlines, decisions and its own table."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def open_appeal(self, denial_id: str, level: int, kind: AppealKind, key: str, at: datetime) -> str:
        """Open (or reopen) a level and arm the clock it must be filed by; return its id."""
        with self._db.write() as tx:
            return once.once(tx, key, str, lambda: appeal.open_appeal(tx, denial_id, level, kind, at))

    @activity.defn
    def check_appeal(self, appeal_id: str, late_allowed: bool, key: str, at: datetime) -> PacketCheck:
        """Guard the packet: letter, exhibits, last day, no second filing."""
        with self._db.write() as tx:
            return once.once(
                tx, key, PacketCheck, lambda: appeal.check_appeal(tx, appeal_id, late_allowed, key, at)
            )

    @activity.defn
    def read_appeal(self, appeal_id: str, key: str, at: datetime) -> AppealNews:
        """Read whether the payer has decided, and record it when it has."""
        with self._db.write() as tx:
            return once.once(tx, key, AppealNews, lambda: appeal.read_appeal(tx, appeal_id, key, at))

    @activity.defn
    def chase_appeal(self, appeal_id: str, key: str, at: datetime) -> datetime:
        """The payer is late: note the missed clock, set the next one; return when it rings."""
        with self._db.write() as tx:
            return once.once(tx, key, datetime, lambda: appeal.chase_appeal(tx, appeal_id, at))

    @activity.defn
    def end_appeal(
        self, appeal_id: str, outcome: AppealOutcome, reason: str, actor: str, key: str, at: datetime
    ) -> None:
        """End a level by a person's word: told on the telephone, given up, or never filed."""
        with self._db.write() as tx:
            once.once(
                tx, key, bool, lambda: appeal.end_appeal(tx, appeal_id, outcome, reason, actor, key, at)
            )
