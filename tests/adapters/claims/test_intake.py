"""A claim file comes in: what is good is taken in whole, what is bad is put aside with its place, nothing stops."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims
from revcycle.db.engine import Database
from revcycle.db.mail import documents, quarantine
from revcycle.db.work import clocks, deadlines, outbox
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.work import subjects
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.starts import ClaimStart
from revcycle.effects.claims.intake import CONNECTION, ImportReport, PutAside, import_837
from revcycle.sandbox.practice.batch import write_batch
from revcycle.sandbox.practice.synthetic import generate
from tests.support.databases import BOTH, database
from tests.support.golden import identity_in
from tests.support.remittances.remittance_book import AT, open_book

SAMPLES = Path(__file__).parents[2] / "samples" / "edi"
PRACTICE = generate(3, 6, date(2026, 3, 2))
FILE = write_batch(PRACTICE, AT)


@pytest.fixture(params=BOTH)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request, tmp_path) as opened:
        yield opened


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Database]:
    """Bad input is refused before any database sees it; one is enough."""
    opened = open_book(f"sqlite:///{tmp_path / 'book.db'}")
    yield opened
    opened.close()


def take_in(db: Database, data: bytes) -> ImportReport:
    return import_837(db, data, "upload", AT, "bo")


def segment(data: bytes, position: int) -> bytes:
    return data.split(b"~")[position].strip()


def broken(pattern: bytes, replacement: bytes, data: bytes = FILE) -> bytes:
    """The file with the second match changed, so that the second claim (or line) breaks."""
    found = list(re.finditer(pattern, data))[1]
    return data[: found.start()] + found.expand(replacement) + data[found.end() :]


def in_plain_words(db: Database, report: ImportReport, aside: PutAside) -> None:
    """Each finding says where, what and what next, with nobody's identity; the bytes are kept."""
    assert aside.findings
    for one in aside.findings:
        told = f"{one.where} {one.message} {one.remedy}"
        assert one.where
        assert one.message
        assert one.remedy
        assert not [text for text in identity_in(PRACTICE.claims) if text in told]
    with db.read() as tx:
        kept = {row.quarantine_id: row for row in quarantine.list_(tx)}
        assert kept[aside.quarantine_id].document_id == report.document_id
        assert kept[aside.quarantine_id].findings == aside.findings
        assert quarantine.raw(tx, aside.quarantine_id)


def test_every_claim_is_on_the_books_with_its_clock_and_its_bell(db: Database) -> None:
    report = take_in(db, FILE)
    assert (len(report.accepted), report.quarantined, report.duplicates) == (6, (), ())
    with db.write() as tx:
        assert documents.content(tx, report.document_id) == FILE
        total = 0
        for claim_id, filed in zip(report.accepted, PRACTICE.claims, strict=True):
            row, facts = claims.load(tx, claim_id), claims.facts(tx, claim_id)
            assert (row.stage, row.connection_id) == (ClaimStage.READY_TO_BILL, CONNECTION)
            assert facts.source_control_number == filed.source_control_number
            assert re.fullmatch("P[2-9A-HJ-NP-Z]{11}", facts.patient_control_number)
            assert facts.lines[0].line_item_control_number == f"{facts.patient_control_number}-1"
            balance = ledger.claim_balance(tx, claim_id)
            assert (balance.insurance_cents, balance.patient_cents) == (filed.charge_cents, 0)
            total += filed.charge_cents
            (clock,) = deadlines.of_subject(tx, subjects.claim(claim_id))
            assert clock.name == ClockName.TIMELY_FILING
            (made,) = decisions.of_subject(tx, subjects.claim(claim_id))
            assert (made.outcome, made.actor) == ("taken_in", "bo")
            assert made.policy
        trial = ledger.trial_balance(tx)
        assert sum(trial.values()) == 0
        assert sum(abs(cents) for cents in trial.values()) == 2 * total
        rings = outbox.take(tx, 100, AT)
        held = {one: clocks.armed(tx, subjects.claim(one)) for one in report.accepted}
        assert [one.start for one in rings] == [ClaimStart(one, clocks=held[one]) for one in report.accepted]
        assert {one.attributes["ClaimStage"] for one in rings} == {"ready_to_bill"}


def test_a_person_twice_is_one_account(db: Database) -> None:
    take_in(db, write_batch(generate(4, 30, date(2026, 3, 2)), AT))
    with db.read() as tx:
        rows = claims.find(tx)
        assert 1 < len({row.account_id for row in rows}) < len(rows)


def test_the_same_file_again_changes_nothing(db: Database) -> None:
    first = take_in(db, FILE)
    again = take_in(db, FILE)
    assert (again.already_imported, again.accepted, again.document_id) == (True, (), first.document_id)
    with db.read() as tx:
        assert len(claims.find(tx)) == 6


def test_the_same_claims_in_another_file_are_named(db: Database) -> None:
    first = take_in(db, FILE)
    again = take_in(db, FILE.replace(b"*000000001*", b"*000000002*"))
    assert (again.already_imported, again.accepted) == (False, ())
    assert again.duplicates == first.accepted


@pytest.mark.parametrize(
    ("pattern", "replacement", "place"),
    [
        (rb"(CLM\*[^*]*)\*[^*]*", rb"\1*12.345", "CLM02"),
        (rb"(CLM\*[^*]*)\*[^*]*", rb"\1*1E3", "CLM02"),
        (rb"(CLM\*[^*]*)\*[^*]*", rb"\1*", "CLM02"),
        (rb"(DTP\*472\*D8\*)\d{8}", rb"\g<1>20261399", "DTP03"),
        (rb"(DTP\*472\*D8\*)\d{8}", rb"\1TODAY", "DTP03"),
        (rb"(DMG\*D8\*)\d{8}", rb"\g<1>19009999", "DMG02"),
        (rb"(SV1\*HC:[^*]*)\*[^*]*", rb"\1*abc", "SV102"),
    ],
)
def test_a_broken_amount_or_date_stops_its_claim_only(
    lite: Database, pattern: bytes, replacement: bytes, place: str
) -> None:
    data = broken(pattern, replacement)
    report = take_in(lite, data)
    assert report.quarantined
    assert len(report.accepted) + len(report.quarantined) == 6
    assert len(report.accepted) >= 4
    for aside in report.quarantined:
        in_plain_words(lite, report, aside)
    (first, *_) = report.quarantined
    assert any(place in one.where for one in first.findings), [one.where for one in first.findings]
    with lite.read() as tx:
        assert sum(ledger.trial_balance(tx).values()) == 0


def test_the_segment_named_is_the_segment_that_is_broken(lite: Database) -> None:
    data = broken(rb"(CLM\*[^*]*)\*[^*]*", rb"\1*12.345")
    (aside,) = take_in(lite, data).quarantined
    (finding,) = aside.findings
    assert finding.segment_position is not None
    number = int(re.findall(r"\d+", finding.where)[-1])
    assert segment(data, number - 1).startswith(b"CLM*") or segment(data, number).startswith(b"CLM*")


@pytest.mark.parametrize("length", [0.3, 0.6, 0.9])
def test_a_truncated_interchange_gives_its_whole_claims(lite: Database, length: float) -> None:
    data = FILE[: int(len(FILE) * length)]
    report = take_in(lite, data)
    assert report.findings or report.quarantined
    assert len(report.accepted) < 6
    for aside in report.quarantined:
        in_plain_words(lite, report, aside)
    with lite.read() as tx:
        assert documents.content(tx, report.document_id) == data


@pytest.mark.parametrize("name", ["not_x12.txt", "empty.x12", "cut_isa.x12"])
def test_what_is_no_x12_is_put_aside_whole(lite: Database, name: str) -> None:
    data = (SAMPLES / name).read_bytes()
    report = take_in(lite, data)
    (aside,) = report.quarantined
    if data:
        in_plain_words(lite, report, aside)
    assert report.accepted == ()
    assert report.findings == aside.findings
    with lite.read() as tx:
        assert quarantine.raw(tx, aside.quarantine_id) == data


@pytest.mark.parametrize("name", ["837p_broken_amount.x12", "837p_broken_date.x12", "837p_truncated.x12"])
def test_samples_of_bad_files_give_their_good_claims(lite: Database, name: str) -> None:
    report = take_in(lite, (SAMPLES / name).read_bytes())
    assert len(report.accepted) == 1
    (aside,) = report.quarantined
    in_plain_words(lite, report, aside)


def test_the_raw_bytes_of_a_bad_claim_are_its_own(lite: Database) -> None:
    data = broken(rb"(CLM\*[^*]*)\*[^*]*", rb"\1*12.345")
    report = take_in(lite, data)
    (aside,) = report.quarantined
    with lite.read() as tx:
        raw = quarantine.raw(tx, aside.quarantine_id)
    assert raw in data
    assert b"*12.345*" in raw
    assert raw.count(b"CLM*") == 1


def test_another_transaction_set_is_not_taken_for_a_claim_file(lite: Database) -> None:
    data = FILE.replace(b"ST*837*", b"ST*835*").replace(b"005010X222A1", b"005010X221A1")
    report = take_in(lite, data.replace(b"GS*HC*", b"GS*HP*"))
    assert report.accepted == ()
    assert report.findings or report.quarantined
