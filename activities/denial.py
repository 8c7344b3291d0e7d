"""Denials: classified, sent on their way, and ended in the books only when somebody has said so."""

from datetime import datetime

from revcycle.db.engine import Tx
from revcycle.domain.denials.denial import DenialOutcome, DenialRouteKind
from revcycle.domain.denials.progress import DenialFound, DenialPlan
from revcycle.domain.work.act import Act
from revcycle.domain.work.task import TaskDecision
from revcycle.effects.denials import classification, endings, routing
from revcycle.effects.effect import Door, effect


class DenialActivities(Door):
    """The denial's side of claims, decisions and books."""

    @effect
    def locate_denial(self, tx: Tx, act: Act, denial_id: str) -> DenialFound:
        """Find where a denial stands, for a process started anew."""
        return routing.locate_denial(tx, act, denial_id)

    @effect
    def classify_denial(
        self, tx: Tx, act: Act, claim_id: str, denial_id: str, remittance_id: str
    ) -> DenialPlan:
        """Read what the remittance refused, decide what to do about it, and open the denial."""
        return classification.classify_denial(tx, act, claim_id, denial_id, remittance_id)

    @effect
    def reroute_denial(self, tx: Tx, act: Act, denial_id: str, route: DenialRouteKind) -> datetime | None:
        """Turn a denial to another way; return when a person must have dealt with it, None where none is asked."""
        return routing.reroute_denial(tx, act, denial_id, route)

    @effect
    def hold_write_off(self, tx: Tx, act: Act, denial_id: str, hold: TaskDecision) -> bool:
        """Let a write-off rest, as a manager said."""
        return routing.hold_write_off(tx, act, denial_id, hold)

    @effect
    def write_off_denial(self, tx: Tx, act: Act, denial_id: str, approval: TaskDecision) -> DenialOutcome:
        """Write off what insurance still owes, as a manager approved; return how the denial ended."""
        return endings.write_off_denial(tx, act, denial_id, approval)

    @effect
    def bill_denial_to_patient(self, tx: Tx, act: Act, denial_id: str, actor: str) -> DenialOutcome:
        """Make what was denied the patient's share and tell the account; return how the denial ended."""
        return endings.bill_denial_to_patient(tx, act, denial_id, actor)

    @effect
    def send_denial_to_next_payer(self, tx: Tx, act: Act, denial_id: str, actor: str) -> bool:
        """Make the next coverage the payer asked; tell False when the claim has none."""
        return endings.send_denial_to_next_payer(tx, act, denial_id, actor)

    @effect
    def close_denial(self, tx: Tx, act: Act, denial_id: str, outcome: DenialOutcome) -> DenialOutcome:
        """Record how a denial ended and end its clocks."""
        return endings.close_denial(tx, act, denial_id, outcome)
