"""The page about the command line says what the command line does."""

from pathlib import Path

from tools.cli_reference import reference

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "cli.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == reference(), "run: python -m tools.cli_reference"
