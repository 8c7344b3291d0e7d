"""The worklist: list, next, show, decide."""

from typing import Any

import click
from rich.console import Console
from rich.text import Text

from revcycle.cli.desk import Desk, Verb, pass_desk
from revcycle.cli.lazy import Noun
from revcycle.cli.listing import Listing
from revcycle.cli.places import segment
from revcycle.cli.tables import Column, Kind, facts

_COLUMNS = (
    Column("task_id"),
    Column("owner_role", 4, title="owner"),
    Column("due_at"),
    Column("overdue", 2, Kind.FLAG, "late"),
    Column("amount_cents", 3),
    Column("reason"),
    Column("choices", 6),
)


@click.group(cls=Noun)
def group() -> None:
    """What waits for a person, the most urgent first."""


@group.command("list", cls=Listing, rows="tasks", columns=_COLUMNS, nothing="nothing waits for anybody")
@click.option("--role", help="Only tasks of this role.")
@click.option("--subject", help="Only tasks about this (claim/C000001).")
@click.option("--all", "all_", is_flag=True, help="Also tasks that are done.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=200, show_default=True)
@pass_desk
def list_(desk: Desk, role: str | None, subject: str | None, all_: bool, limit: int) -> Any:
    """List tasks."""
    return desk.get("/worklist", role=role, subject=subject, all="yes" if all_ else None, limit=limit)


def _show_next(out: Console, found: Any) -> None:
    if found["task"] is None:
        out.print("nothing waits for you")
        return
    facts(out, found["task"])
    _show_answers(out, found["task"])
    out.print(Text(f"{found['waiting']} in all wait for you", style="dim"))


def _show_answers(out: Console, task: dict[str, Any]) -> None:
    """Say what to type, for a task that is still open."""
    if task["state"] not in ("open", "escalated"):
        return
    out.print()
    claim_id = task["subject"].removeprefix("claim/")
    if "corrected" in task["choices"] and claim_id != task["subject"]:
        out.print(Text(f"revcycle claim explain {claim_id}"))
        out.print(Text(f"revcycle claim correct {claim_id} …          the fields are in its --help"))
    others = [choice for choice in task["choices"] if choice != "corrected"]
    for choice in others:
        out.print(Text(f"revcycle worklist decide {task['task_id']} {choice}", overflow="fold"))


@group.command("next", cls=Verb, show=_show_next)
@pass_desk
def next_(desk: Desk) -> Any:
    """Show the most urgent task that you may answer."""
    return desk.get("/worklist/next")


def _show_task(out: Console, found: Any) -> None:
    facts(out, found)
    _show_answers(out, found)


@group.command(cls=Verb, show=_show_task)
@click.argument("task_id")
@pass_desk
def show(desk: Desk, task_id: str) -> Any:
    """Show one task."""
    return desk.get(f"/worklist/{segment(task_id)}")


@group.command(cls=Verb)
@click.argument("task_id")
@click.argument("choice")
@click.option("--reason", default="", help="Why, in words without a person's data.")
@click.option("--reference", default="", help="The id of a row that belongs to the answer.")
@pass_desk
def decide(desk: Desk, task_id: str, choice: str, reason: str, reference: str) -> Any:
    """Answer a task with one of its choices."""
    body = {"choice": choice, "reason": reason, "reference": reference}
    return desk.post(f"/worklist/{segment(task_id)}/decide", body)
