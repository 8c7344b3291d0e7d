"""Amounts as people type them at the command line."""

import click
import pytest

from revcycle.cli.amounts import DOLLARS
from revcycle.cli.exits import Failure
from revcycle.cli.practice.policy import _assigned


@pytest.mark.parametrize(
    ("said", "cents"),
    [("25", 2_500), ("25.00", 2_500), ("$1,250.00", 125_000), ("1,234,567", 123_456_700), ("0.05", 5)],
)
def test_dollars_are_read_as_written(said: str, cents: int) -> None:
    assert DOLLARS.convert(said, None, None) == cents


@pytest.mark.parametrize(
    "said", ["10,5", "10,50", "1,25.00", "1,2500", ",5", "1,,250", "ten", "", "1.234,50"]
)
def test_a_comma_that_may_be_a_point_is_refused(said: str) -> None:
    with pytest.raises(click.BadParameter, match="dollars and cents"):
        DOLLARS.convert(said, None, None)


def test_an_amount_of_a_policy_is_typed_in_dollars() -> None:
    assert _assigned("appeal_levels.1.minimum_dollars=180") == ("appeal_levels.1.minimum_cents", 18_000)
    assert _assigned("filing_days=120") == ("filing_days", 120)
    with pytest.raises(Failure):
        _assigned("minimum_dollars=much")
