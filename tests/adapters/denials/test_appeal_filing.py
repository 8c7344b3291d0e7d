"""A packet on its way out, on both databases: written, delivered, filed once, and found again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from activities.appeal import AppealActivities
from activities.appeal_filing import AppealFilingActivities, AppealLetterActivities
from activities.denial import DenialActivities
from revcycle.db import decisions
from revcycle.db.claims import claims
from revcycle.db.denials import appeals
from revcycle.db.engine import Database
from revcycle.db.practice import practices
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.denials.appeal import AppealKind, AppealOutcome, AppealState, AppealStep
from revcycle.domain.denials.progress import AppealDelivered, AppealFound
from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.domain.work import subjects
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.position import Position
from revcycle.domain.work.task import TaskDecision
from revcycle.sandbox.practice.profile import PRACTICE
from tests.support.databases import BOTH, database
from tests.support.denials.appeals import appeal_act, denial_act
from tests.support.denials.denial_desk import PlayedPayer
from tests.support.exchange.switchboards import with_one
from tests.support.remittances.remittance_book import AT, charge, claim_facts, payment, post, remittance

CHARGE = 10_000
SENT, UNKNOWN = DeliveryOutcome.SENT, DeliveryOutcome.UNKNOWN


@pytest.fixture(params=BOTH)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request, tmp_path) as opened:
        with opened.write() as tx:
            practices.save(tx, PRACTICE)
        yield opened


def opened(db: Database) -> tuple[str, str]:
    """A denied claim whose first level is open: its id and the level's."""
    facts = claim_facts(1)
    with db.write() as tx:
        claim_id = charge(tx, facts)
    remittance_id = post(db, remittance("T1", payment(facts, "4", CO_50=CHARGE)))
    classify = denial_act(claim_id, "classify")
    DenialActivities(db).classify_denial(classify, claim_id, f"{claim_id}-1", remittance_id)
    with db.write() as tx:
        claims.move(tx, classify, claim_id, ClaimStage.DENIED)
    door = AppealActivities(db)
    appeal_id, position = door.open_appeal(
        appeal_act(claim_id, "open"), f"{claim_id}-1", 1, AppealKind.APPEAL
    )
    assert names(position) == [ClockName.APPEAL_FILING]
    return claim_id, appeal_id


def names(position: Position | None) -> list[ClockName]:
    assert position is not None
    return [clock.name for clock in position.clocks]


def found(db: Database, claim_id: str, name: str) -> AppealFound:
    return AppealActivities(db).locate_appeal(appeal_act(claim_id, name), f"{claim_id}-1-1")[0]


async def test_a_packet_is_filed_once_whatever_is_delivered(db: Database, tmp_path: Path) -> None:
    claim_id, appeal_id = opened(db)
    assert AppealLetterActivities(db).write_appeal(appeal_act(claim_id, "write"), appeal_id)[0]
    check, _ = AppealActivities(db).check_appeal(appeal_act(claim_id, "check"), appeal_id, False)
    assert check.ready
    payer = PlayedPayer(deliveries=[UNKNOWN, UNKNOWN])
    door = AppealFilingActivities(db, with_one(payer), tmp_path / "mail")

    first = await door.deliver_appeal(appeal_act(claim_id, "deliver1"), appeal_id, True)
    assert (first[0].outcome, names(first[1])) == (
        UNKNOWN,
        [ClockName.APPEAL_RESEND, ClockName.APPEAL_FILING],
    )
    last = await door.deliver_appeal(
        appeal_act(claim_id, "deliver2", AT + timedelta(hours=5)), appeal_id, False
    )
    assert (last[0].outcome, names(last[1])) == (UNKNOWN, [ClockName.APPEAL_FILING])

    sending = appeal_act(claim_id, "deliver3", AT + timedelta(hours=9))
    for _ in range(2):
        sent = await door.deliver_appeal(sending, appeal_id, True)
        assert (sent[0].outcome, names(sent[1])) == (SENT, [ClockName.APPEAL_DECISION])
    later = appeal_act(claim_id, "deliver in another life", AT + timedelta(days=1))
    again = await door.deliver_appeal(later, appeal_id, True)
    assert (again[0], names(again[1])) == (
        AppealDelivered(SENT, "filed before"),
        [ClockName.APPEAL_DECISION],
    )
    assert {filing.appeal_key for filing, _ in payer.filed} == {appeal_id}
    assert len(payer.filed) == 3, "what was filed goes out no more"
    with db.read() as tx:
        row = appeals.load(tx, appeal_id)
        assert (row.state, row.filed_at, row.receipt) == (AppealState.FILED, sending.at, "receipt-1")
        assert claims.load(tx, claim_id).stage is ClaimStage.APPEALED
        told = [one.outcome for one in decisions.of_subject(tx, subjects.claim(claim_id))]
    assert told.count("filed") == 1
    rewrite = appeal_act(claim_id, "write in another life", later.at)
    assert AppealLetterActivities(db).write_appeal(rewrite, appeal_id)[0] == row.packet_document_id


def test_a_letter_that_cannot_be_written_says_why_and_replaces_nothing_filed(db: Database) -> None:
    claim_id, appeal_id = opened(db)
    with db.write() as tx:
        tx.connection.execute(delete(practices.practices))
    letters = AppealLetterActivities(db)
    assert letters.write_appeal(appeal_act(claim_id, "write1"), appeal_id) == ("", None)
    check, _ = AppealActivities(db).check_appeal(appeal_act(claim_id, "check"), appeal_id, False)
    assert not check.ready
    assert "has no profile" in check.reason
    assert "missing from the packet" not in check.reason
    with db.write() as tx:
        practices.save(tx, PRACTICE)
    document_id, _ = letters.write_appeal(appeal_act(claim_id, "write2"), appeal_id)
    with db.read() as tx:
        row = appeals.load(tx, appeal_id)
        assert (row.packet_document_id, row.problem) == (document_id, "")
        assert [one.kind for one in appeals.exhibits_of(tx, appeal_id)] == [
            "claim summary",
            "remittance excerpt",
        ]


def test_a_level_is_found_again_where_it_stands(db: Database) -> None:
    claim_id, appeal_id = opened(db)
    assert found(db, "C9", "locate") == AppealFound(None, None, ())
    assert found(db, claim_id, "preparing").step is AppealStep.PREPARE
    with db.write() as tx:
        appeals.ready(tx, appeal_id)
    assert found(db, claim_id, "ready").step is AppealStep.PREPARE
    with db.write() as tx:
        appeals.file(tx, appeal_id, "receipt", AT + timedelta(days=44), AT)
    assert found(db, claim_id, "filed").step is AppealStep.AWAIT_DECISION
    said = TaskDecision("upheld", "bo", reason="by telephone")
    ended, position = AppealActivities(db).end_appeal(
        appeal_act(claim_id, "end"), appeal_id, AppealOutcome.UPHELD, said
    )
    assert (ended, names(position)) == (AppealOutcome.UPHELD, [])
    assert found(db, claim_id, "decided").outcome is AppealOutcome.UPHELD
    with db.write() as tx:
        appeals.end(tx, appeal_id, AppealOutcome.NOT_FILED, "", AT)
    assert found(db, claim_id, "not filed") == AppealFound(None, None, ())
