"""What every command has at hand: the api, how to print, and the verb class that prints an answer."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from revcycle.cli import places
from revcycle.cli.exits import Exit

if TYPE_CHECKING:
    from rich.console import Console

    from revcycle.cli.api_client import ApiClient

Show = Callable[["Console", Any], None]


@dataclass
class Desk:
    """One person's desk. ``batch`` keeps answers instead of printing them."""

    json: bool = False
    csv: bool = False
    why: str = ""
    batch: bool = False
    answer: Any = None
    exit: int = Exit.OK
    _api: "ApiClient | None" = None

    @property
    def api(self) -> "ApiClient":
        """The connection to the api, opened at the first use."""
        if self._api is None:
            from revcycle.cli.api_client import ApiClient

            self._api = ApiClient(places.api_address())
        return self._api

    def use(self, api: "ApiClient") -> None:
        """Use this connection."""
        self._api = api

    def get(self, path: str, **query: Any) -> Any:
        """Ask the api, with the reason the person gave."""
        return self.api.get(path, self.why, **query)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Have the api do something."""
        return self.api.post(path, body, self.why)

    def close(self) -> None:
        """Close the connection."""
        if self._api is not None:
            self._api.close()

    def fresh(self) -> None:
        """Forget the last command of a batch."""
        self.json, self.csv, self.why, self.answer, self.exit = False, False, "", None, Exit.OK


pass_desk = click.make_pass_decorator(Desk, ensure=True)


class Verb(click.Command):
    """A command that returns an answer: printed as a table, or as JSON with ``--json``.

    ``show`` prints the answer for people; ``judge`` returns the exit code an answer means.
    """

    def __init__(
        self,
        *arguments: Any,
        show: Show | None = None,
        judge: Callable[[Any], int] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self._show = show
        self._judge = judge
        self.params += [
            click.Option(
                ["--json"],
                is_flag=True,
                expose_value=False,
                callback=_want_json,
                help="Print JSON for machines.",
            ),
            click.Option(
                ["--why"],
                expose_value=False,
                callback=_say_why,
                metavar="REASON",
                help="Why you look at a person; kept in the audit log.",
            ),
        ]

    def invoke(self, context: click.Context) -> Any:
        """Run the command and print its answer."""
        answer = super().invoke(context)
        desk = context.ensure_object(Desk)
        desk.answer, desk.exit = answer, self._judge(answer) if self._judge else Exit.OK
        if not desk.batch:
            self.print(desk, answer)
        return answer

    def print(self, desk: Desk, answer: Any) -> None:
        """Print the answer as the person asked for it."""
        if desk.json:
            json.dump(answer, sys.stdout, ensure_ascii=False, default=str)
            sys.stdout.write("\n")
        elif self._show is not None:
            from revcycle.cli.tables import console

            self._show(console(), answer)
        elif answer is not None:
            from revcycle.cli.tables import console, facts

            facts(console(), answer)


def _want_json(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        context.ensure_object(Desk).json = True


def _say_why(context: click.Context, _: click.Parameter, why: str | None) -> None:
    if why:
        context.ensure_object(Desk).why = why
