"""The door of the api: who gets in, what each role sees, and that every look at a person is written down."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from revcycle.access.roles import PERMISSIONS, Permission, Role
from revcycle.access.tokens import IDLE, LIFETIME
from revcycle.api.app import ENDPOINTS
from revcycle.api.claims.facts import MASK
from revcycle.db.claims import claims
from revcycle.db.practice import audit, users
from tests.support.api import PASSWORD, ApiWorld, api_world, with_claims


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ApiWorld]:
    with api_world(tmp_path) as made:
        yield made


def records(world: ApiWorld, **wanted: Any) -> list[Any]:
    with world.db.read() as tx:
        return [r for r in audit.find(tx) if all(getattr(r, name) == value for name, value in wanted.items())]


def test_nobody_gets_in_without_a_session(world: ApiWorld) -> None:
    for endpoint in ENDPOINTS:
        path = endpoint.path.replace("{", "").replace("}", "")
        answer = world.ask("", endpoint.method, path)
        assert answer.status_code == 401, endpoint.path
        assert answer.json()["error"]["code"] == "not_logged_in"


def test_each_role_gets_exactly_what_its_table_says(world: ApiWorld) -> None:
    for role in Role:
        for endpoint in ENDPOINTS:
            if endpoint.action in ("logout", "password.change"):
                continue
            path = endpoint.path.replace("{", "no-such-").replace("}", "")
            answer = world.ask(role.value, endpoint.method, path)
            may = endpoint.permission is None or endpoint.permission in PERMISSIONS[role]
            assert (answer.status_code != 403) == may, (role, endpoint.action)


def test_every_permission_opens_something() -> None:
    opened = {endpoint.permission for endpoint in ENDPOINTS} | {Permission.CODEC_DECODE}
    assert set(Permission) <= opened


def test_a_denied_act_is_audited(world: ApiWorld) -> None:
    assert world.post("auditor", "/claims/import", content=b"x").status_code == 403
    assert records(world, user_id="auditor", action="claim.import", outcome="denied")


def test_a_wrong_password_does_not_say_what_was_wrong(world: ApiWorld) -> None:
    said = [
        world.post("", "/login", json={"user": user, "password": "wrong password here"}).json()["error"][
            "message"
        ]
        for user in ("biller", "nobody-of-that-name")
    ]
    assert said[0] == said[1] == "wrong name or password"


def test_a_name_that_does_not_exist_is_not_kept(world: ApiWorld) -> None:
    world.post("", "/login", json={"user": "my secret typed here", "password": "x"})
    assert records(world, user_id="unknown", action="login", outcome="denied")
    assert not records(world, user_id="my secret typed here")


def test_five_failures_lock_the_name_for_a_while(world: ApiWorld) -> None:
    for _ in range(users.FAILURES_MAX):
        world.post("", "/login", json={"user": "biller", "password": "wrong password here"})

    right = {"user": "biller", "password": PASSWORD}
    assert world.post("", "/login", json=right).status_code == 401
    world.wall.now += users.LOCK
    assert world.post("", "/login", json=right).status_code == 200


def test_a_session_ends_by_logout_idleness_age_and_disabling(world: ApiWorld) -> None:
    assert world.get("biller", "/whoami").status_code == 200
    world.wall.now += IDLE
    assert world.get("biller", "/whoami").status_code == 401

    world.tokens.clear()
    for _ in range(int(LIFETIME / (IDLE / 2))):
        assert world.get("biller", "/whoami").status_code == 200
        world.wall.now += IDLE / 2
    assert world.get("biller", "/whoami").status_code == 401

    world.tokens.clear()
    assert world.post("biller", "/logout").status_code == 200
    assert world.get("biller", "/whoami").status_code == 401

    world.tokens.clear()
    assert world.get("biller", "/whoami").status_code == 200
    assert world.post("admin", "/users/biller/disable", json={}).status_code == 200
    assert world.get("biller", "/whoami").status_code == 401


def test_a_changed_role_counts_at_once(world: ApiWorld) -> None:
    assert world.get("biller", "/claims").status_code == 200
    with world.db.engine.begin() as connection:
        connection.execute(text("UPDATE users SET role = 'admin' WHERE user_id = 'biller'"))
    assert world.get("biller", "/claims").status_code == 403


def test_who_may_not_see_persons_sees_none(world: ApiWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    claim_id = with_claims(world).accepted[0]
    with world.db.read() as tx:
        facts = claims.facts(tx, claim_id)
    secrets = {
        facts.patient.last_name,
        facts.patient.first_name,
        facts.patient.birth_date.isoformat(),
        facts.coverages[0].member_id,
        facts.patient_control_number,
        *facts.diagnosis_codes,
    }

    seen = world.get("auditor", f"/claims/{claim_id}").text
    seen += world.get("auditor", f"/claims/{claim_id}/story").text
    seen += world.get("auditor", "/claims").text
    seen += world.get("auditor", "/accounts/A000001").text
    seen += world.get("auditor", f"/claims/{claim_id}/eligibility").text
    seen += world.get("auditor", "/ledger/export").text

    assert MASK in seen
    assert not [secret for secret in secrets if secret in seen]
    assert not [secret for secret in secrets if secret in caplog.text]
    assert not records(world, user_id="auditor", person_read=True)


def test_a_look_at_a_person_is_audited_with_its_reason(world: ApiWorld) -> None:
    claim_id = with_claims(world).accepted[0]
    shown = world.get(
        "biller", f"/claims/{claim_id}", headers={"revcycle-reason": "the patient called"}
    ).json()

    assert shown["facts"]["patient"]["full_name"] != MASK
    (looked,) = records(world, person_read=True)
    assert (looked.user_id, looked.subject, looked.why) == (
        "biller",
        f"claim/{claim_id}",
        "the patient called",
    )
    assert looked.action == "claim.show"


def test_a_search_by_name_audits_each_person_found(world: ApiWorld) -> None:
    claim_id = with_claims(world).accepted[0]
    with world.db.read() as tx:
        facts = claims.facts(tx, claim_id)
    name = f"{facts.patient.last_name},{facts.patient.first_name}"

    found = world.post("biller", "/claims/search", json={"patient_name": name.lower()}).json()["claims"]

    assert claim_id in [row["claim_id"] for row in found]
    looked = {record.subject for record in records(world, person_read=True)}
    assert looked == {f"claim/{row['claim_id']}" for row in found}


def test_one_changed_byte_in_the_audit_log_is_found_and_placed(world: ApiWorld) -> None:
    for _ in range(3):
        world.post("auditor", "/claims/import", content=b"x")
    assert world.get("admin", "/audit/verify").json()["whole"]
    with world.db.read() as tx:
        seq = audit.find(tx, user_id="auditor")[1].seq

    with world.db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_records_no_update"))
        connection.execute(text(f"UPDATE audit_records SET outcome = 'done' WHERE seq = {seq}"))

    found = world.get("admin", "/audit/verify").json()
    assert (found["whole"], found["broken_seq"]) == (False, seq)
    assert found["message"] == f"record {seq} is not what was written"


def test_the_audit_log_cannot_be_changed_or_cut(world: ApiWorld) -> None:
    world.get("admin", "/audit")
    for statement in ("UPDATE audit_records SET why = 'x'", "DELETE FROM audit_records"):
        with pytest.raises(Exception, match="append-only"), world.db.engine.begin() as connection:
            connection.execute(text(statement))


def test_a_password_is_changed_and_old_sessions_end(world: ApiWorld) -> None:
    body = {"old": PASSWORD, "new": "another long password"}
    assert world.post("biller", "/password", json=body).status_code == 200
    assert world.get("biller", "/whoami").status_code == 401
    assert world.post("", "/login", json={"user": "biller", "password": PASSWORD}).status_code == 401
    assert world.post("", "/login", json={"user": "biller", "password": body["new"]}).status_code == 200


def test_staff_are_added_by_admins_with_sound_names_and_passwords(world: ApiWorld) -> None:
    add = {"user": "Grace.H", "role": "manager", "password": PASSWORD}
    assert world.post("admin", "/users", json=add).status_code == 201
    assert world.post("admin", "/users", json=add).status_code == 409
    assert world.post("admin", "/users", json=add | {"user": "a b"}).status_code == 422
    assert world.post("admin", "/users", json=add | {"user": "new", "role": "root"}).status_code == 422
    assert world.post("admin", "/users", json=add | {"user": "new", "password": "short"}).status_code == 422
    listed = world.get("admin", "/users")
    assert "grace.h" in [user["user_id"] for user in listed.json()["users"]]
    assert "argon2" not in listed.text
    assert world.post("admin", "/users/admin/disable", json={}).status_code == 409


def test_an_unexpected_fault_tells_nothing_about_anybody(
    world: ApiWorld, caplog: pytest.LogCaptureFixture
) -> None:
    with_claims(world)
    with world.db.engine.begin() as connection:
        connection.execute(text("UPDATE claims SET stage = 'Zebedee Secret'"))

    answer = world.get("biller", "/claims/C000001")

    assert answer.status_code == 500
    assert answer.json()["error"]["message"] == "something went wrong in this program"
    assert "Zebedee" not in caplog.text + answer.text


def test_the_wall_clock_is_turned_by_the_test_only(world: ApiWorld) -> None:
    before = world.get("", "/health").json()["business_time"]
    world.wall.now += timedelta(days=1)
    assert world.get("", "/health").json()["business_time"] > before
