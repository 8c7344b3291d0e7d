"""Answers that the other tests of the api do not ask for; each is compared with openapi.json on its way out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.denial import DenialActivities
from revcycle.db.claims import claims
from revcycle.db.denials import appeals
from revcycle.db.denials.appeals import ExhibitRow
from revcycle.db.mail import documents
from revcycle.db.patients import statements
from revcycle.db.patients.statements import LetterRow, LetterState
from revcycle.db.remittances import deposits
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.patients.contact import ContactKind
from revcycle.edi.remittance_835.x12_835 import write_remittance
from revcycle.edi.wire.envelope import Envelope, Party
from tests.support.api import PASSWORD, ApiWorld, api_world, with_claims
from tests.support.denials.appeals import appeal_row, denial_act
from tests.support.remittances.remittance_book import (
    AT,
    act,
    charge,
    claim_facts,
    payment,
    payment_with,
    post,
    remittance,
)

PARTIES = (Party("GOOD HEALTH", "PAY01"), Party("GOOD CLINIC", "1234567893"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ApiWorld]:
    with api_world(tmp_path) as made:
        yield made


def denied(world: ApiWorld) -> str:
    """Put a denied claim with an appeal of it into the database; return the claim's id."""
    facts = claim_facts(1)
    with world.db.write() as tx:
        claim_id = charge(tx, facts)
    remittance_id = post(world.db, remittance("T1", payment_with(facts, {"CO_50": 10_000}, "4")))
    DenialActivities(world.db).classify_denial(
        denial_act(claim_id, "classify"), claim_id, f"{claim_id}-1", remittance_id
    )
    with world.db.write() as tx:
        appeals.insert(tx, appeal_row(claim_id))
    return claim_id


def test_a_denial_and_its_appeal_are_shown(world: ApiWorld) -> None:
    claim_id = denied(world)
    shown = world.get("biller", f"/denials/{claim_id}-1").json()
    assert (shown["code"], [one["appeal_id"] for one in shown["appeals"]]) == ("CO-50", [f"{claim_id}-1-1"])

    path = f"/appeals/{claim_id}-1-1"
    missing = world.get("biller", f"{path}/packet")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_written")
    with world.db.write() as tx:
        document_id = documents.store(tx, "appeal", b"%PDF-1.7 packet", "test", AT, "application/pdf")
        appeals.put_exhibits(tx, f"{claim_id}-1-1", (ExhibitRow("A", "remittance", document_id),))
        appeals.keep_packet(tx, f"{claim_id}-1-1", document_id, "")
    assert [one["label"] for one in world.get("biller", path).json()["exhibits"]] == ["A"]
    packet = world.get("biller", f"{path}/packet")
    assert (packet.headers["content-type"], packet.content) == ("application/pdf", b"%PDF-1.7 packet")


def test_a_remittance_is_imported_and_shown_with_its_deposit(world: ApiWorld) -> None:
    facts = claim_facts(1)
    with world.db.write() as tx:
        charge(tx, facts)
    text = write_remittance(
        Envelope("PAY", "US", 1, AT), *PARTIES, remittance("T1", payment(facts, CO_45=3000))
    )
    taken = world.post("biller", "/remittances/import", content=text).json()
    (remittance_id,) = taken["remittances"]
    broken = text.replace(b"CLP*P000001*1*100*", b"CLP*P000001*1*1X0*")
    assert len(world.post("biller", "/remittances/import", content=broken).json()["quarantined"]) == 1
    assert world.post("biller", "/remittances/import", content=text).json()["already_imported"]

    csv = b"deposit_date,amount,eft_trace_number,payer_id\n2026-03-02,70.00,T1,PAY01\n"
    with world.db.write() as tx:
        (deposit_id,) = deposits.receive_csv(tx, csv, "document", AT).deposit_ids
        deposits.claim(tx, deposit_id, remittance_id)
    for role, number in (("biller", "P000001"), ("auditor", "•••")):
        shown = world.get(role, f"/remittances/{remittance_id}").json()
        assert [one["deposit_id"] for one in shown["deposits"]] == [deposit_id]
        assert [one["patient_control_number"] for one in shown["payments"]] == [number]


def test_a_file_that_is_no_remittance_is_refused_with_its_place(world: ApiWorld) -> None:
    refused = world.post("biller", "/remittances/import", content=b"Dear clinic, we paid.").json()["error"]
    assert refused["code"] == "not_x12"
    assert refused["remedy"]


def test_a_letter_is_listed_and_read(world: ApiWorld) -> None:
    account_id = "A000001"
    with_claims(world, 1)
    with world.db.write() as tx:
        document_id = documents.store(tx, "letter", b"%PDF-1.7 letter", "test", AT, "application/pdf")
        row = LetterRow(
            f"{account_id}-statement-1",
            account_id,
            ContactKind.STATEMENT,
            1,
            1,
            LetterState.MAILED,
            "",
            2_500,
            AT.date(),
            document_id,
            AT,
            AT,
            AT,
        )
        statements.store(tx, row, ())
    (listed,) = world.get("auditor", f"/accounts/{account_id}/letters").json()["letters"]
    letter = world.get("biller", f"/letters/{listed['letter_id']}")
    assert (letter.headers["content-type"], letter.content) == ("application/pdf", b"%PDF-1.7 letter")
    assert world.get("biller", f"/ledger/accounts/{account_id}").json()["balance"]["credit_cents"] == 0


def test_a_claim_that_has_ended_goes_again(world: ApiWorld) -> None:
    with_claims(world, 1)
    path = "/claims/C000001/resubmissions"
    too_early = world.post("biller", path, json={"reason": "the payer lost it"})
    assert (too_early.status_code, too_early.json()["error"]["code"]) == (409, "resubmission.stage")
    with world.db.write() as tx:
        claims.move(tx, act("C000001"), "C000001", ClaimStage.CLOSED, "paid")
    taken = world.post("biller", path, json={"reason": "the payer lost it"}).json()
    assert (taken["fields"], taken["version"]) == ([], 2)
    changed = world.post("biller", path, json={"reason": "x", "changes": {"place_of_service": "22"}}).json()
    assert changed["fields"] == ["place_of_service"]


def test_an_admin_gives_a_new_password_as_it_was_typed(world: ApiWorld) -> None:
    new = " a space before and after "
    assert world.post("admin", "/users/biller/password", json={"password": new}).json()["changed"]
    assert world.post("", "/login", json={"user": "Biller ", "password": new}).status_code == 200
    assert world.post("", "/login", json={"user": "biller", "password": PASSWORD}).status_code == 401


def test_a_parameter_that_nothing_takes_is_refused(world: ApiWorld) -> None:
    for path in ("/claims?stge=denied", "/claims/C000001?full=yes", "/connections?all=yes"):
        refused = world.get("biller", path)
        assert refused.status_code == 422
        assert refused.json()["error"]["where"] in path
    mistyped = {"amount_cents": 100, "recieved_on": "2026-01-05"}
    refused = world.post("biller", "/accounts/A000001/payments", json=mistyped)
    assert "received_on" in refused.json()["error"]["remedy"]
