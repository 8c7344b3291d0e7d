"""Parts are killed with SIGKILL in the middle of the work: nothing is lost, nothing is sent twice."""

import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from revcycle.db.claims import claims
from revcycle.db.claims.claims import ClaimRow
from revcycle.db.engine import Database, Tx
from revcycle.db.mail import documents
from revcycle.db.patients import statements
from revcycle.db.patients.statements import LetterRow
from revcycle.db.work import deadlines
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.work import subjects
from revcycle.payers.core.envelope import payload_id
from revcycle.sandbox import outside
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.world import World
from revcycle.temporal import names
from tests.support.patience import until
from tests.support.worlds.living_world import (
    FIRST_DAY,
    TWICE_A_DAY,
    Staff,
    cli,
    fast,
    kill,
    practice_of,
    processes_of,
    revive,
    staff,
    write_files,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

CLAIMS = 20
QUEUES_OF = {
    "worker": {"REVCYCLE_WORKER_QUEUES": names.CLAIMS_QUEUE},
    "worker-io": {"REVCYCLE_WORKER_QUEUES": f"{names.PAYER_QUEUE},{names.LETTERS_QUEUE}"},
}
LIVES = (
    Life.PAID_CLEAN,
    Life.PAID_PATIENT_PAYS,
    Life.REJECTED_277CA_CORRECTED,
    Life.PRIMARY_THEN_SECONDARY,
    Life.LADDER_TO_AGENCY,
)
DAYS_PER_SECOND = 3.0
RECOVERY_SECONDS_MAX = {"worker-io": 40.0, "worker": 30.0, "temporal": 30.0, "api": 30.0}
"""A call to a payer that died with its worker is made again when its pulse is missed; the rest within seconds."""
LAST_DAY = FIRST_DAY + timedelta(days=300)
"""By then only the ladder is left."""
SENDING = "select count(*) from batches where state = 'prepared'"
POSTED = "select count(*) from ledger_transactions where key like 'remit:%'"
WRITTEN = "select count(*) from patient_letters"


@dataclass(frozen=True)
class Blow:
    """What is killed: a moment after our database holds that many rows of a kind."""

    part: str
    rows: str
    at_least: int
    moment_seconds: float


def blows(seed: int) -> list[Blow]:
    """Return the blows in their order: while claims are submitted, posted and billed; the moments are drawn."""
    random = Random(seed)
    planned = (
        ("worker-io", SENDING, 1),
        ("worker", SENDING, 1),
        ("worker", POSTED, 4),
        ("temporal", POSTED, 10),
        ("worker", WRITTEN, 1),
        ("api", WRITTEN, 2),
    )
    return [Blow(*one, random.uniform(0.0, 0.02 if one[1] == SENDING else 0.4)) for one in planned]


@dataclass
class Aftermath:
    """The world after all blows, still running, and what was measured on the way."""

    world: World
    db: Database
    people: Staff
    ladder: frozenset[str]
    recovery_seconds: list[tuple[str, float]] = field(default_factory=list)
    api_was_away: Any = None

    def payer(self, question: str) -> list[Any]:
        """Ask the payer's own book."""
        address = f"file:{self.world.home / 'payer' / 'payer.sqlite3'}?mode=ro"
        book = sqlite3.connect(address, uri=True, timeout=10)
        try:
            return book.execute(question).fetchall()
        finally:
            book.close()

    def heard(self) -> str:
        """The latest instant the payer has heard of: the worker looks into its mailbox twice a day."""
        return str(self.payer("select now from clock")[0][0])

    def strike(self, blow: Blow) -> None:
        """Kill, look around, start again, and measure until work goes on."""
        kill(self.world, blow.part)
        if blow.part == "api":
            self.api_was_away = cli(self.world.home, "claim", "list", session="biller")
        before, began, limit = self.heard(), time.monotonic(), RECOVERY_SECONDS_MAX[blow.part]
        revive(self.world, blow.part, **QUEUES_OF.get(blow.part, {}))
        if blow.part == "api":
            until(self._api_answers, limit, "the api answers again")
        else:
            until(
                lambda: self.passes() and self.heard() > before,
                limit,
                lambda: (
                    f"work goes on after {blow}; time waits for {self.people.keeper.waited_for or 'nothing'}"
                ),
                0.02,
            )
        self.recovery_seconds.append((blow.part, round(time.monotonic() - began, 2)))

    def passes(self) -> bool:
        """Let time pass as far as the parts keep up; staff wait for the part that is away."""
        self.people.idle()
        return True

    def _api_answers(self) -> bool:
        try:
            return (
                httpx.get(f"{self.world.settings.api_url}/health/ready", trust_env=False).status_code == 200
            )
        except httpx.TransportError:
            return False

    def has_come(self, blow: Blow) -> bool:
        """Tell whether it is time for the blow."""
        with self.db.read() as tx:
            return bool(tx.connection.exec_driver_sql(blow.rows).scalar_one() >= blow.at_least)

    def live(self, planned: list[Blow]) -> None:
        """Play the parts and deal the blows, until all have been dealt and only the ladder is left."""
        until(lambda: self.passes() and self.has_come(planned[0]), 30, "the first batch is on its way", 0.003)
        while (now := self.people.now()) < LAST_DAY:
            while planned and self.has_come(planned[0]):
                time.sleep(planned[0].moment_seconds)  # drawn: the blow falls at any point of the work
                self.strike(planned.pop(0))
            self.people.look()
            left = {row["claim_id"] for row in self.people.open_claims()}
            if not planned and left <= self.ladder and self._money_came():
                return
        refused = self.people.robot.refused
        raise AssertionError(
            f"still open on {now:%Y-%m-%d}: {sorted(left - self.ladder)}; {self.recovery_seconds}; {refused}"
        )

    def _money_came(self) -> bool:
        return not self.people.ask("report", "cash")["findings"]


def ladder_claims(db: Database, sources: set[str]) -> frozenset[str]:
    """Return our ids of the claims whose guarantor never pays."""
    with db.read() as tx:
        rows = claims.find(tx, limit=1_000)
        return frozenset(
            row.claim_id for row in rows if claims.facts(tx, row.claim_id).source_control_number in sources
        )


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """Live through all blows once."""
    home = tmp_path_factory.mktemp("chaos") / "home"
    practice = practice_of(LIVES, CLAIMS, seed=11)
    ladder = {number for number, part in practice.people.claims.items() if part.life is Life.LADDER_TO_AGENCY}
    world = World(home).prepare()
    files = write_files(practice, home)
    timeline = world.drive(FIRST_DAY, fast(DAYS_PER_SECOND))
    db = world.database()
    try:
        world.start(files.payer_script, TWICE_A_DAY)
        with staff(world, timeline, practice.people) as people:
            people.ask("claim", "import", str(files.claims), role="biller")
            after = Aftermath(world, db, people, ladder_claims(db, ladder))
            after.live(blows(seed=3))
            print("recovery in seconds:", after.recovery_seconds, "until", people.now().date())
            yield after
    finally:
        db.close()
        world.stop()
    assert processes_of(home) == {}


@pytest.fixture
def tx(aftermath: Aftermath) -> Iterator[Tx]:
    """A look into our database."""
    with aftermath.db.read() as opened:
        yield opened


def all_claims(tx: Tx) -> tuple[ClaimRow, ...]:
    return claims.find(tx, limit=1_000)


def letters_out(tx: Tx) -> list[LetterRow]:
    return [one for one in statements.find(tx, limit=1_000) if one.mailed_at is not None]


def test_every_blow_was_dealt_and_work_went_on(aftermath: Aftermath) -> None:
    dealt = Counter(part for part, _ in aftermath.recovery_seconds)
    assert dealt == Counter(blow.part for blow in blows(seed=3))


def test_the_command_line_says_plainly_that_the_api_is_away(aftermath: Aftermath) -> None:
    assert aftermath.api_was_away.returncode == 7
    assert "does not answer" in aftermath.api_was_away.stderr
    assert "Traceback" not in aftermath.api_was_away.stderr


def test_every_imported_claim_ended_or_waits_for_its_guarantor(aftermath: Aftermath, tx: Tx) -> None:
    rows = all_claims(tx)
    assert len(rows) == CLAIMS
    still_open = {row.claim_id for row in rows if row.stage is not ClaimStage.CLOSED}
    assert still_open <= aftermath.ladder
    armed = deadlines.armed_about(tx)
    for row in rows:
        if row.claim_id in still_open:
            assert armed & {subjects.claim(row.claim_id), subjects.account(row.account_id)}, row.claim_id


async def test_every_open_claim_has_a_running_workflow(aftermath: Aftermath, tx: Tx) -> None:
    client = await Client.connect(aftermath.world.settings.temporal_address)
    for row in all_claims(tx):
        if row.stage is not ClaimStage.CLOSED:
            for workflow_id in (subjects.claim(row.claim_id), subjects.account(row.account_id)):
                described = await client.get_workflow_handle(workflow_id).describe()
                assert described.status is WorkflowExecutionStatus.RUNNING, workflow_id


def test_the_books_hold(aftermath: Aftermath) -> None:
    answer = aftermath.people.desks["auditor"].type("report", "invariants", "--json")
    assert (answer.exit, answer.result["findings"]) == (0, [])


KEY_OF: dict[str, Callable[[str], str]] = {
    outside.CLEARINGHOUSE: lambda batch_id: f"batch {batch_id}",
    outside.DROP: lambda batch_id: f"sftp {batch_id}",
    outside.GATEWAY: lambda batch_id: (
        f"core {payload_id('batch', outside.GATEWAY_PARTNER, 'SANDBOX', batch_id)}"
    ),
}


def line_of(key: str) -> str:
    """The key under which the payer took a batch; of a dropped file's name what names the batch."""
    return key.partition("-")[0] if key.startswith("sftp ") else key


def test_each_batch_reached_the_payer_once(aftermath: Aftermath, tx: Tx) -> None:
    ours = tx.connection.exec_driver_sql("select batch_id, connection_id, state from batches").all()
    assert {state for _, _, state in ours} == {"sent"}
    taken = sorted(line_of(key) for (key,) in aftermath.payer("select key from receipt"))
    assert taken == sorted(KEY_OF[line](batch_id) for batch_id, line, _ in ours)


def test_the_payer_took_no_claim_twice(aftermath: Aftermath, tx: Tx) -> None:
    kept = Counter(number for (number,) in aftermath.payer("select patient_control_number from claim"))
    for row in all_claims(tx):
        number = claims.facts(tx, row.claim_id).patient_control_number
        sent, refused = (
            tx.connection.exec_driver_sql(question, (row.claim_id,)).scalar_one()
            for question in (
                "select count(*) from submissions where claim_id = ? and batch_id <> ''",
                "select count(*) from acknowledgments where claim_id = ? and kind = '277CA' and not accepted",
            )
        )
        assert kept[number] == sent - refused, row.claim_id
    assert aftermath.payer("select count(*) from claim where json_extract(record, '$.held_for') = '18'") == [
        (0,)
    ]


def test_ledger_keys_are_unique_and_each_charge_is_booked_once(tx: Tx) -> None:
    keys = tx.connection.exec_driver_sql("select key from ledger_transactions").scalars().all()
    assert len(keys) == len(set(keys))
    assert {key for key in keys if key.startswith("charge:")} == {
        f"charge:{row.claim_id}" for row in all_claims(tx)
    }


def test_what_was_remitted_was_posted_to_the_cent(aftermath: Aftermath, tx: Tx) -> None:
    ((paid,),) = aftermath.payer("select sum(cents) from deposit")
    ours = tx.connection.exec_driver_sql("select count(*), sum(payment_cents) from remittances").one()
    traces = aftermath.payer("select count(distinct trace_number) from payable where trace_number <> ''")
    assert (ours[0], ours[1]) == (traces[0][0], paid)
    posted = tx.connection.exec_driver_sql(
        "select sum(e.amount_cents) from ledger_entries e join ledger_transactions t using (transaction_id)"
        " where e.account = 'remittance_clearing' and t.key like 'remit:%'"
    ).scalar_one()
    assert posted == paid


def test_each_letter_lies_in_the_mail_once(aftermath: Aftermath, tx: Tx) -> None:
    mailed = letters_out(tx)
    assert mailed
    assert Counter(one.document_id for one in mailed).most_common(1)[0][1] == 1
    once = Counter((one.account_id, one.kind, one.cycle, one.reference) for one in mailed)
    assert once.most_common(1)[0][1] == 1
    for letter in mailed:
        posted = (aftermath.world.settings.mail_drop / f"{letter.letter_id}.pdf").read_bytes()
        assert documents.document_id(posted) == letter.document_id
    patients = [f for f in names_in(aftermath.world.settings.mail_drop) if re.match(r"A\d+-", f)]
    assert sorted(patients) == sorted(f"{one.letter_id}.pdf" for one in mailed)


def names_in(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]
