"""The page about X12 says what the table of guides, the catalogue of findings and the last count say."""

from revcycle.edi.wire.guides import NAMES
from tools import x12_reference


def test_the_page_about_x12_is_current() -> None:
    assert x12_reference.PAGE.read_text() == x12_reference.reference(), "run: python -m tools.x12_reference"


def test_every_transaction_we_speak_is_in_the_table() -> None:
    assert {guide.code for guide in x12_reference.GUIDES} == NAMES.keys() - {"837", "820", "834", "997"}
