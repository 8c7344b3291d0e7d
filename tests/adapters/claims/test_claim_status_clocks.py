"""Asking what has become of a claim ends the clocks that passed: nobody waits for an acknowledgment any more."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from activities.claim_status import ClaimStatusActivities
from revcycle.access.keyring import KeyRing
from revcycle.db.engine import Database
from revcycle.db.tables import metadata
from revcycle.db.work import clocks, deadlines
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.work import subjects
from revcycle.domain.work.clocks import ClockName
from revcycle.effects.claims.intake import import_837
from revcycle.payers.clearinghouse import Clearinghouse
from revcycle.sandbox.payer.app import make_app
from revcycle.sandbox.payer.office import Office
from tests.support.api import synthetic
from tests.support.exchange.switchboards import with_one
from tests.support.remittances.remittance_book import act

AT = datetime(2026, 1, 5, 13, tzinfo=UTC)
TOKEN = "a token of the sandbox"


async def test_an_acknowledgment_that_never_came_is_missed_once_the_payer_is_asked(home: Path) -> None:
    db = Database(f"sqlite:///{home / 'revcycle.db'}", KeyRing.generate())
    metadata.create_all(db.engine)
    practice, file = synthetic(1)
    (claim_id,) = import_837(db, file, "test", AT, "biller").accepted
    due_at = AT + timedelta(days=3)
    with db.write() as tx:
        clocks.arm(tx, act(claim_id, "release", AT), ClockName.ACKNOWLEDGMENT, due_at)
    office = Office(home / "payer", practice.script)
    line = Clearinghouse("http://payer.test", TOKEN, httpx.ASGITransport(make_app(office, TOKEN)))
    asking = ClaimStatusActivities(db, with_one(line))
    told, position = await asking.ask_claim_status(
        act(claim_id, "status", due_at + timedelta(minutes=1)), claim_id, 1
    )
    with db.read() as tx:
        held = {clock.name: clock for clock in deadlines.of_subject(tx, subjects.claim(claim_id))}
        assert deadlines.overdue(tx, due_at + timedelta(days=1)) == ()
    assert held[ClockName.ACKNOWLEDGMENT].state is DeadlineState.MISSED
    assert position is not None
    assert held[ClockName.REMITTANCE].due_at == position.clocks[0].due_at
    assert told.reason
    await line.close()
    office.close()
    db.close()
