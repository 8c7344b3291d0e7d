"""Corrections under plain names: each option becomes the path the api knows, and the claim changes so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from revcycle.access.roles import Role
from revcycle.cli.api_client import ApiClient
from revcycle.cli.claims.corrections import changes_of
from revcycle.cli.desk import Desk
from revcycle.cli.exits import Exit, Failure
from revcycle.cli.main import run
from revcycle.db.claims import claims, corrections
from revcycle.sandbox.outside import write_directory
from tests.support.api import AT, ApiWorld, api_world, with_claims


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    with api_world(tmp_path_factory.mktemp("corrections")) as made:
        with_claims(made)
        with made.db.write() as tx:
            write_directory(tx, AT)
        yield made


@pytest.fixture
def desk(world: ApiWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Desk]:
    monkeypatch.setenv("REVCYCLE_SESSION_FILE", str(tmp_path / "session.json"))
    made = Desk()
    made.use(ApiClient(world.address))
    made.api._token = world.token(Role.BILLER.value)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("given", "changes"),
    [
        ({"member_id": "7Q1"}, {"coverages[0].member_id": "7Q1"}),
        (
            {"payer": "SBX02"},
            {"coverages[0].payer_id": "SBX02", "coverages[0].payer_name": "NORTHFORK MUTUAL"},
        ),
        (
            {"date_of_birth": "1980-03-31"},
            {"patient.birth_date": "1980-03-31", "coverages[0].subscriber.birth_date": "1980-03-31"},
        ),
        ({"diagnosis": ("m25.562", "I10")}, {"diagnosis_codes": "M25562,I10"}),
        ({"modifier": ("25", "lt"), "line": 1}, {"lines[0].modifiers": "25,LT"}),
        ({"charge": 12_550, "line": 1}, {"lines[0].charge_cents": "125.50"}),
        ({"pointer": ("1",), "line": 1}, {"lines[0].diagnosis_pointers": "1"}),
        ({"units": "2", "line": 1}, {"lines[0].units": "2"}),
        ({"procedure": "99213", "line": 1}, {"lines[0].procedure_code": "99213"}),
        ({"service_date": "2026-01-02", "line": 1}, {"lines[0].service_date": "2026-01-02"}),
        ({"place_of_service": "22"}, {"place_of_service": "22"}),
        ({"authorization": "AUTH1"}, {"prior_authorization_number": "AUTH1"}),
        ({"rendering_npi": "1990000014"}, {"rendering_provider.npi": "1990000014"}),
        ({"group_number": "G1"}, {"coverages[0].group_number": "G1"}),
    ],
)
def test_every_named_option_is_a_field_the_claim_has(
    world: ApiWorld, desk: Desk, given: dict[str, Any], changes: dict[str, str]
) -> None:
    claim_id = _claim_of_a_policy_holder(world)
    assert changes_of(desk, claim_id, (), given) == changes
    with world.db.read() as tx:
        facts = claims.facts(tx, claim_id)
    corrections.corrected(facts, changes)


def _claim_of_a_policy_holder(world: ApiWorld) -> str:
    with world.db.read() as tx:
        rows = claims.find(tx)
        return next(
            row.claim_id
            for row in rows
            if claims.facts(tx, row.claim_id).coverages[0].relationship_code == "18"
        )


def test_a_coverage_or_line_the_claim_has_not_is_told_with_those_it_has(world: ApiWorld, desk: Desk) -> None:
    claim_id = _claim_of_a_policy_holder(world)
    with pytest.raises(Failure) as no_coverage:
        changes_of(desk, claim_id, (), {"member_id": "7Q1", "coverage": "tertiary"})
    assert no_coverage.value.error["message"] == "the claim has no tertiary coverage"
    assert "primary" in no_coverage.value.error["remedy"]
    with pytest.raises(Failure) as no_line:
        changes_of(desk, claim_id, (), {"modifier": ("25",), "line": 40})
    assert no_line.value.error["message"] == "the claim has no line 40"
    assert "1" in no_line.value.error["remedy"]


def test_an_unknown_payer_is_not_found(desk: Desk) -> None:
    with pytest.raises(Failure) as refused:
        changes_of(desk, "C000001", (), {"payer": "ZZZ"})
    assert refused.value.exit == Exit.NOT_FOUND


def test_plain_paths_need_no_look_at_the_claim() -> None:
    assert changes_of(Desk(), "C000001", ("place_of_service=22",), {"coverage": "primary"}) == {
        "place_of_service": "22"
    }


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "nothing to change"),
        (("--set", "nothing"), "a change is FIELD=VALUE"),
        (("--date-of-birth", "31.3.1980"), "is not a day"),
        (("--charge", "ten"), "is not an amount in dollars"),
        (("--coverage", "primry"), "did you mean primary"),
    ],
)
def test_what_cannot_be_a_correction_is_told_before_anything_is_asked(
    desk: Desk, words: tuple[str, ...], told: str
) -> None:
    code, failure = run(["claim", "correct", "C000001", *words], desk)
    assert code == Exit.USAGE
    assert failure is not None
    assert told in failure.error["message"]


def test_the_american_way_to_write_a_day_is_understood(desk: Desk) -> None:
    code, failure = run(["claim", "correct", "C000001", "--date-of-birth", "3/31/1980"], desk)
    assert code == Exit.REFUSED, "no task waits for it; the day was taken"
    assert failure is not None
    assert failure.error["code"] == "nothing_to_correct"
