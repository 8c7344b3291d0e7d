"""Completion for the shells people use."""

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    r"""Print what makes SHELL complete revcycle's commands.

    \b
    bash:  eval "$(revcycle completion bash)"      in ~/.bashrc
    zsh:   eval "$(revcycle completion zsh)"       in ~/.zshrc
    fish:  revcycle completion fish | source       in ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class

    from revcycle.cli.main import cli

    kind = get_completion_class(shell)
    assert kind is not None
    # bash's own source() first asks which bash is installed; the words do not depend on it.
    found = kind(cli, {}, "revcycle", "_REVCYCLE_COMPLETE")
    click.echo(found.source_template % found.source_vars())
