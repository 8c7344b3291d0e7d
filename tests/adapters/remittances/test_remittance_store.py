"""Remittances through their activities: posted once, tied to the bank, undone exactly."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.disposition import DispositionActivities
from activities.posting import PostingActivities
from activities.reassociation import ReassociationActivities
from activities.remittance import RemittanceActivities
from revcycle.db import book, decisions, ledger
from revcycle.db.claims import claims
from revcycle.db.engine import Database
from revcycle.db.mail import quarantine
from revcycle.db.remittances import deposits, remittances
from revcycle.db.work import inbox
from revcycle.domain.claims.disposition import DispositionOutcome
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.ledger import Entry, LedgerAccount, LedgerKind, LedgerTransaction
from revcycle.domain.remittances.reassociation import Reassociation
from revcycle.domain.remittances.remittance import ProviderAdjustment
from revcycle.domain.remittances.state import PaymentState, RemittanceState
from revcycle.edi.remittance_835.x12_835 import write_remittance
from revcycle.edi.wire.envelope import Envelope, Party
from revcycle.effects.remittances.remittance import intake_835
from tests.support.remittances.remittance_book import (
    AT,
    act,
    balances,
    carry,
    charge,
    claim_facts,
    open_book,
    payment,
    payment_with,
    post,
    receive,
    remittance,
    remittance_act,
    reversed_,
)


@pytest.fixture(params=["sqlite", "postgres"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    embedded = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'book.db'}" if embedded else request.getfixturevalue("fresh_postgres_url")
    db = open_book(url)
    yield db
    db.close()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_book(f"sqlite:///{tmp_path / 'book.db'}")
    yield database
    database.close()


def judge(db: Database, claim_id: str, n: int = 1) -> DispositionOutcome:
    judged, _ = DispositionActivities(db).judge_disposition(act(claim_id, f"judge:{n}"), claim_id)
    return judged.outcome


def test_a_clean_remittance_posts_rings_and_ties_to_the_bank(both: Database) -> None:
    one, two = claim_facts(1), claim_facts(2)
    with both.write() as tx:
        first, second = charge(tx, one), charge(tx, two)
        csv = b"deposit_date,amount,eft_trace_number,payer_id\n2026-03-03,140.00,T1,PAY01\n"
        intake = deposits.receive_csv(tx, csv, "document", AT)
        again = deposits.receive_csv(tx, csv, "document", AT)
    assert (len(intake.deposit_ids), again.deposit_ids, again.repeated) == (1, (), 1)
    told = remittance("T1", payment(one, CO_45=3000), payment(two, CO_45=2000, PR_1=1000))
    remittance_id = post(both, told)
    assert balances(both) == {
        LedgerAccount.CASH: 14_000,
        LedgerAccount.AR_PATIENT: 1_000,
        LedgerAccount.CONTRACTUAL_ADJUSTMENT: 5_000,
        LedgerAccount.CHARGES: -20_000,
    }
    with both.read() as tx:
        assert remittances.load(tx, remittance_id).state is RemittanceState.REASSOCIATED
        assert book.by_remittance(tx) == {remittance_id: (14_000, 14_000)}
        assert remittances.facts(tx, remittance_id).claims[1].position == 2
    assert judge(both, first) is DispositionOutcome.PAID
    assert judge(both, second) is DispositionOutcome.PATIENT_DUE
    with both.write() as tx:
        row = claims.load(tx, first)
        assert (row.stage, row.ending, row.payer_claim_control_number) == (
            ClaimStage.CLOSED,
            "paid",
            "ICNP000001",
        )
        account = f"account/{claims.load(tx, second).account_id}"
        assert [m.kind for m in inbox.take(tx, account)] == ["balance_due"]
        stories = [d.outcome for d in decisions.of_subject(tx, f"claim/{first}")]
        assert stories == ["remittance", "paid"]


def test_the_same_remittance_is_received_once(both: Database) -> None:
    told = remittance("T1", payment(claim_facts(1)))
    assert receive(both, told) == "R000001"
    assert receive(both, told) is None
    assert receive(both, replace(told, payment_cents=1)) == "R000002"


def test_a_file_is_kept_rung_and_recognised(db: Database) -> None:
    facts = claim_facts(1)
    told = remittance("T1", payment(facts, CO_45=3000))
    parties = (Party("GOOD HEALTH", "PAY01"), Party("GOOD CLINIC", "1234567893"))
    first = write_remittance(Envelope("PAY", "US", 1, AT), *parties, told)
    second = write_remittance(Envelope("PAY", "US", 2, AT), *parties, told)
    with db.write() as tx:
        intake = intake_835(tx, first, "upload", AT)
        again = intake_835(tx, second, "upload", AT)
        broken = intake_835(tx, first.replace(b"CLP*P000001*1*100*", b"CLP*P000001*1*1X0*"), "upload", AT)
        assert quarantine.list_(tx)[0].kind == "835"
    assert intake.remittance_ids == ("R000001",)
    assert (again.remittance_ids, again.repeated) == ((), 1)
    assert len(broken.quarantined) == 1


def test_one_unreadable_claim_never_stops_its_file(db: Database) -> None:
    one, two = claim_facts(1), claim_facts(2)
    with db.write() as tx:
        charge(tx, one)
        charge(tx, two)
    told = remittance("T1", payment(one, CO_45=3000), payment(two, CO_45=2000))
    parties = (Party("GOOD HEALTH", "PAY01"), Party("GOOD CLINIC", "1234567893"))
    text = write_remittance(Envelope("PAY", "US", 1, AT), *parties, told)
    broken = text.replace(b"CLP*P000001*1*100*", b"CLP*P000001*1*1X0*")
    with db.write() as tx:
        first, again = intake_835(tx, broken, "upload", AT), intake_835(tx, broken, "upload", AT)
        assert len(quarantine.list_(tx)) == 1
    assert (first.remittance_ids, again.remittance_ids, again.repeated) == (("R000001",), (), 1)
    assert first.quarantined == again.quarantined
    carry(db, "R000001")
    totals = balances(db)
    assert totals[LedgerAccount.REMITTANCE_CLEARING] == told.payment_cents == 15_000
    assert totals[LedgerAccount.SUSPENSE] == -7_000
    assert totals[LedgerAccount.AR_INSURANCE] == 10_000


def test_posting_again_changes_nothing(db: Database) -> None:
    facts = claim_facts(1)
    with db.write() as tx:
        charge(tx, facts)
    remittance_id = post(db, remittance("T1", payment(facts, CO_45=3000)))
    before = balances(db)
    assert not PostingActivities(db).post_chunk(remittance_act(remittance_id, "another key"), remittance_id)[
        0
    ]
    PostingActivities(db).post_remainder(remittance_act(remittance_id, "yet another"), remittance_id)
    assert balances(db) == before


def test_reversal_and_correction_end_in_the_right_state(db: Database) -> None:
    facts = claim_facts(1)
    first = payment(facts, CO_45=3000, PR_1=1000)
    with db.write() as tx:
        claim_id = charge(tx, facts)
    post(db, remittance("T1", first))
    assert judge(db, claim_id, 1) is DispositionOutcome.PATIENT_DUE
    with db.write() as tx:  # the patient pays before the payer changes its mind
        entries = (
            Entry(LedgerAccount.CASH, 1_000, claim_id, "A000001"),
            Entry(LedgerAccount.AR_PATIENT, -1_000, claim_id, "A000001"),
        )
        ledger.post(tx, LedgerTransaction("patient:1", LedgerKind.PATIENT_PAYMENT, entries, AT), AT)
    post(db, remittance("T2", reversed_(first), provider=(ProviderAdjustment("FB", "x", -6_000),)))
    assert judge(db, claim_id, 2) is DispositionOutcome.REVERSED
    with db.read() as tx:
        balance = ledger.claim_balance(tx, claim_id)
        assert (balance.insurance_cents, balance.patient_cents) == (10_000, -1_000)
        assert [one.stands for one in remittances.claim_payments(tx, claim_id)] == [False, False]
        assert [m.kind for m in inbox.take(tx, "account/A000001")] == ["balance_due", "balance_changed"]
    again = payment(facts, CO_45=2500, PR_1=1000)
    post(db, remittance("T3", again, provider=(ProviderAdjustment("FB", "x", 6_000),)))
    assert judge(db, claim_id, 3) is DispositionOutcome.PAID
    with db.read() as tx:
        assert claims.load(tx, claim_id).ending == "paid_by_patient"
    totals = balances(db)
    assert LedgerAccount.PROVIDER_ADJUSTMENT not in totals
    assert LedgerAccount.AR_INSURANCE not in totals
    assert totals[LedgerAccount.CONTRACTUAL_ADJUSTMENT] == 2_500


def test_reversal_and_correction_in_one_file(db: Database) -> None:
    facts = claim_facts(1)
    first = payment(facts, CO_45=3000)
    with db.write() as tx:
        claim_id = charge(tx, facts)
    post(db, remittance("T1", first))
    post(db, remittance("T2", reversed_(first), payment(facts, CO_45=2000)))
    assert judge(db, claim_id) is DispositionOutcome.PAID
    assert balances(db)[LedgerAccount.REMITTANCE_CLEARING] == 8_000


def test_an_orphan_reversal_waits_in_suspense(db: Database) -> None:
    facts = claim_facts(1)
    with db.write() as tx:
        charge(tx, facts)
    told = remittance(
        "T1", reversed_(payment(facts, CO_45=3000)), provider=(ProviderAdjustment("FB", "", -7000),)
    )
    remittance_id = post(db, told)
    assert balances(db)[LedgerAccount.SUSPENSE] == 7_000
    assert balances(db)[LedgerAccount.AR_INSURANCE] == 10_000
    with db.read() as tx:
        assert remittances.payment_row(tx, remittance_id, 1).state is PaymentState.ORPHAN


def test_an_unmatched_payment_is_placed_by_a_person(db: Database) -> None:
    facts = claim_facts(1)
    with db.write() as tx:
        claim_id = charge(tx, facts)
    lost = replace(payment(facts, CO_45=3000), patient_control_number="OLD")
    remittance_id = post(db, remittance("T1", lost))
    posting = PostingActivities(db)
    assert balances(db)[LedgerAccount.SUSPENSE] == -7_000
    for turn, (named, placed) in enumerate((("C999999", False), (claim_id, True), (claim_id, False))):
        told, _ = posting.place_payment(
            remittance_act(remittance_id, f"place {turn}"), remittance_id, 1, named
        )
        assert told is placed
    assert LedgerAccount.SUSPENSE not in balances(db)
    assert judge(db, claim_id) is DispositionOutcome.PAID


def test_a_repeated_payment_under_a_new_trace_waits_for_a_person(db: Database) -> None:
    facts = claim_facts(1)
    with db.write() as tx:
        charge(tx, facts)
    post(db, remittance("T1", payment(facts, CO_45=3000)))
    remittance_id = post(db, remittance("T2", payment(facts, CO_45=3000)))
    assert balances(db)[LedgerAccount.SUSPENSE] == -7_000
    with db.read() as tx:
        assert remittances.payment_row(tx, remittance_id, 1).state is PaymentState.REPEATED


def test_a_second_content_under_a_posted_trace_is_held(db: Database) -> None:
    facts = claim_facts(1)
    with db.write() as tx:
        charge(tx, facts)
    post(db, remittance("T1", payment(facts, CO_45=3000)))
    other = receive(db, remittance("T1", payment(facts, CO_45=2000)))
    assert other is not None
    balanced, _ = RemittanceActivities(db).balance_remittance(remittance_act(other, "k"), other)
    assert not balanced.ok
    assert "R000001" in balanced.reason


def test_a_claim_out_of_balance_posts_nothing_the_rest_does(db: Database) -> None:
    one, two = claim_facts(1), claim_facts(2)
    with db.write() as tx:
        charge(tx, one)
        charge(tx, two)
    wrong = payment(one, CO_45=3000)
    wrong = replace(wrong, services=(replace(wrong.services[0], adjustments=()),))
    remittance_id = post(db, remittance("T1", wrong, payment(two, CO_45=3000)))
    with db.read() as tx:
        states = [row.state for row in remittances.rows(tx, remittance_id=remittance_id)]
    assert states == [PaymentState.HELD, PaymentState.POSTED]
    assert balances(db)[LedgerAccount.SUSPENSE] == -7_000
    assert balances(db)[LedgerAccount.REMITTANCE_CLEARING] == 14_000


def test_primary_then_secondary(db: Database) -> None:
    facts = claim_facts(1, payers=2)
    with db.write() as tx:
        claim_id = charge(tx, facts)
    post(db, remittance("T1", payment(facts, CO_45=3000, PR_2=1000)))
    assert judge(db, claim_id, 1) is DispositionOutcome.NEXT_PAYER
    with db.read() as tx:
        row = claims.load(tx, claim_id)
        assert (row.payer_id, row.responsibility) == ("PAY02", Responsibility.SECONDARY)
        assert row.payer_claim_control_number == ""
    second = payment(facts, "2", icn="S1", OA_23=6000, CO_45=3000, PR_2=200)
    post(db, remittance("T2", second, payer_id="PAY02"))
    assert judge(db, claim_id, 2) is DispositionOutcome.PATIENT_DUE
    with db.read() as tx:
        assert ledger.claim_balance(tx, claim_id).patient_cents == 200


def test_nothing_new_is_not_judged(db: Database) -> None:
    with db.write() as tx:
        claim_id = charge(tx, claim_facts(1))
    judged, position = DispositionActivities(db).judge_disposition(act(claim_id), claim_id)
    assert (judged.posted, position) == (False, None)
    with db.read() as tx:
        assert claims.load(tx, claim_id).stage is ClaimStage.READY_TO_BILL


def test_another_amount_at_the_bank_is_for_a_person(db: Database) -> None:
    facts = claim_facts(1)
    with db.write() as tx:
        charge(tx, facts)
    remittance_id = post(db, remittance("T1", payment(facts, CO_45=3000)))
    bank = ReassociationActivities(db)
    later = AT + timedelta(1)
    with db.write() as tx:
        csv = b"deposit_date,amount,eft_trace_number,payer_id\n2026-03-03,69.00,T1,PAY01\n"
        deposits.receive_csv(tx, csv, "document", later)
        assert [m.kind for m in inbox.take(tx, f"remittance/{remittance_id}")] == ["deposit"]
    looked, _ = bank.reassociate(remittance_act(remittance_id, "k1", later), remittance_id, "")
    assert looked.state is Reassociation.AMOUNT_MISMATCH
    assert balances(db)[LedgerAccount.REMITTANCE_CLEARING] == 100
    bank.accept_difference(remittance_act(remittance_id, "k2", later), remittance_id)
    assert balances(db)[LedgerAccount.SUSPENSE] == 100
    assert LedgerAccount.REMITTANCE_CLEARING not in balances(db)


_CAS = st.dictionaries(
    st.sampled_from(["CO_45", "PR_1", "PR_2", "CO_50", "OA_23", "CO_253"]), st.integers(1, 4_000), max_size=4
)
_EVENTS = st.lists(st.tuples(st.integers(0, 2), _CAS, st.booleans(), st.booleans()), max_size=8)


@settings(max_examples=15)
@given(events=_EVENTS)
def test_storms_of_remittances_conserve_money(
    events: list[tuple[int, dict[str, int], bool, bool]],
) -> None:
    """Payments, repeats and reversals in any order: clearing is what was announced, and claims keep their charge."""
    place = TemporaryDirectory()
    db = open_book(f"sqlite:///{place.name}/book.db")
    facts = [claim_facts(number, payers=1 + number % 2) for number in range(3)]
    with db.write() as tx:
        ids = [charge(tx, one) for one in facts]
    announced = 0
    for number, (which, cas, undo, forwarded) in enumerate(events):
        paid = payment_with(facts[which], cas)
        items = (reversed_(paid),) if undo else (paid,)
        total = sum(one.payment_cents for one in items)
        carried = total if total < 0 else min(100, total) if forwarded else 0
        provider = (ProviderAdjustment("FB", "x", carried),) if carried else ()
        told = remittance(f"T{number}", *items, provider=provider)
        post(db, told)
        announced += told.payment_cents
    assert balances(db).get(LedgerAccount.REMITTANCE_CLEARING, 0) == announced
    with db.read() as tx:
        assert book.unbalanced(tx) == ()
        for claim_id in ids:
            assert sum(book.by_claim(tx)[claim_id].values()) == 0
    db.close()
    place.cleanup()
