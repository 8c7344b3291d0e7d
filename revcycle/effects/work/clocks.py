"""A clock that passed: recorded as missed, with its reason, so that nothing passes in silence."""

from revcycle.db import decisions
from revcycle.db.engine import Tx
from revcycle.db.work import clocks
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import CLOCKS, ClockName

RULE = "clock@1"


def miss_clock(tx: Tx, act: Act, name: ClockName) -> bool:
    """Record that a clock of the acting process passed and what it waited for did not happen."""
    clocks.miss(tx, act, name)
    reason = f"The clock of {name.value} has passed: {CLOCKS[name].passing}."
    decisions.decide(tx, act, RULE, "clock_missed", reason)
    return True
