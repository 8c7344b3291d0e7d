"""Run the payer as a process: its web pages and, when asked for, its SFTP server, in one event loop."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from revcycle.sandbox.payer.app import make_app
from revcycle.sandbox.payer.office import Office
from revcycle.sandbox.payer.sftp_server import SftpLogin, serve_sftp


@dataclass(frozen=True, slots=True)
class SftpOffer:
    """The SFTP server's port and login. ``folder`` holds the files, and known_hosts for the callers."""

    port: int
    folder: Path
    login: SftpLogin


async def serve(office: Office, token: str, host: str, port: int, sftp: SftpOffer | None = None) -> None:
    """Serve until a signal ends the process."""
    async with AsyncExitStack() as stack:
        if sftp is not None:
            await stack.enter_async_context(serve_sftp(office, sftp.folder, sftp.login, sftp.port))
        config = uvicorn.Config(
            make_app(office, token), host=host, port=port, log_level="warning", date_header=False
        )
        await uvicorn.Server(config).serve()
