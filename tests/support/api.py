"""An api on a database of its own, with staff of every role and a few claims; real HTTP where asked."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from temporalio.client import Client

from revcycle.access.keyring import KeyRing
from revcycle.access.roles import Role
from revcycle.api.app import create_app
from revcycle.db.engine import Database
from revcycle.db.practice import users
from revcycle.db.tables import metadata
from revcycle.domain.clock import BusinessClock
from revcycle.effects.claims.intake import ImportReport, import_837
from revcycle.sandbox.practice.batch import write_batch
from revcycle.sandbox.practice.synthetic import SyntheticPractice, generate
from tests.support.answers import AnswersChecked
from tests.support.patience import until

PASSWORD = "correct horse battery"
FIRST_DAY = date(2026, 1, 5)
AT = datetime.combine(FIRST_DAY, time_of_day(13), UTC)


class Wall:
    """A wall clock that tests turn."""

    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


async def no_engine() -> Client:
    """Give no client: the engine is away."""
    raise RuntimeError("not connected")


@dataclass
class ApiWorld:
    """A database with staff, and the api on it, served over HTTP."""

    db: Database
    ring: KeyRing
    wall: Wall
    app: Starlette
    address: str = ""
    http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False))
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, user: str, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request as a user (named as their role), or as nobody."""
        headers = options.pop("headers", {}) | (
            {"authorization": f"Bearer {self.token(user)}"} if user else {}
        )
        return self.http.request(method, self.address + path, headers=headers, **options)

    def get(self, user: str, path: str, **options: Any) -> httpx.Response:
        """Ask as a user."""
        return self.ask(user, "GET", path, **options)

    def post(self, user: str, path: str, **options: Any) -> httpx.Response:
        """Act as a user."""
        return self.ask(user, "POST", path, **options)

    def token(self, user: str) -> str:
        """Return a user's token, logging in at the first use."""
        if user not in self.tokens:
            answer = self.post("", "/login", json={"user": user, "password": PASSWORD})
            self.tokens[user] = answer.json()["token"]
        return self.tokens[user]


@contextlib.contextmanager
def api_world(
    place: Path,
    engine: Any = no_engine,
    clock: BusinessClock | None = None,
    ui_url: str = "http://127.0.0.1:8233",
) -> Iterator[ApiWorld]:
    """Make a database with one user of each role (named as the role), and serve the api."""
    ring, wall = KeyRing.generate(), Wall()
    db = Database(f"sqlite:///{place / 'api.db'}", ring)
    app = create_app(db, engine, clock or BusinessClock(), ring, ui_url=ui_url, now=wall)
    metadata.create_all(db.engine)
    with db.write() as tx:
        for role in Role:
            users.add(tx, role.value, role, PASSWORD, created_by="test", now=wall.now)
    world = ApiWorld(db, ring, wall, app)
    with serving(app) as world.address:
        yield world
    world.http.close()
    db.close()


def synthetic(claims: int = 8, seed: int = 3) -> tuple[SyntheticPractice, bytes]:
    """Return a synthetic practice and its batch file."""
    practice = generate(seed, claims, FIRST_DAY)
    return practice, write_batch(practice, AT)


def with_claims(world: ApiWorld, claims: int = 8) -> ImportReport:
    """Import a synthetic batch."""
    return import_837(world.db, synthetic(claims)[1], "test", AT, "biller")


@contextlib.contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Serve the api over real HTTP on a free port; yield its address. Every answer must be as openapi.json tells."""
    checked = AnswersChecked(app)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(checked, "127.0.0.1", port, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started, 10, "the api serves", 0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
    assert not checked.problems, "\n".join(dict.fromkeys(checked.problems))
