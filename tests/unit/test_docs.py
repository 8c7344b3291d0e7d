"""The documents say what is: commands, options, paths, settings, metrics and links that exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from revcycle.api import metrics
from revcycle.cli.main import cli
from revcycle.config import variables

ROOT = Path(__file__).resolve().parents[2]
PAGES = tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]))
WRITTEN_HERE = tuple(page for page in PAGES if page.parent.name != "reference")
COMMAND_LINE_ONLY = {"REVCYCLE_API", "REVCYCLE_SESSION_FILE"}
ROOMS = (
    "revcycle",
    "workflows",
    "activities",
    "templates",
    "tests",
    "docs",
    "migrations",
    "tools",
    "benchmarks",
)

_CODE = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`|^ {4}(\S.*)$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_PATH = re.compile(rf"^(?:{'|'.join(ROOMS)})/[\w./-]*$")


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _code(page: Path) -> list[str]:
    """Return everything a page sets as code: spans, indented lines, and lines of fences."""
    text = page.read_text()
    fenced = [line for fence in _FENCE.findall(text) for line in fence.splitlines()[1:-1]]
    spans = [" ".join((span or line).split("\n")) for span, line in _CODE.findall(_FENCE.sub("", text))]
    return [piece.strip().removeprefix("$ ") for piece in (*spans, *fenced)]


def _commands(page: Path) -> list[list[str]]:
    """Return the words after ``revcycle`` of each command on the page."""
    found = []
    for piece in _code(page):
        said = re.sub(r"  .*| #.*", "", piece.replace("./run cli ", "revcycle "))
        said = re.sub(r"^\./run (?=demo|up)", "revcycle ", said)
        match = re.match(r"(?:.*[\s/])?revcycle ((?!:)[a-z].*)", said)
        if match and not said.startswith(("docker compose", "$")) and "=revcycle" not in said:
            found.append(shlex.split(match.group(1).replace("…", "")))
    return found


def _resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    """Follow the words down the command line. Raises click.UsageError for a command that is not there."""
    command: click.Command = cli
    context = click.Context(cli)
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        _, found, rest = command.resolve_command(context, rest)
        assert found is not None
        command, context = found, click.Context(found, parent=context, info_name=found.name)
    return command, rest


def _options(command: click.Command) -> set[str]:
    named = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    return {*named, "--help"}


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")


@pytest.mark.parametrize("page", WRITTEN_HERE, ids=_name)
def test_every_command_named_exists_with_its_options(page: Path) -> None:
    for words in _commands(page):
        try:
            command, rest = _resolve(words)
        except click.UsageError as error:
            pytest.fail(f"{_name(page)}: revcycle {' '.join(words)}: {error.format_message()}")
        for word in rest:
            if word.startswith("--"):
                assert word.split("=")[0] in _options(command), f"{_name(page)}: revcycle {' '.join(words)}"


@pytest.mark.parametrize("page", WRITTEN_HERE, ids=_name)
def test_every_option_named_alone_exists_somewhere(page: Path) -> None:
    everywhere = _all_options(cli) | {"--help", "--json", "--why", "--seconds"}
    for piece in _code(page):
        if re.fullmatch(r"--[a-z-]+(?: [A-Z]+)?", piece):
            assert piece.split()[0] in everywhere, f"{_name(page)}: {piece}"


def _all_options(group: click.Group) -> set[str]:
    context, found = click.Context(group), set()
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found |= _options(command)
        if isinstance(command, click.Group):
            found |= _all_options(command)
    return found


@pytest.mark.parametrize("page", WRITTEN_HERE, ids=_name)
def test_every_file_named_exists(page: Path) -> None:
    for piece in _code(page):
        if _PATH.match(piece):
            assert (ROOT / piece).exists(), f"{_name(page)}: {piece}"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_setting_named_exists(page: Path) -> None:
    known = {*variables(), *COMMAND_LINE_ONLY}
    named = set(re.findall(r"REVCYCLE_[A-Z][A-Z_]*[A-Z]", page.read_text()))
    assert named <= known, f"{_name(page)}: {sorted(named - known)}"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_metric_named_exists(page: Path) -> None:
    known = {sample.name for family in metrics._REGISTRY.collect() for sample in family.samples} | {
        name for family in metrics._REGISTRY.collect() for name in (family.name, f"{family.name}_total")
    }
    for piece in _code(page):
        name = re.match(r"revcycle_\w+", piece)
        assert name is None or name.group() in known, f"{_name(page)}: {piece}"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(_FENCE.sub("", page.read_text())):
        if re.match(r"https?://|mailto:", link):
            continue
        target, _, anchor = link.partition("#")
        place = (page.parent / target).resolve() if target else page
        assert place.exists(), f"{_name(page)}: {link}"
        if anchor and place.suffix == ".md":
            anchors = {_anchor(heading) for heading in _HEADING.findall(place.read_text())}
            assert anchor in anchors, f"{_name(page)}: {link}"


def test_every_command_has_a_page_that_names_it() -> None:
    reference = (ROOT / "docs" / "reference" / "cli.md").read_text()
    for name in cli.list_commands(click.Context(cli)):
        assert re.search(rf"^### (?:`revcycle )?{name}\b", reference, re.MULTILINE), name


def test_the_pages_name_commands_at_all() -> None:
    named = {" ".join(words[:2]) for page in WRITTEN_HERE for words in _commands(page)}
    assert {"claim explain", "claim import", "worklist next", "report invariants", "admin migrate"} <= named


def test_a_page_that_lies_is_noticed() -> None:
    with pytest.raises(click.UsageError):
        _resolve(["claim", "burn", "C000001"])
    command, _ = _resolve(["claim", "explain", "C000001"])
    assert "--as-of" in _options(command)
    assert "--as-if" not in _options(command)
