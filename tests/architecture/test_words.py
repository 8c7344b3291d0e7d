"""The words of the trade stand in their tables: no other place spells a task kind, a clock or a stage."""

import ast
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from revcycle.domain.claims.ending import ClaimEnding
from revcycle.domain.claims.stage import STAGES, ClaimStage
from revcycle.domain.ledger import LedgerKind
from revcycle.domain.work.clocks import CLOCKS, ClockName
from revcycle.domain.work.news import News
from revcycle.domain.work.owners import MAY_ANSWER, Owner
from revcycle.domain.work.task_kinds import TASKS, ChoiceName, TaskKind

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "workflows",
    "activities",
    "revcycle/effects",
    "revcycle/rules",
    "revcycle/db",
    "revcycle/api",
    "revcycle/reports",
)
TABLES: tuple[type[StrEnum], ...] = (
    TaskKind,
    ChoiceName,
    ClockName,
    News,
    ClaimStage,
    ClaimEnding,
    LedgerKind,
)
ELSEWHERE = {
    (
        "revcycle/effects/mail/mailbox.py",
        "appeal_decision",
    ): "a kind of mail, as connections name what they hold",
    ("revcycle/api/errors.py", "no_answer"): "a word of refusals: the payer did not answer",
    ("revcycle/api/patients/requests.py", "no_answer"): "how a telephone call ended",
    ("revcycle/api/patients/requests.py", "resolve_dispute"): "the name of a workflow's update",
}
"""Strings that only look like a word of a table, each with what they are."""


def distinctive() -> dict[str, str]:
    """Return each word that only a table would use (two words joined), with the table that holds it."""
    return {
        member.value: table.__name__
        for table in TABLES
        for member in table
        if "_" in member.value or " " in member.value
    }


def spelled(file: Path, words: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Yield where a file spells such a word as a string that is compared, passed or assigned."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in words:
            yield node.lineno, node.value


def files() -> list[str]:
    found = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    return [str(path.relative_to(ROOT)) for path in found]


def test_no_room_spells_a_word_that_stands_in_a_table() -> None:
    words = distinctive()
    found = [
        f"{name}:{line}: {word!r} stands in {words[word]}"
        for name in files()
        for line, word in spelled(ROOT / name, words)
        if (name, word) not in ELSEWHERE
    ]
    assert not found, "\n".join(found)


def test_every_word_has_its_row() -> None:
    assert set(TASKS) == set(TaskKind)
    assert set(CLOCKS) == set(ClockName)
    assert set(STAGES) == set(ClaimStage)
    assert {choice.name for kind in TASKS.values() for choice in kind.choices} == set(ChoiceName)


@pytest.mark.parametrize("kind", TaskKind)
def test_every_task_can_be_answered_by_its_owner_and_after_escalation(kind: TaskKind) -> None:
    answered: frozenset[Owner] = frozenset().union(*MAY_ANSWER.values())
    assert TASKS[kind].owner in answered
    assert TASKS[kind].escalates_to in answered
    assert TASKS[kind].choices
    assert all(choice.leads_to for choice in TASKS[kind].choices)
