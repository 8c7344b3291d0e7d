"""The one place of the command line that speaks HTTP."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from revcycle.cli import places
from revcycle.cli.exits import Exit, Failure, exit_for

_CHUNK = 64 * 1024
_PATIENCE = httpx.Timeout(connect=5, read=120, write=120, pool=5)


class ApiClient:
    """A kept-alive connection to the api with the token of whoever is logged in."""

    def __init__(self, address: str, transport: httpx.BaseTransport | None = None) -> None:
        self.address = address
        self.session_file: Path = places.session_file(address)
        self._http = httpx.Client(base_url=address, timeout=_PATIENCE, transport=transport, trust_env=False)
        self._token = places.read_token(self.session_file)

    def login(self, user: str, password: str) -> dict[str, Any]:
        """Log in and keep the token."""
        found: dict[str, Any] = self._json(
            self._send("POST", "/login", json={"user": user, "password": password})
        )
        self._token = str(found.pop("token"))
        places.keep_token(self.session_file, self._token)
        return found

    def logout(self) -> dict[str, Any]:
        """End the session here and at the api."""
        found: dict[str, Any] = self.post("/logout")
        places.forget_token(self.session_file)
        self._token = ""
        return found

    def get(self, path: str, why: str = "", **query: Any) -> Any:
        """Ask for something."""
        return self._json(
            self._send("GET", path, why, params={k: v for k, v in query.items() if v not in (None, "")})
        )

    def post(self, path: str, body: dict[str, Any] | None = None, why: str = "", key: str = "") -> Any:
        """Do something; the same key again is the same thing."""
        headers = {"idempotency-key": key} if key else None
        return self._json(self._send("POST", path, why, headers, json=body or {}))

    def upload(self, path: str, content: bytes, progress: Callable[[int], None], **query: Any) -> Any:
        """Send a file, telling the progress in bytes."""

        def chunks() -> Iterator[bytes]:
            for start in range(0, len(content), _CHUNK):
                yield content[start : start + _CHUNK]
                progress(min(_CHUNK, len(content) - start))

        headers = {"content-type": "application/octet-stream", "content-length": str(len(content))}
        return self._json(self._send("POST", path, content=chunks(), headers=headers, params=query))

    def download(self, path: str, why: str = "") -> bytes:
        """Fetch a document."""
        return self._send("GET", path, why).content

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _send(
        self, method: str, path: str, why: str = "", headers: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        sent = dict(headers or {})
        if self._token:
            sent["authorization"] = f"Bearer {self._token}"
        if why:
            sent["revcycle-reason"] = why
        try:
            response = self._http.request(method, path, headers=sent, **more)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise Failure.of(
                Exit.UNREACHABLE,
                "the api does not answer",
                where=self.address,
                remedy="start it with `revcycle up`, or name it in REVCYCLE_API",
            ) from error
        if response.is_success:
            return response
        error_found = _error(response)
        raise Failure(exit_for(response.status_code, str(error_found.get("code", ""))), error_found)

    def _json(self, response: httpx.Response) -> Any:
        return response.json()


def _error(response: httpx.Response) -> dict[str, Any]:
    try:
        found = response.json()["error"]
    except (ValueError, KeyError, TypeError):
        found = None
    if isinstance(found, dict):
        return found
    return {
        "code": "not_the_api",
        "message": f"an answer {response.status_code} that is not from the revcycle api",
    }
