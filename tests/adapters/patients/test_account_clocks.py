"""The clocks of an account, armed and ended by its acts, on SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from revcycle.db.engine import Database
from revcycle.db.work import clocks, deadlines
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.patients.contact import ContactKind
from revcycle.domain.patients.patient_account import AccountState
from revcycle.domain.patients.patient_step import AccountAction, NextStep
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import Clock, ClockName
from revcycle.effects.patients.account_clocks import follow, letter_out
from tests.support.databases import BOTH, database
from tests.support.policies import patient_policy_for

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
DUE = AT + timedelta(30)
POLICY = patient_policy_for(AT.date())
OUT = DUE + timedelta(POLICY.letter_slack_days)
ACCOUNT = "account/A000001"


def wait(name: ClockName, due_at: datetime = DUE, *, promised: bool = False) -> NextStep:
    clock = Clock(name, due_at)
    return NextStep(AccountAction.WAIT, "why", AccountState.BILLED, clock=clock, promised=promised)


def send(kind: ContactKind) -> NextStep:
    return NextStep(AccountAction.SEND, "why", AccountState.BILLED, letter=kind)


REMINDER = wait(ClockName.REMINDER, promised=True)


class Life:
    """One account's acts, one after the other."""

    def __init__(self, db: Database) -> None:
        self.db, self.acts = db, 0

    def act(self, at: datetime) -> Act:
        self.acts += 1
        return Act(f"act {self.acts}", ACCOUNT, at)

    def judge(self, step: NextStep, at: datetime = AT) -> None:
        with self.db.write() as tx:
            follow(tx, self.act(at), step, POLICY)

    def released(self, at: datetime) -> None:
        with self.db.write() as tx:
            letter_out(tx, self.act(at))

    def armed(self) -> dict[ClockName, datetime]:
        with self.db.read() as tx:
            return {clock.name: clock.due_at for clock in clocks.armed(tx, ACCOUNT)}

    def ended(self) -> list[tuple[str, DeadlineState]]:
        with self.db.read() as tx:
            rows = deadlines.of_subject(tx, ACCOUNT)
        return [(row.name, row.state) for row in rows if row.state is not DeadlineState.ARMED]


@pytest.fixture(params=BOTH)
def life(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Life]:
    with database(request, tmp_path) as opened:
        yield Life(opened)


def test_a_promised_letter_has_a_day_and_a_last_day(life: Life) -> None:
    life.judge(REMINDER)
    assert life.armed() == {ClockName.REMINDER: DUE, ClockName.LETTER_OUT: OUT}
    life.judge(send(ContactKind.REMINDER), DUE)
    assert life.armed() == {ClockName.LETTER_OUT: OUT}
    life.released(DUE + timedelta(hours=1))
    assert life.armed() == {}
    assert life.ended() == [("reminder", DeadlineState.MET), ("letter to go out", DeadlineState.MET)]


def test_the_same_judgement_again_moves_nothing(life: Life) -> None:
    life.judge(REMINDER)
    life.judge(REMINDER, AT + timedelta(3))
    assert life.ended() == []
    assert len(life.armed()) == 2


def test_news_put_another_wait_in_place_of_the_first(life: Life) -> None:
    life.judge(REMINDER)
    life.judge(wait(ClockName.DISPUTE_ANSWER), AT + timedelta(3))
    assert life.armed() == {ClockName.DISPUTE_ANSWER: DUE}
    assert {state for _, state in life.ended()} == {DeadlineState.CANCELLED}


def test_a_letter_nobody_promised_has_a_last_day_too(life: Life) -> None:
    life.judge(send(ContactKind.DISPUTE_ANSWER))
    assert life.armed() == {ClockName.LETTER_OUT: AT + timedelta(POLICY.letter_slack_days)}


def test_a_letter_let_out_late_is_missed_and_promised_again_until_it_goes(life: Life) -> None:
    life.judge(REMINDER)
    life.judge(send(ContactKind.REMINDER), DUE)
    late = OUT + timedelta(hours=2)
    life.judge(send(ContactKind.REMINDER), late)
    assert life.ended()[-1] == ("letter to go out", DeadlineState.MISSED)
    assert life.armed() == {ClockName.LETTER_OUT: late + timedelta(POLICY.letter_slack_days)}


def test_an_installment_is_missed_when_it_was_not_paid(life: Life) -> None:
    life.judge(wait(ClockName.INSTALLMENT))
    life.judge(wait(ClockName.INSTALLMENT, DUE + timedelta(30)), DUE + timedelta(minutes=1))
    assert life.ended() == [("installment", DeadlineState.MET)]
    life.judge(send(ContactKind.PLAN_BROKEN), DUE + timedelta(30, minutes=1))
    assert life.ended()[-1] == ("installment", DeadlineState.MISSED)


def test_an_account_looked_at_late_missed_its_day(life: Life) -> None:
    life.judge(wait(ClockName.HOLD_REVIEW))
    life.judge(wait(ClockName.HOLD_REVIEW, DUE + timedelta(60)), DUE + timedelta(2))
    assert life.ended() == [("hold review", DeadlineState.MISSED)]


def test_steps_that_are_done_at_once_leave_what_is_still_to_come(life: Life) -> None:
    life.judge(wait(ClockName.PAYER_LIABILITY))
    step = replace(send(ContactKind.STATEMENT), action=AccountAction.WRITE_OFF_SMALL, letter=None)
    life.judge(step, AT + timedelta(1))
    assert life.armed() == {ClockName.PAYER_LIABILITY: DUE}
