"""Running revcycle: init, keyring, migrate, serve, practice; on this machine, not through the api."""

from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import click

from revcycle.cli.desk import Verb
from revcycle.cli.exits import Exit, Failure
from revcycle.cli.lazy import Noun
from revcycle.cli.practice.login import password_file, read_password


@click.group(cls=Noun)
def group() -> None:
    """Set up and run the service; settings come from the environment (see .env.example)."""


def _anticipated(act: Any, *arguments: Any, **options: Any) -> Any:
    from revcycle.api.practice.administration import CannotDo

    try:
        answer = act(*arguments, **options)
    except CannotDo as error:
        raise Failure.of(Exit.REFUSED, str(error), remedy=error.remedy) from error
    return asdict(answer) if is_dataclass(answer) and not isinstance(answer, type) else answer


@group.command(cls=Verb)
def keyring() -> Any:
    """Make the key ring, if there is none. Keep a copy elsewhere: no ring, no data."""
    from revcycle.api.practice import administration

    return _anticipated(administration.make_keyring)


@group.command(cls=Verb)
def migrate() -> Any:
    """Bring the database to this version's tables."""
    from revcycle.api.practice import administration

    return _anticipated(administration.migrate)


@group.command(cls=Verb)
@click.option("--user", default="admin", show_default=True, help="Login name of the first admin.")
@password_file
def init(user: str, password_file: Path | None) -> Any:
    """Key ring, tables and the first admin. There is no default password."""
    from revcycle.api.practice import administration

    password = read_password(password_file, f"Password for {user}", confirm=True)
    return _anticipated(administration.init, user, password)


@group.command(cls=Verb)
@click.option("--file", type=click.Path(path_type=Path, exists=True), help="TOML file with the profile.")
def practice(file: Path | None) -> Any:
    """Show the practice's profile (letterhead, NPI, TIN, signer), or write it from --file."""
    from revcycle.api.practice import administration

    if file is None:
        return _anticipated(administration.show_practice)
    return _anticipated(administration.save_practice, file.read_text())


@group.command()
def serve() -> None:
    """Serve the api until stopped."""
    from revcycle.api.practice import administration

    _anticipated(administration.serve)
