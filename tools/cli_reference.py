"""Write docs/reference/cli.md from the commands themselves: ``python -m tools.cli_reference``."""

import sys
from pathlib import Path

import click

from revcycle.access.roles import PERMISSIONS, Permission
from revcycle.cli.exits import MEANING
from revcycle.cli.main import cli

_HEAD = """# The command line

Written by `python -m tools.cli_reference` from the commands; a test fails when it is not current.

`revcycle NOUN VERB`. Every command that answers takes `--json` (one line of JSON on stdout, messages on stderr)
and `--why REASON` (why you look at a person, kept in the audit log).

Where things are: the api is named by `REVCYCLE_API`, else by `world.json` in `REVCYCLE_HOME` (`.revcycle`), which
`revcycle up` writes. The session's token is a file of mode 600 below `XDG_STATE_HOME`, or the one that
`REVCYCLE_SESSION_FILE` names. A session lasts ten hours, or half an hour unused.
"""


def reference() -> str:
    """Return the page."""
    parts = [_HEAD, _exits(), _roles(), "## Commands\n"]
    context = click.Context(cli, info_name="revcycle")
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            parts.append(f"### {name}\n\n{_plain(command)}\n")
            parts += _verbs(command, context, name)
        else:
            parts.append(_command(command, context))
    return "\n".join(parts)


def _verbs(group: click.Group, root: click.Context, *path: str) -> list[str]:
    found: list[str] = []
    for name, verb in sorted(group.commands.items()):
        if isinstance(verb, click.Group):
            found.append(f"#### `revcycle {' '.join((*path, name))}`\n\n{_plain(verb)}\n")
            found += _verbs(verb, root, *path, name)
        else:
            found.append(_command(verb, root, *path))
    return found


def _exits() -> str:
    rows = "\n".join(f"| {code.value} | {meaning} |" for code, meaning in MEANING.items())
    return f"## Exit codes\n\n| code | meaning |\n|---|---|\n{rows}\n"


def _roles() -> str:
    roles = tuple(PERMISSIONS)
    lines = [f"| permission | {' | '.join(roles)} |", f"|---|{'---|' * len(roles)}"]
    for permission in Permission:
        marks = ("yes" if permission in PERMISSIONS[role] else "" for role in roles)
        lines.append(f"| `{permission}` | {' | '.join(marks)} |")
    return "## Roles\n\n" + "\n".join(lines) + "\n"


def _command(command: click.Command, root: click.Context, *path: str) -> str:
    assert command.name is not None
    words = " ".join(("revcycle", *path, command.name))
    pieces = " ".join(command.collect_usage_pieces(click.Context(command, parent=root)))
    heading = "####" if path else "###"
    options = "\n".join(filter(None, (_option(parameter) for parameter in command.params)))
    return f"{heading} `{words} {pieces}`\n\n{_plain(command)}\n" + (f"\n{options}\n" if options else "")


def _plain(command: click.Command) -> str:
    blocks = (command.help or "").split("\n\n")
    shown = []
    for block in blocks:
        if block.startswith("\b"):
            shown.append("```\n" + block.removeprefix("\b").strip("\n") + "\n```")
        else:
            shown.append(" ".join(block.split()))
    return "\n\n".join(shown)


def _option(parameter: click.Parameter) -> str:
    if not isinstance(parameter, click.Option) or {"--json", "--why"} & set(parameter.opts):
        return ""
    record = parameter.make_metavar(click.Context(click.Command("x"))) if not parameter.is_flag else ""
    names = f"`{', '.join(parameter.opts)}{' ' + record if record else ''}`"
    notes = [parameter.help or ""]
    if parameter.required:
        notes.append("Required.")
    if parameter.show_default and not parameter.is_flag:
        notes.append(f"Default: {parameter.default}.")
    return f"- {names} {' '.join(filter(None, notes))}".rstrip()


def main(root: Path) -> int:
    """Write the page. Returns the exit code."""
    page = root / "docs" / "reference" / "cli.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(reference())
    print(f"wrote {page.relative_to(root)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent))
