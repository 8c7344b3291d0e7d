"""A correction changes the claim whole: plain columns, filing clock, books, and what the payer is asked again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from activities.correction import CorrectionActivities
from revcycle.db import decisions, ledger
from revcycle.db.claims import claims, corrections
from revcycle.db.engine import Database
from revcycle.db.work import clocks, deadlines
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.progress import Corrected
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.position import Position
from revcycle.effects.claims.payer_clocks import end_of, policy_of
from revcycle.rules.claims.timely_filing import filing_deadline
from tests.support.databases import BOTH, database
from tests.support.remittances.remittance_book import AT, act, charge, claim_facts, payment, post, remittance

CLAIM_ID = "C000001"
SUBJECT = subjects.claim(CLAIM_ID)


@pytest.fixture(params=BOTH)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """One claim of two coverages, its filing clock armed, scrubbed in vain."""
    with database(request, tmp_path) as opened:
        with opened.write() as tx:
            charge(tx, claim_facts(1, payers=2))
            row = claims.load(tx, CLAIM_ID)
            last_day = filing_deadline(policy_of(tx, row), row.service_date)
            clocks.arm(tx, act(CLAIM_ID), ClockName.TIMELY_FILING, end_of(last_day))
            claims.move(tx, act(CLAIM_ID), CLAIM_ID, ClaimStage.SCRUB_FAILED)
        yield opened


def correct(
    db: Database, changes: dict[str, str], by: Act | None = None
) -> tuple[Corrected, Position | None]:
    with db.write() as tx:
        order = corrections.propose(tx, CLAIM_ID, changes, "as the card says", "bo", AT)
    return CorrectionActivities(db).apply_correction(by or act(CLAIM_ID, "correct"), CLAIM_ID, order)


def test_a_new_member_id_finds_the_claim_and_the_payer_is_asked_again(db: Database) -> None:
    corrected, position = correct(db, {"coverages[0].member_id": "NEW1"})
    assert corrected == Corrected(2, verify=True)
    assert position is not None
    assert position.stage == ClaimStage.READY_TO_BILL
    with db.read() as tx:
        assert [row.claim_id for row in claims.find(tx, member_id="NEW1")] == [CLAIM_ID]
        assert claims.find(tx, member_id="M0001P") == ()
        assert claims.differences(tx, claims.load(tx, CLAIM_ID)) == ()
        (made,) = decisions.of_subject(tx, SUBJECT)
        assert (made.outcome, made.actor) == ("corrected", "bo")
        assert "asked about the coverage again" in made.reason
        assert "NEW1" not in made.reason


def test_a_new_name_finds_the_claim(db: Database) -> None:
    correct(db, {"patient.last_name": "ROE"})
    with db.read() as tx:
        assert [row.claim_id for row in claims.find(tx, patient_name="ROE,JAN1")] == [CLAIM_ID]
        assert claims.find(tx, patient_name="DOE,JAN1") == ()


def test_a_new_date_of_service_moves_the_filing_clock_and_says_so(db: Database) -> None:
    with db.read() as tx:
        before = claims.load(tx, CLAIM_ID).service_date
        (held,) = clocks.armed(tx, SUBJECT)
    later = before + timedelta(10)
    corrected, position = correct(db, {"lines[0].service_date": later.isoformat()})
    assert not corrected.verify
    assert position is not None
    assert [one.due_at for one in position.clocks] == [held.due_at + timedelta(10)]
    with db.read() as tx:
        assert claims.load(tx, CLAIM_ID).service_date == later
        states = [one.state for one in deadlines.of_subject(tx, SUBJECT)]
        assert states == [DeadlineState.CANCELLED, DeadlineState.ARMED]
        assert "filing_limit_moved" in [one.outcome for one in decisions.of_subject(tx, SUBJECT)]


def test_a_missed_clock_is_armed_anew_when_the_date_was_wrong(db: Database) -> None:
    with db.write() as tx:
        clocks.miss(tx, act(CLAIM_ID), ClockName.TIMELY_FILING)
        later = claims.load(tx, CLAIM_ID).service_date + timedelta(10)
    correct(db, {"lines[0].service_date": later.isoformat()})
    with db.read() as tx:
        states = [one.state for one in deadlines.of_subject(tx, SUBJECT)]
    assert states == [DeadlineState.MISSED, DeadlineState.ARMED]


def test_what_moves_no_date_leaves_the_clock(db: Database) -> None:
    corrected, _ = correct(db, {"place_of_service": "22"})
    assert corrected == Corrected(2, verify=False)
    with db.read() as tx:
        assert claims.load(tx, CLAIM_ID).stage is ClaimStage.SCRUB_FAILED
        assert [one.state for one in deadlines.of_subject(tx, SUBJECT)] == [DeadlineState.ARMED]


def test_another_payer_gets_a_claim_it_has_never_seen(db: Database) -> None:
    """It goes as an original, without the first payer's number, and its own limit counts."""
    post(db, remittance("T1", payment(claim_facts(1, payers=2), CO_45=3_000)))
    with db.write() as tx:
        claims.note_payer_number(tx, act(CLAIM_ID), CLAIM_ID, "ICN1")
        clocks.meet(tx, act(CLAIM_ID), ClockName.TIMELY_FILING)
    correct(db, {"coverages[0].payer_id": "PAY09"})
    with db.read() as tx:
        row, claim = claims.load(tx, CLAIM_ID), claims.facts(tx, CLAIM_ID)
        assert (row.payer_id, row.payer_claim_control_number) == ("PAY09", "")
        assert (claim.claim_frequency, claim.payer_claim_control_number) == ("1", "")
        assert claims.differences(tx, row) == ()
        assert [one.name for one in clocks.armed(tx, SUBJECT)] == [ClockName.TIMELY_FILING]


def test_the_same_payer_gets_a_replacement(db: Database) -> None:
    post(db, remittance("T1", payment(claim_facts(1, payers=2), CO_16=10_000)))
    with db.write() as tx:
        claims.note_payer_number(tx, act(CLAIM_ID), CLAIM_ID, "ICN1")
    correct(db, {"place_of_service": "22"})
    with db.read() as tx:
        claim = claims.facts(tx, CLAIM_ID)
    assert (claim.claim_frequency, claim.payer_claim_control_number) == ("7", "ICN1")


def test_a_new_charge_is_booked_once(db: Database) -> None:
    changes = {"lines[0].charge_cents": "120.00"}
    with db.write() as tx:
        order = corrections.propose(tx, CLAIM_ID, changes, "", "bo", AT)
    for _ in range(2):
        CorrectionActivities(db).apply_correction(act(CLAIM_ID, "correct"), CLAIM_ID, order)
    with db.read() as tx:
        row = claims.load(tx, CLAIM_ID)
        assert (row.charge_cents, row.version) == (12_000, 2)
        assert ledger.claim_balance(tx, CLAIM_ID).insurance_cents == 12_000


def test_the_clock_is_the_claims_own(db: Database) -> None:
    """A denial corrects the claim, but the claim's process holds the clock and follows at its next release."""
    with db.read() as tx:
        later = claims.load(tx, CLAIM_ID).service_date + timedelta(10)
        (before,) = clocks.armed(tx, SUBJECT)
    denial = Act("denial:1", subjects.denial(f"{CLAIM_ID}-1"), AT)
    _, position = correct(db, {"lines[0].service_date": later.isoformat()}, denial)
    assert position is None
    with db.read() as tx:
        assert clocks.armed(tx, SUBJECT) == (before,)


def test_columns_follow_who_is_asked_and_a_stray_column_is_found(db: Database) -> None:
    with db.write() as tx:
        claims.ask_payer(tx, act(CLAIM_ID), CLAIM_ID, Responsibility.SECONDARY)
        row = claims.load(tx, CLAIM_ID)
        assert (row.payer_id, row.responsibility) == ("PAY02", Responsibility.SECONDARY)
        assert claims.differences(tx, row) == ()
        table = claims.claims
        tx.connection.execute(table.update().values(service_date=AT.date(), payer_id="PAY03"))
        assert set(claims.differences(tx, claims.load(tx, CLAIM_ID))) == {"service_date", "payer_id"}
