"""The SFTP drop: files are put into the payer's inbound directory and picked up from its outbound directory.

A file is uploaded under a temporary name and renamed into place in one step, so the payer never sees half of
one. Its name is made of the delivery's key and of what is in it, so that a listing proves a delivery.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncssh

from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.payers.gateway import (
    AppealFiling,
    Capabilities,
    Delivery,
    MailItem,
    PayerRefused,
    PayerUnavailable,
)
from revcycle.payers.mail_kind import HEAD_BYTES, UNKNOWN, kind_of
from revcycle.payers.ssh import SshAccess, Unreachable, open_ssh

_CAPABILITIES = Capabilities(batch=frozenset({"837P", "837I", "837D", "275"}))
_PARTIAL = (".tmp", ".temp", ".part", ".partial", ".filepart", ".uploading")
_SPEAKING = re.compile(r"[A-Za-z0-9-]{1,40}")
_GONE = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)
_LOST = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)
_FINAL = (*_GONE, asyncssh.SFTPPermissionDenied, asyncssh.SFTPOpUnsupported, asyncssh.SFTPNotADirectory)


@dataclass(frozen=True, slots=True)
class SftpPlaces:
    """Directories on the server, from the login directory or absolute.

    ``processed`` are those the payer moves files to that it has taken (archive, done, error); without one,
    absence proves nothing. A file fetched from ``outbound`` is moved to ``archive``, or deleted when that is empty.
    """

    inbound: str = "inbound"
    processed: tuple[str, ...] = ()
    outbound: str = "outbound"
    archive: str = ""


@dataclass(frozen=True, slots=True)
class SftpPatience:
    """Seconds: for connecting and any short answer, for a whole transfer, and between two looks at a growing file."""

    answer_seconds: float = 20.0
    transfer_seconds: float = 120.0
    stable_seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class _File:
    """A file in the outbound directory. Its id changes when the payer uses the name again."""

    name: str
    size: int
    modified: int

    @property
    def item_id(self) -> str:
        told = f"{self.name}|{self.size}|{self.modified}".encode(errors="surrogateescape")
        return hashlib.sha256(told).hexdigest()[:32]

    def received_at(self, now: datetime) -> datetime:
        """When it was laid there; now, where the server keeps no times."""
        return datetime.fromtimestamp(self.modified, UTC) if self.modified else now


def file_stem(key: str) -> str:
    """Return how the names of all files of a delivery key begin: the key, when it can be a name, and its hash."""
    speaking = f"{key}-" if _SPEAKING.fullmatch(key) else ""
    return f"{speaking}{hashlib.sha256(key.encode()).hexdigest()[:12]}-"


def file_name(key: str, content: bytes) -> str:
    """Return the name a delivery goes by: the same for the same key and content, else never used again."""
    return f"{file_stem(key)}{hashlib.sha256(content).hexdigest()[:16]}.x12"


class SftpDrop:
    """A PayerGateway over SFTP: batches and a mailbox, no real time. Holds one connection, opened when needed."""

    def __init__(self, access: SshAccess, places: SftpPlaces, patience: SftpPatience | None = None) -> None:
        """Connect to nothing yet."""
        self._access = access
        self._places = places
        self._patience = patience or SftpPatience()
        self._ssh: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None
        self._opening = asyncio.Lock()
        self._known: dict[str, tuple[_File, str]] = {}

    @property
    def capabilities(self) -> Capabilities:
        """Batches only."""
        return _CAPABILITIES

    async def close(self) -> None:
        """Log out."""
        if self._ssh is not None:
            self._ssh.close()
        self._ssh = self._sftp = None

    async def ask(self, inquiry: bytes, at: datetime) -> bytes:
        """Refuse: a drop has no answer. Raises PayerRefused."""
        raise PayerRefused(
            "an SFTP drop answers nothing in real time; ask over the payer's REST or CORE connection"
        )

    async def file_appeal(self, appeal: AppealFiling, at: datetime) -> Delivery:
        """Refuse: a drop takes X12 files only."""
        return Delivery(
            DeliveryOutcome.NOT_SENT, reason="an SFTP drop takes no letters; file it on paper or online"
        )

    async def submit(self, batch: bytes, key: str, at: datetime) -> Delivery:
        """Put the file into the inbound directory, unless it stands there or was taken already."""
        name = file_name(key, batch)
        try:
            async with self._session() as sftp:
                found = await self._delivered(sftp, key)
        except PayerUnavailable as unavailable:
            return Delivery(DeliveryOutcome.NOT_SENT, reason=str(unavailable), reached=False)
        except PayerRefused as refused:
            return Delivery(DeliveryOutcome.NOT_SENT, reason=str(refused))
        if found:
            return _same(found, name)
        return await self._upload(batch, name, key, at)

    async def prove(self, key: str, at: datetime) -> Delivery:
        """Look for the file where we put it and where the payer moves what it has taken."""
        try:
            async with self._session() as sftp:
                found = await self._delivered(sftp, key)
        except (PayerUnavailable, PayerRefused) as error:
            return Delivery(DeliveryOutcome.UNKNOWN, reason=str(error))
        if found:
            return Delivery(DeliveryOutcome.SENT, receipt=found)
        if not self._places.processed:
            reason = "the payer keeps no list of what it has taken; its 999 will tell"
            return Delivery(DeliveryOutcome.UNKNOWN, reason=reason)
        return Delivery(
            DeliveryOutcome.NOT_SENT, reason="no file of that delivery is in any of the directories"
        )

    async def list_mailbox(self, at: datetime) -> tuple[MailItem, ...]:
        """List the outbound directory, without files that are still being written."""
        async with self._session(self._patience.answer_seconds + self._patience.stable_seconds) as sftp:
            files = await self._outbound(sftp)
            if files - {file for file, _ in self._known.values()}:
                await asyncio.sleep(self._patience.stable_seconds)
                files &= await self._outbound(sftp)
            told = {file: await self._kind(sftp, file) for file in files}
            self._known = {file.item_id: (file, kind) for file, kind in told.items() if kind}
        items = (MailItem(file.item_id, kind, file.received_at(at)) for file, kind in self._known.values())
        return tuple(sorted(items, key=lambda item: (item.received_at, item.item_id)))

    async def fetch(self, item_id: str, at: datetime) -> bytes:
        """Download a whole file; one that is shorter or longer than listed is tried again later."""
        async with self._session(self._patience.transfer_seconds) as sftp:
            file = await self._file(sftp, item_id)
            if file is None:
                raise PayerRefused("no such file waits in the outbound directory")
            async with sftp.open(self._path(file), "rb") as handle:
                content: bytes = await handle.read()
        if len(content) != file.size:
            raise PayerUnavailable(f"the download ended after {len(content)} of {file.size} bytes")
        return content

    async def remove(self, item_id: str, at: datetime) -> None:
        """Move the file to the archive or delete it; one already gone is fine."""
        async with self._session() as sftp:
            file = await self._file(sftp, item_id)
            if file is None:
                return
            with suppress(*_GONE):
                if self._places.archive:
                    await sftp.rename(self._path(file), f"{self._places.archive}/{item_id[:12]}-{file.name}")
                else:
                    await sftp.remove(self._path(file))

    async def _upload(self, batch: bytes, name: str, key: str, at: datetime) -> Delivery:
        """Upload and rename. Once it has begun, only the listing tells what became of it."""
        try:
            async with self._session(self._patience.transfer_seconds) as sftp:
                refusal = await self._put(sftp, batch, name, key, at)
        except (PayerUnavailable, PayerRefused) as lost:
            return Delivery(DeliveryOutcome.UNKNOWN, reason=f"lost while sending: {lost}")
        if not refusal:
            return Delivery(DeliveryOutcome.SENT, receipt=name)
        proof = await self.prove(key, at)
        if proof.outcome is DeliveryOutcome.SENT:
            return _same(proof.receipt, name)
        if proof.outcome is DeliveryOutcome.UNKNOWN and self._places.processed:
            return proof
        return Delivery(DeliveryOutcome.NOT_SENT, reason=refusal)

    async def _put(self, sftp: asyncssh.SFTPClient, batch: bytes, name: str, key: str, at: datetime) -> str:
        """Put the file in place; return what the server had against it, in words, or nothing."""
        temporary, place = f"{self._places.inbound}/.{name}.filepart", f"{self._places.inbound}/{name}"
        # Not truncated: whoever sends the same delivery at the same time writes the same bytes.
        flags = asyncssh.FXF_WRITE | asyncssh.FXF_CREAT
        try:
            async with sftp.open(temporary, flags, encoding=None) as handle:
                await handle.write(batch)
            kept = (await sftp.stat(temporary)).size
            if kept != len(batch):
                return f"the server kept {kept} of {len(batch)} bytes"
            with suppress(asyncssh.SFTPPermissionDenied, asyncssh.SFTPOpUnsupported):  # its own time will do
                await sftp.utime(temporary, (at.timestamp(), at.timestamp()))
            if await self._delivered(sftp, key):
                await sftp.remove(temporary)
                return "somebody else has just delivered it"
            try:
                await sftp.posix_rename(temporary, place)
            except asyncssh.SFTPOpUnsupported:
                await sftp.rename(temporary, place)
        except _LOST:
            raise
        except asyncssh.SFTPError as error:
            return f"the SFTP server refused the file ({type(error).__name__})"
        return ""

    async def _delivered(self, sftp: asyncssh.SFTPClient, key: str) -> str:
        """Return the name of the delivery's file. Inbound first: files move from there to the processed ones."""
        stem = file_stem(key)
        for place in (self._places.inbound, *self._places.processed):
            for name in await sftp.listdir(place):
                if str(name).startswith(stem):
                    return str(name)
        return ""

    async def _outbound(self, sftp: asyncssh.SFTPClient) -> set[_File]:
        entries = await sftp.readdir(self._places.outbound)
        return {
            _File(str(e.filename), e.attrs.size or 0, int(e.attrs.mtime or 0)) for e in entries if _whole(e)
        }

    async def _file(self, sftp: asyncssh.SFTPClient, item_id: str) -> _File | None:
        """Return the file with that id as long as it is still the same file."""
        known = self._known.get(item_id)
        if known is None:
            return next((file for file in await self._outbound(sftp) if file.item_id == item_id), None)
        try:
            attrs = await sftp.stat(self._path(known[0]))
        except _GONE:
            return None
        now = _File(known[0].name, attrs.size or 0, int(attrs.mtime or 0))
        return now if now == known[0] else None

    async def _kind(self, sftp: asyncssh.SFTPClient, file: _File) -> str:
        """Return what the file is, or nothing when it could not be read as long as it is said to be."""
        known = self._known.get(file.item_id)
        if known is not None:
            return known[1]
        try:
            async with sftp.open(self._path(file), "rb") as handle:
                head: bytes = await handle.read(HEAD_BYTES)
        except _GONE:
            return ""
        except asyncssh.SFTPPermissionDenied:
            return UNKNOWN
        return kind_of(head) if len(head) == min(file.size, HEAD_BYTES) else ""

    def _path(self, file: _File) -> str:
        return f"{self._places.outbound}/{file.name}"

    @asynccontextmanager
    async def _session(self, seconds: float = 0.0) -> AsyncIterator[asyncssh.SFTPClient]:
        """Give the open client for so long. Raises PayerUnavailable, PayerRefused; lets go of a broken connection."""
        used = None
        try:
            async with asyncio.timeout(seconds or self._patience.answer_seconds):
                used = await self._client()
                yield used
        except (TimeoutError, OSError, *_LOST, asyncssh.DisconnectError, asyncssh.ChannelOpenError) as error:
            self._drop(used)
            raise Unreachable(
                f"the payer's SFTP server went silent or away ({type(error).__name__})"
            ) from None
        except _FINAL as error:
            raise PayerRefused(f"the SFTP server refused ({type(error).__name__})") from None
        except asyncssh.SFTPError as error:
            raise PayerUnavailable(f"the SFTP server failed ({type(error).__name__})") from None

    async def _client(self) -> asyncssh.SFTPClient:
        async with self._opening:
            if self._ssh is None or self._sftp is None or self._ssh.is_closed():
                self._ssh = await open_ssh(self._access, self._patience.answer_seconds)
                self._sftp = await self._ssh.start_sftp_client(path_errors="surrogateescape")
            return self._sftp

    def _drop(self, used: asyncssh.SFTPClient | None) -> None:
        """Break the connection, unless somebody has opened another since."""
        if self._ssh is not None and used is self._sftp:
            self._ssh.abort()
            self._ssh = self._sftp = None


def _same(found: str, name: str) -> Delivery:
    """A payer may add to the name of a file it has taken, but not change what we called it."""
    if found.startswith(name.removesuffix(".x12")):
        return Delivery(DeliveryOutcome.SENT, receipt=name)
    return Delivery(DeliveryOutcome.NOT_SENT, reason="another file went out under this key before")


def _whole(entry: asyncssh.SFTPName) -> bool:
    """Tell whether the entry is a file and not one that is still being uploaded."""
    name = str(entry.filename)
    file = entry.attrs.type in (asyncssh.FILEXFER_TYPE_REGULAR, asyncssh.FILEXFER_TYPE_UNKNOWN)
    return file and not (name.startswith((".", "~")) or "/" in name or name.lower().endswith(_PARTIAL))
