"""Connections as an installation defines them, in a TOML file, and how each kind is opened.

One table ``[[connection]]`` for each, with the fields of ConnectionSettings; ``[connection.limits]`` holds those of
ConnectionLimits, ``[connection.core]`` those of CoreSettings. Secrets are files, never values. Relative paths are
relative to the TOML file.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from revcycle.payers.clearinghouse import Clearinghouse
from revcycle.payers.core.http import CoreHttp
from revcycle.payers.core.mime import CoreMime
from revcycle.payers.core.settings import CoreSettings
from revcycle.payers.core.soap import CoreSoap
from revcycle.payers.gateway import PayerGateway
from revcycle.payers.guarded import Guarded
from revcycle.payers.limits import ConnectionLimits
from revcycle.payers.paper import PaperMail, Printer
from revcycle.payers.sftp import SftpDrop, SftpPatience, SftpPlaces
from revcycle.payers.ssh import SshAccess

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class BadConnection(Exception):
    """A connection that cannot be opened as defined. The message says which, why and what would do, no secret."""

    def __init__(self, connection_id: str, wrong: str, remedy: str) -> None:
        super().__init__(f"connection {connection_id or '(without a name)'}: {wrong}; {remedy}")
        self.connection_id = connection_id


class ConnectionKind(StrEnum):
    """What a connection speaks."""

    REST = "rest"
    CORE_SOAP = "core_soap"
    CORE_MIME = "core_mime"
    SFTP = "sftp"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """One connection as defined.

    ``sender_id`` is what the other side calls us (ISA06), ``receiver_id`` what it calls itself (ISA08).
    ``url`` is the base URL of rest and core; ``host`` and ``port`` the SFTP server. ``secret_file`` holds the
    bearer token (rest) or the password of ``user``; ``key_file`` a private key (SFTP; core: of the client
    certificate). The host key of an SFTP server stands in ``known_hosts_file`` or has the ``host_fingerprint``.
    Without TLS (``plain_http``) only on a line of our own. ``folder`` is where paper is put for the mail house;
    with ``overlay`` only the data are printed, for pre-printed red forms.
    """

    connection_id: str
    kind: ConnectionKind
    sender_id: str
    receiver_id: str
    receiver_name: str = "CLEARINGHOUSE"
    url: str = ""
    plain_http: bool = False
    host: str = ""
    port: int = 22
    user: str = ""
    secret_file: Path | None = None
    key_file: Path | None = None
    known_hosts_file: Path | None = None
    host_fingerprint: str = ""
    inbound: str = "inbound"
    processed: tuple[str, ...] = ()
    outbound: str = "outbound"
    archive: str = ""
    folder: Path | None = None
    overlay: bool = False
    timeout_seconds: float = 20.0
    transfer_seconds: float = 120.0
    stable_seconds: float = 2.0
    limits: ConnectionLimits = field(default_factory=ConnectionLimits)
    core: CoreSettings = field(default_factory=CoreSettings)


def load_connections(path: Path) -> tuple[ConnectionSettings, ...]:
    """Read the definitions of a TOML file, in its order. Raises BadConnection."""
    try:
        told = tomllib.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise BadConnection(
            "", f"cannot read the file of connections ({error})", "name a readable TOML file"
        ) from None
    return read_connections(told, path.parent)


def read_connections(told: Mapping[str, Any], folder: Path) -> tuple[ConnectionSettings, ...]:
    """Read the definitions of a parsed TOML file that lies in the folder. Raises BadConnection."""
    tables = told.get("connection")
    if not isinstance(tables, list) or not tables or told.keys() != {"connection"}:
        raise BadConnection("", "the file holds something else", "write one [[connection]] table for each")
    found = tuple(_settings(table, folder) for table in tables)
    ids = [one.connection_id for one in found]
    for doubled in sorted({one for one in ids if ids.count(one) > 1}):
        raise BadConnection(doubled, "the name is used twice", "give each connection a name of its own")
    return found


def open_connection(settings: ConnectionSettings, printer: Printer | None = None) -> PayerGateway:
    """Return the gateway, guarded by its limits. It connects when it is first used.

    ``printer`` sets the pages of a paper connection. Raises BadConnection.
    """
    if settings.kind is ConnectionKind.PAPER:
        return Guarded(_paper(settings, printer), settings.limits)
    return Guarded(OPENERS[settings.kind](settings), settings.limits)


def secret_of(settings: ConnectionSettings) -> str:
    """Return what the connection's secret file holds. Raises BadConnection."""
    if settings.secret_file is None:
        raise BadConnection(
            settings.connection_id, "secret_file is not set", "name the file that holds the secret"
        )
    try:
        value = settings.secret_file.read_text().strip()
    except (OSError, ValueError):
        remedy = "check that it exists and may be read"
        raise BadConnection(settings.connection_id, "cannot read its secret_file", remedy) from None
    if not value:
        raise BadConnection(settings.connection_id, "its secret_file is empty", "put the secret in it")
    return value


def base_url(settings: ConnectionSettings) -> str:
    """Return the URL, which has TLS unless it is this machine or plain_http is set. Raises BadConnection."""
    parts = urlsplit(settings.url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        remedy = "begin it with https://, without a user or password in it"
        raise BadConnection(settings.connection_id, "url is no web address", remedy)
    if parts.scheme == "http" and not settings.plain_http and parts.hostname not in _LOOPBACK:
        raise BadConnection(settings.connection_id, "url has no TLS", "begin it with https://")
    return settings.url.rstrip("/")


def _rest(settings: ConnectionSettings) -> PayerGateway:
    return Clearinghouse(base_url(settings), secret_of(settings), timeout_seconds=settings.timeout_seconds)


def _sftp(settings: ConnectionSettings) -> PayerGateway:
    if not settings.host or not settings.user:
        raise BadConnection(
            settings.connection_id, "host or user is not set", "name the server and our login there"
        )
    if settings.known_hosts_file is None and not settings.host_fingerprint:
        remedy = "set known_hosts_file or host_fingerprint to what the payer publishes"
        raise BadConnection(settings.connection_id, "the server's host key is not known", remedy)
    if settings.secret_file is None and settings.key_file is None:
        raise BadConnection(settings.connection_id, "no login", "set secret_file (a password) or key_file")
    access = SshAccess(
        host=settings.host,
        user=settings.user,
        port=settings.port,
        known_hosts=settings.known_hosts_file,
        fingerprint=settings.host_fingerprint,
        key_file=settings.key_file,
        password_file=settings.secret_file,
    )
    places = SftpPlaces(settings.inbound, settings.processed, settings.outbound, settings.archive)
    patience = SftpPatience(settings.timeout_seconds, settings.transfer_seconds, settings.stable_seconds)
    return SftpDrop(access, places, patience)


def _core(gateway: type[CoreSoap] | type[CoreMime]) -> Callable[[ConnectionSettings], PayerGateway]:
    def opened(settings: ConnectionSettings) -> PayerGateway:
        names = (settings.sender_id, settings.receiver_id)
        login = (settings.user, secret_of(settings) if settings.user else "", settings.key_file)
        url, core, name = base_url(settings), settings.core, settings.connection_id
        if not core.pickups:
            raise BadConnection(name, "pickups is empty", "leave it out, or name the queues of the mailbox")
        if not settings.user and core.certificate_file is None:
            raise BadConnection(
                name, "no login", "set user and secret_file, or certificate_file and key_file"
            )
        partner = core.partner(url, names, login)
        try:
            trusted = str(core.trusted_file or "")
            http = CoreHttp(partner, settings.timeout_seconds, core.batch_seconds, trusted_file=trusted)
        except OSError:
            remedy = "check certificate_file, key_file and trusted_file: PEM, readable, belonging together"
            raise BadConnection(name, "its certificates cannot be used", remedy) from None
        return gateway(partner, http)

    return opened


OPENERS: dict[ConnectionKind, Callable[[ConnectionSettings], PayerGateway]] = {
    ConnectionKind.REST: _rest,
    ConnectionKind.CORE_SOAP: _core(CoreSoap),
    ConnectionKind.CORE_MIME: _core(CoreMime),
    ConnectionKind.SFTP: _sftp,
}


def _paper(settings: ConnectionSettings, printer: Printer | None) -> PayerGateway:
    name = settings.connection_id
    if settings.folder is None:
        raise BadConnection(name, "folder is not set", "name the folder that the mail house empties")
    if printer is None:
        raise BadConnection(name, "nothing prints here", "open paper connections in the worker")
    try:
        settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise BadConnection(name, "its folder cannot be made", "check that it may be written") from None
    return PaperMail(settings.folder, printer, settings.timeout_seconds, overlay=settings.overlay)


def _settings(table: Any, folder: Path) -> ConnectionSettings:
    if not isinstance(table, dict):
        raise BadConnection("", "the file holds something else", "write one [[connection]] table for each")
    given = {"connection_id" if name == "id" else name: value for name, value in table.items()}
    name = str(given.get("connection_id", ""))
    unknown = given.keys() - {one.name for one in fields(ConnectionSettings)}
    for inner, kind in (("limits", ConnectionLimits), ("core", CoreSettings)):
        if isinstance(given.get(inner), dict):
            unknown |= given[inner].keys() - {one.name for one in fields(kind)}
    if unknown:
        raise BadConnection(
            name, f"unknown keys: {', '.join(sorted(unknown))}", "see the reference for the names"
        )
    try:
        found = msgspec.convert(
            given, ConnectionSettings, dec_hook=lambda kind, value: _path(kind, value, folder)
        )
    except (msgspec.ValidationError, ValueError) as error:
        raise BadConnection(name, str(error), "correct that value") from None
    if (
        not found.connection_id
        or not 2 <= len(found.sender_id) <= 15
        or not 2 <= len(found.receiver_id) <= 15
    ):
        remedy = "set id; sender_id and receiver_id have 2 to 15 characters"
        raise BadConnection(name, "its names are missing or too long", remedy)
    return found


def _path(kind: type, value: Any, folder: Path) -> Path:
    if kind is not Path or not isinstance(value, str):
        raise ValueError(f"a value is no {kind.__name__}")
    return folder / value
