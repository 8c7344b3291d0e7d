"""Write docs/reference/api.md from the api's endpoints: ``python -m tools.api_reference``."""

import sys
from pathlib import Path

from revcycle.api.app import ENDPOINTS
from revcycle.api.asked import kinds
from revcycle.api.errors import RefusalCode
from revcycle.api.guard import BODY_BYTES_MAX, Endpoint
from tools.openapi import is_download, schema_name, summary

_HEAD = f"""# The HTTP api

Written by `python -m tools.api_reference` from the endpoints; a test fails when it is not current.

`POST /login` with `{{"user", "password"}}` returns a token; send it as `Authorization: Bearer …`. Every request goes
through one door: authenticate, authorise, run, audit, answer. Send `Revcycle-Reason` to say why you look at a person,
and `Idempotency-Key` so that the same request twice is one. Amounts are whole cents, instants ISO 8601 with zone.
Bodies are at most {BODY_BYTES_MAX // 1024 // 1024} MiB. A field or parameter that is not told is refused.
[openapi.json](openapi.json) (OpenAPI 3.1) tells the fields of every body and answer by the names below.

Without a session: `GET /health` (alive), `GET /ready` (database and engine answer), `GET /metrics` (Prometheus; counts
only). The Temporal UI asks `POST /codec/decode` with a bearer token or the cookie of `/codec/login`; where the UI
stands under a path (`REVCYCLE_UI_URL=http://…/temporal`) the api serves it there behind the same login.

## Endpoints

| | permission | what | takes | answers |
|---|---|---|---|---|
"""
_REFUSALS = """
## Refusals

What is not done is answered with `{"error": {"code", "message", "where", "remedy"}}` and the code's status.

| code | status | |
|---|---|---|
"""


def reference() -> str:
    """Return the page."""
    rows = (_row(endpoint) for endpoint in ENDPOINTS)
    codes = (f"| `{code}` | {code.status} | {code.meaning} |" for code in RefusalCode)
    return _HEAD + "\n".join(rows) + "\n" + _REFUSALS + "\n".join(codes) + "\n"


def _row(endpoint: Endpoint) -> str:
    permission = f"`{endpoint.permission}`" if endpoint.permission else "a session"
    where = f"`{endpoint.method} {endpoint.path}`"
    cells = (where, permission, summary(endpoint), _takes(endpoint), _answers(endpoint))
    return f"| {' | '.join(cells)} |"


def _takes(endpoint: Endpoint) -> str:
    if endpoint.file:
        return "the file's bytes"
    if endpoint.body is not None:
        return f"`{schema_name(endpoint.body)}`"
    return ", ".join(f"`?{name}`" for name in kinds(endpoint.query)) if endpoint.query is not None else ""


def _answers(endpoint: Endpoint) -> str:
    return endpoint.answer.media_type if is_download(endpoint) else f"`{schema_name(endpoint.answer)}`"


def main(root: Path) -> int:
    """Write the page. Returns the exit code."""
    page = root / "docs" / "reference" / "api.md"
    page.write_text(reference())
    print(f"wrote {page.relative_to(root)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent))
