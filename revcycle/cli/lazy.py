"""A group whose commands are imported when they are run, so that ``--help`` is quick."""

import importlib
from typing import Any

import click


class LazyGroup(click.Group):
    """``entries`` maps a command's name to (``module:attribute``, one line of help)."""

    def __init__(self, *arguments: Any, entries: dict[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.entries = entries

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names in the order of the work."""
        return list(self.entries)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import a command."""
        if name not in self.entries:
            return None
        module, _, attribute = self.entries[name][0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.entries.items()])
