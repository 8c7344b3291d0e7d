"""The other side of a paper connection: a mail folder on a disk that breaks, vanishes, or is in another's hands."""

import errno
import fcntl
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from revcycle.effects.exchange.printing import PaperPrinter
from revcycle.payers.mail_log import LOG_NAME, MailEntry
from revcycle.payers.paper import PaperMail
from tests.support.exchange.other_side import OtherSide


class PaperSide(OtherSide):
    """What a test can do to a mail folder. No payer is behind it, so nothing is asked of an office."""

    def __init__(self, folder: Path, patience: float) -> None:
        """Open a connection to an empty folder."""
        folder.mkdir()
        self.folder = folder
        self.log = folder / LOG_NAME
        self.gateway = PaperMail(folder, PaperPrinter(), patience, self._sync)
        self.patience = patience
        self.secrets = ("a-secret-paper-does-not-have",)
        self._fault = ""
        self._held: int | None = None

    def filings(self) -> int:
        """How many deliveries the log has."""
        return len(self.entries())

    def entries(self) -> list[MailEntry]:
        """The whole lines of the log."""
        if not self.log.is_file():
            return []
        return [
            msgspec.json.decode(line, type=MailEntry)
            for line in self.log.read_bytes().splitlines()
            if line.endswith(b"}")
        ]

    def clock(self) -> datetime | None:
        """The time the mail house sees on the transmittal sheet."""
        (sheet,) = self.folder.glob("*transmittal.pdf")
        return datetime.fromtimestamp(sheet.stat().st_mtime, UTC)

    async def go_down(self) -> None:
        """Put a file where the folder was."""
        self.folder.rename(self.folder.with_suffix(".away"))
        self.folder.write_bytes(b"")

    def go_silent(self) -> None:
        """Hold the log, like another process that prints a long batch."""
        self._held = os.open(self.log, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._held, fcntl.LOCK_EX)

    def lose_delivery(self) -> None:
        """Break the next line of the log half way."""
        self._fault = "torn"

    def lose_answer(self) -> None:
        """Write the next line of the log, and fail to say so."""
        self._fault = "unsaid"

    def hang_answer(self) -> None:
        """The same: a disk says nothing in another way."""
        self.lose_answer()

    def spoil_answer(self, status: int, body: bytes) -> None:
        """Nothing answers here."""
        raise NotImplementedError

    async def recover(self) -> None:
        """Be a good disk again."""
        self._fault = ""
        if self._held is not None:
            os.close(self._held)
            self._held = None
        away = self.folder.with_suffix(".away")
        if away.exists():
            self.folder.unlink()
            shutil.move(away, self.folder)

    def _sync(self, handle: int) -> None:
        if self._fault and os.fstat(handle).st_ino == self.log.stat().st_ino:
            if self._fault == "torn":
                os.ftruncate(handle, os.fstat(handle).st_size - 40)
            raise OSError(errno.EIO, "Input/output error")
        os.fsync(handle)
