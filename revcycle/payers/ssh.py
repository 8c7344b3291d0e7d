"""Open an SSH connection to a payer: the host key is always checked, secrets come from files, time is bounded."""

import asyncio
import logging
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path
from typing import Any

import asyncssh
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from revcycle.payers.gateway import PayerRefused, PayerUnavailable

logging.getLogger("asyncssh").setLevel(logging.WARNING)
"""At INFO asyncssh logs every login, at DEBUG every file name; payers' file names may identify people."""


class HostKeyRefused(PayerRefused):
    """The server's host key is unknown or has changed. No login was tried and nothing was sent."""


class LoginRefused(PayerRefused):
    """The server does not accept our key or password, or the file that should hold them cannot be used."""


class Unreachable(PayerUnavailable):
    """The server did not answer in time."""


@dataclass(frozen=True, slots=True)
class SshAccess:
    """The server's address, its host key, and our login.

    The host key must be in ``known_hosts`` (OpenSSH's format) or have the ``fingerprint`` (``SHA256:…``); one of the
    two is needed. We log in with the private key in ``key_file`` or the password in ``password_file``.
    """

    host: str
    user: str
    port: int = 22
    known_hosts: Path | None = None
    fingerprint: str = ""
    key_file: Path | None = None
    password_file: Path | None = None


class _Client(asyncssh.SSHClient):
    """Accepts a host key that the known_hosts file does not hold only when it has the pinned fingerprint."""

    def __init__(self, pinned: str) -> None:
        self._pinned = pinned
        self.shown = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Tell whether the key is the pinned one."""
        self.shown = key.get_fingerprint()
        return bool(self._pinned) and compare_digest(self.shown.encode(), self._pinned.encode())


async def open_ssh(access: SshAccess, timeout_seconds: float) -> asyncssh.SSHClientConnection:
    """Connect and log in. At most three quick tries, and only while no connection comes about.

    Raises HostKeyRefused, LoginRefused, Unreachable. No user's own SSH configuration, agent or key is looked at.
    """
    options = _options(access, timeout_seconds)
    client = _Client(access.fingerprint)
    try:
        async with asyncio.timeout(timeout_seconds):
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(ConnectionError),
                stop=stop_after_attempt(3),
                wait=wait_exponential_jitter(multiplier=0.05, max=0.5, jitter=0.05),
                reraise=True,
            ):
                with attempt:
                    return await asyncssh.connect(
                        access.host, access.port, client_factory=lambda: client, options=options
                    )
    except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed):
        raise HostKeyRefused(_words_for_host_key(client.shown)) from None
    except asyncssh.PermissionDenied:
        raise LoginRefused(
            "the server refused the login; ask the payer whether the key or password still holds"
        ) from None
    except (OSError, asyncssh.Error) as error:
        raise Unreachable(f"no connection to the payer's SFTP server ({type(error).__name__})") from None
    raise AssertionError("tenacity returns or raises")


def _options(access: SshAccess, timeout_seconds: float) -> asyncssh.SSHClientConnectionOptions:
    try:
        keys = [asyncssh.read_private_key(access.key_file)] if access.key_file else None
        password = access.password_file.read_text().strip() if access.password_file else None
        known: Any = (
            asyncssh.import_known_hosts(access.known_hosts.read_text())
            if access.known_hosts
            else ([], [], [])
        )
    except (OSError, ValueError) as error:
        raise LoginRefused(
            f"a key, password or known_hosts file cannot be used ({type(error).__name__})"
        ) from None
    if access.known_hosts is None and not access.fingerprint:
        raise HostKeyRefused(
            "neither a known_hosts file nor a fingerprint is set: the server cannot be verified"
        )
    return asyncssh.SSHClientConnectionOptions(
        config=None,
        agent_path=None,
        username=access.user,
        known_hosts=known,
        client_keys=keys,
        password=password,
        public_key_auth=keys is not None,
        password_auth=password is not None,
        kbdint_auth=False,
        gss_auth=False,
        gss_kex=False,
        connect_timeout=timeout_seconds,
        login_timeout=timeout_seconds,
        keepalive_interval=15,
        keepalive_count_max=2,
    )


def _words_for_host_key(shown: str) -> str:
    told = f" It showed {shown}." if shown else ""
    return (
        "the server's host key is unknown or has changed, so nothing was sent."
        f"{told} Compare it with what the payer publishes before you put it into known_hosts"
    )
