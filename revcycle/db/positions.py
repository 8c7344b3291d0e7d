"""Where a process stands: the stage of a claim and the armed clocks of any subject."""

from revcycle.db.claims import claims
from revcycle.db.engine import Tx
from revcycle.db.work import clocks
from revcycle.domain.work.position import Position

_CLAIM = "claim/"


def of(tx: Tx, subject: str) -> Position:
    """Return the position of the subject's process."""
    armed = clocks.armed(tx, subject)
    if not subject.startswith(_CLAIM):
        return Position(clocks=armed)
    row = claims.load(tx, subject.removeprefix(_CLAIM))
    return Position(row.stage.value, row.ending, armed)
