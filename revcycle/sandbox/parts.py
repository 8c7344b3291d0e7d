"""Parts of the sandbox one can use alone: the payer, and the practice's file."""

import os
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from revcycle.config import Settings, secret
from revcycle.sandbox.payer.app import make_app
from revcycle.sandbox.payer.office import Office
from revcycle.sandbox.payer.script import PayerScript
from revcycle.sandbox.practice.files import save
from revcycle.sandbox.practice.synthetic import generate


def serve_payer(
    host: str | None, port: int | None, token_file: Path | None, script: Path | None, data: Path | None
) -> None:
    """Serve the sandbox payer until stopped; what is left out comes from the settings. Raises BadSetting."""
    settings = Settings.load(os.environ)
    place = urlsplit(settings.connection_url)
    token = secret("connection_token_file", token_file) if token_file else settings.connection_token
    told = PayerScript.from_json(script.read_text()) if script else PayerScript()
    office = Office(data or settings.home / "payer", told)
    try:
        uvicorn.run(
            make_app(office, token),
            host=host or place.hostname or "127.0.0.1",
            port=port or place.port or 8090,
            log_level="warning",
            date_header=False,
        )
    finally:
        office.close()


def write_practice(seed: int, claims: int, out: Path, first_day: date = date(2026, 1, 5)) -> dict[str, Any]:
    """Write the claim file and the scripts of payer and people into a folder; return what was written."""
    practice = generate(seed, claims, first_day)
    files = save(practice, out, datetime.combine(first_day, time(8), UTC))
    written = {name: str(getattr(files, name)) for name in ("claims", "payer_script", "people_script")}
    return {"seed": seed, "count": len(practice.claims), **written}
