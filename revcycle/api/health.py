"""Is this process alive, and can it work?"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from revcycle.api import metrics
from revcycle.api.office import Office
from revcycle.api.replies import reply


def routes(office: Office) -> list[Route]:
    """Return the routes that need no session; none of them tells anything about anybody."""

    async def health(request: Request) -> Response:
        return reply({"alive": True, "business_time": office.clock.business(office.now())})

    async def ready(request: Request) -> Response:
        parts = {"database": await run_in_threadpool(_database, office), "engine": await _engine(office)}
        ok = all(parts.values())
        return reply({"ready": ok, **parts}, 200 if ok else 503)

    async def numbers(request: Request) -> Response:
        return await run_in_threadpool(metrics.scrape, office.db)

    return [
        Route("/health", health, name="health"),
        Route("/ready", ready, name="ready"),
        Route("/health/ready", ready, name="health.ready"),
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
