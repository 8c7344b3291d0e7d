"""A marker in every field that names a person comes out nowhere: not in databases, logs, messages or file names."""

import base64
import json
import string
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from revcycle.domain.claims.claim import Claim, Coverage
from revcycle.domain.person import Address, Person
from revcycle.sandbox.payer.script import Behaviour, key_of, policy_key
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.people_script import Correction
from revcycle.sandbox.practice.synthetic import SyntheticPractice
from revcycle.sandbox.world import World
from tests.support.exchange.garbling_payer import garbling_payer
from tests.support.patience import until
from tests.support.worlds.living_world import (
    FIRST_DAY,
    TWICE_A_DAY,
    Staff,
    cli,
    fast,
    practice_of,
    revive,
    staff,
    stop,
    write_files,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

MARKER = "QZXCANARY"
BORN = date(1947, 10, 29)
LIVES = (
    Life.PAID_PATIENT_PAYS,
    Life.DENIED_CO197_OVERTURNED,
    Life.REJECTED_277CA_CORRECTED,
    Life.INACTIVE_COVERAGE_CORRECTED,
    Life.PRIMARY_THEN_SECONDARY,
    Life.LADDER_TO_AGENCY,
)
CLAIMS = 12
RUBBISH = {
    "835.rubbish": f"ISA*00*{MARKER}*not an interchange~CLP*{MARKER}*1".encode(),
    "277CA.rubbish": f"{MARKER} is not X12 at all".encode(),
    "deposits.rubbish": f"deposit_date,amount,eft_trace_number,payer_id\nno day,{MARKER},{MARKER},X".encode(),
    "appeal_decision.rubbish": f'{{"{MARKER}": "{MARKER}"'.encode(),
    "unheard_of.rubbish": MARKER.encode(),
}
"""Files a payer might send by mistake, one of each kind; the kind is the part before the dot."""


def marked_person(person: Person, who: str) -> Person:
    """Mark everything that names a person; ``who`` tells households and their members apart."""
    address = Address(f"12 {MARKER} ST", f"{MARKER}TON", "OH", "430039999", f"APT {MARKER}")
    named = replace(person, last_name=f"{MARKER}{who[0]}", first_name=f"{MARKER}{who[1]}")
    return replace(named, middle_name=f"{MARKER}M", birth_date=BORN, address=address)


def marked_coverage(coverage: Coverage, serial: int, who: str) -> Coverage:
    member_id = f"{MARKER}{serial}{coverage.responsibility.value}"
    subscriber = marked_person(coverage.subscriber, who)
    return replace(coverage, member_id=member_id, group_number=f"{MARKER}GR", subscriber=subscriber)


def marked_claim(claim: Claim, serial: int, *, homeless: bool) -> Claim:
    """Mark the claim's patient, subscribers, policies and the number the practice gave it.

    ``homeless``: the spouse who is insured, and answers for the patient, has no address: no letter can be written.
    """
    who = string.ascii_uppercase[serial] + "F"
    patient = marked_person(claim.patient, who)
    coverages = tuple(
        replace(marked_coverage(one, serial, who), relationship_code="18") for one in claim.coverages
    )
    if homeless:
        spouse = replace(marked_person(claim.patient, who[0] + "S"), address=None)
        coverages = tuple(replace(one, subscriber=spouse, relationship_code="01") for one in coverages)
    number = f"{MARKER}{serial}"
    return replace(
        claim,
        patient=patient,
        coverages=coverages,
        patient_control_number=number,
        source_control_number=number,
    )


def marked(practice: SyntheticPractice) -> SyntheticPractice:
    """Return the practice with every person marked, its two scripts following the new numbers."""
    claims, behaviours, inactive, parts = [], dict[str, Behaviour](), set[str](), {}
    for serial, claim in enumerate(practice.claims):
        part = practice.people.claims[claim.source_control_number]
        mark = marked_claim(claim, serial, homeless=part.life is Life.LADDER_TO_AGENCY)
        first, corrections = mark.coverages[0], part.corrections
        if part.life is Life.INACTIVE_COVERAGE_CORRECTED:
            inactive.add(policy_key(first.payer_id, first.member_id))
            corrections = (Correction("coverages[0].member_id", f"{first.member_id}R"),)
        elif corrections:
            corrections = (*corrections, Correction("patient.address.line1", f"99 {MARKER} AVE"))
        behaviour = practice.script.claims.get(key_of(claim, claim.coverages[0]))
        if behaviour:
            behaviours[key_of(mark, first)] = behaviour
        claims.append(mark)
        parts[mark.source_control_number] = replace(
            part, source_control_number=mark.source_control_number, corrections=corrections
        )
    script = replace(practice.script, claims=behaviours, inactive=frozenset(inactive))
    people = replace(practice.people, claims=parts)
    return replace(practice, claims=tuple(claims), script=script, people=people)


def variants() -> dict[str, bytes]:
    """Return what to look for: the marker as written, in other cases, and inside base64; the birth date."""
    texts = (MARKER, MARKER.lower(), MARKER.title())
    found = {text: text.encode() for text in texts} | {f"{t} (UTF-16)": t.encode("utf-16-le") for t in texts}
    for text in texts:
        for shift in range(3):
            inner = base64.b64encode(b"\0" * shift + text.encode())[4 if shift else 0 :]
            found[f"{text} (base64, {shift})"] = inner.rstrip(b"=")[:-1]
    dates = (BORN.isoformat(), f"{BORN:%Y%m%d}", f"{BORN:%m/%d/%Y}")
    return found | {text: text.encode() for text in dates}


def leaks(data: bytes) -> list[str]:
    """Return which variants stand in the bytes."""
    return [name for name, sought in variants().items() if sought in data]


@dataclass
class Evidence:
    """What the world left behind, and what its commands said."""

    home: Path
    said: dict[str, str] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)


def accounts_by_life(people: Staff, life: Life) -> list[str]:
    """Return the accounts of the claims of a life."""
    found = []
    for row in people.ask("claim", "list", "--limit", "1000", role="biller")["claims"]:
        shown = people.ask("claim", "show", row["claim_id"], "--why", "to find it", role="biller")
        part = people.people.claims[shown["facts"]["source_control_number"]]
        if part.life is life:
            found.append(str(row["account_id"]))
    return found


def letters(world: World, kind: str) -> list[str]:
    """Return the names of the letters of a kind in the mail."""
    folder = world.settings.mail_drop
    return sorted(file.name for file in folder.iterdir() if kind in file.name) if folder.exists() else []


def live(world: World, people: Staff) -> dict[str, Any]:
    """Play until an appeal and statements are out, corrections sent and a dispute with words is open."""
    seen: dict[str, Any] = {}
    unwritable = accounts_by_life(people, Life.LADDER_TO_AGENCY)
    payers = accounts_by_life(people, Life.PAID_PATIENT_PAYS)

    def happened() -> bool:
        people.look()
        if "dispute" not in seen and (mailed := [a for a in payers if letters(world, f"{a}-statement")]):
            words = f"{MARKER} {MARKER.lower()} says the visit was for {MARKER.title()}"
            terms = ("--subject", "amount", "--words", words)
            seen["dispute"] = people.ask("patient", "dispute", mailed[0], *terms, role="biller")
        holds = [
            people.ask("patient", "show", one, "--why", "a letter failed", role="biller").get("hold")
            for one in unwritable
        ]
        corrected = people.ask("report", "stages")["rows"]
        waiting = [row for row in corrected if row["stage"] in ("submitted", "rejected", "ready_to_bill")]
        seen["holds"], seen["appeals"] = holds, letters(world, "appeal-")
        return "dispute" in seen and "unwritable" in holds and bool(seen["appeals"]) and not waiting

    until(happened, 60, lambda: f"every life shows itself; {seen}", pause=0.0)
    return seen


def said(people: Staff, broken: Path) -> dict[str, str]:
    """Run commands that are not asked to show a person, some of which fail; return all that each printed."""
    wrong, home = ("claim", "correct", "C000001", "--set"), people.world.home
    alone = {
        "a broken file": ("claim", "import", str(broken)),
        "a search by name": ("claim", "list", "--name", f"{MARKER}A,{MARKER}F"),
        "a correction that does not fit": (*wrong, f"patient.birth_date={MARKER}"),
        "a correction of nothing": (*wrong, f"patient.shoe={MARKER}"),
    }
    at_the_desk = (
        ("claim", "list", "--member", f"{MARKER}0P"),
        ("claim", "quarantine"),
        ("worklist", "list"),
        ("denial", "list"),
        ("appeal", "list"),
        ("remittance", "list"),
        ("report", "endings"),
        ("report", "letters"),
        ("audit", "list"),
        ("ledger", "export"),
    )
    run = {name: cli(home, *words, session="biller") for name, words in alone.items()}
    printed = {name: one.stdout + one.stderr for name, one in run.items()}
    for words in at_the_desk:
        for role, desk in people.desks.items():
            answer = desk.type(*words, "--json")
            printed[f"{role}: {' '.join(words[:2])}"] = json.dumps(answer.result) + answer.error
    return printed


def garbled_lines(world: World, address: str) -> str:
    """Write the world's connections again with the garbling payer in the middle of those over HTTP."""
    assert world.settings.connections_file is not None
    told = world.settings.connections_file.read_text()
    file = world.home / "garbled.toml"
    file.write_text(told.replace(world.settings.connection_url, address))
    return str(file)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """Live through it once; look at what is left while the world lives and after."""
    home = tmp_path_factory.mktemp("canary") / "home"
    practice = marked(practice_of(LIVES, CLAIMS, seed=5))
    world = World(home).prepare()
    files = write_files(practice, home)
    broken = home / "practice" / "broken.837"
    broken.write_bytes(
        files.claims.read_bytes().replace(b"~CLM*", b"~CLM*B", 1).replace(b"*1947", b"*19471", 2)
    )
    timeline, found = world.drive(FIRST_DAY, fast(4.0)), Evidence(home)
    try:
        world.start(files.payer_script, TWICE_A_DAY)
        with garbling_payer(world.settings.connection_url, RUBBISH) as payer:
            lines = garbled_lines(world, payer.address)
            for part, queues in (("worker", "claims"), ("worker-io", "payer-io,letters")):
                stop(world, part)
                changed = {"REVCYCLE_CONNECTIONS_FILE": lines, "REVCYCLE_LOG_LEVEL": "debug"}
                revive(world, part, REVCYCLE_WORKER_QUEUES=queues, **changed)
            with staff(world, timeline, practice.people) as people:
                imported = people.ask("claim", "import", str(files.claims), role="biller")
                found.seen["imported"] = imported["files"][0]
                found.seen |= live(world, people)
                found.said = said(people, broken)
                found.seen["stories"] = [
                    people.ask("claim", "explain", claim_id)
                    for claim_id in found.seen["imported"]["accepted"]
                ]
            found.seen["calls"] = dict(payer.calls)
        found.seen["while it lived"] = look(home)
    finally:
        world.stop()
    found.seen["after"] = look(home)
    return found


def look(home: Path) -> dict[str, list[str]]:
    """Return, by file, what stands in it that must not; the practice's and the payer's own files excepted."""
    found = {}
    for file in sorted(home.rglob("*")):
        inside = file.relative_to(home).parts
        if (
            not file.is_file()
            or inside[0] in ("practice", "payer", "mail")
            or inside[0].startswith("password-")
        ):
            continue
        found["/".join(inside)] = leaks(file.read_bytes())
    return found


def test_the_search_finds_what_is_there() -> None:
    assert leaks(f"…{MARKER.lower()}…".encode()) == [MARKER.lower()]
    assert leaks(base64.b64encode(f'{{"a":"{MARKER}"}}'.encode()))
    assert leaks(BORN.isoformat().encode())
    assert leaks(b"nothing") == []


def test_every_claim_was_taken_in_and_every_life_showed_itself(evidence: Evidence) -> None:
    assert len(evidence.seen["imported"]["accepted"]) == CLAIMS
    assert evidence.seen["appeals"]
    assert evidence.seen["dispute"]
    assert "unwritable" in evidence.seen["holds"]


def test_the_payer_was_garbled_and_it_mattered(evidence: Evidence) -> None:
    assert evidence.seen["calls"]["/realtime"] > 8
    quarantined = json.loads(evidence.said["biller: claim quarantine"])["quarantine"]
    assert {row["kind"] for row in quarantined} >= {"835", "277CA", "appeal_decision", "unheard_of"}
    assert "exception" in (evidence.home / "logs" / "worker-io.log").read_text()


@pytest.mark.parametrize("when", ["while it lived", "after"])
def test_no_file_of_the_world_names_a_person(evidence: Evidence, when: str) -> None:
    looked_at = evidence.seen[when]
    assert looked_at.keys() >= {"temporal.db", "revcycle.db", "world.json", "session-biller.json"}
    assert looked_at.keys() >= {
        f"logs/{part}.log" for part in ("temporal", "api", "worker", "worker-io", "payer")
    }
    assert {name: found for name, found in looked_at.items() if found} == {}


def test_no_letter_is_named_for_a_person(evidence: Evidence) -> None:
    posted = [file.name for file in (evidence.home / "mail").rglob("*")]
    assert posted
    assert leaks("\n".join(posted).encode()) == []


def test_commands_not_asked_to_show_a_person_name_none(evidence: Evidence) -> None:
    for name, printed in evidence.said.items():
        assert printed, name
        assert "Traceback" not in printed, name
        assert leaks(printed.encode()) == [], name


def test_no_story_of_a_claim_names_a_person(evidence: Evidence) -> None:
    for story in evidence.seen["stories"]:
        assert leaks(json.dumps(story).encode()) == [], story["claim_id"]
