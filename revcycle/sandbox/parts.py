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
from revcycle.sandbox.payer.script_folder import following
from revcycle.sandbox.payer.serving import SftpOffer, serve
from revcycle.sandbox.payer.sftp_server import SftpLogin
from revcycle.sandbox.practice.files import save
from revcycle.sandbox.practice.plans import PLANS
from revcycle.sandbox.practice.synthetic import generate
from revcycle.temporal.timeline import Timeline

WORLD_FILE, TIMELINE_FILE, SCRIPTS = "world.json", "timeline", Path("payer", "scripts")
"""What a world keeps in its home: its ports and clock, and the scripts its payer follows."""
SOON = PayerScript(
    same_day=True,
    payment_days_min=0,
    payment_days_max=2,
    appeal_days_min=1,
    appeal_days_max=3,
    allowed_percent={plan.payer_id: plan.allowed_percent for plan in PLANS},
)
"""A payer for trying out in real time: it acknowledges within the hour and pays, or denies, within two days."""


def serve_payer(
    host: str | None,
    port: int | None,
    token_file: Path | None,
    script: Path | None,
    scripts: Path | None,
    data: Path | None,
    sftp_port: int | None,
    sftp_partner: str,
    apart: tuple[str, ...],
) -> None:
    """Serve the sandbox payer until stopped; what is left out comes from the settings. Raises BadSetting.

    ``script`` is followed alone; with a folder of ``scripts`` also those that come later.
    With ``sftp_port`` there is a drop too; its user is ``practice``, the password is the token. Partners
    ``apart`` find what is addressed to them over their own way only.
    """
    settings = Settings.load(os.environ)
    place = urlsplit(settings.connection_url)
    token = secret("connection_token_file", token_file) if token_file else settings.connection_token
    told = PayerScript.from_json(script.read_text()) if script else PayerScript()
    if scripts is not None:
        told = following(told if script else SOON, scripts)
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


def write_practice(seed: int, claims: int, out: Path, first_day: date | None, home: Path) -> dict[str, Any]:
    """Write the claim file and the scripts of payer and people into a folder; return what was written.

    The claims are for services of the two weeks before ``first_day``, else before today on the clock of the world
    in ``home``. Where there is such a world, its payer follows the script from then on.
    """
    day = first_day or business_today(home)
    practice = generate(seed, claims, day)
    files = save(practice, out, datetime.combine(day, time(8), UTC))
    written = {name: str(getattr(files, name)) for name in ("claims", "payer_script", "people_script")}
    followed = (home / WORLD_FILE).exists()
    if followed:
        scripts = home / SCRIPTS
        scripts.mkdir(parents=True, exist_ok=True)
        fresh = scripts / f"practice-{seed}-{day:%Y%m%d}.new"
        fresh.write_text(practice.script.to_json())
        fresh.replace(fresh.with_suffix(".json"))
    return {
        "seed": seed,
        "count": len(practice.claims),
        "services_before": day.isoformat(),
        **written,
        "followed_by_the_payer": followed,
    }


def business_today(home: Path) -> date:
    """Return today on the business clock of the world in ``home``, real time where it has none of its own."""
    now, timeline = datetime.now(UTC), home / TIMELINE_FILE
    return (Timeline(timeline).business(now) if timeline.exists() else now).date()
