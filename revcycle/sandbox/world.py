"""A whole world on one machine: workflow engine with its web page, api, worker, sandbox payer; all on loopback."""

import asyncio
import json
import os
import secrets
import shlex
import signal
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from revcycle.access.keyring import KeyRing
from revcycle.access.roles import Role
from revcycle.config import Settings
from revcycle.db import migrate
from revcycle.db.engine import Database
from revcycle.db.practice import practices, users
from revcycle.domain.clock import REAL_TIME, BusinessTime, Pace
from revcycle.sandbox.outside import DROP_PARTNER, GATEWAY_PARTNER, keep_connections, write_directory
from revcycle.sandbox.parts import SCRIPTS, TIMELINE_FILE, WORLD_FILE
from revcycle.sandbox.ports import free_ports, is_free
from revcycle.sandbox.practice.profile import PRACTICE
from revcycle.sandbox.processes import Processes, ProcessFailed, Running, WorldRunning
from revcycle.temporal import names
from revcycle.temporal.timeline import Timeline

_PORTS = ("temporal", "ui", "api", "payer", "sftp", "temporal_metrics", "temporal_http")
_TEMPORAL = (
    # Write-ahead log: several times the throughput of the default journal, and safe against a killed process.
    ("--sqlite-pragma", "journal_mode=wal"),
    ("--sqlite-pragma", "synchronous=1"),
    ("--dynamic-config-value", "frontend.rps=100000"),
    ("--dynamic-config-value", "frontend.namespaceRPS=100000"),
    ("--dynamic-config-value", "frontend.namespaceRPS.visibility=1000"),
    ("--dynamic-config-value", 'history.workflowIdReuseMinimalInterval="0s"'),
    ("--dynamic-config-value", "matching.useNewMatcher=true"),
    ("--dynamic-config-value", "matching.numTaskqueueReadPartitions=1"),
    ("--dynamic-config-value", "matching.numTaskqueueWritePartitions=1"),
)
_RETENTION = timedelta(days=365)
"""The development server forgets closed workflows after a day unless told."""
_UI_PATH = "/temporal"
"""The api serves the UI under the same path behind its login, on one origin with the codec."""


class World:
    """Starts and stops the parts; what they keep lies in ``home`` and outlives them."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._processes = Processes(self.home)
        self.settings = replace(
            Settings.load({"REVCYCLE_HOME": str(self.home)}), clock_file=self._clock_file()
        )
        self.first_password = ""
        self.own_connections = False
        """Whether the user wrote connections.toml: then it stays as it is."""

    def prepare(self) -> Self:
        """Take the home over, choose ports, make keys and tables; nothing runs yet. Raises WorldRunning."""
        self._processes.take_over()
        ports = self._ports()
        token_file = self.home / "clearinghouse.token"
        if not token_file.exists():
            token_file.touch(0o600)
            token_file.write_text(secrets.token_urlsafe(32))
        lines = keep_connections(
            self.home, token_file, ports["payer"], ports["sftp"], self._read().get("connections", "")
        )
        self.own_connections = not lines.written
        self.settings = replace(
            self.settings,
            temporal_address=f"127.0.0.1:{ports['temporal']}",
            ui_url=f"http://127.0.0.1:{ports['ui']}{_UI_PATH}",
            api_port=ports["api"],
            api_url=f"http://127.0.0.1:{ports['api']}",
            connection_url=f"http://127.0.0.1:{ports['payer']}",
            connection_token_file=token_file,
            connections_file=lines.path,
        )
        if not self.settings.keyring_file.exists():
            KeyRing.generate().save(self.settings.keyring_file)
        db = self.database()
        migrate.upgrade(db)
        self._first_user(db)
        db.close()
        told = {"ports": ports, "api_url": self.settings.api_url, "connections": lines.written}
        self._write(self._read() | told)
        return self

    def drive(self, first: datetime, plan: Sequence[Pace]) -> Timeline:
        """Have business time driven, from the instant on; a home that has a timeline keeps it. Call it before start.

        Time stands until somebody grants some (sandbox/timekeeper.py).
        """
        timeline = Timeline.begin(self.home / TIMELINE_FILE, plan, first, _now())
        self.settings = replace(self.settings, clock_file=self._clock_file())
        return timeline

    @property
    def clock(self) -> BusinessTime:
        """Business time in this home: its timeline, or real time."""
        return Timeline(self.settings.clock_file) if self.settings.clock_file else REAL_TIME

    def start(self, payer_script: Path | None = None, mailbox_minutes: int = 60) -> None:
        """Start every part and wait until each answers. Raises ProcessFailed."""
        self.start_outside(payer_script)
        self.start_inside(mailbox_minutes)

    def start_outside(self, payer_script: Path | None = None) -> None:
        """Start what stands for the world outside: workflow engine and payer."""
        temporal = self._start_temporal()
        script = ("--script", str(payer_script)) if payer_script else ("--scripts", str(self.home / SCRIPTS))
        lines = ("--sftp-port", str(self._read()["ports"]["sftp"]), "--sftp-partner", DROP_PARTNER)
        apart = ("--apart", DROP_PARTNER, "--apart", GATEWAY_PARTNER)
        payer = self._start("payer", "-m", "revcycle.cli.main", "sandbox", "payer", *lines, *apart, *script)
        self._processes.wait_ready(temporal, self._engine_answers)
        self._processes.wait_ready(payer, lambda: _answers(f"{self.settings.connection_url}/health"))

    def start_inside(self, mailbox_minutes: int = 60) -> None:
        """Start api and worker."""
        self.settings = replace(self.settings, mailbox_minutes=mailbox_minutes)
        api = self._start("api", "-m", "revcycle.cli.main", "admin", "serve")
        # Two processes use two cores: workflows with their SQL in one, the world outside and PDFs in the other.
        self._start("worker", "-m", "worker", REVCYCLE_WORKER_QUEUES=names.CLAIMS_QUEUE)
        self._start(
            "worker-io", "-m", "worker", REVCYCLE_WORKER_QUEUES=f"{names.PAYER_QUEUE},{names.LETTERS_QUEUE}"
        )
        self._processes.wait_ready(api, lambda: _answers(f"{self.settings.api_url}/health/ready"))

    def run_beside(self, name: str, *arguments: str) -> None:
        """Run one more Python process in this world, with its settings; it is stopped with the others."""
        self._start(name, *arguments)

    def check(self) -> None:
        """Raise ProcessFailed when a part has died."""
        self._processes.check()

    def stop(self) -> None:
        """Stop every part in order."""
        self._processes.stop()

    def database(self) -> Database:
        """Open the world's database."""
        ring = KeyRing.load(self.settings.keyring_file)
        return Database(self.settings.database_url, ring, self.settings.practice_id)

    @property
    def page(self) -> str:
        """Where people open the Temporal UI: through the api, so that one login serves page and codec."""
        return f"{self.settings.api_url}{_UI_PATH}/"

    @property
    def pids(self) -> dict[str, int]:
        """The processes by name."""
        return {one.name: one.process.pid for one in self._processes.running}

    def _clock_file(self) -> Path | None:
        file = self.home / TIMELINE_FILE
        return file if file.exists() else None

    def _ports(self) -> dict[str, int]:
        kept: dict[str, int] = self._read().get("ports", {})
        if set(kept) == set(_PORTS) and all(is_free(port) for port in kept.values()):
            return kept
        return dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))

    def _read(self) -> dict[str, Any]:
        try:
            kept: dict[str, Any] = json.loads((self.home / WORLD_FILE).read_text())
        except (OSError, ValueError):
            return {}
        return kept

    def _write(self, told: dict[str, Any]) -> None:
        (self.home / WORLD_FILE).write_text(json.dumps(told))

    def _first_user(self, db: Database) -> None:
        with db.write() as tx:
            if not users.find(tx):
                self.first_password = secrets.token_urlsafe(9)
                users.add(tx, "admin", Role.ADMIN, self.first_password, created_by="up", now=_now())
                practices.save(tx, PRACTICE)
            write_directory(tx, _now())

    def _start(self, name: str, *arguments: str, **settings: str) -> Running:
        environment = self.settings.environment() | settings
        return self._processes.start(name, (sys.executable, *arguments), environment)

    def _start_temporal(self) -> Running:
        ports = self._read()["ports"]
        attributes = [f"{name}={kind}" for name, kind in names.SEARCH_ATTRIBUTES.items()]
        command = [
            str(Path(sys.executable).with_name("temporal")),
            *("server", "start-dev", "--ip", "127.0.0.1", "--log-level", "error"),
            *("--port", str(ports["temporal"]), "--ui-port", str(ports["ui"])),
            *("--metrics-port", str(ports["temporal_metrics"]), "--http-port", str(ports["temporal_http"])),
            *("--ui-public-path", _UI_PATH),
            *("--db-filename", str(self.home / "temporal.db")),
            *("--ui-codec-endpoint", f"{self.settings.api_url}/codec", "--ui-disable-news-fetch"),
            *(part for pair in _TEMPORAL for part in pair),
            *(part for attribute in attributes for part in ("--search-attribute", attribute)),
        ]
        return self._processes.start("temporal", command, {"GOGC": "200"})

    def _engine_answers(self) -> bool:
        """Tell whether the engine takes requests; the first it takes sets how long it keeps histories."""

        async def connect() -> None:
            client = await Client.connect(self.settings.temporal_address)
            kept = NamespaceConfig()
            kept.workflow_execution_retention_ttl.FromTimedelta(_RETENTION)
            await client.workflow_service.update_namespace(
                UpdateNamespaceRequest(namespace=self.settings.temporal_namespace, config=kept)
            )

        try:
            with ThreadPoolExecutor(1) as aside:  # the caller may be in an event loop of its own
                aside.submit(asyncio.run, connect()).result()
        except (RuntimeError, RPCError):
            return False
        return True


def _now() -> datetime:
    from revcycle.api.office import real_now

    return real_now()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  # our own loopback address
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def wait_for_stop(world: World) -> int:
    """Wait until Ctrl-C or SIGTERM, or until a part dies; return the exit code."""
    stopped = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stopped.set())
    while not stopped.wait(1.0):
        try:
            world.check()
        except ProcessFailed as error:
            print(f"stopped: {error}", file=sys.stderr)  # noqa: T201  # the terminal is this command's page
            return 1
    return 0


def up(home: Path) -> int:
    """Start the world and keep it up until Ctrl-C; it continues where it left off. Returns the exit code."""
    world = World(home)
    try:
        world.prepare()
    except WorldRunning as error:
        print(error, file=sys.stderr)  # noqa: T201  # the terminal is this command's page
        return 6
    try:
        world.start()
        _say_where(world)
        return wait_for_stop(world)
    except ProcessFailed as error:
        print(error, file=sys.stderr)  # noqa: T201  # the terminal is this command's page
        return 1
    finally:
        world.stop()


def _say_where(world: World) -> None:
    command = typed(world.home)
    lines = [
        f"The world is up in {os.path.relpath(world.home)}.",
        f"  api          {world.settings.api_url}",
        f"  Temporal UI  {world.page}  (log in as a manager or admin to see decrypted payloads)",
    ]
    if world.own_connections:
        payer = world.settings.connection_url
        lines.append(
            f"  connections  connections.toml is yours and stays so; the sandbox payer is at {payer}"
        )
    if world.first_password:
        lines.append(f"  first login  {command} login admin   (password, shown once: {world.first_password})")
    if command != "revcycle":
        lines.append(f"Other commands for this world begin with `{command}`, too.")
    lines.append(f"Ctrl-C stops it; `{command} up` continues where it left off.")
    print("\n".join(lines), flush=True)  # noqa: T201  # the terminal is this command's page


def typed(home: Path) -> str:
    """Return how ``revcycle`` is typed where this command was, so that it means the world in ``home``.

    The program's path is told unless its environment is active; the home unless it is the one meant anyway.
    """
    program = "revcycle"
    if sys.prefix not in (sys.base_prefix, os.environ.get("VIRTUAL_ENV", "")):
        script = Path(sys.executable).with_name("revcycle")
        program = shlex.quote(min(os.path.relpath(script), str(script), key=len))
    meant = Path(os.environ.get("REVCYCLE_HOME") or ".revcycle").absolute()
    if meant == home.absolute():
        return program
    place = min(os.path.relpath(home), str(home.absolute()), key=len)
    return f"REVCYCLE_HOME={shlex.quote(place)} {program}"
