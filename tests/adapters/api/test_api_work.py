"""The day's work over HTTP: import, claims, quarantine, books, and what is refused in plain words."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from revcycle.api.app import ENDPOINTS
from revcycle.db import decisions
from revcycle.db.claims import claims
from revcycle.db.exchange import submissions
from revcycle.db.patients import patient_accounts
from revcycle.db.remittances import remittances
from revcycle.db.work import outbox, tasks
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.decision import Decision
from revcycle.domain.work.starts import ClaimStart
from revcycle.domain.work.task import TaskRequest
from revcycle.domain.work.task_kinds import TaskKind
from tests.support.api import AT, ApiWorld, api_world, synthetic, with_claims
from tests.support.remittances.remittance_book import act, claim_facts, payment, remittance


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ApiWorld]:
    with api_world(tmp_path) as made:
        yield made


def test_a_batch_is_imported_once(world: ApiWorld) -> None:
    batch = synthetic(6)[1]
    first = world.post("biller", "/claims/import", content=batch).json()
    again = world.post("biller", "/claims/import", content=batch).json()

    assert len(first["accepted"]) == 6
    assert first["quarantined"] == []
    assert again["already_imported"]
    assert again["accepted"] == []


def test_what_is_no_claim_file_is_kept_and_told(world: ApiWorld) -> None:
    answer = world.post("biller", "/claims/import", content=b"Dear payer, please pay").json()
    (part,) = answer["quarantined"]
    assert part["findings"][0]["remedy"]

    listed = world.get("biller", "/quarantine").json()["quarantine"]
    assert listed[0]["quarantine_id"] == part["quarantine_id"]
    raw = world.get("biller", f"/quarantine/{part['quarantine_id']}/raw")
    assert raw.content == b"Dear payer, please pay"
    assert world.get("auditor", f"/quarantine/{part['quarantine_id']}/raw").status_code == 403

    world.post("biller", f"/quarantine/{part['quarantine_id']}/resolve")
    assert world.get("biller", "/quarantine").json()["quarantine"] == []


def test_an_empty_file_is_refused(world: ApiWorld) -> None:
    assert world.post("biller", "/claims/import", content=b"").status_code == 422


def test_claims_are_listed_by_page_and_filter(world: ApiWorld) -> None:
    report = with_claims(world, 6)
    first = world.get("biller", "/claims?limit=4").json()["claims"]
    rest = world.get("biller", f"/claims?after={first[-1]['claim_id']}").json()["claims"]
    assert [row["claim_id"] for row in first + rest] == list(report.accepted)
    assert world.get("biller", "/claims?stage=paid").json()["claims"] == []
    assert all(row["insurance_cents"] == row["charge_cents"] for row in first)


@pytest.mark.parametrize("query", ["stage=asleep", "limit=many", "limit=100000"])
def test_a_filter_that_means_nothing_is_told(world: ApiWorld, query: str) -> None:
    answer = world.get("biller", f"/claims?{query}")
    assert answer.status_code == 422
    assert answer.json()["error"]["where"] == query.split("=", maxsplit=1)[0]


def test_a_claim_that_is_not_there(world: ApiWorld) -> None:
    answer = world.get("biller", "/claims/C999999")
    assert answer.status_code == 404
    assert answer.json()["error"]["remedy"] == "list claims with `revcycle claim list`"


def test_a_story_can_be_told_as_of_a_day_and_as_known_on_a_day(world: ApiWorld) -> None:
    claim_id = with_claims(world).accepted[0]
    late = Decision(
        key="late",
        subject=f"claim/{claim_id}",
        rule="disposition@1",
        outcome="paid",
        reason="The payer paid.",
        actor="system",
        occurred_at=datetime(2026, 2, 1, tzinfo=UTC),
        recorded_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    with world.db.write() as tx:
        decisions.record(tx, late)

    def told(query: str) -> list[str]:
        story = world.get("biller", f"/claims/{claim_id}/story{query}").json()["story"]
        return [line["what"] for line in story]

    assert "Paid" in told("")
    assert "Paid" not in told("?as_of=2026-01-31")
    assert "Paid" in told("?as_of=2026-02-01")
    assert "Paid" not in told("?known_at=2026-02-01")
    assert "Paid" in told("?known_at=2026-03-01")
    assert told("?as_of=2025-12-31") == []
    then = world.get("biller", f"/claims/{claim_id}/story?as_of=2025-12-31").json()
    assert (then["open_cents"], then["stage"]) == (0, "")


def test_a_story_says_what_money_did(world: ApiWorld) -> None:
    claim_id = with_claims(world).accepted[0]
    answer = world.get("auditor", f"/claims/{claim_id}/story").json()
    (money,) = [line for line in answer["story"] if line["kind"] == "money"]
    assert money["insurance_cents"] == money["open_cents"] == answer["open_cents"] > 0
    assert money["what"].startswith("Charge: ")


def ask_person(
    world: ApiWorld,
    task_id: str,
    kind: TaskKind = TaskKind.FIX_REJECTION,
    subject: str = "claim/C000001",
) -> None:
    request = TaskRequest(task_id, kind, subject, "member id unknown to the payer", AT)
    with world.db.write() as tx:
        tasks.open_(tx, request, AT)


def test_the_worklist_shows_each_role_its_own(world: ApiWorld) -> None:
    with_claims(world)
    ask_person(world, "C000001-fix_rejection-1")
    ask_person(world, "C000001-approve_write_off-1", TaskKind.APPROVE_WRITE_OFF)

    assert world.get("biller", "/worklist/next").json()["task"]["task_id"] == "C000001-fix_rejection-1"
    assert world.get("biller", "/worklist/next").json()["waiting"] == 1
    assert world.get("manager", "/worklist/next").json()["waiting"] == 2
    assert len(world.get("auditor", "/worklist").json()["tasks"]) == 2


def test_an_answer_that_may_not_be_given_is_refused_before_the_workflow_hears_it(world: ApiWorld) -> None:
    with_claims(world)
    ask_person(world, "C000001-approve_write_off-1", TaskKind.APPROVE_WRITE_OFF)
    path = "/worklist/C000001-approve_write_off-1/decide"

    assert world.post("biller", path, json={"choice": "write_off"}).status_code == 403
    assert world.post("manager", path, json={"choice": "maybe"}).status_code == 422
    away = world.post("manager", path, json={"choice": "write_off"})
    assert (away.status_code, away.json()["error"]["code"]) == (503, "engine_away")


def test_a_correction_must_fit_the_claim(world: ApiWorld) -> None:
    with_claims(world)
    path = "/claims/C000001/corrections"
    nothing_waits = world.post("biller", path, json={"changes": {"place_of_service": "22"}})
    assert nothing_waits.json()["error"]["code"] == "nothing_to_correct"

    ask_person(world, "C000001-fix_rejection-1")
    secret = "Zebedee"
    for changes, code in (
        ({}, "bad_input"),
        ({"no_such_field": secret}, "bad_correction"),
        ({"patient.birth_date": secret}, "bad_correction"),
    ):
        refused = world.post("biller", path, json={"changes": changes})
        assert refused.status_code == 422
        assert refused.json()["error"]["code"] == code
        assert secret not in refused.text


def test_the_books_balance_and_can_be_taken_away(world: ApiWorld) -> None:
    with_claims(world, 5)
    trial = world.get("auditor", "/ledger/trial-balance").json()
    assert trial["balanced"]
    assert trial["accounts"]["ar_insurance"] > 0
    assert world.get("auditor", "/ledger/trial-balance?until=2025-01-01").json()["accounts"] == {}

    exported = world.get("auditor", "/ledger/export")
    assert exported.headers["content-type"].startswith("text/csv")
    assert len(exported.text.splitlines()) == 1 + 2 * 5
    assert world.get("biller", "/ledger/export").status_code == 403

    shown = world.get("biller", "/ledger/claims/C000001").json()
    assert sum(entry["amount_cents"] for entry in shown["entries"]) == 0


def test_a_patient_is_found_and_shown(world: ApiWorld) -> None:
    with_claims(world)
    account = world.get("biller", "/accounts/A000001").json()
    who = account["guarantor"]
    body = {"name": f"{who['last_name']},{who['first_name']}", "born": who["birth_date"]}

    found = world.post("biller", "/accounts/find", json=body).json()["accounts"]

    assert [row["account_id"] for row in found] == ["A000001"]
    assert found[0]["state"] == "not_billed"
    assert account["claims"][0]["account_id"] == "A000001"


def test_a_request_of_a_patient_is_checked_before_it_is_kept(world: ApiWorld) -> None:
    with_claims(world)
    for path, body in (
        ("payments", {"amount_cents": -5}),
        ("payments", {"amount_cents": 12.5}),
        ("payments", {"amount_cents": 100, "method": "shells"}),
        ("payments", {"amount_cents": 100, "received_on": "yesterday"}),
        ("plans", {"installments": 0}),
        ("assistance", {"household_size": 0}),
        ("disputes", {"subject": "weather"}),
        ("contacts", {"outcome": "a long talk about the weather"}),
    ):
        answer = world.post("biller", f"/accounts/A000001/{path}", json=body)
        assert answer.status_code == 422, (path, body)
    assert world.get("biller", "/accounts/A000001").json()["payments"] == []


def test_a_call_is_written_down(world: ApiWorld) -> None:
    with_claims(world)
    world.post("biller", "/accounts/A000001/contacts", json={"outcome": "no_answer"})
    (contact,) = world.get("biller", "/accounts/A000001").json()["contacts"]
    assert (contact["kind"], contact["reference"], contact["actor"]) == ("call", "no_answer", "biller")


def test_bodies_that_are_no_objects_are_refused(world: ApiWorld) -> None:
    for body in (b"[]", b"{", b"null"):
        assert world.post("admin", "/users", content=body).status_code == 422


def test_lists_that_are_empty_are_lists(world: ApiWorld) -> None:
    for path, key in (
        ("/remittances", "remittances"),
        ("/denials", "denials"),
        ("/appeals", "appeals"),
        ("/accounts", "accounts"),
        ("/worklist", "tasks"),
    ):
        assert world.get("biller", path).json() == {key: []}


def test_a_claim_goes_on_from_the_database(world: ApiWorld) -> None:
    with_claims(world, 2)
    assert world.post("biller", "/claims/C000001/rehydrate").status_code == 403
    assert world.post("admin", "/claims/C000001/rehydrate").json()["rung"]
    with world.db.write() as tx:
        rings = outbox.take(tx, 10, AT)
    assert ClaimStart("C000001", resume=True) in [ring.start for ring in rings]


def test_everything_under_way_goes_on_from_the_database(world: ApiWorld) -> None:
    with_claims(world, 3)
    with world.db.write() as tx:
        account_id = claims.load(tx, "C000001").account_id
        claims.move(tx, act("C000003"), "C000003", ClaimStage.CLOSED, "paid")
        patient_accounts.begin(tx, account_id, AT)
        remittance_id = remittances.receive(tx, "document", remittance("T1", payment(claim_facts(1))), AT)
        submissions.queue(tx, "C000002", 1, "P", "clearinghouse", AT.date(), AT)
        outbox.done(tx, outbox.take(tx, 100, AT))
    assert world.post("biller", "/rehydrate").status_code == 403
    told = world.post("manager", "/rehydrate").json()
    assert told == {"claims": 2, "accounts": 1, "remittances": 1, "connections": 1}
    with world.db.write() as tx:
        rung = {ring.workflow_id for ring in outbox.take(tx, 100, AT)}
    assert rung == {
        "claim/C000001",
        "claim/C000002",
        f"account/{account_id}",
        f"remittance/{remittance_id}",
        "submission/clearinghouse",
    }


@pytest.mark.parametrize("name", sorted(e.path for e in ENDPOINTS if e.path.startswith("/reports/")))
def test_every_report_can_be_read(world: ApiWorld, name: str) -> None:
    with_claims(world, 4)
    found = world.get("auditor", name).json()
    assert set(found) == {"rows", "totals", "findings"}
    # No engine runs here: the proof of the processes says that it compared none, never that all is well.
    away = ["engine.away"] if name == "/reports/invariants" else []
    assert [one["code"] for one in found["findings"]] == away


def test_a_correction_also_answers_the_task_of_a_denial(world: ApiWorld) -> None:
    with_claims(world)
    ask_person(world, "C000001-1-fix_denial-1", subject="claim/C000001")
    answer = world.post("biller", "/claims/C000001/corrections", json={"changes": {"place_of_service": "22"}})
    assert answer.json()["error"]["code"] == "engine_away"


def test_health_readiness_and_metrics(world: ApiWorld) -> None:
    with_claims(world, 3)
    assert world.get("", "/health").json()["alive"]
    ready = world.get("", "/ready")
    assert (ready.status_code, ready.json()["database"], ready.json()["engine"]) == (503, True, False)
    assert 'revcycle_claims{stage="ready_to_bill"} 3.0' in world.get("", "/metrics").text
    assert world.get("", "/nowhere").json()["error"]["code"] == "no_such_page"
