"""The program: ``revcycle <noun> <verb>``."""

import json
import sys

import click

from revcycle.cli.desk import Desk
from revcycle.cli.exits import MEANING, Exit, Failure
from revcycle.cli.lazy import LazyGroup, meant

_HERE = "revcycle.cli"
_ENTRIES = {
    "demo": (f"{_HERE}.world:demo", "Half a year of 300 claims on this machine, in two minutes."),
    "up": (f"{_HERE}.world:up", "Start the world on this machine; it continues where it left off."),
    "login": (f"{_HERE}.practice.login:login", "Log in; the session lasts ten hours."),
    "logout": (f"{_HERE}.practice.login:logout", "End the session."),
    "whoami": (f"{_HERE}.practice.login:whoami", "Who is logged in, and what they may do."),
    "claim": (
        f"{_HERE}.claims.claim:group",
        "Claims: list, show, explain, import, correct, quarantine, timeline, …",
    ),
    "eligibility": (f"{_HERE}.claims.eligibility:group", "Coverage on the day of service: show, check."),
    "remittance": (f"{_HERE}.remittances.remittance:group", "Payers' remittances (835): list, show, import."),
    "worklist": (f"{_HERE}.work.worklist:group", "What waits for a person: list, next, show, decide."),
    "denial": (f"{_HERE}.denials.denial:group", "Denied claims: list, show."),
    "appeal": (f"{_HERE}.denials.appeal:group", "Appeals: list, show, packet."),
    "patient": (
        f"{_HERE}.patients.patient:group",
        "Guarantors' accounts: find, show, statements, pay, plan, assist, …",
    ),
    "payer": (f"{_HERE}.exchange.payer:group", "Payers: list, show, check, import, enroll, policy."),
    "connection": (f"{_HERE}.exchange.connection:group", "Lines to payers: list, park, resume."),
    "ledger": (f"{_HERE}.remittances.ledger:group", "The books: show, trial-balance, export."),
    "report": (
        f"{_HERE}.work.report:group",
        "Numbers: stages, endings, aging, kpi, day-sheet, deadlines, cash, …",
    ),
    "x12": (f"{_HERE}.x12.group:group", "X12 files as they are, on this machine: inspect, validate."),
    "user": (f"{_HERE}.practice.user:group", "Staff: add, list, disable, password."),
    "audit": (f"{_HERE}.practice.audit:group", "Who did what: list, verify."),
    "admin": (f"{_HERE}.practice.admin:group", "Run it: init, keyring, migrate, serve, practice."),
    "sandbox": (f"{_HERE}.sandbox:group", "Synthetic payer and practice, for trying out."),
    "batch": (f"{_HERE}.batch:batch", "Run many commands over one connection."),
    "glossary": (f"{_HERE}.glossary:glossary", "What a word of the field means."),
    "completion": (f"{_HERE}.completion:completion", "Completion of commands for bash, zsh or fish."),
}

_EXITS = "\b\nExit codes:\n" + "\n".join(f"  {code.value}  {text}" for code, text in MEANING.items())


@click.group(
    cls=LazyGroup, entries=_ENTRIES, epilog=_EXITS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="revcycle", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Every medical claim, from eligibility check to the day nothing is owed.

    Each command takes --json for machines and --help for people.
    """
    context.ensure_object(Desk)


def run(arguments: list[str], desk: Desk) -> tuple[int, Failure | None]:
    """Run one command at a desk; return the exit code and what went wrong."""
    try:
        code = cli.main(arguments, prog_name="revcycle", standalone_mode=False, obj=desk)
    except Failure as failure:
        return failure.exit, failure
    except click.NoSuchCommand as error:
        return Exit.USAGE, Failure.of(
            Exit.USAGE, f"there is no command {error.command_name!r}", remedy=meant(error)
        )
    except click.BadParameter as error:
        return Exit.USAGE, _bad_value(error)
    except click.UsageError as error:
        usage = error.ctx.get_usage() if error.ctx is not None else ""
        return Exit.USAGE, Failure.of(Exit.USAGE, error.format_message(), remedy=usage)
    except click.ClickException as error:
        return Exit.REFUSED, Failure.of(Exit.REFUSED, error.format_message())
    except OSError as error:
        reason = (error.strerror or "a file cannot be used").lower()
        where = str(error.filename or "")
        return Exit.REFUSED, Failure.of(
            Exit.REFUSED, reason, where=where, remedy="check the path and its owner"
        )
    except click.Abort:
        return 130, Failure.of(Exit.REFUSED, "stopped")
    # click returns a code for --help and ctx.exit(), and the answer of the command otherwise
    return (code if isinstance(code, int) and desk.answer is None else desk.exit), None


def _bad_value(error: click.BadParameter) -> Failure:
    """Say which value cannot be used, and where its command explains itself."""
    parameter, context = error.param, error.ctx
    if parameter is None or isinstance(error, click.MissingParameter):
        usage = " ".join(context.get_usage().split()) if context is not None else ""
        return Failure.of(Exit.USAGE, error.format_message(), remedy=usage)
    name = parameter.opts[0] if isinstance(parameter, click.Option) else (parameter.name or "").upper()
    command = context.command_path if context is not None else "revcycle"
    return Failure.of(
        Exit.USAGE,
        f"{name}{'' if error.message.startswith('is ') else ':'} {error.message}",
        remedy=f"see `{command} --help`",
    )


def tell(failure: Failure, *, as_json: bool) -> None:
    """Say on stderr what went wrong."""
    if as_json:
        click.echo(json.dumps({"error": failure.error}, ensure_ascii=False), err=True)
        return
    for line in failure.lines():
        click.echo(line, err=True)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    desk = Desk()
    code, failure = run(sys.argv[1:], desk)
    if failure is not None:
        tell(failure, as_json=desk.json)
    desk.close()
    sys.exit(code)


if __name__ == "__main__":
    main()
