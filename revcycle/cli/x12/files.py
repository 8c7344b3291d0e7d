"""Opening X12 files for reading: a path or ``-`` for standard input, with a progress bar for large ones."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from revcycle.cli.desk import Desk
from revcycle.cli.exits import Exit, Failure

_WORTH_WATCHING = 8 << 20


@contextmanager
def opened(desk: Desk, file: Path) -> Iterator[tuple[BinaryIO, Callable[[int], None]]]:
    """Give the open file and whom to tell how many bytes have been read. Raises Failure."""
    if str(file) == "-":
        yield sys.stdin.buffer, lambda _: None
        return
    try:
        source = file.open("rb")
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise Failure.of(Exit.NOT_FOUND, reason, where=str(file), remedy="check the path") from None
    with source, _watched(desk, file) as progress:
        yield source, progress


@contextmanager
def _watched(desk: Desk, file: Path) -> Iterator[Callable[[int], None]]:
    size = file.stat().st_size
    if desk.batch or desk.json or size < _WORTH_WATCHING or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task(file.name, total=size)
        yield lambda read: progress.update(bar, completed=read)
