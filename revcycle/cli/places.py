"""Where the api is, and where the session's token is kept."""

import json
import os
from pathlib import Path
from urllib.parse import quote, urlsplit

DEFAULT_API = "http://127.0.0.1:8080"


def home() -> Path:
    """Return the directory of the world that ``revcycle up`` keeps."""
    return Path(os.environ.get("REVCYCLE_HOME") or ".revcycle")


def api_address() -> str:
    """Return the address of the api: told by the environment, else by the world in REVCYCLE_HOME."""
    told = os.environ.get("REVCYCLE_API") or os.environ.get("REVCYCLE_API_URL")
    if told:
        return told.rstrip("/")
    try:
        found = json.loads((home() / "world.json").read_text())
        return str(found["api_url"]).rstrip("/")
    except (OSError, ValueError, KeyError, TypeError):
        return DEFAULT_API


def session_file(address: str) -> Path:
    """Return the file that keeps the token for an api."""
    if told := os.environ.get("REVCYCLE_SESSION_FILE"):
        return Path(told)
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    host = urlsplit(address).netloc.replace(":", "-")
    return Path(state) / "revcycle" / f"session-{host}.json"


def read_token(path: Path) -> str:
    """Return the kept token, or nothing."""
    try:
        return str(json.loads(path.read_text())["token"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def keep_token(path: Path, token: str) -> None:
    """Keep a token in a file that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"token": token}, file)
    fresh.replace(path)


def forget_token(path: Path) -> None:
    """Remove the kept token."""
    path.unlink(missing_ok=True)


def segment(identifier: str) -> str:
    """Return an id as a part of an address."""
    return quote(identifier, safe="")


def write_private(path: Path, content: bytes) -> None:
    """Write a file about a person so that only its owner may read it."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
