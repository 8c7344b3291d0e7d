"""The record of clocks, armed and ended by the acts of the process that holds them.

The record and the Temporal timer are one mechanism: what these functions change is answered to the acting
process (``revcycle.effects.effect``), which waits for the earliest of what it was told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, insert, select, update

from revcycle.db.engine import Tx
from revcycle.db.schema import Instant
from revcycle.db.work.deadlines import DeadlineState, deadlines
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import Clock, ClockName

_ARMED = (deadlines.c.subject == bindparam("of_subject")) & (deadlines.c.state == DeadlineState.ARMED.value)
_NAMED = _ARMED & (deadlines.c.name == bindparam("of_name"))
_ARM = insert(deadlines)
_END = update(deadlines).where(_NAMED)
_END_ALL = update(deadlines).where(_ARMED)
_MEET = (
    update(deadlines)
    .where(_ARMED & deadlines.c.name.in_(bindparam("of_names", expanding=True)))
    .values(
        state=case(
            (deadlines.c.due_at < bindparam("happened_at", type_=Instant), DeadlineState.MISSED.value),
            else_=DeadlineState.MET.value,
        ),
        ended_at=bindparam("happened_at", type_=Instant),
    )
)
_ROUNDING = timedelta(minutes=1)
"""Where business days are compressed, the timer of a clock may fire that much early."""
_ABOUT = select(deadlines.c.about, deadlines.c.due_at).where(_NAMED)
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
    tx.moved.add(act.subject)


def meet(tx: Tx, act: Act, name: ClockName, happened_at: datetime | None = None) -> None:
    """What the clock waited for happened, now or at the instant given: met, or missed when that was too late."""
    meet_each(tx, act, (name,), happened_at)


def meet_each(tx: Tx, act: Act, names: Sequence[ClockName], happened_at: datetime | None = None) -> None:
    """What several clocks waited for happened: each is met, or missed when it was too late for that one."""
    told = {"of_subject": act.subject, "of_names": list(names), "happened_at": happened_at or act.at}
    _moved(tx, act, tx.connection.execute(_MEET, told).rowcount)


def miss(tx: Tx, act: Act, name: ClockName) -> None:
    """The clock passed, and what it waited for did not happen."""
    _end(tx, act, name, DeadlineState.MISSED)


def cancel(tx: Tx, act: Act, name: ClockName) -> None:
    """The clock no longer matters."""
    _end(tx, act, name, DeadlineState.CANCELLED)


def cancel_all(tx: Tx, act: Act) -> None:
    """No clock of the acting process matters any more: it has ended."""
    ended = {"of_subject": act.subject, "state": DeadlineState.CANCELLED.value, "ended_at": act.at}
    _moved(tx, act, tx.connection.execute(_END_ALL, ended).rowcount)


def past(tx: Tx, act: Act, name: ClockName) -> str | None:
    """Return what the armed clock of the name is about when its day has come, else None."""
    row = tx.connection.execute(_ABOUT, {"of_subject": act.subject, "of_name": name.value}).first()
    return str(row.about) if row is not None and row.due_at < act.at + _ROUNDING else None


def armed(tx: Tx, subject: str) -> tuple[Clock, ...]:
    """Return the armed clocks of the subject's process, the earliest first."""
    rows = tx.connection.execute(_ALL, {"of_subject": subject})
    return tuple(Clock(ClockName(row.name), row.due_at) for row in rows)


def _end(tx: Tx, act: Act, name: ClockName, state: DeadlineState) -> None:
    ended = {"of_subject": act.subject, "of_name": name.value, "state": state.value, "ended_at": act.at}
    _moved(tx, act, tx.connection.execute(_END, ended).rowcount)


def _moved(tx: Tx, act: Act, rows: int) -> None:
    """Have the new position told only where a clock changed: reading it costs a statement."""
    if rows:
        tx.moved.add(act.subject)
