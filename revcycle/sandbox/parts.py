"""Parts of the sandbox one can use alone: the payer, and the practice's file."""

import os
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvloop

from revcycle.config import Settings, secret
from revcycle.sandbox.payer.office import Office
from revcycle.sandbox.payer.script import PayerScript
from revcycle.sandbox.payer.serving import SftpOffer, serve
from revcycle.sandbox.payer.sftp_server import SftpLogin
from revcycle.sandbox.practice.files import save
from revcycle.sandbox.practice.synthetic import generate


def serve_payer(
    host: str | None,
    port: int | None,
    token_file: Path | None,
    script: Path | None,
    data: Path | None,
    sftp_port: int | None,
    sftp_partner: str,
    apart: tuple[str, ...],
) -> None:
    """Serve the sandbox payer until stopped; what is left out comes from the settings. Raises BadSetting.

    With ``sftp_port`` there is a drop too; its user is ``practice``, the password is the token. Partners
    ``apart`` find what is addressed to them over their own way only.
    """
    settings = Settings.load(os.environ)
    place = urlsplit(settings.connection_url)
    token = secret("connection_token_file", token_file) if token_file else settings.connection_token
    told = PayerScript.from_json(script.read_text()) if script else PayerScript()
    folder = data or settings.home / "payer"
    office = Office(folder, told, apart)
    secrets = token_file or settings.connection_token_file
    drop = None
    if sftp_port and secrets is not None:
        drop = SftpOffer(sftp_port, folder / "sftp", SftpLogin("practice", secrets, partner=sftp_partner))
    try:
        uvloop.run(
            serve(office, token, host or place.hostname or "127.0.0.1", port or place.port or 8090, drop)
        )
    finally:
        office.close()


def write_practice(seed: int, claims: int, out: Path, first_day: date = date(2026, 1, 5)) -> dict[str, Any]:
    """Write the claim file and the scripts of payer and people into a folder; return what was written."""
    practice = generate(seed, claims, first_day)
    files = save(practice, out, datetime.combine(first_day, time(8), UTC))
    written = {name: str(getattr(files, name)) for name in ("claims", "payer_script", "people_script")}
    return {"seed": seed, "count": len(practice.claims), **written}
