"""What every request of a patient or of staff shares: how it is refused, and what a taken one answers."""

from collections.abc import Callable
from typing import TypeVar

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.patients import patient_accounts
from revcycle.domain.patients.progress import RequestAnswer
from revcycle.domain.patients.requests import HoldToSet
from revcycle.domain.work.act import Act
from revcycle.effects.effect import Refused

T = TypeVar("T")


def known(load: Callable[[Tx, str], T], tx: Tx, reference: str) -> T:
    """Return the row a request names. Raises Refused when there is none."""
    try:
        return load(tx, reference)
    except LookupError as unknown:
        raise Refused(str(unknown)) from unknown


def taken(tx: Tx, account_id: str) -> RequestAnswer:
    """Return the answer to a request that was taken: where the account stands now."""
    return RequestAnswer(patient_accounts.position(tx, account_id))


def set_hold(tx: Tx, act: Act, account_id: str, request: HoldToSet) -> RequestAnswer:
    """Stop all asking for a reason outside the bill, or (no hold) let it go on."""
    patient_accounts.set_hold(tx, account_id, request.hold, act.at)
    held = request.hold.value.replace("_", " ")
    reason, outcome = (f"On hold: {held}.", "hold") if held else ("The hold is over.", "hold_ended")
    decisions.decide(tx, act, "person", outcome, reason, actor=request.actor)
    return taken(tx, account_id)
