"""Claims of every kind come in from one file each, pass the edits of their kind, and go out as files of their own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.release import ReleaseActivities
from activities.submission import SubmissionActivities
from revcycle.db.claims import claims
from revcycle.db.engine import Database
from revcycle.db.exchange import submissions
from revcycle.db.mail import documents
from revcycle.db.practice import practices
from revcycle.domain.claims.claim import ClaimKind
from revcycle.domain.claims.dental import DentalClaim
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.domain.work.clocks import ClockName
from revcycle.edi.claim_837.x12_837 import ClaimToSend, read_claims, write_claims
from revcycle.edi.wire.elements import NOT_STATED
from revcycle.edi.wire.envelope import Envelope, Party, sniff
from revcycle.effects.claims.intake import CONNECTION, import_837
from revcycle.payers.clearinghouse import Clearinghouse
from revcycle.rules.claims.edits.scrubbing import scrub
from revcycle.sandbox.practice.profile import PRACTICE
from revcycle.sandbox.practice.synthetic import generate
from tests.support.edi import dental_facts, institutional_facts
from tests.support.exchange.switchboards import with_one
from tests.support.remittances.remittance_book import act, open_book

AT = datetime(2026, 11, 20, 14, tzinfo=UTC)
KINDS = tuple(ClaimKind)


def realistic(kind: ClaimKind, count: int) -> list[ClaimToSend]:
    if kind is ClaimKind.PROFESSIONAL:
        return [ClaimToSend(claim, Responsibility.PRIMARY) for claim in generate(3, count, AT.date()).claims]
    facts = institutional_facts if kind is ClaimKind.INSTITUTIONAL else dental_facts
    return list(facts.realistic(count))


def a_file(kind: ClaimKind, count: int = 3) -> bytes:
    claims_to_send = [
        replace(
            one, claim=replace(one.claim, patient_control_number=f"X{kind[-1]}{n}", delay_reason_code="11")
        )
        for n, one in enumerate(realistic(kind, count))
    ]
    envelope, submitter = (
        Envelope("PRACTICE", "REVCYCLE", 1, AT),
        Party("A PRACTICE", "PRACTICE", "BILLING", "5550100"),
    )
    return write_claims(envelope, submitter, Party("REVCYCLE", "REVCYCLE"), claims_to_send)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = open_book(f"sqlite:///{tmp_path / 'book.db'}")
    with opened.write() as tx:
        practices.save(tx, PRACTICE)
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", KINDS)
def test_claims_of_every_kind_are_taken_in_and_pass_their_edits(db: Database, kind: ClaimKind) -> None:
    report = import_837(db, a_file(kind), "test", AT, "biller")
    assert (len(report.accepted), report.quarantined) == (3, ())
    with db.read() as tx:
        for claim_id in report.accepted:
            claim = claims.facts(tx, claim_id)
            assert claim.kind is kind
            assert scrub(claim, AT.date()) == ()


def test_a_batch_holds_claims_of_one_kind_and_the_others_follow(db: Database) -> None:
    for kind in KINDS:
        import_837(db, a_file(kind), "test", AT, "biller")
    switchboard = with_one(Clearinghouse("https://payer.test", "token"))
    release = ReleaseActivities(db, switchboard)
    with db.read() as tx:
        ids = [row.claim_id for row in claims.find(tx, limit=100)]
    for claim_id in ids:
        released, _ = release.release_claim(act(claim_id, at=AT), claim_id)
        assert released.clean
    sender = SubmissionActivities(db, switchboard)
    sent = []
    for n in range(3):
        prepared, _ = sender.prepare_batch(Act(f"batch {n}", subjects.submission(CONNECTION), AT), CONNECTION)
        with db.read() as tx:
            content = documents.content(tx, submissions.load_batch(tx, prepared.batch_id).document_id)
        file = read_claims(content)
        assert {read.claim.kind.value for read in file.claims} == {sniff(content)}
        sent.append((sniff(content), len(file.claims), file.quarantined))
    assert sorted(sent) == [("837D", 3, ()), ("837I", 3, ()), ("837P", 3, ())]
    last, position = sender.prepare_batch(Act("batch 9", subjects.submission(CONNECTION), AT), CONNECTION)
    assert last.batch_id == ""
    assert position is not None
    assert [clock.name for clock in position.clocks] == [ClockName.QUEUE_LOOK]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"stay": None}, "stay"),
        ({"diagnosis_codes": ()}, "diagnosis_count"),
    ],
)
def test_an_institutional_claim_is_held_by_its_own_edits(changed: dict[str, object], code: str) -> None:
    claim = next(iter(institutional_facts.realistic(1))).claim
    assert code in {found.code for found in scrub(replace(claim, **changed), AT.date())}  # type: ignore[arg-type]  # fields by name


def test_a_dental_claim_is_held_for_a_medical_code_or_a_tooth_nobody_has() -> None:
    claim = next(iter(dental_facts.realistic(1))).claim
    wrong = replace(claim, lines=(replace(claim.lines[0], procedure_code="99213"),))
    assert "procedure_code" in {found.code for found in scrub(wrong, AT.date())}


def test_a_predetermination_is_put_aside_as_no_claim(db: Database) -> None:
    (sent,) = realistic(ClaimKind.DENTAL, 1)
    lines = tuple(replace(line, service_date=NOT_STATED) for line in sent.claim.lines)
    asked = replace(sent, claim=replace(sent.claim, lines=lines, dental=DentalClaim(predetermination=True)))
    envelope, submitter = (
        Envelope("PRACTICE", "REVCYCLE", 1, AT),
        Party("A PRACTICE", "P1", "BILLING", "5550100"),
    )
    data = write_claims(envelope, submitter, Party("REVCYCLE", "REVCYCLE"), [asked])
    report = import_837(db, data, "test", AT, "biller")
    assert report.accepted == ()
    assert [part.findings[0].code for part in report.quarantined] == ["intake.predetermination"]
