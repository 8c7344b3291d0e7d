"""The other side of an SFTP drop: the sandbox payer's server on a loopback port behind a bad line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from revcycle.payers.sftp import SftpDrop, SftpPatience, SftpPlaces
from revcycle.payers.ssh import SshAccess
from revcycle.sandbox.payer.faults import Faults
from revcycle.sandbox.payer.office import Office
from revcycle.sandbox.payer.script import Fault, PayerScript
from revcycle.sandbox.payer.sftp_server import SftpLogin, serve_sftp
from tests.support.exchange.bad_line import BadLine, Line
from tests.support.exchange.other_side import PRACTICE, OtherSide

USER, PASSWORD = "practice", "a-password-nobody-may-see"
PLACES = SftpPlaces(processed=("processed",))


class SftpSide(OtherSide):
    """What a test can do to a payer's SFTP drop."""

    line: BadLine
    access: SshAccess
    root: Path

    def misbehave(self, kind: str, hang_seconds: float = 30.0) -> None:
        """Do this once, the next time there is occasion."""
        seen = self.office.book.sql.execute("select value from counter where name = 'fault 0'").fetchone()
        fault = Fault(kind, "sftp", skip=seen[0] if seen else 0, hang_seconds=hang_seconds)
        self.office.faults = Faults(self.office.book, PayerScript(faults=(fault,)))

    async def go_down(self) -> None:
        """Refuse connections."""
        await self.line.down()

    def go_silent(self) -> None:
        """Take connections and say nothing."""
        self.line.how = Line.SILENT

    def lose_delivery(self) -> None:
        """Break after the upload, before the file is in place."""
        self.misbehave("drop_before_rename")

    def lose_answer(self) -> None:
        """Break after the file is in place."""
        self.misbehave("drop_after_rename")

    def hang_answer(self) -> None:
        """Put the file in place and never say so."""
        self.misbehave("timeout_after_accept")

    def spoil_answer(self, status: int, body: bytes) -> None:
        """Nothing is answered over SFTP."""
        raise NotImplementedError

    async def recover(self) -> None:
        """Good line, no faults, new connections."""
        self.office.faults = Faults(self.office.book, PayerScript())
        await self.line.down()
        self.line.how = Line.GOOD
        await self.line.up()


@asynccontextmanager
async def sftp_side(
    folder: Path, places: SftpPlaces = PLACES, patience: float = 1.5, faults: tuple[Fault, ...] = ()
) -> AsyncIterator[SftpSide]:
    """Open the payer's drop and a gateway to it. The known_hosts file is the server's, for the line's port."""
    office = Office(folder / "payer", PRACTICE.script.with_faults(*faults))
    password = folder / "password"
    password.write_text(PASSWORD + "\n")
    drop = folder / "sftp"
    async with serve_sftp(office, drop, SftpLogin(USER, password)) as port:
        line = BadLine(port)
        await line.up()
        known = folder / "known_hosts"
        known.write_text((drop / "known_hosts").read_text().replace(f":{port} ", f":{line.port} "))
        access = SshAccess("127.0.0.1", USER, line.port, known_hosts=known, password_file=password)
        gateway = SftpDrop(access, places, SftpPatience(patience, patience, 0.05))
        side = SftpSide(gateway, office, (PASSWORD,), patience)
        side.line, side.access, side.root = line, access, drop / "root"
        try:
            yield side
        finally:
            await gateway.close()
            await line.down()
    office.close()
