"""Is this process alive, and can it work?"""

from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from revcycle.api import metrics
from revcycle.api.guard import Endpoint
from revcycle.api.office import Office
from revcycle.api.replies import reply


@dataclass(frozen=True, slots=True)
class Alive:
    """The process answers, and its business time."""

    alive: bool
    business_time: datetime


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the api can work, and which of the two it needs answers."""

    ready: bool
    database: bool
    engine: bool


def alive(office: Office) -> Alive:
    """Say that the process is alive."""
    return Alive(alive=True, business_time=office.clock.business(office.now()))


async def readiness(office: Office) -> Readiness:
    """Ask database and engine; the status is 503 when one of them does not answer."""
    database, engine = await run_in_threadpool(_database, office), await _engine(office)
    return Readiness(database and engine, database, engine)


ENDPOINTS = (
    Endpoint("GET", "/health", alive, None, "health"),
    Endpoint("GET", "/ready", readiness, None, "ready"),
    Endpoint("GET", "/health/ready", readiness, None, "health.ready"),
)
"""What needs no session; none of it tells anything about anybody."""


def routes(office: Office) -> list[Route]:
    """Return the routes that need no session."""

    async def health(request: Request) -> Response:
        return reply(alive(office))

    async def ready(request: Request) -> Response:
        found = await readiness(office)
        return reply(found, 200 if found.ready else 503)

    async def numbers(request: Request) -> Response:
        return await run_in_threadpool(metrics.scrape, office.db)

    served = zip(ENDPOINTS, (health, ready, ready), strict=True)
    return [
        *(Route(endpoint.path, serve, name=endpoint.action) for endpoint, serve in served),
        Route("/metrics", numbers, name="metrics"),
    ]


def _database(office: Office) -> bool:
    try:
        office.db.ping()
    except Exception:  # noqa: BLE001 - whatever keeps it from answering, it is not ready
        return False
    return True


async def _engine(office: Office) -> bool:
    try:
        return await (await office.engine()).service_client.check_health()
    except Exception:  # noqa: BLE001 - whatever keeps it from answering, it is not ready
        return False
