"""Denials and appeals kept and found, on both databases; the endings in the books."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.clocks import ClockActivities
from activities.denial import DenialActivities
from revcycle.db import decisions
from revcycle.db.claims import claims
from revcycle.db.denials import appeals, denials
from revcycle.db.denials.appeals import ExhibitRow, NoSuchAppeal
from revcycle.db.denials.denials import NoSuchDenial
from revcycle.db.engine import Database
from revcycle.db.mail import documents
from revcycle.db.work import deadlines, inbox, outbox, tasks
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.denials.appeal import AppealOutcome, AppealState
from revcycle.domain.denials.denial import DenialOutcome, DenialRouteKind, DenialState
from revcycle.domain.denials.progress import DenialFound
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.work import subjects
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.position import Position
from revcycle.domain.work.task import Question, TaskDecision, TaskRequest
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.effects.exchange.mailroom import Mailroom
from revcycle.rules.denials.appeal import closing_time
from tests.support.denials.appeals import appeal_row, denial_act
from tests.support.remittances.remittance_book import (
    AT,
    balances,
    charge,
    claim_facts,
    open_book,
    payment_with,
    post,
    remittance,
)

CHARGE = 10_000


@pytest.fixture(params=["sqlite", "postgres"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'book.db'}" if request.param == "sqlite" else None
    opened = open_book(url or request.getfixturevalue("fresh_postgres_url"))
    yield opened
    opened.close()


def denied(db: Database, number: int = 1, payers: int = 1, **adjusted: int) -> tuple[str, DenialActivities]:
    facts = claim_facts(number, payers=payers)
    with db.write() as tx:
        claim_id = charge(tx, facts)
    remittance_id = post(db, remittance(f"T{number}", payment_with(facts, adjusted, "4")))
    activities = DenialActivities(db)
    activities.classify_denial(denial_act(claim_id, "classify"), claim_id, f"{claim_id}-1", remittance_id)
    return claim_id, activities


def test_a_denial_is_kept_whole_with_its_reason(db: Database) -> None:
    claim_id, activities = denied(db, CO_50=8_000, CO_45=2_000)
    with db.read() as tx:
        row = denials.load(tx, f"{claim_id}-1")
        assert (row.code, row.route, row.value_cents) == ("CO-50", DenialRouteKind.APPEAL, 8_000)
        assert row.evidence[0] == "records"
        assert row.outcome is None
        assert denials.of_claim(tx, claim_id) == (row,)
        with pytest.raises(NoSuchDenial, match="no denial X"):
            denials.load(tx, "X")
    later = denial_act(claim_id, "classify", AT + timedelta(1))
    again, position = activities.classify_denial(later, claim_id, f"{claim_id}-1", row.remittance_id)
    assert (again.value_cents, position) == (8_000, None)
    with db.read() as tx:
        routed = [d for d in decisions.of_subject(tx, subjects.claim(claim_id)) if d.outcome == "appeal"]
    assert len(routed) == 1
    assert "written" not in routed[0].reason


def test_the_most_to_win_comes_first_and_the_count_knows_the_ends(db: Database) -> None:
    small, _ = denied(db, 1, CO_16=CHARGE)
    large, activities = denied(db, 2, CO_50=CHARGE)
    with db.read() as tx:
        assert [d.claim_id for d in denials.find(tx, open_only=True)] == [small, large]
    activities.close_denial(denial_act(small, "close"), f"{small}-1", DenialOutcome.CORRECTED)
    with db.read() as tx:
        assert [d.claim_id for d in denials.find(tx, open_only=True)] == [large]
        assert [d.claim_id for d in denials.find(tx, state=DenialState.ENDED)] == [small]
        assert [d.claim_id for d in denials.find(tx, category="medical_necessity", payer_id="PAY01")] == [
            large
        ]
        assert denials.count(tx) == {
            ("registration", "corrected"): (1, CHARGE),
            ("medical_necessity", ""): (1, CHARGE),
        }


def test_a_write_off_enters_once_and_names_who_approved(db: Database) -> None:
    claim_id, activities = denied(db, CO_29=CHARGE)
    yes = TaskDecision("write_off", "mia", reason="no proof")
    for _ in range(2):
        ended, _ = activities.write_off_denial(denial_act(claim_id, "yes"), f"{claim_id}-1", yes)
        assert ended is DenialOutcome.WRITTEN_OFF
    assert balances(db) == {
        LedgerAccount.CHARGES: -CHARGE,
        LedgerAccount.ADMINISTRATIVE_WRITE_OFF: CHARGE,
    }
    with db.read() as tx:
        last = decisions.of_subject(tx, subjects.claim(claim_id))[-1]
    assert (last.actor, last.rule, last.facts["cents"]) == ("mia", "person", "10000")


def test_the_patients_part_goes_to_the_account_once(db: Database) -> None:
    claim_id, activities = denied(db, PR_204=CHARGE)
    for _ in range(2):
        ended, _ = activities.bill_denial_to_patient(
            denial_act(claim_id, "patient"), f"{claim_id}-1", "system"
        )
        assert ended is DenialOutcome.PATIENT_DUE
    assert balances(db) == {LedgerAccount.CHARGES: -CHARGE, LedgerAccount.AR_PATIENT: CHARGE}
    with db.write() as tx:
        assert [m.kind for m in inbox.take(tx, "account/A000001")] == ["balance_due"]
        assert claims.load(tx, claim_id).stage is ClaimStage.PATIENT_DUE
        rung = {ring.workflow_id for ring in outbox.take(tx, 10, AT)}
    assert rung == {"account/A000001", subjects.claim(claim_id)}, "the claim is told that it was moved"


def test_without_another_coverage_there_is_no_next_payer(db: Database) -> None:
    claim_id, activities = denied(db, CO_109=CHARGE)
    first = denial_act(claim_id, "next")
    assert activities.send_denial_to_next_payer(first, f"{claim_id}-1", "system") == (False, None)
    with_two, activities = denied(db, 2, payers=2, CO_109=CHARGE)
    sent, position = activities.send_denial_to_next_payer(
        denial_act(with_two, "next"), f"{with_two}-1", "system"
    )
    assert (sent, position) == (True, None)
    with db.read() as tx:
        assert claims.load(tx, with_two).stage is ClaimStage.NEXT_PAYER
        assert denials.load(tx, f"{with_two}-1").outcome is DenialOutcome.NEXT_PAYER


def test_an_appeal_is_kept_changed_and_found(db: Database) -> None:
    claim_id, _ = denied(db, CO_50=CHARGE)
    row = appeal_row(claim_id)
    with db.write() as tx:
        assert appeals.insert(tx, row)
        assert not appeals.insert(tx, row)
        two = (ExhibitRow("A", "claim summary", "a" * 64), ExhibitRow("B", "remittance excerpt", "b" * 64))
        appeals.put_exhibits(tx, row.appeal_id, two)
        appeals.put_exhibits(tx, row.appeal_id, two[:1])
        appeals.end(tx, row.appeal_id, AppealOutcome.UPHELD, "50", AT)
    with db.read() as tx:
        decided = replace(
            row,
            outcome=AppealOutcome.UPHELD,
            outcome_reason="50",
            state=AppealState.DECIDED,
            decided_at=AT,
        )
        assert appeals.load(tx, row.appeal_id) == decided
        assert appeals.of_denial(tx, row.denial_id) == appeals.of_claim(tx, claim_id) == (decided,)
        assert appeals.find(tx, state=AppealState.DECIDED) == (decided,)
        assert appeals.find(tx, state=AppealState.FILED) == ()
        assert appeals.exhibits_of(tx, row.appeal_id) == two[:1]
        with pytest.raises(NoSuchAppeal, match="no appeal X"):
            appeals.load(tx, "X")


def test_a_denial_without_a_remittance_is_a_persons(db: Database) -> None:
    with db.write() as tx:
        claim_id = charge(tx, claim_facts(1))
    denial_id = f"{claim_id}-1"
    plan, position = DenialActivities(db).classify_denial(
        denial_act(claim_id, "classify"), claim_id, denial_id, "R999999"
    )
    assert (plan.route, plan.value_cents, plan.code) == (DenialRouteKind.PERSON, CHARGE, "")
    assert position is not None
    assert [clock.name for clock in position.clocks] == [ClockName.DENIAL_WORK, ClockName.CORRECTED_CLAIM]
    assert plan.work_by == position.clocks[0].due_at
    with db.read() as tx:
        clocks = deadlines.about(tx, subjects.claim(claim_id))
        assert {clock.subject for clock in clocks} == {subjects.denial(denial_id)}


def states(db: Database, claim_id: str) -> dict[str, list[DeadlineState]]:
    with db.read() as tx:
        found: dict[str, list[DeadlineState]] = {}
        for clock in deadlines.of_subject(tx, subjects.denial(f"{claim_id}-1")):
            found.setdefault(clock.name, []).append(clock.state)
        return found


def test_a_turn_ends_the_clocks_of_the_way_before_and_arms_its_own(db: Database) -> None:
    claim_id, activities = denied(db, CO_16=CHARGE)
    denial_id = f"{claim_id}-1"
    turn = denial_act(claim_id, "turn", AT + timedelta(days=1))
    due_at, _ = activities.reroute_denial(turn, denial_id, DenialRouteKind.WRITE_OFF_REQUEST)
    assert due_at == turn.at + timedelta(days=5)
    assert states(db, claim_id) == {
        "corrected claim": [DeadlineState.CANCELLED],
        "denial work": [DeadlineState.MET, DeadlineState.ARMED],
    }
    hold = denial_act(claim_id, "hold", AT + timedelta(days=2))
    activities.hold_write_off(hold, denial_id, TaskDecision("hold", "mia"))
    again = denial_act(claim_id, "again", hold.at + timedelta(days=30, minutes=1))
    activities.reroute_denial(again, denial_id, DenialRouteKind.PERSON)
    assert states(db, claim_id) == {
        "corrected claim": [DeadlineState.CANCELLED, DeadlineState.ARMED],
        "denial work": [DeadlineState.MET, DeadlineState.MET, DeadlineState.ARMED],
        "write-off hold": [DeadlineState.MET],
    }


def test_a_clock_that_passed_is_missed_once_and_the_claims_story_says_so(db: Database) -> None:
    claim_id, _ = denied(db, CO_16=CHARGE)
    doors = ClockActivities(db)
    early = denial_act(claim_id, "early")
    assert not doors.miss_clock(early, ClockName.CORRECTED_CLAIM)[0], "its day has not come"
    with db.read() as tx:
        last = denials.load(tx, f"{claim_id}-1").correct_by
    for number in range(2):
        late = denial_act(claim_id, f"late{number}", closing_time(last))
        missed, position = doors.miss_clock(late, ClockName.CORRECTED_CLAIM)
        assert missed is (number == 0)
        assert position is not None
        assert ClockName.CORRECTED_CLAIM not in {clock.name for clock in position.clocks}
    with db.read() as tx:
        told = [one.outcome for one in decisions.of_subject(tx, subjects.claim(claim_id))]
    assert told.count("clock_missed") == 1


def test_a_denial_is_found_again_where_it_stands(db: Database) -> None:
    claim_id, activities = denied(db, CO_50=CHARGE)
    denial_id = f"{claim_id}-1"

    def found(name: str) -> DenialFound:
        return activities.locate_denial(denial_act(claim_id, name, AT + timedelta(days=9)), denial_id)[0]

    assert activities.locate_denial(denial_act("C9", "locate"), "C9-1") == (DenialFound(), Position())
    before = found("planned")
    assert before.plan is not None
    assert (before.plan.route, before.appeal, before.outcome) == (DenialRouteKind.APPEAL, None, None)
    with db.write() as tx:
        appeals.insert(tx, appeal_row(claim_id))
    under_way = found("opened").appeal
    assert under_way is not None
    assert (under_way.appeal_id, under_way.level) == (f"{claim_id}-1-1", 1)
    with db.write() as tx:
        appeals.end(tx, under_way.appeal_id, AppealOutcome.NOT_FILED, "", AT + timedelta(days=1))
    given_up = found("given up")
    assert given_up.plan is not None
    assert given_up.plan.route is DenialRouteKind.WRITE_OFF_REQUEST
    assert states(db, claim_id)["denial work"] == [DeadlineState.ARMED]
    with db.write() as tx:
        appeals.end(tx, under_way.appeal_id, AppealOutcome.OVERTURNED, "", AT + timedelta(days=2))
    assert found("won").outcome is DenialOutcome.OVERTURNED


def test_what_was_asked_goes_on_and_what_was_answered_counts_until_it_was_acted_upon(db: Database) -> None:
    claim_id, activities = denied(db, CO_16=CHARGE)
    denial_id, subject = f"{claim_id}-1", subjects.claim(claim_id)
    asked = TaskRequest(f"{denial_id}-fix_denial-1", TaskKind.FIX_DENIAL, subject, "CO-16", AT, 5)
    others = TaskRequest(f"{denial_id}-1-mend_appeal-1", TaskKind.MEND_APPEAL, subject, "held", AT)
    with db.write() as tx:
        tasks.open_(tx, asked, AT)
        tasks.open_(tx, others, AT)
    found, _ = activities.locate_denial(denial_act(claim_id, "open"), denial_id)
    assert found.questions == (Question(asked),), "the appeal's task is the appeal's"
    answer = TaskDecision("corrected", "bo", "K000001", "done")
    with db.write() as tx:
        tasks.close(tx, asked.task_id, answer, AT + timedelta(hours=1))
    found, _ = activities.locate_denial(denial_act(claim_id, "answered"), denial_id)
    assert (found.questions, found.actor) == ((Question(asked, answer),), "bo")
    turn = denial_act(claim_id, "turn", AT + timedelta(hours=2))
    activities.reroute_denial(turn, denial_id, DenialRouteKind.BILL_PATIENT)
    found, _ = activities.locate_denial(denial_act(claim_id, "turned"), denial_id)
    assert (found.questions, found.actor) == ((), "bo")


def test_a_letter_in_the_drop_is_ours_alone_and_named_for_nobody(db: Database, tmp_path: Path) -> None:
    with db.write() as tx:
        document_id = documents.store(tx, "letter", b"%PDF", "test", AT, "application/pdf")
        room = Mailroom(db, tmp_path / "mail")
        path = room.post(tx, document_id, "appeal-C000001-1-1", AT)
        assert room.post(tx, document_id, "appeal-C000001-1-1", AT) == path
    assert path.name == "appeal-C000001-1-1.pdf"
    assert path.read_bytes() == b"%PDF"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]
