"""The mail log: one JSON line for each delivery put into the mail folder, never changed. It proves deliveries.

A partial line left by a broken write is ignored. Only the process that has locked the log, one at a time, decides
whether a key was delivered.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

LOG_NAME = "mail-log.jsonl"
_LOOK_AGAIN_SECONDS = 0.02


class LogBusy(Exception):
    """Another process held the log for the whole time we were ready to wait."""


class LogGone(Exception):
    """The mail folder or its log is missing: a disk that is not mounted, or a folder that was moved."""


class LogUncertain(Exception):
    """A line was being written when it failed; it may or may not have reached the disk."""


@dataclass(frozen=True, slots=True)
class MailedFile:
    """One PDF. ``about`` is our control number or the kind of letter; ``payer_id`` is its addressee.

    ``left_out`` lists what the claim says that its form has no box for.
    """

    name: str
    sha256: str
    pages: int
    about: str
    payer_id: str = ""
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailEntry:
    """One delivery. ``content`` is the hash of what was delivered, ``at`` business time."""

    key: str
    content: str
    at: str
    files: tuple[MailedFile, ...]

    @property
    def line(self) -> bytes:
        """The line as it stands in the log."""
        return msgspec.json.encode(self, order="deterministic")

    @property
    def receipt(self) -> str:
        """The proof of the delivery: the log's name, and the hash of the line."""
        return f"{LOG_NAME} {hashlib.sha256(self.line).hexdigest()[:32]}"


_ENTRY = msgspec.json.Decoder(MailEntry)
"""Made at import, in one thread: msgspec crashes when two threads make a decoder for one type at the same time."""


class MailLog:
    """The log of one mail folder. Blocks: call it in a thread."""

    def __init__(self, folder: Path, patience_seconds: float, sync: Callable[[int], None] = os.fsync) -> None:
        """Open nothing yet. ``sync`` forces written data to the disk.

        ``patience_seconds`` is how long to wait for the lock.
        """
        self.folder = folder
        self._path = folder / LOG_NAME
        self._patience = patience_seconds
        self._sync = sync

    @contextmanager
    def locked(self, *, create: bool) -> Iterator["OpenLog"]:
        """Hold the log alone. Raises LogBusy, LogGone (only without ``create``), OSError."""
        if create:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = self._open(create)
        try:
            self._lock(handle)
            yield OpenLog(handle, self._sync)
        finally:
            os.close(handle)

    def _open(self, create: bool) -> int:
        """Open the log. An empty folder has had no mail yet; one with mail and no log has lost it (LogGone)."""
        unused = self.folder.is_dir() and not any(self.folder.iterdir())
        if not create and not unused and not self._path.exists():
            raise LogGone("the mail folder or its log is gone; find it before anything is sent again")
        return os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_CREAT, 0o600)

    def _lock(self, handle: int) -> None:
        until = time.monotonic() + self._patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise LogBusy("another delivery is being printed; it will be tried again") from None
                time.sleep(_LOOK_AGAIN_SECONDS)
            else:
                return


class OpenLog:
    """The log while we hold it."""

    def __init__(self, handle: int, sync: Callable[[int], None]) -> None:
        self._handle = handle
        self._sync = sync

    def find(self, key: str) -> MailEntry | None:
        """Return the delivery with that key; it is on the disk."""
        for line in self._content().split(b"\n"):
            if line and (entry := _read(line)) is not None and entry.key == key:
                self._sync(self._handle)
                return entry
        return None

    def append(self, entry: MailEntry) -> None:
        """Write the line; return when it is on the disk. Raises LogUncertain."""
        content = self._content()
        begin = b"\n" if content and not content.endswith(b"\n") else b""
        try:
            left = memoryview(begin + entry.line + b"\n")
            while left:
                left = left[os.write(self._handle, left) :]
            self._sync(self._handle)
        except OSError as error:
            raise LogUncertain(f"the mail log could not be written: {error.strerror}") from None

    def _content(self) -> bytes:
        size = os.fstat(self._handle).st_size
        return os.pread(self._handle, size, 0) if size else b""


def _read(line: bytes) -> MailEntry | None:
    try:
        return _ENTRY.decode(line)
    except (msgspec.DecodeError, ValueError):
        return None
