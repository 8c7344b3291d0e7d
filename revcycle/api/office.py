"""What every handler may reach: database, engine, clock, keys. Wired once, in ``create_app``."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.client import Client

from revcycle.access.keyring import KeyRing
from revcycle.db.engine import Database
from revcycle.domain.clock import REAL_TIME, BusinessClock, BusinessTime

Engine = Callable[[], Awaitable[Client]]


def real_now() -> datetime:
    """The wall clock: the api is an edge, so this is where real time enters."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Office:
    """The collaborators of the api. ``engine`` gives the Temporal client, connecting at the first use.

    ``connections`` are the ids of the payer connections; ``start_clock`` is what workflows are started with.
    """

    db: Database
    engine: Engine
    clock: BusinessTime
    ring: KeyRing
    ui_url: str
    now: Callable[[], datetime] = real_now
    connections: tuple[str, ...] = ()
    start_clock: BusinessClock = REAL_TIME
