"""A claim that comes to us second in line: who is asked and what the payer before paid are kept, booked and sent on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.release import ReleaseActivities
from activities.submission import SubmissionActivities
from revcycle.db import ledger
from revcycle.db.claims import claims
from revcycle.db.engine import Database
from revcycle.db.exchange import submissions
from revcycle.db.mail import documents
from revcycle.db.practice import practices
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.work import subjects
from revcycle.domain.work.act import Act
from revcycle.edi.claim_837.x12_837 import read_claims
from revcycle.effects.claims.intake import CONNECTION, import_837
from revcycle.payers.clearinghouse import Clearinghouse
from revcycle.reports.endings import endings
from revcycle.reports.invariants import check_book
from revcycle.sandbox.practice.profile import PRACTICE
from tests.support.databases import BOTH, database
from tests.support.exchange.switchboards import with_one
from tests.support.remittances.remittance_book import AT, act

SAMPLE = (Path(__file__).parents[2] / "samples" / "edi" / "837p_second_in_line.x12").read_bytes()
CLAIM_ID = "C000001"


@pytest.fixture(params=BOTH)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request, tmp_path) as opened:
        with opened.write() as tx:
            practices.save(tx, PRACTICE)
        yield opened


def test_it_is_asked_of_the_secondary_for_what_the_primary_left(db: Database) -> None:
    report = import_837(db, SAMPLE, "upload", AT, "bo")
    assert (report.accepted, report.quarantined) == ((CLAIM_ID,), ())
    with db.read() as tx:
        row, claim = claims.load(tx, CLAIM_ID), claims.facts(tx, CLAIM_ID)
        assert (row.payer_id, row.responsibility) == ("PAYER2", Responsibility.SECONDARY)
        assert claims.differences(tx, row) == ()
        assert [one.claim_id for one in claims.find(tx, member_id="SECOND22")] == [CLAIM_ID]
        (prior,) = claim.prior_payments
        assert (prior.responsibility, prior.payment.payment_cents) == (Responsibility.PRIMARY, 9_000)
        assert prior.payment.payer_claim_control_number == "PRIOR77"
        trial = {account: cents for account, cents in ledger.trial_balance(tx).items() if cents}
        assert trial == {
            LedgerAccount.AR_INSURANCE: 2_000,
            LedgerAccount.PRIOR_PAYMENT: 9_000,
            LedgerAccount.CONTRACTUAL_ADJUSTMENT: 4_000,
            LedgerAccount.CHARGES: -15_000,
        }
        assert check_book(tx) == ()
        (open_row,) = endings(tx).rows
        assert (open_row.payer_cents, open_row.contractual_cents, open_row.open_cents) == (
            9_000,
            4_000,
            2_000,
        )


def test_it_goes_out_as_it_came(db: Database) -> None:
    import_837(db, SAMPLE, "upload", AT, "bo")
    switchboard = with_one(Clearinghouse("https://payer.test", "token"))
    released, _ = ReleaseActivities(db, switchboard).release_claim(act(CLAIM_ID), CLAIM_ID)
    assert released.clean, released.reason
    queue = Act("batch", subjects.submission(CONNECTION), AT)
    prepared, _ = SubmissionActivities(db, switchboard).prepare_batch(queue, CONNECTION)
    with db.read() as tx:
        content = documents.content(tx, submissions.load_batch(tx, prepared.batch_id).document_id)
    (came,), (went,) = read_claims(SAMPLE).claims, read_claims(content).claims
    assert went.responsibility is came.responsibility is Responsibility.SECONDARY
    (before,), (after,) = came.prior_payments, went.prior_payments
    assert after.paid_on == before.paid_on
    told, kept = after.payment, before.payment
    assert (told.payment_cents, told.payer_claim_control_number) == (9_000, "PRIOR77")
    assert told.all_adjustments == kept.all_adjustments
    assert [one.payment_cents for one in told.services] == [one.payment_cents for one in kept.services]
    for segment in (b"SBR*S*18*", b"SVD*PAYER1*90*HC:99213**1~", b"CAS*CO*45*40~", b"DTP*573*D8*20260220~"):
        assert segment in content


def test_what_does_not_add_up_is_put_aside_and_named(db: Database) -> None:
    report = import_837(db, SAMPLE.replace(b"CAS*CO*45*40~", b"CAS*CO*45*30~"), "upload", AT, "bo")
    (aside,) = report.quarantined
    (finding,) = aside.findings
    assert report.accepted == ()
    assert finding.code == "intake.prior_payment"
    assert "2320 (P)" in finding.where
    assert "MARLOW" not in f"{finding.where}{finding.message}{finding.remedy}"


def test_an_unknown_place_in_line_is_kept_and_nobody_follows(db: Database) -> None:
    report = import_837(db, SAMPLE.replace(b"SBR*S*18*", b"SBR*U*18*"), "upload", AT, "bo")
    with db.read() as tx:
        assert [claims.load(tx, one).responsibility for one in report.accepted] == [Responsibility.UNKNOWN]
