"""Write docs/reference/api.md from the api's endpoints: ``python -m tools.api_reference``."""

import inspect
import sys
from pathlib import Path

from revcycle.api.app import ENDPOINTS
from revcycle.api.guard import BODY_BYTES_MAX, Endpoint

_HEAD = f"""# The HTTP api

Written by `python -m tools.api_reference` from the endpoints; a test fails when it is not current.

`POST /login` with `{{"user", "password"}}` returns a token; send it as `Authorization: Bearer …`. Every request goes
through one door: authenticate, authorise, run, audit, answer. Send `Revcycle-Reason` to say why you look at a person,
and `Idempotency-Key` so that the same request twice is one. Amounts are whole cents, instants ISO 8601 with zone.
Bodies are at most {BODY_BYTES_MAX // 1024 // 1024} MiB. What goes wrong is
`{{"error": {{"code", "message", "where", "remedy"}}}}` with a fitting status.

Without a session: `GET /health` (alive), `GET /ready` (database and engine answer), `GET /metrics` (Prometheus; counts
only). The Temporal UI asks `POST /codec/decode` with a bearer token or the cookie of `/codec/login`; where the UI
stands under a path (`REVCYCLE_UI_URL=http://…/temporal`) the api serves it there behind the same login.

| | permission | what |
|---|---|---|
"""


def reference() -> str:
    """Return the page."""
    return _HEAD + "\n".join(_row(endpoint) for endpoint in ENDPOINTS) + "\n"


def _row(endpoint: Endpoint) -> str:
    permission = f"`{endpoint.permission}`" if endpoint.permission else "a session"
    words = inspect.getdoc(endpoint.handler) or ""
    return f"| `{endpoint.method} {endpoint.path}` | {permission} | {' '.join(words.split(chr(10) * 2)[0].split())} |"


def main(root: Path) -> int:
    """Write the page. Returns the exit code."""
    page = root / "docs" / "reference" / "api.md"
    page.write_text(reference())
    print(f"wrote {page.relative_to(root)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent))
