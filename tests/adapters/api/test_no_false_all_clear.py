"""What is not there is refused by name: no empty list for an unknown role, id, word or kind of file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from revcycle.db.work import tasks
from revcycle.domain.work.task import TaskRequest
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.sandbox.outside import write_directory
from tests.support.api import AT, ApiWorld, api_world, synthetic, with_claims

ADVICE = Path(__file__).parents[2] / "samples" / "edi" / "whole" / "835-1.x12"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    with api_world(tmp_path_factory.mktemp("known")) as made:
        with_claims(made)
        with made.db.write() as tx:
            write_directory(tx, AT)
            request = TaskRequest("C000001-review-1", TaskKind.REVIEW, "claim/C000001", "look", AT)
            tasks.open_(tx, request, AT)
        yield made


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/worklist?role=bilr", 422, "did you mean biller?"),
        ("/worklist?subject=claim/C999999", 404, "no claim C999999"),
        ("/worklist?subject=C999999", 404, "no claim C999999"),
        ("/worklist?subject=A999999", 404, "no account A999999"),
        ("/worklist?subject=R999999", 404, "no remittance R999999"),
        ("/worklist?subject=C000001-9", 404, "no denial C000001-9"),
        ("/worklist?subject=C000001-9-1", 404, "no appeal C000001-9-1"),
        ("/worklist?subject=B999999", 404, "no batch B999999"),
        ("/worklist?subject=submission/nowhere", 404, "no connection nowhere"),
        ("/worklist?subject=clam/C000001", 422, "did you mean claim?"),
        ("/claims?payer=NOBODY", 404, "no payer NOBODY"),
        ("/claims?account=A999999", 404, "no account A999999"),
        ("/claims?stage=denid", 422, "did you mean denied?"),
        ("/denials?payer=NOBODY", 404, "no payer NOBODY"),
        ("/denials?category=authorisation", 422, "did you mean authorization?"),
        ("/appeals?state=filled", 422, "did you mean filed?"),
        ("/accounts?state=biled", 422, "did you mean billed?"),
        ("/remittances?state=postd", 422, "did you mean posted?"),
        ("/remittances?trace=NOTHING", 404, "no remittance has this trace number"),
    ],
)
def test_a_filter_by_what_is_not_there_is_refused(world: ApiWorld, path: str, status: int, told: str) -> None:
    answer = world.get("biller", path)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert told in f"{error['message']} {error['remedy']}"
    assert error["remedy"]


@pytest.mark.parametrize(
    ("path", "field", "rows"),
    [
        ("/worklist?role=manager", "tasks", 0),
        ("/worklist?subject=C000001", "tasks", 1),
        ("/worklist?subject=claim/C000001", "tasks", 1),
        ("/worklist?subject=C000002", "tasks", 0),
        ("/worklist?subject=A000001", "tasks", 0),
        ("/denials?payer=SBX01", "denials", 0),
        ("/denials?category=authorization", "denials", 0),
        ("/claims?stage=paid", "claims", 0),
    ],
)
def test_a_filter_by_what_is_there_may_find_nothing(
    world: ApiWorld, path: str, field: str, rows: int
) -> None:
    answer = world.get("biller", path)
    assert answer.status_code == 200
    assert len(answer.json()[field]) == rows


def test_an_audit_of_nobody_is_refused(world: ApiWorld) -> None:
    assert world.get("auditor", "/audit?user=nobody").status_code == 404


def test_a_file_of_another_kind_is_refused_and_not_kept(world: ApiWorld) -> None:
    claims_file, advice = synthetic(3, seed=9)[1], ADVICE.read_bytes()
    for path, body, told in (
        ("/remittances/import", claims_file, "`revcycle claim import`"),
        ("/claims/import", advice, "`revcycle remittance import`"),
        ("/claims/check", advice, "`revcycle remittance import`"),
    ):
        answer = world.post("biller", path, content=body)
        assert answer.status_code == 422, path
        assert told in answer.json()["error"]["remedy"]
    taken = world.post("biller", "/claims/import", content=claims_file).json()
    assert len(taken["accepted"]) == 3, "a refused file may still be taken in where it belongs"


def test_the_quarantine_of_a_remittance_has_its_reason_and_asks_the_payer(world: ApiWorld) -> None:
    broken = ADVICE.read_bytes().replace(b"CLP*PCN1*19*6.68*", b"CLP*PCN1*19*six*")
    answer = world.post("biller", "/remittances/import", content=broken).json()
    (part,) = answer["quarantined"]
    (finding,) = part["findings"]
    assert finding["message"] == "This is not an amount in dollars and cents."
    assert finding["remedy"].startswith("Ask the payer for a corrected file")


def test_an_amount_refused_is_told_in_dollars(world: ApiWorld) -> None:
    answer = world.post("biller", "/accounts/A000001/payments", json={"amount_cents": 0, "method": "cash"})
    error = answer.json()["error"]
    assert error["message"] == "the amount is not an amount above $0.00"
    assert "cents" not in error["remedy"]


@pytest.mark.parametrize(("path", "field"), [("/claims/search", "patient_name"), ("/accounts/find", "name")])
def test_a_name_that_can_find_nobody_is_refused(world: ApiWorld, path: str, field: str) -> None:
    answer = world.post("biller", path, json={field: "Alder"})
    assert answer.status_code == 422
    assert answer.json()["error"]["remedy"] == "write it as LAST,FIRST"
