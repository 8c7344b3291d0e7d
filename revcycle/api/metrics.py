"""Counters for Prometheus. No label ever holds an id."""

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from starlette.responses import Response

from revcycle.db.claims import claims
from revcycle.db.engine import Database
from revcycle.db.work import deadlines, tasks

_REGISTRY = CollectorRegistry()
_REQUESTS = Counter(
    "revcycle_api_requests", "Requests by action and status", ("action", "status"), registry=_REGISTRY
)
_SECONDS = Histogram("revcycle_api_seconds", "Time to answer, by action", ("action",), registry=_REGISTRY)
_CLAIMS = Gauge("revcycle_claims", "Claims by stage", ("stage",), registry=_REGISTRY)
_TASKS = Gauge("revcycle_open_tasks", "Open tasks by owner role", ("role",), registry=_REGISTRY)
_DEADLINES = Gauge("revcycle_deadlines", "Clocks by state", ("state",), registry=_REGISTRY)


def count(action: str, status: int, seconds: float) -> None:
    """Count one request."""
    _REQUESTS.labels(action, str(status)).inc()
    _SECONDS.labels(action).observe(max(seconds, 0.0))


def scrape(db: Database) -> Response:
    """Return all numbers, those of the book read now."""
    with db.read() as tx:
        stages = claims.count_by(tx, "stage")
        clocks = deadlines.count(tx)
        open_tasks = tasks.find(tx, limit=100_000)
    for gauge in (_CLAIMS, _TASKS, _DEADLINES):
        gauge.clear()
    for stage, number in stages.items():
        _CLAIMS.labels(stage).set(number)
    for (_, state), number in clocks.items():
        _DEADLINES.labels(state.value).inc(number)
    for task in open_tasks:
        _TASKS.labels(task.owner_role).inc()
    return Response(generate_latest(_REGISTRY), media_type=CONTENT_TYPE_LATEST)
