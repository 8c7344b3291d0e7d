"""Settings: read once, from the environment and an optional TOML file; frozen after that.

Each field below is the variable ``REVCYCLE_<FIELD>``, or the key ``<field>`` of the TOML file that
``REVCYCLE_CONFIG`` names; the environment wins. Secrets are files (``…_FILE``), never values.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

PREFIX = "REVCYCLE_"
CONFIG_VARIABLE = PREFIX + "CONFIG"
QUEUES = ("claims", "payer-io", "letters")
LOG_LEVELS = ("debug", "info", "warning", "error")


class BadSetting(Exception):
    """A setting that cannot be used. The message says which, why and what would do, never a secret."""

    def __init__(self, name: str, wrong: str, remedy: str) -> None:
        super().__init__(f"{PREFIX}{name.upper()}: {wrong}; {remedy}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Settings:
    """What one process needs to know about where it runs."""

    home: Path
    """Directory of everything an embedded world keeps."""
    practice_id: str
    """The practice (tenant) whose rows this process reads and writes."""
    database_url: str
    """SQLAlchemy URL, without a password."""
    database_password_file: Path | None
    temporal_address: str
    temporal_namespace: str
    api_host: str
    api_port: int
    api_url: str
    """Where the command line and the Temporal UI find the api."""
    ui_url: str
    """Where people find the Temporal UI; its origin may ask the api to decode payloads."""
    connections_file: Path | None
    """TOML file that defines the payer connections; without it there is one, the clearinghouse below."""
    connection_url: str
    """Base URL of the clearinghouse."""
    connection_token_file: Path | None
    keyring_file: Path
    mailbox_minutes: int
    """Business minutes between two looks into the clearinghouse's mailbox."""
    mail_drop: Path
    """Directory printed letters are put in for the mail house."""
    clock_file: Path | None
    """The timeline that says how business time runs in a sandbox world; none, as in production: it is real time."""
    log_level: str
    metrics_port: int
    """Port of the Prometheus endpoint; 0 is none."""
    worker_queues: tuple[str, ...]
    """Task queues this worker serves."""

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings. Raises BadSetting."""
        given = _from_file(environ.get(CONFIG_VARIABLE, ""))
        for field in fields(cls):
            value = environ.get(PREFIX + field.name.upper(), "")
            if value:
                given[field.name] = value
        return cls(**_read(given))

    @property
    def database_url_with_password(self) -> str:
        """The URL to connect with. Raises BadSetting when the password file cannot be read."""
        if self.database_password_file is None:
            return self.database_url
        password = secret("database_password_file", self.database_password_file)
        parts = urlsplit(self.database_url)
        user, _, place = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{place}"))

    @property
    def connection_token(self) -> str:
        """The bearer token of the clearinghouse. Raises BadSetting."""
        if self.connection_token_file is None:
            raise BadSetting("connection_token_file", "is not set", "name the file that holds the token")
        return secret("connection_token_file", self.connection_token_file)

    def environment(self) -> dict[str, str]:
        """Return the variables that make another process load these same settings."""
        found = {PREFIX + field.name.upper(): _written(getattr(self, field.name)) for field in fields(self)}
        return {name: value for name, value in found.items() if value}


def variables() -> tuple[str, ...]:
    """Return the name of every variable this program reads."""
    return (CONFIG_VARIABLE, *(PREFIX + field.name.upper() for field in fields(Settings)))


def secret(name: str, path: Path) -> str:
    """Read a secret from its file. Raises BadSetting."""
    try:
        value = path.read_text().strip()
    except (OSError, ValueError) as error:
        raise BadSetting(name, "cannot read that file", "check that it exists and may be read") from error
    if not value:
        raise BadSetting(name, "the file is empty", "put the secret in it")
    return value


def _from_file(path: str) -> dict[str, Any]:
    if not path:
        return {}
    try:
        found = tomllib.loads(Path(path).read_text())
    except (OSError, ValueError) as error:
        raise BadSetting("config", f"cannot read it ({error})", "name a readable TOML file") from error
    unknown = sorted(found.keys() - {field.name for field in fields(Settings)})
    if unknown:
        raise BadSetting("config", f"unknown keys: {', '.join(unknown)}", "see .env.example for the names")
    return found


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    home = Path(str(given.get("home", ".revcycle"))).absolute()
    api_host = str(given.get("api_host", "127.0.0.1"))
    api_port = _port(given, "api_port", 8080)
    return {
        "home": home,
        "practice_id": str(given.get("practice_id", "main")),
        "database_url": _database_url(given, f"sqlite:///{home / 'revcycle.db'}"),
        "database_password_file": _path(given, "database_password_file"),
        "temporal_address": str(given.get("temporal_address", "127.0.0.1:7233")),
        "temporal_namespace": str(given.get("temporal_namespace", "default")),
        "api_host": api_host,
        "api_port": api_port,
        "api_url": _url(given, "api_url", f"http://{_in_address(api_host)}:{api_port}"),
        "ui_url": _url(given, "ui_url", "http://127.0.0.1:8233"),
        "connections_file": _path(given, "connections_file"),
        "connection_url": _url(given, "connection_url", "http://127.0.0.1:8090"),
        "connection_token_file": _path(given, "connection_token_file"),
        "keyring_file": _path(given, "keyring_file") or home / "keyring.json",
        "mailbox_minutes": _minutes(given, "mailbox_minutes", 60),
        "mail_drop": _path(given, "mail_drop") or home / "mail",
        "clock_file": _path(given, "clock_file"),
        "log_level": _one_of(given, "log_level", "info", LOG_LEVELS),
        "metrics_port": _port(given, "metrics_port", 0),
        "worker_queues": _queues(given),
    }


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _path(given: Mapping[str, Any], name: str) -> Path | None:
    return Path(str(given[name])).absolute() if name in given else None


def _port(given: Mapping[str, Any], name: str, default: int) -> int:
    try:
        port = int(given.get(name, default))
    except ValueError:
        port = -1
    if not 0 <= port <= 65_535:
        raise BadSetting(name, f"{given[name]!r} is not a port", "give a number from 0 to 65535")
    return port


def _minutes(given: Mapping[str, Any], name: str, default: int) -> int:
    try:
        minutes = int(given.get(name, default))
    except ValueError:
        minutes = 0
    if not 1 <= minutes <= 10_080:
        raise BadSetting(name, f"{given[name]!r} is no such time", "give minutes, from 1 to 10080 (a week)")
    return minutes


def _url(given: Mapping[str, Any], name: str, default: str) -> str:
    url = str(given.get(name, default)).rstrip("/")
    parts = _parts(name, url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadSetting(name, "is not a web address", "begin it with http:// or https://")
    if parts.password is not None:
        raise BadSetting(name, "holds a password", "put secrets into files")
    return url


def _parts(name: str, url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise BadSetting(name, "is not an address", "check its brackets and its port") from error


def _database_url(given: Mapping[str, Any], default: str) -> str:
    url = str(given.get("database_url", default))
    parts = _parts("database_url", url)
    if not parts.scheme.startswith(("sqlite", "postgresql+psycopg")):
        raise BadSetting("database_url", "names another kind of database", "use sqlite or postgresql+psycopg")
    if parts.password is not None:
        raise BadSetting("database_url", "holds a password", f"use {PREFIX}DATABASE_PASSWORD_FILE")
    return url


def _one_of(given: Mapping[str, Any], name: str, default: str, known: tuple[str, ...]) -> str:
    value = str(given.get(name, default)).lower()
    if value not in known:
        raise BadSetting(name, f"{value!r} is not known", f"use one of {', '.join(known)}")
    return value


def _queues(given: Mapping[str, Any]) -> tuple[str, ...]:
    value = given.get("worker_queues", QUEUES)
    queues = tuple(name.strip() for name in value.split(",")) if isinstance(value, str) else tuple(value)
    unknown = [name for name in queues if name not in QUEUES]
    if unknown or not queues:
        raise BadSetting("worker_queues", f"unknown: {unknown}", f"choose from {', '.join(QUEUES)}")
    return queues


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value)
