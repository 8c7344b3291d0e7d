"""An answer to a task is refused when it would lead nowhere or touch somebody else's claim."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from revcycle.db.claims import corrections
from revcycle.db.engine import Database, Tx
from revcycle.db.work import tasks
from revcycle.db.work.tasks import TaskRow
from revcycle.domain.work import subjects
from revcycle.domain.work.task import TaskRequest
from revcycle.domain.work.task_kinds import TASKS, Needs, TaskKind
from revcycle.effects.work.answers import BadAnswer, check_answer
from tests.support.databases import BOTH, database
from tests.support.remittances.remittance_book import charge, claim_facts

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.fixture(params=BOTH)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request, tmp_path) as opened:
        yield opened


@pytest.fixture
def tx(db: Database) -> Iterator[Tx]:
    with db.write() as opened:
        yield opened


def task_of(tx: Tx, claim_id: str, kind: TaskKind = TaskKind.FIX_REJECTION) -> TaskRow:
    request = TaskRequest(
        f"{claim_id}-{kind.value}-1", kind, subjects.claim(claim_id), "why", AT + timedelta(5)
    )
    tasks.open_(tx, request, AT)
    return tasks.load(tx, request.task_id)


def correction_of(tx: Tx, claim_id: str) -> str:
    changes = {"coverages[0].member_id": "NEW123"}
    return corrections.propose(tx, claim_id, changes, "read from the card", "biller", AT)


def refused(tx: Tx, task: TaskRow, choice: str, reference: str = "") -> str:
    with pytest.raises(BadAnswer) as told:
        check_answer(tx, task, choice, reference)
    assert told.value.where in ("choice", "reference")
    assert told.value.remedy
    return str(told.value)


def test_corrected_needs_a_correction_of_that_very_claim(tx: Tx) -> None:
    mine, other = charge(tx, claim_facts(1)), charge(tx, claim_facts(2))
    task = task_of(tx, mine)
    assert "needs a correction" in refused(tx, task, "corrected")
    assert "there is no correction" in refused(tx, task, "corrected", "K999999")
    assert "corrects another claim" in refused(tx, task, "corrected", correction_of(tx, other))
    check_answer(tx, task, "corrected", correction_of(tx, mine))


def test_matched_needs_a_claim_that_exists(tx: Tx) -> None:
    claim_id = charge(tx, claim_facts(1))
    task = task_of(tx, claim_id, TaskKind.MATCH_REMITTANCE)
    assert "needs a claim" in refused(tx, task, "matched")
    assert "there is no claim" in refused(tx, task, "matched", "C999999")
    check_answer(tx, task, "matched", claim_id)


@pytest.mark.parametrize("kind", TaskKind)
def test_every_choice_that_needs_nothing_is_taken_without_and_refused_with_a_reference(
    tx: Tx, kind: TaskKind
) -> None:
    task = task_of(tx, charge(tx, claim_facts(1)), kind)
    assert "not an answer" in refused(tx, task, "fly")
    for choice in TASKS[kind].choices:
        if choice.needs is Needs.NOTHING:
            check_answer(tx, task, choice.name, "")
            assert "takes no reference" in refused(tx, task, choice.name, "X1")
        else:
            assert "needs a" in refused(tx, task, choice.name)
