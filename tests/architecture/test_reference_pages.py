"""The pages about the command line and the api say what they do."""

from pathlib import Path

from tools import api_reference, cli_reference, openapi

PAGES = Path(__file__).resolve().parents[2] / "docs" / "reference"


def test_the_page_about_the_command_line_is_current() -> None:
    page = (PAGES / "cli.md").read_text()
    assert page == cli_reference.reference(), "run: python -m tools.cli_reference"


def test_the_page_about_the_api_is_current() -> None:
    page = (PAGES / "api.md").read_text()
    assert page == api_reference.reference(), "run: python -m tools.api_reference"


def test_the_document_of_the_api_is_current() -> None:
    page = (PAGES / "openapi.json").read_text()
    assert page == openapi.reference(), "run: python -m tools.openapi"
