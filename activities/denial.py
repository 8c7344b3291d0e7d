"""Denials: classified, sent on their way, and ended in the books only when somebody has said so."""

from datetime import datetime

from temporalio import activity

from revcycle.db import once
from revcycle.db.denials import denials
from revcycle.db.engine import Database
from revcycle.domain.denials.appeal import AppealKind, AppealPlan
from revcycle.domain.denials.denial import DenialOutcome, DenialRouteKind, DenialState
from revcycle.domain.denials.progress import DenialPlan
from revcycle.domain.work.task import TaskDecision
from revcycle.effects.denials import appeal_planning, endings
from revcycle.effects.denials.classification import classify
from revcycle.effects.denials.facts import STATE_OF_ROUTE


class DenialActivities:
    """The denial's side of claims, decisions and books."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    def classify_denial(self, claim_id: str, denial_id: str, remittance_id: str, at: datetime) -> DenialPlan:
        """Read what the remittance refused, decide what to do about it, and open the denial."""
        with self._db.write() as tx:
            key = f"classify:{denial_id}"
            return once.once(
                tx, key, DenialPlan, lambda: classify(tx, claim_id, denial_id, remittance_id, at)
            )

    @activity.defn
    def plan_appeal(self, denial_id: str, kind: AppealKind, key: str, at: datetime) -> AppealPlan:
        """Decide whether the next level can be filed."""
        with self._db.write() as tx:
            return once.once(
                tx, key, AppealPlan, lambda: appeal_planning.plan_appeal(tx, denial_id, kind, key, at)
            )

    @activity.defn
    def reroute_denial(self, denial_id: str, route: DenialRouteKind, at: datetime) -> None:
        """Note the way a denial goes now; the decision behind it is recorded where it was made."""
        with self._db.write() as tx:
            state = STATE_OF_ROUTE.get(route, DenialState.OPEN)
            denials.change(tx, denial_id, at, route=route.value, state=state.value)

    @activity.defn
    def write_off_denial(self, denial_id: str, approval: TaskDecision, at: datetime) -> int:
        """Write off what insurance still owes, as a manager approved; return the cents."""
        with self._db.write() as tx:
            key = f"writeoff:{denial_id}"
            return once.once(tx, key, int, lambda: endings.write_off(tx, denial_id, approval, at))

    @activity.defn
    def bill_denial_to_patient(self, denial_id: str, actor: str, at: datetime) -> int:
        """Make what was denied the patient's share and tell the account; return the cents."""
        with self._db.write() as tx:
            key = f"patient:{denial_id}"
            return once.once(tx, key, int, lambda: endings.bill_patient(tx, denial_id, actor, at))

    @activity.defn
    def send_denial_to_next_payer(self, denial_id: str, actor: str, at: datetime) -> bool:
        """Make the next coverage the payer asked; tell False when the claim has none."""
        with self._db.write() as tx:
            key = f"next-payer:{denial_id}"
            return once.once(tx, key, bool, lambda: endings.next_payer(tx, denial_id, actor, at))

    @activity.defn
    def close_denial(self, denial_id: str, outcome: DenialOutcome, at: datetime) -> None:
        """Record how a denial ended and end its clocks."""
        with self._db.write() as tx:
            once.once(tx, f"close:{denial_id}", bool, lambda: endings.close(tx, denial_id, outcome, at))
