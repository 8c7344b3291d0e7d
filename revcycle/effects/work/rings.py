"""Doorbells on their way from the outbox to the processes, and news that a lost doorbell left unread."""

from datetime import datetime

from revcycle.db.engine import Tx
from revcycle.db.work import inbox, outbox
from revcycle.domain.work.starts import Ring

BATCH = 200
"""Rings taken at once: enough to keep the lanes busy, few enough that a lost relay delays little."""


def some_wait(tx: Tx, real_now: datetime) -> bool:
    """Tell whether a ring waits to be carried. ``real_now`` is real time: a ring knows no business clock."""
    return outbox.waiting(tx, real_now) > 0


def take_rings(tx: Tx, real_now: datetime) -> tuple[Ring, ...]:
    """Take the next rings; those not marked as done come again later."""
    return outbox.take(tx, BATCH, real_now)


def finish_rings(tx: Tx, rings: tuple[Ring, ...]) -> None:
    """Mark rings as carried."""
    outbox.done(tx, rings)


def lost_rings(tx: Tx) -> tuple[Ring, ...]:
    """Return a ring for every process whose inbox holds unread news; nobody is started for it."""
    return tuple(Ring(0, subject, None, {}) for subject in inbox.unread_subjects(tx))
