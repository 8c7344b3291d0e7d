"""Reports on a small book whose numbers are known."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from activities.disposition import DispositionActivities
from revcycle.db.claims import claims
from revcycle.db.engine import Database
from revcycle.db.exchange import submissions
from revcycle.db.remittances import deposits
from revcycle.db.work import clocks, tasks
from revcycle.domain.ledger import LedgerAccount, LedgerKind
from revcycle.domain.work.clocks import ClockName
from revcycle.domain.work.task import TaskRequest
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.reports.aging import aging
from revcycle.reports.cash import cash
from revcycle.reports.day_sheet import day_sheet
from revcycle.reports.deadlines import deadlines as deadlines_report
from revcycle.reports.endings import endings
from revcycle.reports.invariants import check_book
from revcycle.reports.kpi import KpiRow, kpi
from revcycle.reports.letters import letters
from revcycle.reports.trial_balance import trial_balance
from tests.support.remittances.remittance_book import (
    AT,
    act,
    charge,
    claim_facts,
    open_book,
    payment,
    post,
    remittance,
)

DAY = AT.date()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """Four claims: paid clean, patient owes 10.00, denied CO-50, denied CO-18 after a rejection; one never answered."""
    database = open_book(f"sqlite:///{tmp_path / 'book.db'}")
    facts = [claim_facts(number) for number in range(5)]
    with database.write() as tx:
        ids = [charge(tx, one) for one in facts]
        for claim_id in ids:
            submissions.queue(tx, claim_id, 1, "P", "clearinghouse", DAY, AT)
            clocks.arm(tx, act(claim_id, "arm"), ClockName.REMITTANCE, AT + timedelta(30))
        submissions.queue(tx, ids[3], 2, "P", "clearinghouse", DAY, AT)
        request = TaskRequest("T", TaskKind.FIX_REJECTION, f"claim/{ids[3]}", "", AT)
        tasks.open_(tx, request, AT)
        csv = b"deposit_date,amount,eft_trace_number,payer_id\n2026-03-03,140.00,T1,PAY01\n2026-03-03,1,X,P\n"
        deposits.receive_csv(tx, csv, "document", AT)
    paid = (
        payment(facts[0], CO_45=3000),
        payment(facts[1], CO_45=2000, PR_1=1000),
        payment(facts[2], CO_50=10_000),
        payment(facts[3], CO_18=10_000),
    )
    post(database, remittance("T1", *paid))
    judge = DispositionActivities(database)
    for claim_id in ids[:4]:
        judge.judge_disposition(act(claim_id), claim_id)
        with database.write() as tx:
            if claims.load(tx, claim_id).ending == "":
                clocks.arm(tx, act(claim_id, "next"), ClockName.CROSSOVER, AT + timedelta(31))
    yield database
    database.close()


def figure(rows: tuple[KpiRow, ...], name: str) -> KpiRow:
    return next(row for row in rows if row.name == name)


def test_the_book_holds(db: Database) -> None:
    with db.read() as tx:
        assert check_book(tx) == ()
        assert trial_balance(tx).totals["total_cents"] == 0


def test_endings_account_for_every_charge(db: Database) -> None:
    with db.read() as tx:
        report = endings(tx)
    assert report.rows[0].ending == "paid"
    assert (report.totals["claims"], report.totals["closed"]) == (5, 1)
    for row in report.rows:
        told = row.payer_cents + row.patient_cents + row.contractual_cents + row.written_off_cents
        assert row.charge_cents == told + row.open_cents


@pytest.mark.parametrize(("days", "bucket"), [(0, "0-30"), (30, "0-30"), (31, "31-60"), (121, "over 120")])
def test_aging_ties_to_the_ledger(db: Database, days: int, bucket: str) -> None:
    with db.read() as tx:
        report = aging(tx, DAY + timedelta(days))
    assert report.findings == ()
    assert {row.bucket for row in report.rows} == {bucket}
    assert (report.totals["insurance_cents"], report.totals["patient_cents"]) == (30_000, 1_000)
    assert sum(row.cents for row in report.rows) == 31_000


def test_cash_ties_to_the_remittances(db: Database) -> None:
    with db.read() as tx:
        report = cash(tx)
    assert report.findings == ()
    assert report.totals["announced_cents"] == report.totals["deposited_cents"] == 14_000
    assert report.totals["deposits_without_remittance_cents"] == 100
    assert report.rows[-1].state == "eft_only"


def test_the_day_sheet_balances(db: Database) -> None:
    with db.read() as tx:
        report = day_sheet(tx, DAY)
        assert day_sheet(tx, DAY + timedelta(1)).rows == ()
    assert report.findings == ()
    booked = {(row.kind, row.account): row.cents for row in report.rows}
    assert booked[LedgerKind.REMITTANCE, LedgerAccount.CONTRACTUAL_ADJUSTMENT] == 5_000
    assert booked[LedgerKind.DEPOSIT, LedgerAccount.CASH] == 14_000


def test_key_figures_are_what_the_events_say(db: Database) -> None:
    with db.read() as tx:
        rows = kpi(tx, DAY, DAY + timedelta(9)).rows
    expected = {
        "clean_claim_rate": (4, 5),
        "first_pass_yield": (2, 4),
        "initial_denial_rate": (1, 4),
        "initial_denial_rate_charges": (10_000, 40_000),
        "net_collection_rate": (7_000, 7_000),
        "ar_over_90_days": (0, 31_000),
        "denial_overturn_rate": (0, 0),
    }
    for name, (numerator, denominator) in expected.items():
        row = figure(rows, name)
        assert (name, row.numerator, row.denominator) == (name, numerator, denominator)
    assert figure(rows, "initial_denial_rate").claim_ids == ("C000003",)
    assert figure(rows, "days_in_ar").value == "6.2 days"
    assert figure(rows, "denial_overturn_rate").value == "-"


def test_a_window_without_claims_has_no_figures(db: Database) -> None:
    with db.read() as tx:
        rows = kpi(tx, date(2020, 1, 1), date(2020, 1, 31)).rows
    assert {row.value for row in rows} == {"-"}


def test_clocks_are_counted_by_name(db: Database) -> None:
    with db.read() as tx:
        report = deadlines_report(tx)
        assert letters(tx).totals == {"letters": 0}
    by_name = {row.name: (row.armed, row.met) for row in report.rows}
    assert by_name["remittance"] == (1, 4)
    assert by_name["crossover"] == (3, 0)


def test_what_is_wrong_is_found(db: Database) -> None:
    with db.write() as tx:
        clocks.cancel(tx, act("C000005", "end"), ClockName.REMITTANCE)
        for claim_id, wrong in (("C000003", {"stage": "closed"}), ("C000005", {"charge_cents": 1})):
            tx.connection.execute(
                claims.claims.update().where(claims.claims.c.claim_id == claim_id).values(wrong)
            )
        found = {finding.code for finding in check_book(tx)}
    assert found == {"book.clock", "book.closed_claim", "book.ending", "book.charge", "claim.columns"}
