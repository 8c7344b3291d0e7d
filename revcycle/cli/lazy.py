"""Groups of commands: imported when they are run, so that ``--help`` is quick; a mistyped one is answered by name."""

import importlib
from typing import Any

import click

from revcycle.domain.nearest import nearest

MEANT = {
    **dict.fromkeys(("account", "accounts", "guarantor", "statement", "statements"), "patient"),
    **dict.fromkeys(("task", "tasks", "todo", "inbox", "queue", "work"), "worklist"),
    **dict.fromkeys(("era", "835", "payment", "payments", "eob"), "remittance"),
    **dict.fromkeys(("837", "charge", "charges"), "claim"),
    **dict.fromkeys(("insurance", "insurer", "carrier"), "payer"),
    **dict.fromkeys(("271", "coverage", "benefits"), "eligibility"),
    **dict.fromkeys(("books", "balance"), "ledger"),
    **dict.fromkeys(("staff", "users"), "user"),
    **dict.fromkeys(("start", "run"), "up"),
    **dict.fromkeys(("ls", "search"), "list"),
    **dict.fromkeys(("get", "view", "open"), "show"),
    **dict.fromkeys(("history", "story", "why"), "explain"),
    **dict.fromkeys(("fix", "edit", "change"), "correct"),
    **dict.fromkeys(("upload", "load", "post"), "import"),
    "clocks": "timeline",
}
"""Words of other programs and of the trade, and the command that does it here, where it is there."""


class Noun(click.Group):
    """A group that says which command was meant."""

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command. Raises NoSuchCommand, which knows what is near."""
        if self.get_command(context, arguments[0]) is None and not context.resilient_parsing:
            raise click.NoSuchCommand(arguments[0], possibilities=self.list_commands(context), ctx=context)
        return super().resolve_command(context, arguments)


class LazyGroup(Noun):
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


def meant(error: click.NoSuchCommand) -> str:
    """Return the way out of a mistyped command: the one that was meant, else where all are listed."""
    context = error.ctx
    if context is None or not isinstance(context.command, click.Group):
        return "see `revcycle --help`"
    known = context.command.list_commands(context)
    said = error.command_name
    near = MEANT.get(said.lower(), "")
    near = near if near in known else nearest(said, known)
    asked = f"did you mean `{context.command_path} {near}`? " if near else ""
    return f"{asked}`{context.command_path} --help` lists what there is"


class Word(click.Choice[str]):
    """One word of a known list; a mistyped one is answered with the nearest."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Say what was meant, then what there is."""
        near = nearest(str(value), self.choices)
        asked = f"did you mean {near}? " if near else ""
        return f"{str(value)!r} is not known; {asked}it is one of {', '.join(self.choices)}"
