"""What a patient asks of an account: pay, plan, assist, dispute, resolve, hold; and the calls we make: contact."""

from typing import Any

import click

from revcycle.cli.amounts import DOLLARS
from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.lazy import Word
from revcycle.cli.places import segment

_KEY = click.option("--key", default="", help="The same key again is the same request, not a second one.")


def _post(desk: Desk, account_id: str, path: str, body: dict[str, Any], key: str = "") -> Any:
    given = {name: value for name, value in body.items() if value is not None}
    return desk.api.post(f"/accounts/{segment(account_id)}/{path}", given, desk.why, key)


@click.command(cls=Verb)
@click.argument("account_id")
@click.argument("amount", type=DOLLARS)
@click.option(
    "--method", type=Word(["check", "card", "cash", "transfer"]), default="check", show_default=True
)
@click.option("--received-on", metavar="DATE", help="The day it came; today if left out.")
@_KEY
@pass_desk
def pay(desk: Desk, account_id: str, amount: int, method: str, received_on: str | None, key: str) -> Any:
    """Record a payment of AMOUNT dollars."""
    body = {"amount_cents": amount, "method": method, "received_on": received_on}
    return _post(desk, account_id, "payments", body, key)


@click.command(cls=Verb)
@click.argument("account_id")
@click.option("--installments", type=click.IntRange(1, 60), default=3, show_default=True)
@click.option("--first-due-on", metavar="DATE", help="In 30 days if left out.")
@click.option("--interval-days", type=click.IntRange(1, 92), default=30, show_default=True)
@click.option("--total", type=DOLLARS, help="What the plan pays; all the patient owes if left out.")
@_KEY
@pass_desk
def plan(
    desk: Desk,
    account_id: str,
    installments: int,
    first_due_on: str | None,
    interval_days: int,
    total: int | None,
    key: str,
) -> Any:
    """Agree on a payment plan in equal parts."""
    body = {
        "installments": installments,
        "first_due_on": first_due_on,
        "interval_days": interval_days,
        "total_cents": total,
    }
    return _post(desk, account_id, "plans", body, key)


@click.command(cls=Verb)
@click.argument("account_id")
@click.option("--household-size", type=click.IntRange(1), required=True)
@click.option("--income", type=DOLLARS, required=True, help="A year's income before tax.")
@click.option("--region", type=Word(["48", "AK", "HI"]), default="48", show_default=True)
@_KEY
@pass_desk
def assist(desk: Desk, account_id: str, household_size: int, income: int, region: str, key: str) -> Any:
    """Take an application for financial assistance; nobody asks for money until it is decided."""
    body = {"household_size": household_size, "income_cents": income, "region": region}
    return _post(desk, account_id, "assistance", body, key)


_SUBJECTS = ["amount", "insurance_not_billed", "payment_not_shown", "visit_not_recognized", "other"]


@click.command(cls=Verb)
@click.argument("account_id")
@click.option("--subject", type=Word(_SUBJECTS), required=True, help="What the patient says is wrong.")
@click.option("--words", default="", help="What they said; kept sealed.")
@click.option("--claim", "claim_ids", multiple=True, help="A claim in dispute; may repeat; all if left out.")
@_KEY
@pass_desk
def dispute(
    desk: Desk, account_id: str, subject: str, words: str, claim_ids: tuple[str, ...], key: str
) -> Any:
    """Open a dispute; all contact pauses until it is answered."""
    body = {"subject": subject, "words": words, "claim_ids": list(claim_ids)}
    return _post(desk, account_id, "disputes", body, key)


@click.command(cls=Verb)
@click.argument("account_id")
@click.argument("dispute_id")
@click.argument("outcome", type=Word(["upheld_patient", "rejected"]))
@pass_desk
def resolve(desk: Desk, account_id: str, dispute_id: str, outcome: str) -> Any:
    """Answer a dispute: the patient was right, or not."""
    return _post(desk, account_id, f"disputes/{segment(dispute_id)}/resolve", {"outcome": outcome})


_HOLDS = [
    "none",
    "deceased",
    "bankruptcy",
    "qualified_medicare_beneficiary",
    "returned_mail",
    "litigation",
    "complaint",
    "unwritable",
]


@click.command(cls=Verb)
@click.argument("account_id")
@click.argument("reason", type=Word(_HOLDS))
@pass_desk
def hold(desk: Desk, account_id: str, reason: str) -> Any:
    """Stop all asking for REASON, or let it go on with `none`."""
    return _post(desk, account_id, "hold", {"hold": "" if reason == "none" else reason})


_OUTCOMES = ["no_answer", "left_message", "reached", "promised_to_pay", "wrong_number"]


@click.command(cls=Verb)
@click.argument("account_id")
@click.argument("outcome", type=Word(_OUTCOMES))
@pass_desk
def contact(desk: Desk, account_id: str, outcome: str) -> Any:
    """Write down a telephone call; what was not recorded did not happen."""
    return _post(desk, account_id, "contacts", {"outcome": outcome})


@click.command(cls=Verb)
@click.argument("account_id")
@click.argument("language", type=Word(["en", "es"]))
@pass_desk
def language(desk: Desk, account_id: str, language: str) -> Any:
    """Write the guarantor's letters in English or Spanish from now on."""
    return _post(desk, account_id, "language", {"language": language})


COMMANDS: tuple[click.Command, ...] = (pay, plan, assist, dispute, resolve, hold, contact, language)
