"""A payer that takes paper only: forms in the mail folder, a log that proves them, and a person who telephones."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from revcycle.db.claims import claims
from revcycle.db.exchange import payers, submissions
from revcycle.db.work import tasks
from revcycle.domain.clock import BusinessClock
from revcycle.domain.exchange.payer import Service
from revcycle.domain.person import Address
from revcycle.domain.work import subjects
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.effects.exchange.printing import PaperPrinter
from revcycle.payers.paper import PaperMail
from revcycle.payers.switchboard import Connection
from revcycle.sandbox.practice.batch import write_batch
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.synthetic import generate
from tests.support.exchange.payer_directory import payer
from tests.support.temporal import start_time_skipping
from tests.support.worlds.world import skipped_world

FIRST_DAY = datetime(2026, 1, 5, 14, tzinfo=UTC)
THERE = Address("PO BOX 4400", "COLUMBUS", "OH", "432164400")


@pytest.fixture
async def env() -> AsyncIterator[WorkflowEnvironment]:
    async with await start_time_skipping() as started:
        yield started


async def test_a_claim_on_paper_is_mailed_once_and_followed_up_by_telephone(
    env: WorkflowEnvironment, home: Path
) -> None:
    practice = generate(5, 1, FIRST_DAY.date(), {Life.PAID_CLEAN: 1})
    clock = BusinessClock((await env.get_current_time()).astimezone(UTC), FIRST_DAY)
    mail = home / "paper"
    gateway = PaperMail(mail, PaperPrinter())
    paper = Connection("paper", gateway, "REVCYCLE", "PAPER", on_paper=True)
    async with skipped_world(env, home, practice.script, clock=clock, more=(paper,)) as world:
        await world.import_file(write_batch(practice, FIRST_DAY))
        with world.db.write() as tx:
            (row,) = claims.find(tx, limit=1)
            entry = payer(row.payer_id, Service("837P"))
            route = replace(entry.routes[0], connection_id="paper")
            payers.save(
                tx, replace(entry, routes=(route,), claims_address=THERE), "test", "manager", FIRST_DAY
            )
        await world.settle()
        await world.pass_days(40)
        with world.db.read() as tx:
            (batch,) = submissions.batches_of_claim(tx, row.claim_id)
            open_tasks = tasks.find(tx, subject=subjects.claim(row.claim_id), open_only=False)
        (entry_in_log,) = [json.loads(line) for line in (mail / "mail-log.jsonl").read_text().splitlines()]
        assert (batch.connection_id, batch.state) == ("paper", submissions.SENT)
        assert entry_in_log["key"] == batch.batch_id
        assert sorted(file.suffix for file in mail.glob("*.pdf")) == [".pdf", ".pdf"]
        assert TaskKind.CALL_PAYER in {task.kind for task in open_tasks}
