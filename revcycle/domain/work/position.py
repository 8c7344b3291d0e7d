"""Where a process stands, as the database says it and Temporal shows it."""

from dataclasses import dataclass

from revcycle.domain.work.clocks import Clock


@dataclass(frozen=True, slots=True)
class Position:
    """The stage of a claim (empty for other processes), its ending once closed, and the armed clocks.

    The clocks are in the order in which they pass.
    """

    stage: str = ""
    ending: str = ""
    clocks: tuple[Clock, ...] = ()
