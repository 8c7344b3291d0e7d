"""Clocks that pass with nobody to answer them, and where a process stands."""

from revcycle.db import positions
from revcycle.db.engine import Tx
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.position import Position
from revcycle.effects.effect import Door, effect, reading
from revcycle.effects.work.clocks import miss_clock


class ClockActivities(Door):
    """What every process asks about its own clocks."""

    @effect
    def miss_clock(self, tx: Tx, act: Act, name: ClockName) -> bool:
        """Record that a clock passed and what it waited for did not happen."""
        return miss_clock(tx, act, name)

    @reading
    def read_position(self, tx: Tx, subject: str) -> Position:
        """Return where the process of the subject stands."""
        return positions.of(tx, subject)
