"""Policies over HTTP and at the command line: what is shown is what the next clock runs by."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from revcycle.cli.exits import Exit
from revcycle.db import decisions
from revcycle.db.claims import claims
from revcycle.db.work import deadlines
from revcycle.domain.work import subjects
from revcycle.effects.claims.intake import import_837
from tests.support.api import AT, ApiWorld, synthetic, with_claims
from tests.support.exchange.payer_directory import DIRECTORY_TOML

FIRST = "2020-01-01"
CONTRACT = ("payer", "policy", "set", "--payer", "60054", "--class", "commercial", "--source", "contract 12")


def filing_days(world: ApiWorld, claim_ids: tuple[str, ...], payer_id: str) -> set[int]:
    """Return how many days after service the filing clocks of a payer's claims end."""
    with world.db.read() as tx:
        rows = [claims.load(tx, claim_id) for claim_id in claim_ids]
        return {
            (clock.due_at.date() - row.service_date).days
            for row in rows
            if row.payer_id == payer_id
            for clock in deadlines.of_subject(tx, subjects.claim(row.claim_id))
            if clock.name == "timely filing"
        }


def test_what_payer_show_says_is_what_the_next_clock_runs_by_and_an_armed_one_stays(
    world: ApiWorld, cli: Any, tmp_path: Path
) -> None:
    before = with_claims(world, 24).accepted
    assert filing_days(world, before, "SBX01") == {90}
    file = tmp_path / "payers.toml"
    file.write_text(DIRECTORY_TOML.replace("PAY01", "SBX01"))
    assert cli("payer", "import", str(file))[0] == Exit.OK
    clock = cli("payer", "show", "SBX01")[1]["clocks"][0]
    assert (clock["policy"]["filing_days"], clock["from_whom"]) == (90, "the class of payers")

    words = ("payer", "policy", "set", "--payer", "SBX01", "--class", "commercial", "--source", "contract 7")
    written = cli(*words, "--from", FIRST, "filing_days=75")[1]
    assert written["changes"] == [{"field": "filing_days", "before": 90, "after": 75}]
    with world.db.read() as tx:
        mine = [claim_id for claim_id in before if claims.load(tx, claim_id).payer_id == "SBX01"]
    assert written["open_claims"] == len(mine)
    clock = cli("payer", "show", "SBX01")[1]["clocks"][0]
    assert (clock["policy"]["filing_days"], clock["from_whom"]) == (75, "your contract")
    assert (clock["reference"], clock["policy"]["source"]) == (written["reference"], "contract 7")

    after = import_837(world.db, synthetic(16, 11)[1], "test", AT, "biller").accepted
    assert filing_days(world, after, "SBX01") == {clock["policy"]["filing_days"]}
    assert filing_days(world, before, "SBX01") == {90}
    with world.db.read() as tx:
        told = {one.policy for name in after for one in decisions.of_subject(tx, subjects.claim(name))}
    assert written["reference"] in told
    story = world.get("manager", f"/claims/{after[0]}/story").json()["story"]
    assert any("@" in line["policy"] for line in story)


def test_a_dry_run_says_what_would_change_and_writes_nothing(world: ApiWorld, cli: Any) -> None:
    words = (
        *CONTRACT,
        "--from",
        FIRST,
        "filing_days=100",
        "appeal_levels.1.file_days=90",
        "follow_up_days=10,20",
    )
    told = cli(*words, "--dry-run")[1]
    assert not told["written"]
    assert {one["field"]: (one["before"], one["after"]) for one in told["changes"]} == {
        "filing_days": (120, 100),
        "appeal_levels.1.file_days": (180, 90),
        "follow_up_days.1": (21, 10),
        "follow_up_days.2": (30, 20),
        "follow_up_days.3": (45, None),
    }
    shown = ("payer", "policy", "show", "--payer", "60054", "--class", "commercial")
    assert cli(*shown)[1]["policy"]["filing_days"] == 120
    assert cli(*words)[1]["written"]
    assert cli(*shown)[1]["policy"]["filing_days"] == 100
    again = cli(*words)[1]
    assert (again["reference"], again["written"], again["changes"]) == (told["reference"], False, [])
    text = cli(*CONTRACT, "--from", FIRST, "appeal_levels.1.minimum_cents=5000", text=True)[1]
    assert "50.00" in text
    assert "written as contract-60054-commercial@2020-01-01.2" in text


def test_every_row_is_kept_with_who_wrote_it_and_why(world: ApiWorld, cli: Any) -> None:
    first = cli(*CONTRACT, "--from", FIRST, "filing_days=100")[1]["reference"]
    second = cli(*CONTRACT, "--from", FIRST, "filing_days=110")[1]["reference"]
    scope = ("--payer", "60054", "--class", "commercial")
    rows = cli("payer", "policy", "history", *scope)[1]["rows"]
    assert [one["row"]["reference"] for one in rows] == ["aetna@2020-01-01.1", first, second]
    assert [one["actor"] for one in rows] == ["program", "manager", "manager"]
    assert rows[1]["cause"] == "contract 12: filing_days 100"
    assert cli("payer", "policy", "show", "--reference", first)[1]["policy"]["filing_days"] == 100
    with world.db.read() as tx:
        told = decisions.of_subject(tx, "policy/contract-60054-commercial")
    assert [one.policy for one in told] == [first, second]
    text = cli("payer", "policy", "history", *scope, "--csv", text=True)[1]
    assert [row["reference"] for row in csv.DictReader(io.StringIO(text))] == [
        "aetna@2020-01-01.1",
        first,
        second,
    ]
    assert "filing_days 110" in cli("payer", "policy", "history", *scope, text=True)[1]


def test_the_list_has_one_row_for_each_scope_that_counts_on_the_day(cli: Any) -> None:
    assert cli(*CONTRACT, "--from", "2026-03-01", "--until", "2026-03-31", "filing_days=60")[1]["written"]

    def row(on: str) -> str:
        told = cli("payer", "policy", "list", "--on", on)[1]["policies"]
        scopes = [one["scope"] for one in told]
        assert len(scopes) == len(set(scopes))
        found: str = next(one["reference"] for one in told if one["scope"] == "payer:60054:commercial")
        return found

    assert row("2026-02-28") == "aetna@2020-01-01.1"
    assert row("2026-03-31") == "contract-60054-commercial@2026-03-01.1"
    assert row("2026-04-01") == "aetna@2020-01-01.1"
    assert "medicare@2026-01-01.1" in cli("payer", "policy", "list", "--csv", text=True)[1]


def test_a_file_writes_contracts_too_and_is_taken_whole_or_not_at_all(cli: Any, tmp_path: Path) -> None:
    file = tmp_path / "payers.toml"
    policy = """
[[policies]]
payer_id = "GH001"
payer_class = "commercial"
effective_from = 2026-01-01
source = "contract of December 2025"
as_of = 2025-12-20
filing_days = 60
appeal_levels = [{ level = 1, name = "dispute", body = "plan", file_days = 45, decide_days = 30 }]
"""
    file.write_text(DIRECTORY_TOML + policy)
    written = cli("payer", "import", str(file))[1]
    assert written == {
        "payers": 1,
        "changed": ["PAY01"],
        "policies": ["contract-PAY01-commercial@2026-01-01.1"],
    }
    assert cli("payer", "import", str(file))[1] == {"payers": 1, "changed": [], "policies": []}
    clock = cli("payer", "show", "PAY01")[1]["clocks"][0]
    assert (clock["policy"]["filing_days"], clock["policy"]["as_of"]) == (60, "2025-12-20")
    assert [rung["name"] for rung in clock["policy"]["appeal_levels"]] == ["dispute"]
    file.write_text(DIRECTORY_TOML.replace("GOOD", "BETTER") + policy.replace("45", "0"))
    code, error = cli("payer", "import", str(file))
    assert (code, error["where"]) == (Exit.USAGE, "policies[1]")
    assert "appeal level 1 needs" in error["message"]
    assert cli("payer", "show", "PAY01")[1]["name"] == "GOOD HEALTH"


@pytest.mark.parametrize(
    ("old", "new", "where", "known"),
    [
        ("[[payers]]", "[[payer]]", "payer", "policies"),
        ("aliases", "alias", "payers[1].alias", "aliases"),
        ("services =", "service =", "payers[1].routes[1].service", "services"),
        (
            '{ transaction = "835"',
            '{ transactions = "835"',
            "payers[1].routes[1].services[2].transactions",
            "since",
        ),
    ],
)
def test_a_key_nobody_knows_is_refused_with_its_place(
    cli: Any, tmp_path: Path, old: str, new: str, where: str, known: str
) -> None:
    file = tmp_path / "payers.toml"
    text = DIRECTORY_TOML.replace(old, new, 1)
    file.write_text(text.replace("[[payers.routes]]", "[[payer.routes]]") if new == "[[payer]]" else text)
    code, error = cli("payer", "import", str(file))
    assert (code, error["where"]) == (Exit.USAGE, where)
    assert known in error["message"] + error["remedy"]
    assert cli("payer", "list")[1]["payers"] == []


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ('payer_class = "comercial"', "policies[1].payer_class"),
        ('payer_class = "commercial"\nfiling_day = 60', "policies[1].filing_day"),
        ('payer_class = "commercial"\nfiling_days = 60', "policies[1].source"),
        ('payer_class = "commercial"\nsource = "x"\neffective_from = "soon"', "policies[1].effective_from"),
        ('payer_class = "commercial"\nsource = "x"\nversion = 3', "policies[1].version"),
        (
            'payer_class = "commercial"\nsource = "x"\nappeal_levels = [{ levle = 1 }]',
            "policies[1].appeal_levels[1].levle",
        ),
    ],
)
def test_a_policy_in_a_file_is_refused_with_its_place(cli: Any, tmp_path: Path, row: str, where: str) -> None:
    file = tmp_path / "payers.toml"
    file.write_text(f"[[policies]]\n{row}\n")
    code, error = cli("payer", "import", str(file))
    assert (code, error["where"]) == (Exit.USAGE, where)
    assert error["remedy"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("filing_days",), "names no value"),
        (("filing_days=soon",), "Expected `int`"),
        (("filing_days=0",), "at least one day"),
        (("filing_day=90",), "filing_day is not known"),
        (("payer_class=medicare",), "payer_class is not known"),
        (("appeal_levels.3.file_days=90",), "there is no 3"),
        (("appeal_levels.1.days=90",), "days is not known"),
        (("filing_days.1=90",), "there is no 1"),
        (("--until", "2019-01-01", "filing_days=90"), "comes before"),
        (("--from", "soon", "filing_days=90"), "effective_from is not a day"),
    ],
)
def test_a_change_that_cannot_be_is_refused_in_plain_words(
    cli: Any, words: tuple[str, ...], told: str
) -> None:
    code, error = cli(*CONTRACT, *words)
    assert code == Exit.USAGE
    assert told in error["message"]
    assert error["remedy"]


def test_policies_toward_patients_and_state_law_have_the_same_verbs(cli: Any) -> None:
    said = ("--source", "board of 2026-01-04")
    assert cli("patient", "policy", "set", *said, "--from", FIRST, "small_balance_cents=0")[1]["written"]
    assert cli("patient", "policy", "show")[1]["policy"]["small_balance_cents"] == 0
    shown = cli("patient", "state-law", "show", "ny")[1]
    assert (shown["reference"], shown["policy"]["referral_days_min"]) == ("state-NY@2024-01-01.1", 180)
    assert cli("patient", "state-law", "show", "OH")[0] == Exit.NOT_FOUND
    words = ("patient", "state-law", "set", "oh", *said)
    assert cli(*words, "referral_days_min=150")[1]["message"].startswith("the policy cannot be used")
    written = cli(*words, "--dry-run", "providers=all", "referral_days_min=150")[1]
    assert written["reference"] == f"own-state-OH@{AT.date()}.1"
    assert cli("patient", "poverty", "show", "--on", "2026-01-13")[1]["policy"]["policy_id"].endswith("2026")
    assert len(cli("patient", "poverty", "history")[1]["rows"]) == 3
    assert len(cli("patient", "state-law", "list")[1]["policies"]) == 8


def test_a_scope_or_kind_that_is_none_is_refused(world: ApiWorld, cli: Any) -> None:
    assert cli("payer", "policy", "show", "--payer", "60054")[1]["remedy"] == "give --class"
    assert cli("payer", "policy", "show", "--reference", "x@2026-01-01.1")[0] == Exit.NOT_FOUND
    assert cli("patient", "state-law", "show", "New York")[0] == Exit.USAGE
    assert world.get("manager", "/policies/weather").status_code == 404
    for scope in ("payer:60054", "payer::commercial", "class:aetna", "60054"):
        assert world.get("manager", f"/policies/payer/{scope}").status_code == 422


def test_a_biller_reads_policies_and_does_not_change_them(world: ApiWorld) -> None:
    path, body = "/policies/payer/class:commercial", {"source": "x", "changes": {"filing_days": 60}}
    assert world.get("biller", path).status_code == 200
    assert world.post("biller", path, json=body).status_code == 403
    assert world.post("auditor", path, json=body).status_code == 403
    assert world.post("admin", path, json=body).json()["written"]
    assert world.post("admin", path, json={"source": "x", "changes": []}).status_code == 422
    twice = body | {"effective_from": "2026-01-01", "changes": {"effective_from": "2026-02-01"}}
    assert world.post("admin", path, json=twice).status_code == 422
