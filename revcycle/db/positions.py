"""The position of a process: the stage of a claim, and the armed deadlines of any subject."""

from sqlalchemy import bindparam, select

from revcycle.db.claims.claims import NoSuchClaim, claims
from revcycle.db.engine import Tx
from revcycle.db.work import clocks
from revcycle.db.work.deadlines import DeadlineState, deadlines
from revcycle.domain.work.clocks import Clock, ClockName
from revcycle.domain.work.position import Position

_CLAIM = "claim/"
_ARMED = (deadlines.c.subject == bindparam("of_subject")) & (deadlines.c.state == DeadlineState.ARMED.value)
# Every effect on a claim passes here: stage and clocks in one statement, built once.
_OF_CLAIM = (
    select(claims.c.stage, claims.c.ending, deadlines.c.name, deadlines.c.due_at)
    .select_from(claims.outerjoin(deadlines, _ARMED))
    .where(claims.c.claim_id == bindparam("of_claim"))
    .order_by(deadlines.c.due_at, deadlines.c.seq)
)


def of(tx: Tx, subject: str) -> Position:
    """Return the position of the subject's process. Raises NoSuchClaim."""
    if not subject.startswith(_CLAIM):
        return Position(clocks=clocks.armed(tx, subject))
    claim_id = subject.removeprefix(_CLAIM)
    rows = tx.connection.execute(_OF_CLAIM, {"of_claim": claim_id, "of_subject": subject}).all()
    if not rows:
        raise NoSuchClaim(f"no claim {claim_id}")
    armed = tuple(Clock(ClockName(row.name), row.due_at) for row in rows if row.name is not None)
    return Position(rows[0].stage, rows[0].ending, armed)
