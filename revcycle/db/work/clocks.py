"""The record of clocks, armed and ended by the acts of the process that holds them.

The record and the Temporal timer are one mechanism: what these functions change is answered to the acting
process (``revcycle.effects.effect``), which waits for the earliest of what it was told.
"""

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from revcycle.db.engine import Tx
from revcycle.db.work.deadlines import DeadlineState, deadlines
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import Clock, ClockName

_ARMED = (deadlines.c.subject == bindparam("of_subject")) & (deadlines.c.state == DeadlineState.ARMED.value)
_NAMED = _ARMED & (deadlines.c.name == bindparam("of_name"))
_ARM = insert(deadlines)
_END = update(deadlines).where(_NAMED)
_END_ALL = update(deadlines).where(_ARMED)
_DUE = select(deadlines.c.due_at).where(_NAMED)
_ALL = (
    select(deadlines.c.name, deadlines.c.due_at).where(_ARMED).order_by(deadlines.c.due_at, deadlines.c.seq)
)


def arm(tx: Tx, act: Act, name: ClockName, due_at: datetime, about: str = "") -> None:
    """Arm a clock of the acting process; one already armed under the name is moved.

    ``about`` is what the clock concerns when that is not the process itself: the claim of a task or a denial.
    """
    cancel(tx, act, name)
    row = {
        "practice_id": tx.practice_id,
        "subject": act.subject,
        "about": about or act.subject,
        "name": name.value,
        "state": DeadlineState.ARMED.value,
        "armed_at": act.at,
        "due_at": due_at,
    }
    tx.connection.execute(_ARM, row)


def meet(tx: Tx, act: Act, name: ClockName, happened_at: datetime | None = None) -> None:
    """What the clock waited for happened, now or at the instant given: met, or missed when that was too late."""
    due_at = tx.connection.execute(
        _DUE, {"of_subject": act.subject, "of_name": name.value}
    ).scalar_one_or_none()
    if due_at is not None:
        late = due_at < (happened_at or act.at)
        _end(tx, act, name, DeadlineState.MISSED if late else DeadlineState.MET)


def miss(tx: Tx, act: Act, name: ClockName) -> None:
    """The clock passed, and what it waited for did not happen."""
    _end(tx, act, name, DeadlineState.MISSED)


def cancel(tx: Tx, act: Act, name: ClockName) -> None:
    """The clock no longer matters."""
    _end(tx, act, name, DeadlineState.CANCELLED)


def cancel_all(tx: Tx, act: Act) -> None:
    """No clock of the acting process matters any more: it has ended."""
    tx.moved.add(act.subject)
    ended = {"of_subject": act.subject, "state": DeadlineState.CANCELLED.value, "ended_at": act.at}
    tx.connection.execute(_END_ALL, ended)


def armed(tx: Tx, subject: str) -> tuple[Clock, ...]:
    """Return the armed clocks of the subject's process, the earliest first."""
    rows = tx.connection.execute(_ALL, {"of_subject": subject})
    return tuple(Clock(ClockName(row.name), row.due_at) for row in rows)


def _end(tx: Tx, act: Act, name: ClockName, state: DeadlineState) -> None:
    tx.moved.add(act.subject)
    ended = {"of_subject": act.subject, "of_name": name.value, "state": state.value, "ended_at": act.at}
    tx.connection.execute(_END, ended)
