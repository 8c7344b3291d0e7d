"""What the database knows of a remittance's waits: the deposit's clock, and what an earlier life asked."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from activities.clocks import ClockActivities
from activities.reassociation import ReassociationActivities
from activities.remittance import RemittanceActivities
from activities.tasks import TaskActivities
from revcycle.db.engine import Database
from revcycle.db.remittances import deposits
from revcycle.db.work import clocks, deadlines, tasks
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.remittances.state import RemittanceStep
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.task import TaskRequest
from revcycle.domain.work.task_kinds import TaskKind
from tests.support.databases import BOTH, database
from tests.support.remittances.remittance_book import (
    AT,
    charge,
    claim_facts,
    payment,
    post,
    receive,
    remittance,
    remittance_act,
)


@pytest.fixture(params=BOTH)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request, tmp_path) as opened:
        yield opened


def test_a_deposit_is_awaited_until_its_clock_has_passed_and_as_long_again_when_a_person_says_so(
    db: Database,
) -> None:
    facts = claim_facts(1)
    with db.write() as tx:
        charge(tx, facts)
    remittance_id = post(db, remittance("T1", payment(facts, CO_45=3000)))
    bank, clock = ReassociationActivities(db), ClockActivities(db)
    late = AT + timedelta(9)

    def look(name: str, at: datetime) -> tuple[bool, tuple[str, ...]]:
        found, _ = bank.reassociate(remittance_act(remittance_id, name, at), remittance_id, "")
        with db.read() as tx:
            armed = clocks.armed(tx, f"remittance/{remittance_id}")
        return found.overdue, tuple(f"{one.due_at:%m-%d}" for one in armed)

    assert look("early", AT) == (False, ("03-09",))
    clock.miss_clock(remittance_act(remittance_id, "passed", late), ClockName.DEPOSIT)
    assert look("late", late) == (True, ())
    assert look("late again", late) == (True, ())
    bank.await_deposit(remittance_act(remittance_id, "keep waiting", late))
    assert look("later", late) == (False, ("03-18",))
    with db.write() as tx:
        csv = b"deposit_date,amount,eft_trace_number,payer_id\n2026-03-12,70.00,T1,PAY01\n"
        deposits.receive_csv(tx, csv, "document", late)
    assert look("there", late + timedelta(1)) == (False, ())
    with db.read() as tx:
        ended = [one.state for one in deadlines.of_subject(tx, f"remittance/{remittance_id}")]
    assert ended == [DeadlineState.MISSED, DeadlineState.MET]


def test_a_new_life_withdraws_what_the_lost_one_asked_and_numbers_itself(db: Database) -> None:
    remittance_id = receive(db, remittance("T1", payment(claim_facts(1))))
    assert remittance_id is not None
    subject = f"remittance/{remittance_id}"
    for kind in (TaskKind.REVIEW_REMITTANCE, TaskKind.FIND_DEPOSIT):
        request = TaskRequest(f"R-{kind.value}", kind, subject, "asked before", AT + timedelta(3))
        TaskActivities(db).open_task(Act(f"open {kind.value}", f"task/R-{kind.value}", AT), request)
    first, _ = RemittanceActivities(db).locate_remittance(remittance_act(remittance_id, "one"), remittance_id)
    again, _ = RemittanceActivities(db).locate_remittance(remittance_act(remittance_id, "one"), remittance_id)
    second, _ = RemittanceActivities(db).locate_remittance(
        remittance_act(remittance_id, "two"), remittance_id
    )
    assert (first.epoch, again.epoch, second.epoch) == (1, 1, 2)
    assert first.step is RemittanceStep.BALANCE
    with db.read() as tx:
        assert tasks.find(tx) == ()
        assert {one.state for one in tasks.find(tx, open_only=False)} == {"withdrawn"}
        ended = deadlines.about(tx, subject)
    assert [one.state for one in ended] == [DeadlineState.CANCELLED] * 2
