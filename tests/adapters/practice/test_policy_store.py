"""Policies as rows, on both databases: what is published, what is the practice's own, and which one counts."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from revcycle.access.keyring import KeyRing
from revcycle.db.engine import Database
from revcycle.db.exchange import payers
from revcycle.db.facts import UnknownKey, from_person
from revcycle.db.patients import accounts
from revcycle.db.practice import policies
from revcycle.db.practice.policies import NoSuchPolicy, PolicyKind, PolicyTaken
from revcycle.domain.codes.payer_classes import PayerClass
from revcycle.domain.exchange.policy import PayerPolicy, class_scope, payer_scope
from revcycle.domain.patients.patient_policy import PATIENTS_SCOPE, PatientPolicy, StateRule, state_scope
from revcycle.domain.person import Address, Person
from tests.support.databases import BOTH, database
from tests.support.exchange.payer_directory import payer
from tests.support.policies import policy_for
from tests.support.remittances.remittance_book import AT, charge, claim_facts

DAY = AT.date()


@pytest.fixture(params=BOTH)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with database(request, tmp_path) as opened:
        yield opened


def contract(payer_id: str, filing_days: int = 45, since: date = DAY) -> PayerPolicy:
    return replace(
        policy_for("CI", "", DAY),
        scope=payer_scope(payer_id, PayerClass.COMMERCIAL),
        policy_id=f"contract-{payer_id}-commercial",
        source="contract 12",
        filing_days=filing_days,
        effective_from=since,
        own=True,
    )


def account_in(db: Database, state: str) -> str:
    address = Address("1 ELM ST", "ANYTOWN", state, "100010000")
    person = Person("DOE", "JAN", date(1980, 1, 1), "F", address=address)
    with db.write() as tx:
        return accounts.find_or_open(tx, person, "en", AT)


def test_a_new_database_holds_the_published_rows_and_names_each(db: Database) -> None:
    with db.read() as tx:
        assert policies.payer_policy(tx, "CI", "60054", DAY) == policy_for("CI", "60054", DAY)
        for row in policies.published():
            assert policies.by_reference(tx, row.reference) == row
        assert policies.is_published(tx)


def test_a_contract_counts_from_its_day_and_is_found_again_by_its_reference(db: Database) -> None:
    with db.write() as tx:
        written, new = policies.add(tx, contract("60054"), "set", "manager", AT)
    assert new
    assert written.reference == f"contract-60054-commercial@{DAY}.1"
    with db.read() as tx:
        assert policies.payer_policy(tx, "CI", "60054", DAY) == written
        assert policies.payer_policy(tx, "CI", "60054", DAY - timedelta(1)).policy_id == "aetna"
        assert policies.payer_policy(tx, "MB", "60054", DAY).policy_id == "medicare"
        assert policies.by_reference(tx, written.reference) == written


def test_the_same_again_writes_nothing_and_a_change_is_the_next_version(db: Database) -> None:
    with db.write() as tx:
        policies.add(tx, contract("60054"), "set", "manager", AT)
        assert not policies.add(tx, contract("60054"), "set", "manager", AT)[1]
        second, new = policies.add(tx, contract("60054", 50), "misread", "manager", AT)
        assert new
        assert second.reference.endswith(".2")
        assert policies.payer_policy(tx, "CI", "60054", DAY).filing_days == 50
        scope = payer_scope("60054", PayerClass.COMMERCIAL)
        told = policies.causes(tx, PolicyKind.PAYER, (scope,))
        assert [cause for cause, _, _ in told.values()] == ["published", "set", "misread"]


def test_a_payer_has_one_policy_under_all_its_names(db: Database) -> None:
    with db.write() as tx:
        payers.save(tx, payer("PAY01", aliases=("60054", "OLD1")), "imported", "manager", AT)
        for name in ("PAY01", "60054", "OLD1"):
            assert policies.payer_policy(tx, "CI", name, DAY).policy_id == "aetna"
        policies.add(tx, contract("PAY01"), "set", "manager", AT)
        for name in ("PAY01", "60054", "OLD1"):
            assert policies.payer_policy(tx, "CI", name, DAY).own


def test_another_practices_contract_does_not_count(db: Database) -> None:
    with db.write() as tx:
        policies.add(tx, contract("60054"), "set", "manager", AT)
    other = Database(db.engine.url.render_as_string(hide_password=False), KeyRing.generate(), "other")
    with other.read() as tx:
        assert policies.payer_policy(tx, "CI", "60054", DAY).policy_id == "aetna"
        with pytest.raises(NoSuchPolicy):
            policies.by_reference(tx, f"contract-60054-commercial@{DAY}.1")
    other.close()


@pytest.mark.parametrize(
    "reference", ["", "medicare", "medicare@2026-01-01", "medicare@soon.1", "x@2026-01-01.1"]
)
def test_a_reference_to_no_row_is_refused(db: Database, reference: str) -> None:
    with db.read() as tx, pytest.raises(NoSuchPolicy):
        policies.by_reference(tx, reference)


def test_publishing_again_adds_what_is_new_and_never_touches_the_practices_own(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = policies.published()
    corrected = tuple(
        replace(row, filing_days=100) if isinstance(row, PayerPolicy) and row.policy_id == "cigna" else row
        for row in before
    )
    fresh = replace(contract("99999"), policy_id="newcomer", own=False)
    with db.write() as tx:
        own, _ = policies.add(tx, contract("62308"), "set", "manager", AT)
        assert policies.publish(tx.connection, AT) == 0
        monkeypatch.setattr(policies, "published", lambda: (*corrected, fresh))
        assert not policies.is_published(tx)
        assert policies.publish(tx.connection, AT) == 2
        assert policies.publish(tx.connection, AT) == 0
        assert policies.payer_policy(tx, "CI", "62308", DAY) == own
        manual = policies.payer_policy(tx, "CI", "62308", DAY - timedelta(1))
        assert (manual.filing_days, manual.reference) == (100, "cigna@2020-01-01.2")
        assert policies.by_reference(tx, "cigna@2020-01-01.1") in before
        assert policies.payer_policy(tx, "CI", "99999", DAY).policy_id == "newcomer"


def test_the_second_of_two_who_write_the_same_version_at_once_is_refused(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.write() as tx:
        first, _ = policies.add(tx, contract("60054"), "set", "manager", AT)
        # The second read the rows before the first had written.
        monkeypatch.setattr(policies, "proposed", lambda *_: (replace(first, filing_days=50), True))
        with pytest.raises(PolicyTaken, match=first.reference):
            policies.add(tx, contract("60054", 50), "set", "admin", AT)


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [(date(2026, 1, 1), None, 2), (date(2026, 2, 3), None, 0), (date(2026, 1, 1), date(2026, 2, 1), 0)],
)
def test_the_open_claims_a_contract_touches_are_counted(
    db: Database, since: date, until: date | None, count: int
) -> None:
    with db.write() as tx:
        for number in (1, 2):
            charge(tx, claim_facts(number))
        mine = replace(contract("PAY01", since=since), effective_to=until)
        assert policies.open_claims(tx, mine) == count
        whole_class = replace(mine, scope=class_scope(PayerClass.COMMERCIAL))
        assert policies.open_claims(tx, whole_class) == count
        assert policies.open_claims(tx, replace(contract("PAY09"), effective_from=since)) == 0
        medicare = replace(whole_class, scope="class:medicare", payer_class=PayerClass.MEDICARE)
        assert policies.open_claims(tx, medicare) == 0


def test_a_row_is_never_changed_in_place(db: Database) -> None:
    for statement in ("UPDATE policies SET facts = '{}'", "DELETE FROM policies"):
        with pytest.raises(DatabaseError, match="append-only"), db.write() as tx:
            tx.connection.execute(text(statement))


@pytest.mark.parametrize(("state", "days"), [("OH", 120), ("NY", 180), ("CO", 182), ("MD", 240), ("WA", 120)])
def test_the_law_of_the_patients_state_lengthens_the_wait(db: Database, state: str, days: int) -> None:
    account_id = account_in(db, state)
    with db.read() as tx:
        policy = policies.patient_policy(tx, account_id, DAY)
        assert policy.referral_days_min == days
        assert policy.state_rule.startswith(f"state-{state}@") == (days > 120)
        for part in policy.reference.split("+"):
            assert policies.by_reference(tx, part).reference == part


def test_a_practice_that_a_state_does_not_bind_says_so_in_a_row_of_its_own(db: Database) -> None:
    account_id = account_in(db, "NY")
    with db.write() as tx:
        (law,) = policies.rows(tx, StateRule, (state_scope("NY"),))
        unbound = replace(law, referral_days_min=0, source="counsel's letter: physicians are not bound")
        policies.add(tx, replace(unbound, policy_id="own-state-NY", effective_from=DAY), "set", "manager", AT)
        assert policies.patient_policy(tx, account_id, DAY).referral_days_min == 120
        assert policies.patient_policy(tx, account_id, DAY - timedelta(1)).referral_days_min == 180


def test_the_practices_policy_toward_patients_replaces_the_published_one(db: Database) -> None:
    account_id = account_in(db, "OH")
    with db.write() as tx:
        (given,) = policies.rows(tx, PatientPolicy, (PATIENTS_SCOPE,))
        mine = replace(given, policy_id="own-patients", small_balance_cents=0, effective_from=DAY)
        policies.add(tx, mine, "set", "manager", AT)
        assert policies.patient_policy(tx, account_id, DAY).small_balance_cents == 0
        assert policies.patient_policy(tx, account_id, DAY).reference == f"own-patients@{DAY}.1"


def test_a_guideline_holds_from_its_day(db: Database) -> None:
    with db.read() as tx:
        assert policies.poverty_guideline(tx, date(2026, 1, 12)).policy_id == "poverty-guideline-2025"
        assert policies.poverty_guideline(tx, date(2026, 1, 13)).policy_id == "poverty-guideline-2026"


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"filing_day": 90}, "policies[1].filing_day"),
        ({"appeal_levels": [{"level": 1}, {"levle": 2}]}, "policies[1].appeal_levels[2].levle"),
    ],
)
def test_an_unknown_key_is_refused_with_its_place_and_the_known_ones(
    told: dict[str, object], place: str
) -> None:
    with pytest.raises(UnknownKey, match=re.escape("is not known there; known are ")) as refused:
        from_person([told], tuple[PayerPolicy, ...], "policies")
    assert refused.value.place == place
