"""The processes of a world: one group, one lock, logs in its home, stopped in order."""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PATIENCE_SECONDS = 20.0


class WorldRunning(Exception):
    """Another command keeps a world in this home."""


class ProcessFailed(Exception):
    """A process of the world ended, or never became ready; its log says why."""


@dataclass
class Running:
    """One process and its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


class Processes:
    """Starts and stops the world's processes.

    All of them share one process group and hold one lock file. When the command that started them is killed,
    they live on; the next command finds the lock held, ends the group and goes on from what is on disk.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._logs = home / "logs"
        self._logs.mkdir(parents=True, exist_ok=True)
        self._lock: IO[str] = (home / "world.lock").open("a+")
        self.running: list[Running] = []

    def take_over(self) -> None:
        """Take the lock; end what a killed command left. Raises WorldRunning when its command still lives."""
        if self._locked():
            return
        self._lock.seek(0)
        said = self._lock.read().split()
        owner, group = (int(said[0]), int(said[1])) if len(said) == 2 else (0, 0)
        if owner and _lives(owner):
            raise WorldRunning(
                f"a world already runs in {self._home} (process {owner}); stop it first with Ctrl-C"
            )
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if group:
                _signal_group(group, sign)
            if _until(self._locked, PATIENCE_SECONDS / 2):
                return
        raise WorldRunning(
            f"processes of an earlier world in {self._home} do not end; end them and try again"
        )

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Running:
        """Start a process in the world's group; what it says goes to ``logs/<name>.log``."""
        log = self._logs / f"{name}.log"
        with log.open("ab") as out:
            process = subprocess.Popen(
                command,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                pass_fds=(self._lock.fileno(),),
                process_group=self.running[0].process.pid if self.running else 0,
            )
        started = Running(name, process, log)
        self.running.append(started)
        if len(self.running) == 1:
            self._lock.seek(0)
            self._lock.truncate()
            self._lock.write(f"{os.getpid()} {process.pid}")
            self._lock.flush()
        return started

    def wait_ready(self, started: Running, ready: Callable[[], bool], seconds: float = 180.0) -> None:
        """Wait until the process says it is ready. Raises ProcessFailed.

        The limit is there for hangs: a start takes a second or two, on a busy machine ten times that.
        """
        if not _until(lambda: ready() or started.process.poll() is not None, seconds):
            raise ProcessFailed(f"{started.name} did not become ready: see {started.log}")
        self.check(started)

    def check(self, *some: Running) -> None:
        """Raise ProcessFailed when a process (one of these, or any) has ended."""
        for one in some or self.running:
            code = one.process.poll()
            if code is not None:
                raise ProcessFailed(f"{one.name} ended with {code}: see {one.log}")

    def stop(self) -> None:
        """Stop all, the last started first: each may finish what it does."""
        for one in reversed(self.running):
            one.process.terminate()
            try:
                one.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                one.process.kill()
                one.process.wait()
        self.running.clear()
        fcntl.flock(self._lock, fcntl.LOCK_UN)
        self._lock.close()

    def _locked(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _signal_group(group: int, sign: signal.Signals) -> None:
    try:
        os.killpg(group, sign)
    except (ProcessLookupError, PermissionError):
        return


def _until(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
