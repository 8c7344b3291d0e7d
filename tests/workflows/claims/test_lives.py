"""Half a year of a small practice, lived once: each life the issue names ends as it should, and the books are right."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time
from itertools import pairwise

import pypdf
import pytest

from revcycle.db import decisions, ledger
from revcycle.db.claims import claims
from revcycle.db.denials import appeals, denials
from revcycle.db.engine import Tx
from revcycle.db.exchange import submissions
from revcycle.db.mail import acknowledgments, documents, quarantine
from revcycle.db.patients import contacts, disputes, plans
from revcycle.db.work import deadlines, tasks
from revcycle.db.work.deadlines import DeadlineState
from revcycle.domain.claims.claim import ClaimFrequency
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.decision import Decision
from revcycle.domain.ledger import LedgerAccount
from revcycle.domain.patients.contact import ASKS_FOR_MONEY, ContactKind
from revcycle.domain.work import subjects
from revcycle.domain.work.clocks import ClockName
from revcycle.edi.claim_837 import x12_837
from revcycle.reports.invariants import check_book
from revcycle.sandbox.practice.life import Life
from tests.support import golden
from tests.support.temporal import start_time_skipping
from tests.support.worlds.lives import CLAIMS, MANY, LivedHalfYear, half_year

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

ENDINGS = {
    **dict.fromkeys(Life, "paid"),
    Life.PAID_PATIENT_PAYS: "paid_by_patient",
    Life.DENIED_CO50_WRITTEN_OFF: "written_off",
    Life.LADDER_TO_AGENCY: "bad_debt",
    Life.PLAN_KEPT: "paid_by_patient",
    Life.PLAN_BROKEN: "paid_by_patient",
    Life.HARDSHIP_CHARITY: "charity_care",
    Life.DISPUTE_RESOLVED: "paid_by_patient",
}
ACCEPTED = ("released", "acknowledgment_accepted")
STORIES: dict[Life, tuple[str, ...]] = {
    Life.PAID_CLEAN: ("taken_in", "coverage_active", *ACCEPTED, "remittance", "paid"),
    Life.PAID_PATIENT_PAYS: (*ACCEPTED, "patient_due", "statement_sent", "payment", "closed_paid_by_patient"),
    Life.REJECTED_277CA_CORRECTED: (
        "released",
        "acknowledgment_rejected",
        "corrected",
        *ACCEPTED,
        "remittance",
        "paid",
    ),
    Life.DENIED_CO16_REPLACED: (*ACCEPTED, "denied", "corrected", *ACCEPTED, "remittance", "paid"),
    Life.DENIED_CO197_OVERTURNED: (*ACCEPTED, "denied", "filed", "overturned", "remittance", "paid"),
    Life.DENIED_CO50_WRITTEN_OFF: (
        *ACCEPTED,
        "denied",
        "filed",
        "upheld",
        "filed",
        "upheld",
        "ladder_ended",
        "written_off",
        "closed_written_off",
    ),
    Life.DENIED_CO29_PROVED: ("denied", "prove_timely_filing", "filed", "overturned", "remittance", "paid"),
    Life.INACTIVE_COVERAGE_CORRECTED: (
        "coverage_inactive",
        "fix_registration:corrected",
        "corrected",
        "coverage_active",
        *ACCEPTED,
        "paid",
    ),
    Life.PRIMARY_THEN_SECONDARY: (*ACCEPTED, "remittance", "next_payer", *ACCEPTED, "remittance", "paid"),
    Life.SILENT_PAYER_FOUND: (*ACCEPTED, "status_pending", "remittance", "paid"),
    Life.LADDER_TO_AGENCY: (
        "patient_due",
        "statement_sent",
        "reminder_sent",
        "past_due_sent",
        "final_notice_sent",
        "referred",
        "closed_bad_debt",
    ),
    Life.PLAN_KEPT: ("statement_sent", "plan_agreed", "payment", "payment", "payment", "plan_kept"),
    Life.PLAN_BROKEN: (
        "plan_agreed",
        "payment",
        "plan_broken_sent",
        "plan_broken",
        "reminder_sent",
        "payment",
    ),
    Life.HARDSHIP_CHARITY: ("assistance_open", "approve_charity:approve", "assistance_approved"),
    Life.DISPUTE_RESOLVED: (
        "statement_sent",
        "dispute_open",
        "dispute_answer_sent",
        "closed_paid_by_patient",
    ),
    Life.LATE_REVERSAL_REPOSTED: ("remittance", "paid", "remittance_reversal", "remittance", "paid"),
}
"""Outcomes of decisions that come in this order in the story of the claim and its account."""


@pytest.fixture(scope="module")
async def lived(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LivedHalfYear]:
    async with await start_time_skipping() as env, half_year(env, tmp_path_factory.mktemp("lives")) as told:
        yield told


def story(tx: Tx, claim_id: str) -> list[Decision]:
    account = subjects.account(claims.load(tx, claim_id).account_id)
    told = decisions.of_subject(tx, subjects.claim(claim_id), account)
    of_claim = {one.outcome for one in told if one.subject != account}
    return [one for one in told if one.subject != account or one.outcome not in of_claim]


def in_order(wanted: tuple[str, ...], told: list[str]) -> bool:
    rest = iter(told)
    return all(one in rest for one in wanted)


@pytest.mark.parametrize("life", list(Life))
def test_each_life_ends_as_it_should(lived: LivedHalfYear, life: Life) -> None:
    ids = lived.of_life(life)
    assert len(ids) >= 2
    with lived.db.read() as tx:
        for claim_id in ids:
            told = [one.outcome for one in story(tx, claim_id)]
            assert in_order(STORIES[life], told), told
            row = claims.load(tx, claim_id)
            assert (row.stage, row.ending) == (ClaimStage.CLOSED, ENDINGS[life])
            balance = ledger.claim_balance(tx, claim_id)
            assert (balance.insurance_cents, balance.patient_cents) == (0, 0)


def test_the_books_and_the_practice_are_in_order(lived: LivedHalfYear) -> None:
    assert lived.robot.refused == []
    assert {row for life in Life for row in lived.of_life(life)} == {
        f"C{n:06d}" for n in range(1, CLAIMS + 1)
    }
    with lived.db.read() as tx:
        assert check_book(tx) == ()
        assert sum(ledger.trial_balance(tx).values()) == 0
        assert tasks.find(tx) == ()
        assert quarantine.list_(tx) == ()


def test_no_workflow_failed_and_only_the_connections_still_run(lived: LivedHalfYear) -> None:
    endings = {one: golden.ending(history) for one, history in lived.histories.items()}
    assert {one for one, ending in endings.items() if not ending} == {
        "mailbox/clearinghouse",
        "submission/clearinghouse",
    }
    assert set(endings.values()) == {"", "completed"}


def test_every_claim_met_its_filing_limit_and_left_no_clock_running(lived: LivedHalfYear) -> None:
    with lived.db.read() as tx:
        for row in claims.find(tx, limit=MANY):
            clocks = deadlines.of_subject(tx, subjects.claim(row.claim_id))
            assert [c.state for c in clocks if c.name == "timely filing"] == [DeadlineState.MET]
            assert not [c for c in clocks if c.state is DeadlineState.ARMED]
            assert not [
                c for c in deadlines.of_subject(tx, subjects.account(row.account_id)) if not c.ended_at
            ]


def test_a_rejected_claim_was_not_filed_until_it_was_accepted(lived: LivedHalfYear) -> None:
    with lived.db.read() as tx:
        for claim_id in lived.of_life(Life.REJECTED_277CA_CORRECTED):
            assert claims.load(tx, claim_id).version == 2
            first, second = acknowledgments.proof_of_filing(tx, claim_id)
            assert (first.accepted_277ca_at, claims.facts(tx, claim_id).claim_frequency) == (None, "1")
            filed = next(
                c for c in deadlines.of_subject(tx, subjects.claim(claim_id)) if c.name == "timely filing"
            )
            assert filed.ended_at == second.accepted_277ca_at
            (task,) = tasks.find(tx, subject=subjects.claim(claim_id), open_only=False)
            assert task.kind == "fix_rejection"


def test_an_adjudicated_claim_is_replaced_under_the_payers_number(lived: LivedHalfYear) -> None:
    with lived.db.read() as tx:
        for claim_id in lived.of_life(Life.DENIED_CO16_REPLACED):
            first, second = submissions.batches_of_claim(tx, claim_id)
            ours = claims.load(tx, claim_id).patient_control_number
            told = []
            for batch in (first, second):
                sent = x12_837.read_claims(documents.content(tx, batch.document_id)).claims
                claim = next(one.claim for one in sent if one.claim.patient_control_number == ours)
                told.append((claim.claim_frequency, claim.payer_claim_control_number))
            icn = acknowledgments.proof_of_filing(tx, claim_id)[0].payer_claim_control_number
            assert icn
            assert told == [(ClaimFrequency.ORIGINAL, ""), (ClaimFrequency.REPLACEMENT, icn)]


@pytest.mark.parametrize(
    ("life", "levels", "kind"),
    [
        (Life.DENIED_CO197_OVERTURNED, 1, "appeal"),
        (Life.DENIED_CO50_WRITTEN_OFF, 2, "appeal"),
        (Life.DENIED_CO29_PROVED, 1, "timely_filing_proof"),
    ],
)
def test_each_appeal_is_a_letter_filed_in_time(
    lived: LivedHalfYear, life: Life, levels: int, kind: str
) -> None:
    with lived.db.read() as tx:
        for claim_id in lived.of_life(life):
            filed = appeals.of_claim(tx, claim_id)
            assert [(one.level, one.kind) for one in filed] == [(n, kind) for n in range(1, levels + 1)]
            for appeal in filed:
                packet = documents.describe(tx, appeal.packet_document_id)
                assert (packet.media_type, packet.size > 10_000) == ("application/pdf", True)
                clocks = deadlines.of_subject(tx, subjects.appeal(appeal.appeal_id))
                (met,) = (one for one in clocks if one.name == ClockName.APPEAL_FILING)
                assert met.state is DeadlineState.MET
                assert met.ended_at is not None
                assert met.ended_at <= datetime.combine(appeal.file_by, time.max, UTC)
                assert (lived.mail_drop / f"{kind}-{appeal.appeal_id}.pdf").exists()


def test_nothing_is_written_off_without_a_manager(lived: LivedHalfYear) -> None:
    with lived.db.read() as tx:
        for claim_id in lived.of_life(Life.DENIED_CO50_WRITTEN_OFF):
            (denial,) = denials.of_claim(tx, claim_id)
            assert denial.outcome == "written_off"
            told = {one.outcome: one for one in story(tx, claim_id)}
            approved = told["approve_write_off:write_off"]
            assert (approved.actor, told["written_off"].actor) == ("manager", "manager")
            assert approved.occurred_at <= told["written_off"].occurred_at
            taken = ledger.entries_of(tx, claim_id=claim_id)
            lost = {p.entry.account: p.entry.amount_cents for p in taken}
            assert lost[LedgerAccount.ADMINISTRATIVE_WRITE_OFF] == claims.load(tx, claim_id).charge_cents


def test_a_secondary_is_billed_with_what_the_primary_paid(lived: LivedHalfYear) -> None:
    with lived.db.read() as tx:
        for claim_id in lived.of_life(Life.PRIMARY_THEN_SECONDARY):
            row = claims.load(tx, claim_id)
            sent = [
                next(
                    one
                    for one in x12_837.read_claims(documents.content(tx, batch.document_id)).claims
                    if one.claim.patient_control_number == row.patient_control_number
                )
                for batch in submissions.batches_of_claim(tx, claim_id)
            ]
            assert [one.responsibility.value for one in sent] == ["P", "S"]
            assert not sent[0].prior_payments
            assert [paid.responsibility.value for paid in sent[1].prior_payments] == ["P"]
            assert row.responsibility.value == "S"


def test_a_silent_payer_was_asked_with_a_276(lived: LivedHalfYear) -> None:
    with lived.db.read() as tx:
        for claim_id in lived.of_life(Life.SILENT_PAYER_FOUND):
            (asked,) = (one for one in story(tx, claim_id) if one.outcome == "status_pending")
            missed = [c for c in deadlines.of_subject(tx, subjects.claim(claim_id)) if c.name == "remittance"]
            assert [c.state for c in missed] == [DeadlineState.MISSED, DeadlineState.MET]
            assert asked.occurred_at >= missed[0].due_at


def test_an_agency_gets_an_account_only_after_four_documented_letters(lived: LivedHalfYear) -> None:
    wanted = [ContactKind.STATEMENT, ContactKind.REMINDER, ContactKind.PAST_DUE, ContactKind.FINAL_NOTICE]
    with lived.db.read() as tx:
        for claim_id in lived.of_life(Life.LADDER_TO_AGENCY):
            account_id = claims.load(tx, claim_id).account_id
            made = contacts.of_account(tx, account_id)
            assert [one.kind for one in made] == wanted
            assert all((b.occurred_at - a.occurred_at).days >= 29 for a, b in pairwise(made))
            told = {one.outcome: one for one in story(tx, claim_id)}
            assert told["approve_referral:refer"].actor == "manager"
            assert told["referred"].occurred_at > made[-1].occurred_at
            for contact in made:
                letter = lived.mail_drop / f"{contact.reference}.pdf"
                assert len(pypdf.PdfReader(letter).pages) >= 1


def test_a_plan_is_kept_or_ends_with_one_warning(lived: LivedHalfYear) -> None:
    with lived.db.read() as tx:
        for life, state in ((Life.PLAN_KEPT, "kept"), (Life.PLAN_BROKEN, "broken")):
            for claim_id in lived.of_life(life):
                (plan,) = plans.of_account(tx, claims.load(tx, claim_id).account_id)
                assert (plan.state, plan.terms.installments) == (state, 3)
                kinds = [one.kind for one in contacts.of_account(tx, claims.load(tx, claim_id).account_id)]
                assert kinds.count(ContactKind.PLAN_BROKEN) == (life is Life.PLAN_BROKEN)
                assert (ContactKind.REMINDER in kinds) == (life is Life.PLAN_BROKEN)


def test_charity_is_decided_by_a_manager_and_answered_by_letter(lived: LivedHalfYear) -> None:
    with lived.db.read() as tx:
        for claim_id in lived.of_life(Life.HARDSHIP_CHARITY):
            account_id = claims.load(tx, claim_id).account_id
            told = {one.outcome: one for one in story(tx, claim_id)}
            assert told["assistance_approved"].actor == "manager"
            kinds = [one.kind for one in contacts.of_account(tx, account_id)]
            assert kinds == [ContactKind.STATEMENT, ContactKind.CHARITY_DECISION]
            cared = [
                p.entry.amount_cents
                for p in ledger.entries_of(tx, claim_id=claim_id)
                if p.entry.account is LedgerAccount.CHARITY_CARE
            ]
            assert len(cared) == 1
            assert cared[0] > 0


def test_an_open_dispute_stops_every_letter_that_asks_for_money(lived: LivedHalfYear) -> None:
    with lived.db.read() as tx:
        for claim_id in lived.of_life(Life.DISPUTE_RESOLVED):
            account_id = claims.load(tx, claim_id).account_id
            assert [one.open for one in disputes.of_account(tx, account_id)] == [False]
            told = {one.outcome: one.occurred_at for one in story(tx, claim_id)}
            opened = told["dispute_open"]
            answered = next(at for outcome, at in told.items() if outcome.startswith("resolve_dispute:"))
            asked = [
                one
                for one in contacts.of_account(tx, account_id)
                if one.kind in ASKS_FOR_MONEY and opened <= one.occurred_at <= answered
            ]
            assert opened < answered
            assert asked == []


def test_a_late_reversal_leaves_the_repriced_payment_in_the_books(lived: LivedHalfYear) -> None:
    with lived.db.read() as tx:
        for claim_id in lived.of_life(Life.LATE_REVERSAL_REPOSTED):
            account_id = claims.load(tx, claim_id).account_id
            posted = [p.entry for p in ledger.entries_of(tx, claim_id=claim_id)]
            cash = [e.amount_cents for e in posted if e.account is LedgerAccount.REMITTANCE_CLEARING]
            assert len(cash) == 3
            assert cash[0] == -cash[1]
            assert cash[2] not in (0, cash[0])
            contractual = sum(
                e.amount_cents for e in posted if e.account is LedgerAccount.CONTRACTUAL_ADJUSTMENT
            )
            assert cash[2] + contractual == claims.load(tx, claim_id).charge_cents
            assert ledger.account_balance(tx, account_id).patient_cents == 0
