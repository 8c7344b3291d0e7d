"""Claims and what is kept about them, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims, corrections
from revcycle.db.claims.claims import DuplicateClaim, NoSuchClaim
from revcycle.db.claims.corrections import BadCorrection, NoSuchCorrection
from revcycle.db.engine import Database
from revcycle.db.exchange import submissions
from revcycle.db.exchange.submissions import BatchRow
from revcycle.db.mail import documents, quarantine
from revcycle.db.mail.documents import NoSuchDocument
from revcycle.db.mail.quarantine import NotInQuarantine
from revcycle.db.schema import APPEND_ONLY
from revcycle.domain.claims.claim import Claim
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.decision import Decision
from revcycle.domain.finding import Finding
from revcycle.effects.claims.intake import import_837
from revcycle.sandbox.practice.batch import write_batch
from revcycle.sandbox.practice.synthetic import generate
from tests.support.databases import BOTH, database
from tests.support.remittances.remittance_book import AT, act, charge, claim_facts, payment, post, remittance


@pytest.fixture(params=BOTH)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request, tmp_path) as opened:
        yield opened


def charged(db: Database, facts: Claim) -> str:
    with db.write() as tx:
        return charge(tx, facts)


def test_a_claim_is_kept_whole_and_found_by_what_is_known_of_it(db: Database) -> None:
    first, second = claim_facts(1), claim_facts(2, payers=2)
    ids = [charged(db, first), charged(db, second)]
    assert ids == ["C000001", "C000002"]
    with db.read() as tx:
        assert claims.facts(tx, "C000002") == second
        row = claims.load(tx, "C000001")
        assert (row.stage, row.version, row.responsibility) == (
            ClaimStage.READY_TO_BILL,
            1,
            Responsibility.PRIMARY,
        )
        assert claims.by_control_number(tx, "P000002") == claims.load(tx, "C000002")
        assert claims.by_control_number(tx, "P999999") is None
        for found in (
            claims.find(tx, member_id="M0001P"),
            claims.find(tx, patient_name="DOE,JAN1"),
            claims.find(tx, limit=1),
            claims.find(tx, account_id=row.account_id),
        ):
            assert [one.claim_id for one in found] == ["C000001"]
        assert [one.claim_id for one in claims.find(tx, after="C000001")] == ["C000002"]
        assert len(claims.find(tx, payer_id="PAY01", stage=ClaimStage.READY_TO_BILL)) == 2
        assert claims.find(tx, stage=ClaimStage.CLOSED) == ()
        assert claims.count_by(tx, "payer_id") == {"PAY01": 2}


def test_every_version_stays(db: Database) -> None:
    facts = claim_facts(1)
    claim_id = charged(db, facts)
    with db.write() as tx:
        corrected = replace(facts, place_of_service="22")
        assert claims.save_version(tx, claim_id, corrected, "corrected: place_of_service", AT) == 2
    with db.read() as tx:
        assert claims.facts(tx, claim_id) == corrected
        assert claims.facts(tx, claim_id, 1) == facts
        with pytest.raises(NoSuchClaim):
            claims.facts(tx, claim_id, 3)


def test_the_same_services_twice_are_one_claim(db: Database) -> None:
    facts = claim_facts(1)
    charged(db, facts)
    with pytest.raises(DuplicateClaim) as caught:
        charged(db, replace(facts, patient_control_number="PANOTHER"))
    assert caught.value.claim_id == "C000001"
    day_after = replace(facts.lines[0], service_date=facts.lines[0].service_date.replace(day=3))
    charged(db, replace(facts, patient_control_number="PANOTHER", lines=(day_after,)))


def test_nobody_is_named_in_the_clear(db: Database) -> None:
    facts = replace(claim_facts(1), patient=replace(claim_facts(1).patient, last_name="QZXMARKER"))
    charged(db, facts)
    with db.read() as tx:
        for table in ("claims", "claim_versions", "accounts"):
            for row in tx.connection.execute(text(f"SELECT * FROM {table}")):
                told = b"|".join(
                    bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode() for one in row
                )
                assert b"QZXMARKER" not in told
                assert b"M0001P" not in told


def test_what_is_not_there_is_said(db: Database) -> None:
    with db.write() as tx:
        with pytest.raises(NoSuchClaim):
            claims.load(tx, "C999999")
        with pytest.raises(NoSuchClaim):
            claims.move(tx, act("C999999"), "C999999", ClaimStage.CLOSED)
        with pytest.raises(NoSuchCorrection):
            corrections.load(tx, "K999999")
        with pytest.raises(NoSuchDocument):
            documents.content(tx, "0" * 64)
        with pytest.raises(NoSuchDocument):
            documents.describe(tx, "0" * 64)
        with pytest.raises(NotInQuarantine):
            quarantine.raw(tx, 1)
        with pytest.raises(NotInQuarantine):
            quarantine.resolve(tx, 1)


def test_a_correction_is_checked_before_it_is_kept(db: Database) -> None:
    claim_id = charged(db, claim_facts(1))
    with db.write() as tx:
        for changes in ({}, {"nonsense": "1"}, {"place_of_service": "22", "lines[9].units": "1"}):
            with pytest.raises(BadCorrection):
                corrections.propose(tx, claim_id, changes, "because", "bo", AT)
        key = corrections.propose(tx, claim_id, {"coverages[0].member_id": "NEW1"}, "card", "bo", AT)
    with db.read() as tx:
        kept = corrections.load(tx, key)
        assert (kept.claim_id, kept.changes, kept.actor) == (
            claim_id,
            {"coverages[0].member_id": "NEW1"},
            "bo",
        )
        raw = tx.connection.execute(text("SELECT changes FROM corrections")).scalar_one()
        assert b"NEW1" not in bytes(raw)


def test_a_correction_cannot_make_two_claims_one(db: Database) -> None:
    first = claim_facts(1)
    charged(db, first)
    day_after = replace(first.lines[0], service_date=first.lines[0].service_date.replace(day=3))
    second = charged(db, replace(first, patient_control_number="PANOTHER", lines=(day_after,)))
    with db.write() as tx, pytest.raises(BadCorrection, match="same as claim C000001"):
        corrections.propose(tx, second, {"lines[0].service_date": "2026-02-02"}, "", "bo", AT)


def test_a_document_is_kept_once_and_sealed(db: Database) -> None:
    with db.write() as tx:
        first = documents.store(tx, "837P", b"ISA*secret~", "upload", AT)
        assert documents.store(tx, "837P", b"ISA*secret~", "upload again", AT) == first
        assert documents.content(tx, first) == b"ISA*secret~"
        assert documents.describe(tx, first).source == "upload"
        assert documents.exists(tx, first)
        raw = tx.connection.execute(text("SELECT content FROM documents")).scalar_one()
    assert b"secret" not in bytes(raw)


def test_quarantine_keeps_the_bytes_until_somebody_has_dealt_with_them(db: Database) -> None:
    finding = Finding("broken", "CLM02 in segment 9", "not an amount", "ask for a good copy")
    with db.write() as tx:
        number = quarantine.put(tx, "d", "837P", 9, b"CLM*X*abc~", (finding,), AT)
        (row,) = quarantine.list_(tx)
        assert (row.quarantine_id, row.position, row.findings, row.state) == (number, 9, (finding,), "open")
        assert quarantine.raw(tx, number) == b"CLM*X*abc~"
        quarantine.resolve(tx, number)
        assert quarantine.list_(tx) == ()
        assert [one.state for one in quarantine.list_(tx, open_only=False, document_id="d")] == ["resolved"]


def test_the_queue_gives_the_most_urgent_first_and_each_version_once(db: Database) -> None:
    ids = [charged(db, claim_facts(n)) for n in (1, 2, 3)]
    with db.write() as tx:
        for claim_id, day in zip(ids, (20, 10, 10), strict=True):
            submissions.queue(tx, claim_id, 1, "P", "clearinghouse", AT.date().replace(day=day), AT)
        waiting = submissions.waiting(tx, "clearinghouse", 2)
        assert [one.claim_id for one in waiting] == [ids[1], ids[2]]
        batch_id, number = submissions.open_batch(tx, "clearinghouse")
        row = BatchRow(batch_id, "clearinghouse", number, "", submissions.PREPARED, "", AT, None)
        submissions.save_batch(tx, row, waiting)
        assert [one.claim_id for one in submissions.waiting(tx, "clearinghouse", 9)] == [ids[0]]
        assert submissions.claims_of_batch(tx, batch_id) == (ids[1], ids[2])
        assert submissions.batches_of_claim(tx, ids[1]) == (row,)
        assert submissions.batch_by_control_number(tx, "clearinghouse", number) == row
        assert submissions.batch_by_control_number(tx, "another", number) is None
        submissions.set_batch_state(tx, batch_id, submissions.UNKNOWN, "", AT)
        assert submissions.unsettled(tx, "clearinghouse") == (batch_id,)
        assert submissions.unsettled(tx, "another") == ()
        submissions.set_batch_state(tx, batch_id, submissions.SENT, "R1", AT)
        assert submissions.unsettled(tx, "clearinghouse") == ()
        submissions.set_batch_state(tx, batch_id, submissions.NOT_SENT, "", AT)
        sent = submissions.load_batch(tx, batch_id)
        assert (sent.state, sent.receipt, sent.sent_at) == ("sent", "R1", AT)
        again, number = submissions.open_batch(tx, "clearinghouse")
        second = BatchRow(again, "clearinghouse", number, "", submissions.PREPARED, "", AT, None)
        submissions.save_batch(tx, second, submissions.waiting(tx, "clearinghouse", 9))
        assert submissions.unsettled(tx, "clearinghouse") == (again,), "written, and nobody has sent it"
        submissions.set_batch_state(tx, again, submissions.NOT_SENT, "", AT)
        assert submissions.unsettled(tx, "clearinghouse") == (again,), "proved not sent: it goes again"
        submissions.put_back(tx, again)
        assert submissions.unsettled(tx, "clearinghouse") == (), "its claims are on the queue"
    with pytest.raises(IntegrityError), db.write() as tx:
        submissions.queue(tx, ids[0], 1, "P", "clearinghouse", AT.date(), AT)


def test_a_decision_is_recorded_once(db: Database) -> None:
    made = Decision("k1", "claim/C000001", "r@1", "done", "Because.", "system", AT, AT, facts={"a": "1"})
    with db.write() as tx:
        decisions.record(tx, made)
    with pytest.raises(IntegrityError), db.write() as tx:
        decisions.record(tx, made)
    with db.read() as tx:
        assert decisions.of_subject(tx, "claim/C000001") == (made,)
        assert decisions.of_subject(tx, "claim/C000001", known_at=AT.replace(year=2025)) == ()


def guards(db: Database) -> set[str]:
    with db.read() as tx:
        if tx.connection.dialect.name == "sqlite":
            found = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            names = set(tx.connection.execute(text(found)).scalars())
            return {name.removesuffix("_no_update") for name in names if name.endswith("_no_update")} & {
                name.removesuffix("_no_delete") for name in names if name.endswith("_no_delete")
            }
        found = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        return {name.removesuffix("_append_only") for name in tx.connection.execute(text(found)).scalars()}


def test_history_can_be_neither_changed_nor_deleted(db: Database) -> None:
    practice = generate(3, 2, AT.date())
    import_837(db, write_batch(practice, AT), "upload", AT, "bo")
    facts = claim_facts(9)
    claim_id = charged(db, facts)
    post(db, remittance("T1", payment(facts, CO_45=1_000)))
    with db.write() as tx:
        corrections.propose(tx, claim_id, {"place_of_service": "22"}, "because", "bo", AT)
    assert guards(db) == set(APPEND_ONLY)
    tried = 0
    for table in APPEND_ONLY:
        with db.read() as tx:
            columns = tx.connection.execute(text(f"SELECT * FROM {table} LIMIT 1"))
            column = next(iter(columns.keys()))
            filled = columns.first() is not None
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            if filled:
                with pytest.raises(DBAPIError, match="append-only"), db.write() as tx:
                    tx.connection.execute(text(statement))
                tried += 1
    assert tried >= 12
    with db.read() as tx:
        assert sum(ledger.trial_balance(tx).values()) == 0
