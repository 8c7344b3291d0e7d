"""Eligibility: show, check."""

from typing import Any

import click

from revcycle.cli.claims.eligibility_tables import CHECKS, show_checks
from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.lazy import Noun
from revcycle.cli.listing import Listing
from revcycle.cli.places import segment


@click.group(cls=Noun)
def group() -> None:
    """Whether the coverage was active on the day of service."""


@group.command(cls=Listing, rows="checks", columns=CHECKS, show=show_checks)
@click.argument("claim_id")
@pass_desk
def show(desk: Desk, claim_id: str) -> Any:
    """Show what payers said about a claim's coverage."""
    return desk.get(f"/claims/{segment(claim_id)}/eligibility")


@group.command(cls=Verb)
@click.argument("claim_id")
@pass_desk
def check(desk: Desk, claim_id: str) -> Any:
    """Ask the payer now."""
    return desk.post(f"/claims/{segment(claim_id)}/eligibility")
