"""A payer asks for records before it goes on: a person sees it at once, with what is asked and until when."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from revcycle.db import decisions
from revcycle.db.mail import quarantine
from revcycle.db.work import tasks
from revcycle.domain.clock import BusinessClock
from revcycle.domain.work import subjects
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.sandbox.payer.script import Behaviour, key_of
from revcycle.sandbox.practice.batch import write_batch
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.synthetic import generate
from tests.support.temporal import start_time_skipping
from tests.support.worlds.world import skipped_world

FIRST_DAY = datetime(2026, 1, 5, 14, tzinfo=UTC)


@pytest.fixture
async def env() -> AsyncIterator[WorkflowEnvironment]:
    async with await start_time_skipping() as started:
        yield started


async def test_a_request_for_records_goes_to_a_person_with_what_is_asked(
    env: WorkflowEnvironment, home: Path
) -> None:
    practice = generate(5, 1, FIRST_DAY.date(), {Life.PAID_CLEAN: 1})
    claim = practice.claims[0]
    asks = {key_of(claim, claim.coverages[0]): Behaviour(records_asked=("18842-5",))}
    clock = BusinessClock((await env.get_current_time()).astimezone(UTC), FIRST_DAY)
    async with skipped_world(env, home, replace(practice.script, claims=asks), clock=clock) as world:
        await world.import_file(write_batch(practice, FIRST_DAY))
        await world.settle()
        await world.pass_days(6)
        with world.db.read() as tx:
            (task,) = tasks.find(tx, subject=subjects.claim("C000001"))
            told = {one.outcome: one.reason for one in decisions.of_subject(tx, subjects.claim("C000001"))}
            assert quarantine.list_(tx, open_only=True) == ()
        assert task.kind is TaskKind.REVIEW
        assert "the payer asks for records" in task.reason
        assert "LOINC 18842-5" in told["records_requested"]
        assert ", by 2026-" in told["records_requested"]
