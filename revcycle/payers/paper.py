"""Paper: claims and letters printed into a folder that a mail house empties, with a transmittal sheet and a log.

SENT is said when every file and the log's line are on the disk. A key that the log has is never printed again; files
without a line in the log are nobody's delivery and are overwritten by the next attempt.
"""

import asyncio
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, TypeVar

from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.domain.person import Address
from revcycle.edi.claim_837.x12_837 import ClaimToSend, ReadClaim, read_claims
from revcycle.payers.gateway import (
    AppealFiling,
    Capabilities,
    Delivery,
    MailItem,
    PayerRefused,
)
from revcycle.payers.mail_log import LogBusy, LogGone, LogUncertain, MailedFile, MailEntry, MailLog, OpenLog
from revcycle.payers.sftp import file_stem

_CAPABILITIES = Capabilities(batch=frozenset({"837P", "837I"}), appeals=True)
_Answer = TypeVar("_Answer")


class CannotPrint(Exception):
    """The claim has no place on paper. The message says why in plain words and holds no value of the claim."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF, how many sheets it takes, and in plain words what the claim says that the form has no box for."""

    content: bytes
    pages: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One file that a transmittal sheet lists. ``about`` is our control number, or the kind of letter."""

    name: str
    about: str
    pages: int
    payer_id: str = ""
    payer_name: str = ""
    payer_address: Address | None = None


class Printer(Protocol):
    """Who sets the pages; ``on`` is the day they are made."""

    def claim(self, sent: ClaimToSend, on: date, overlay: bool = False) -> Printed:
        """Return the claim on its form, only the data of it with ``overlay``. Raises CannotPrint."""
        ...

    def transmittal(self, key: str, enclosed: tuple[Enclosed, ...], on: date) -> Printed:
        """Return the sheet that lists what belongs to one delivery. Raises CannotPrint."""
        ...


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page set on its way to the folder."""

    enclosed: Enclosed
    content: bytes
    left_out: tuple[str, ...] = ()

    @property
    def logged(self) -> MailedFile:
        one, digest = self.enclosed, hashlib.sha256(self.content).hexdigest()
        return MailedFile(one.name, digest, one.pages, one.about, one.payer_id, self.left_out)


class PaperMail:
    """A PayerGateway over the post: batches and letters out, nothing comes back."""

    def __init__(
        self,
        folder: Path,
        printer: Printer,
        patience_seconds: float = 20.0,
        sync: Callable[[int], None] = os.fsync,
        *,
        overlay: bool = False,
    ) -> None:
        """Touch nothing yet. ``patience_seconds`` is how long to wait for another process that is printing.

        ``sync`` forces what was written to the disk; ``overlay`` is for pre-printed forms.
        """
        self._folder = folder
        self._printer = printer
        self._overlay = overlay
        self._log = MailLog(folder, patience_seconds, sync)
        self._sync = sync
        self._one = asyncio.Lock()

    @property
    def capabilities(self) -> Capabilities:
        """Professional and institutional claims, and letters."""
        return _CAPABILITIES

    async def close(self) -> None:
        """Nothing is held open."""

    async def ask(self, inquiry: bytes, at: datetime) -> bytes:
        """Refuse: nobody answers paper at once. Raises PayerRefused."""
        raise PayerRefused(
            "paper is not answered in real time; ask over the payer's REST or CORE connection, or call"
        )

    async def list_mailbox(self, at: datetime) -> tuple[MailItem, ...]:
        """Return nothing: what comes back comes by post, or over another connection."""
        return ()

    async def fetch(self, item_id: str, at: datetime) -> bytes:
        """Refuse: there is no mailbox. Raises PayerRefused."""
        raise PayerRefused("paper has no mailbox")

    async def remove(self, item_id: str, at: datetime) -> None:
        """Nothing to remove."""

    async def submit(self, batch: bytes, key: str, at: datetime) -> Delivery:
        """Print the claims of the file into the folder, unless the log has the key already."""
        return await self._deliver(key, batch, at, lambda: self._claims(batch, key, at.date()))

    async def file_appeal(self, appeal: AppealFiling, at: datetime) -> Delivery:
        """Put the letter into the folder, unless the log has the appeal's key already."""
        return await self._deliver(
            appeal.appeal_key, appeal.document, at, lambda: self._letter(appeal, at.date())
        )

    async def prove(self, key: str, at: datetime) -> Delivery:
        """Look into the log."""
        try:
            return await self._alone(lambda: self._proved(key))
        except (LogBusy, LogGone, OSError) as error:
            return Delivery(DeliveryOutcome.UNKNOWN, reason=_words(error), reached=False)

    async def _deliver(
        self, key: str, content: bytes, at: datetime, sheets: Callable[[], tuple[_Sheet, ...]]
    ) -> Delivery:
        try:
            return await self._alone(lambda: self._mailed(key, content, at, sheets))
        except CannotPrint as refused:
            return Delivery(DeliveryOutcome.NOT_SENT, reason=str(refused))
        except LogUncertain as uncertain:
            return Delivery(DeliveryOutcome.UNKNOWN, reason=str(uncertain), reached=False)
        except (LogBusy, OSError) as error:
            return Delivery(DeliveryOutcome.NOT_SENT, reason=_words(error), reached=False)

    async def _alone(self, work: Callable[[], _Answer]) -> _Answer:
        """Do it in a thread, one at a time: waiting for the log must not use up the threads of others."""
        async with self._one:
            return await asyncio.to_thread(work)

    def _proved(self, key: str) -> Delivery:
        with self._log.locked(create=False) as log:
            entry = log.find(key)
        if entry is None:
            return Delivery(DeliveryOutcome.NOT_SENT, reason="the mail log has no delivery with that key")
        return Delivery(DeliveryOutcome.SENT, receipt=entry.receipt)

    def _mailed(
        self, key: str, content: bytes, at: datetime, sheets: Callable[[], tuple[_Sheet, ...]]
    ) -> Delivery:
        digest = hashlib.sha256(content).hexdigest()
        with self._log.locked(create=True) as log:
            if (before := log.find(key)) is not None:
                return _again(before, digest)
            return self._put(log, sheets(), MailEntry(key, digest, at.isoformat(), ()), at)

    def _put(self, log: OpenLog, sheets: tuple[_Sheet, ...], entry: MailEntry, at: datetime) -> Delivery:
        """Put the files in place, then write the log's line; only the line makes them a delivery."""
        for sheet in sheets:
            self._write(sheet, at)
        self._sync_folder()
        told = MailEntry(entry.key, entry.content, entry.at, tuple(sheet.logged for sheet in sheets))
        log.append(told)
        return Delivery(DeliveryOutcome.SENT, receipt=told.receipt)

    def _write(self, sheet: _Sheet, at: datetime) -> None:
        path = self._folder / sheet.enclosed.name
        partial = path.with_name(f".{path.name}.partial")
        partial.unlink(missing_ok=True)
        with open(partial, "xb", opener=_private) as file:
            file.write(sheet.content)
            file.flush()
            self._sync(file.fileno())
        os.utime(partial, (at.timestamp(), at.timestamp()))
        partial.replace(path)

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._sync(handle)
        finally:
            os.close(handle)

    def _claims(self, batch: bytes, key: str, on: date) -> tuple[_Sheet, ...]:
        """Return every claim on its form, and the sheet that lists them. Raises CannotPrint."""
        sheets = tuple(
            self._claim(read, key, position, on) for position, read in enumerate(_read(batch), start=1)
        )
        return (*sheets, self._listed(key, sheets, on))

    def _claim(self, read: ReadClaim, key: str, position: int, on: date) -> _Sheet:
        about = read.claim.patient_control_number
        try:
            sent = ClaimToSend(read.claim, read.responsibility, read.prior_payments)
            printed = self._printer.claim(sent, on, self._overlay)
        except CannotPrint as refused:
            raise CannotPrint(f"claim {position} of the batch ({about}): {refused}") from None
        payer = read.claim.coverage(read.responsibility)
        assert payer is not None, "a claim that was printed names its payer"
        enclosed = Enclosed(
            f"{file_stem(key)}{position:04d}.pdf",
            about,
            printed.pages,
            payer.payer_id,
            payer.payer_name,
            payer.payer_address,
        )
        return _Sheet(enclosed, printed.content, printed.left_out)

    def _letter(self, appeal: AppealFiling, on: date) -> tuple[_Sheet, ...]:
        if not appeal.document.startswith(b"%PDF-"):
            raise CannotPrint("the letter is no PDF; print it again")
        letter = _Sheet(Enclosed(f"{file_stem(appeal.appeal_key)}0001.pdf", appeal.kind, 0), appeal.document)
        return (letter, self._listed(appeal.appeal_key, (letter,), on))

    def _listed(self, key: str, sheets: tuple[_Sheet, ...], on: date) -> _Sheet:
        printed = self._printer.transmittal(key, tuple(sheet.enclosed for sheet in sheets), on)
        name = f"{file_stem(key)}transmittal.pdf"
        return _Sheet(Enclosed(name, "transmittal", printed.pages), printed.content)


def _read(batch: bytes) -> Iterator[ReadClaim]:
    """Return the claims of the file. Raises CannotPrint when one of them cannot be read, or there is none."""
    try:
        found = read_claims(batch)
    except ValueError:
        raise CannotPrint("the batch is no claim file (837P or 837I)") from None
    if found.quarantined:
        raise CannotPrint(
            f"{len(found.quarantined)} claims of the batch cannot be read; nothing of it was printed"
        )
    if not found.claims:
        raise CannotPrint("the batch holds no claims")
    return iter(found.claims)


def _again(before: MailEntry, digest: str) -> Delivery:
    if before.content != digest:
        reason = "another file was delivered under this key; give the new one a key of its own"
        return Delivery(DeliveryOutcome.NOT_SENT, reason=reason)
    return Delivery(DeliveryOutcome.SENT, receipt=before.receipt)


def _words(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"the mail folder cannot be used: {error.strerror}"
    return str(error)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
