"""The payer's SFTP drop on the loopback interface: claim files come in, what waits in the mailbox lies outside.

A file renamed into ``inbound`` is taken in at once and moved to ``processed``; ``outbound`` shows the mailbox as it
stands when somebody lists it, and what is removed or moved from there is gone from the mailbox. Business time is
the modification time of what is uploaded.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import asyncssh

from revcycle.edi.wire.envelope import NotX12
from revcycle.sandbox.payer.intake import NotClaims
from revcycle.sandbox.payer.office import Office

INBOUND, PROCESSED, OUTBOUND, ARCHIVE = "inbound", "processed", "outbound", "archive"
_ENDINGS = {"deposits": "csv", "appeal_decision": "json"}
_TARGET = "sftp"


@dataclass(frozen=True, slots=True)
class SftpLogin:
    """Who may log in: one user, by password or by a key of the authorized_keys file; ``partner`` is its ISA06."""

    user: str
    password_file: Path
    authorized_keys: Path | None = None
    partner: str = ""


class _Door(asyncssh.SSHServer):
    """Lets the one user in."""

    def __init__(self, login: SftpLogin) -> None:
        self._login = login
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn

    def begin_auth(self, username: str) -> bool:
        if self._connection and self._login.authorized_keys and username == self._login.user:
            self._connection.set_authorized_keys(str(self._login.authorized_keys))
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        expected = self._login.password_file.read_text().strip()
        return (username, password) == (self._login.user, expected)


class _Files(asyncssh.SFTPServer):
    """One session over the payer's folder, with the office behind it."""

    def __init__(
        self, chan: asyncssh.SSHServerChannel[bytes], office: Office, root: Path, partner: str
    ) -> None:
        super().__init__(chan, chroot=os.fsencode(root))
        self._partner = partner
        self._office = office
        self._root = root
        self._cut: set[int] = set()

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Move a file; into ``inbound`` it is a delivery, out of ``outbound`` a removal."""
        old, new = self._local(oldpath), self._local(newpath)
        if old.parent == self._root / OUTBOUND:
            self._office.mailbox.delete(old.stem.rpartition("_")[2])
        if new.parent != self._root / INBOUND:
            old.replace(new)
            return
        if self._office.faults.strikes("drop_before_rename", _TARGET):
            self.connection.abort()
            raise asyncssh.SFTPConnectionLost("the line broke")
        self._take(old, new.name)
        hang = self._office.faults.strikes("timeout_after_accept", _TARGET)
        if hang:
            await asyncio.sleep(hang.hang_seconds)
        if self._office.faults.strikes("drop_after_rename", _TARGET):
            self.connection.abort()

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Move a file, never over another."""
        if self._local(newpath).exists():
            raise asyncssh.SFTPFailure("a file of that name stands there")
        await self.posix_rename(oldpath, newpath)

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        """List a directory; the outbound one after what is due has been laid out."""
        slow = self._office.faults.strikes("slow_answer", _TARGET)
        if slow:
            await asyncio.sleep(slow.hang_seconds)
        if self._local(path) == self._root / OUTBOUND:
            self._lay_out()
        async for entry in super().scandir(path):
            yield entry

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Read; a spoilt download ends in the middle of what is asked first."""
        if id(file_obj) in self._cut:
            return b""
        content = super().read(file_obj, offset, size)
        assert isinstance(content, bytes)
        if offset == 0 and self._office.faults.strikes("truncated_download", _TARGET):
            self._cut.add(id(file_obj))
            return content[: len(content) // 2]
        return content

    def close(self, file_obj: object) -> None:
        """Close the file."""
        self._cut.discard(id(file_obj))
        super().close(file_obj)

    def remove(self, path: bytes) -> None:
        """Remove a file; from ``outbound`` it is removed from the mailbox."""
        local = self._local(path)
        if local.parent == self._root / OUTBOUND:
            self._office.mailbox.delete(local.stem.rpartition("_")[2])
        local.unlink()

    def _local(self, path: bytes) -> Path:
        return Path(os.fsdecode(self.map_path(path)))

    def _take(self, uploaded: Path, name: str) -> None:
        """Take the file in, once for each name, and keep it among the processed ones."""
        told = datetime.fromtimestamp(uploaded.stat().st_mtime, UTC)
        key = f"{_TARGET} {PurePosixPath(name).name}"
        try:
            with self._office.book.transaction():
                now = self._office.advance(told)
                if self._office.receipt(key) is None:
                    self._office.intake.take(uploaded.read_bytes(), now)
                    self._office.give_receipt(key)
        except (NotX12, NotClaims):
            raise asyncssh.SFTPFailure("this is no claim file") from None
        uploaded.replace(self._root / PROCESSED / name)

    def _lay_out(self) -> None:
        """Make the outbound directory show what is due and not deleted."""
        now = self._office.book.now()
        due = {item.id: item for item in self._office.mailbox.due(now, self._partner)} if now else {}
        wanted = {f"{item.kind}_{item.id}.{_ENDINGS.get(item.kind, 'x12')}": item for item in due.values()}
        outbound = self._root / OUTBOUND
        for file in outbound.iterdir():
            if file.name not in wanted and not file.name.startswith("."):
                file.unlink()
        for name, item in wanted.items():
            found = self._office.mailbox.read(item.id)
            if found is None or (outbound / name).exists():
                continue
            hidden = outbound / f".{name}"
            hidden.write_bytes(found[1])
            at = datetime.fromisoformat(item.received_at).timestamp()
            os.utime(hidden, (at, at))
            hidden.rename(outbound / name)


@asynccontextmanager
async def serve_sftp(office: Office, folder: Path, login: SftpLogin, port: int = 0) -> AsyncIterator[int]:
    """Serve the drop on the loopback interface; give the port.

    The folder gets ``host_key`` (made once) and ``known_hosts`` (what callers must trust) beside the directories in
    ``root``. With the fault ``changed_host_key`` the server shows another key than the one known, as an impostor would.
    """
    root = folder / "root"
    for name in (INBOUND, PROCESSED, OUTBOUND, ARCHIVE):
        (root / name).mkdir(parents=True, exist_ok=True)
    known = _host_key(folder / "host_key")
    changed = office.faults.strikes("changed_host_key", _TARGET)
    shown = asyncssh.generate_private_key("ssh-ed25519") if changed else known
    server = await asyncssh.listen(
        "127.0.0.1",
        port,
        server_host_keys=[shown],
        server_factory=lambda: _Door(login),
        sftp_factory=lambda chan: _Files(chan, office, root, login.partner),
        allow_scp=False,
        gss_host=None,
    )
    bound = server.get_port()
    public = known.export_public_key().decode().strip()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{bound} {public}\n")
    try:
        yield bound
    finally:
        server.close()
        await server.wait_closed()


def _host_key(path: Path) -> asyncssh.SSHKey:
    """Return the server's own key, made the first time and readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    return asyncssh.read_private_key(path)
