"""Sending files to the api, with a progress bar where somebody watches."""

import sys
from functools import partial
from pathlib import Path
from typing import Any

from revcycle.cli.desk import Desk
from revcycle.cli.exits import Exit, Failure


def upload_all(desk: Desk, files: tuple[Path, ...], path: str) -> list[dict[str, Any]]:
    """Send files one after the other; return what became of each."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

    contents = [(file, read(file)) for file in files]
    hidden = desk.batch or desk.json or not sys.stderr.isatty()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    reports = []
    with Progress(*columns, console=Console(stderr=True), disable=hidden, transient=True) as progress:
        for file, content in contents:
            bar = progress.add_task(file.name, total=len(content))
            report = desk.api.upload(path, content, partial(progress.advance, bar))
            reports.append({"file": str(file), **report})
    return reports


def read(file: Path) -> bytes:
    """Read a file. Raises Failure."""
    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise Failure.of(Exit.NOT_FOUND, reason.lower(), where=str(file), remedy="check the path") from None
