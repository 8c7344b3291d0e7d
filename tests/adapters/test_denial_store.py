"""Denials and appeals kept and found, on both databases; the endings in the books."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.denial import DenialActivities
from revcycle.db import decisions
from revcycle.db.denials import appeals, denials
from revcycle.db.denials.appeals import ExhibitRow
from revcycle.db.denials.denials import NoSuchDenial
from revcycle.db.engine import Database
from revcycle.db.mail import documents
from revcycle.db.work import deadlines, inbox
from revcycle.domain.denials.appeal import AppealOutcome, AppealState
from revcycle.domain.denials.denial import DenialOutcome, DenialRouteKind, DenialState
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.work import subjects
from revcycle.domain.work.task import TaskDecision
from revcycle.effects.exchange.mailroom import Mailroom
from tests.support.appeals import appeal_row
from tests.support.remittance_book import (
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
    activities.classify_denial(claim_id, f"{claim_id}-1", remittance_id, AT)
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
    again = activities.classify_denial(claim_id, f"{claim_id}-1", row.remittance_id, AT + timedelta(1))
    assert again.value_cents == 8_000
    with db.read() as tx:
        routed = [d for d in decisions.of_subject(tx, subjects.claim(claim_id)) if d.outcome == "appeal"]
    assert len(routed) == 1
    assert "written" not in routed[0].reason


def test_the_most_to_win_comes_first_and_the_count_knows_the_ends(db: Database) -> None:
    small, _ = denied(db, 1, CO_16=CHARGE)
    large, activities = denied(db, 2, CO_50=CHARGE)
    with db.read() as tx:
        assert [d.claim_id for d in denials.find(tx, open_only=True)] == [small, large]
    activities.close_denial(f"{small}-1", DenialOutcome.CORRECTED, AT)
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
    assert activities.write_off_denial(f"{claim_id}-1", yes, AT) == CHARGE
    assert activities.write_off_denial(f"{claim_id}-1", yes, AT) == CHARGE
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
        assert activities.bill_denial_to_patient(f"{claim_id}-1", "system", AT) == CHARGE
    assert balances(db) == {LedgerAccount.CHARGES: -CHARGE, LedgerAccount.AR_PATIENT: CHARGE}
    with db.write() as tx:
        assert [m.kind for m in inbox.take(tx, "account/A000001")] == ["balance_due"]


def test_without_another_coverage_there_is_no_next_payer(db: Database) -> None:
    claim_id, activities = denied(db, CO_109=CHARGE)
    assert not activities.send_denial_to_next_payer(f"{claim_id}-1", "system", AT)
    with_two, activities = denied(db, 2, payers=2, CO_109=CHARGE)
    assert activities.send_denial_to_next_payer(f"{with_two}-1", "system", AT)


def test_an_appeal_is_kept_changed_and_found(db: Database) -> None:
    claim_id, _ = denied(db, CO_50=CHARGE)
    row = appeal_row(claim_id)
    with db.write() as tx:
        assert appeals.insert(tx, row)
        assert not appeals.insert(tx, row)
        two = (ExhibitRow("A", "claim summary", "a" * 64), ExhibitRow("B", "remittance excerpt", "b" * 64))
        appeals.put_exhibits(tx, row.appeal_id, two)
        appeals.put_exhibits(tx, row.appeal_id, two[:1])
        appeals.change(tx, row.appeal_id, outcome="upheld", state="decided", decided_at=AT)
    with db.read() as tx:
        decided = replace(row, outcome=AppealOutcome.UPHELD, state=AppealState.DECIDED, decided_at=AT)
        assert appeals.load(tx, row.appeal_id) == decided
        assert appeals.of_denial(tx, row.denial_id) == appeals.of_claim(tx, claim_id) == (decided,)
        assert appeals.find(tx, state=AppealState.DECIDED) == (decided,)
        assert appeals.find(tx, state=AppealState.FILED) == ()
        assert appeals.exhibits_of(tx, row.appeal_id) == two[:1]


def test_a_denial_without_a_remittance_is_a_persons(db: Database) -> None:
    with db.write() as tx:
        claim_id = charge(tx, claim_facts(1))
    plan = DenialActivities(db).classify_denial(claim_id, f"{claim_id}-1", "R999999", AT)
    assert (plan.route, plan.value_cents, plan.code) == (DenialRouteKind.PERSON, CHARGE, "")
    with db.read() as tx:
        assert [d.name for d in deadlines.of_subject(tx, subjects.claim(claim_id))] == ["corrected claim"]


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
