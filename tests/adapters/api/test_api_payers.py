"""The payer directory over HTTP and at the command line."""

from pathlib import Path
from typing import Any

from revcycle.cli.exits import Exit
from revcycle.db import decisions
from revcycle.db.work import outbox
from tests.support.api import AT, ApiWorld
from tests.support.exchange.payer_directory import DIRECTORY_TOML


def test_a_directory_is_imported_listed_shown_and_checked(cli: Any, tmp_path: Path) -> None:
    file = tmp_path / "payers.toml"
    file.write_text(DIRECTORY_TOML)
    assert cli("payer", "import", str(file)) == (Exit.OK, {"payers": 1, "changed": ["PAY01"], "policies": []})
    assert cli("payer", "import", str(file))[1]["changed"] == []
    (row,) = cli("payer", "list")[1]["payers"]
    assert (row["transactions"], row["not_open"]) == (["270", "837P"], ["835"])
    shown = cli("payer", "show", "GH001")[1]
    assert shown["payer_id"] == "PAY01"
    assert [clock["policy"]["payer_class"] for clock in shown["clocks"]] == [
        "commercial",
        "medicare_advantage",
    ]
    assert shown["source"] == "payer's companion guide"
    code, told = cli("payer", "check")
    assert (code, [one["code"] for one in told["findings"]]) == (Exit.FINDING, ["payer.not_enrolled"])
    text = cli("payer", "show", "PAY01", text=True)[1]
    assert "835" in text
    assert "finish the enrollment" in text


def test_an_enrollment_is_recorded_and_the_check_is_clean(cli: Any, tmp_path: Path) -> None:
    file = tmp_path / "payers.toml"
    file.write_text(DIRECTORY_TOML)
    cli("payer", "import", str(file))
    words = ("payer", "enroll", "PAY01", "835", "enrolled", "--connection", "clearinghouse")
    assert cli(*words, "--since", "2026-01-05")[1]["state"] == "enrolled"
    assert cli("payer", "check", "PAY01")[0] == Exit.OK
    assert (
        cli("payer", "enroll", "PAY01", "278", "enrolled", "--connection", "clearinghouse")[0]
        == Exit.NOT_FOUND
    )
    assert cli("payer", "show", "NOBODY")[0] == Exit.NOT_FOUND


def test_a_bad_entry_is_refused_with_its_place(cli: Any, tmp_path: Path) -> None:
    file = tmp_path / "payers.toml"
    file.write_text(DIRECTORY_TOML.replace('"enrolled"', '"maybe"'))
    code, error = cli("payer", "import", str(file))
    assert code == Exit.USAGE
    assert "enrollment" in error["message"]
    file.write_text("[[payers")
    assert cli("payer", "import", str(file))[0] == Exit.REFUSED


def test_a_biller_reads_the_directory_and_does_not_change_it(world: ApiWorld) -> None:
    assert world.get("biller", "/payers").status_code == 200
    assert world.post("biller", "/payers", json={"payers": []}).status_code == 403


def test_a_connection_is_parked_and_resumed_by_a_manager(world: ApiWorld, cli: Any) -> None:
    (line,) = cli("connection", "list")[1]["connections"]
    assert (line["connection_id"], line["state"], line["waiting"]) == ("clearinghouse", "open", 0)
    parked = cli("connection", "park", "clearinghouse", "--reason", "their data centre burns")[1]
    assert (parked["state"], parked["actor"], parked["reason"]) == (
        "parked",
        "manager",
        "their data centre burns",
    )
    assert world.post("biller", "/connections/clearinghouse/resume", json={}).status_code == 403
    assert cli("connection", "resume", "clearinghouse")[1]["state"] == "open"
    with world.db.read() as tx:
        assert [one.outcome for one in decisions.of_subject(tx, "submission/clearinghouse")] == [
            "parked",
            "open",
        ]
        assert outbox.take(tx, 10, AT)
    assert cli("connection", "park", "carrier-pigeon", "--reason", "x")[0] == Exit.NOT_FOUND
