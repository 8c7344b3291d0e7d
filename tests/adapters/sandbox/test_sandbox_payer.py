"""The sandbox payer over HTTP: who may call, what comes back when, and how it misbehaves."""

import asyncio
import csv
import io
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.money import parse_cents
from revcycle.edi.acknowledgment import x12_999, x12_ta1
from revcycle.edi.claim_837.x12_837 import ClaimToSend
from revcycle.edi.remittance_835 import x12_835
from revcycle.payers.sftp import SftpDrop, SftpPatience, SftpPlaces
from revcycle.payers.ssh import SshAccess
from revcycle.sandbox.payer.script import MILD_FAULTS, Fault, PayerScript
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.synthetic import SyntheticPractice, generate
from tests.support.exchange.payer_client import FIRST_DAY, MONDAY, TOKEN, PayerClient, PayerWorld, story
from tests.support.patience import come, patience, slowness


@pytest.fixture
async def open_payer(tmp_path):
    world = PayerWorld(tmp_path)
    yield world.open
    await world.close()


async def test_calls_need_the_token_and_the_time(open_payer):
    payer = open_payer(PayerScript())
    assert (await payer.http.get("/health", headers={"Authorization": ""})).status_code == 200
    assert (await payer.http.get("/mailbox", headers={"Authorization": "Bearer no"})).status_code == 401
    refused = await payer.http.get("/mailbox")
    assert (refused.status_code, "Date" in refused.text) == (400, True)


async def test_what_is_not_a_claim_file_is_refused(open_payer):
    payer = open_payer(PayerScript())
    headers = {"Date": format_datetime(MONDAY, usegmt=True)}
    for body in (b"hello", b""):
        assert (await payer.http.post("/batch", content=body, headers=headers)).status_code == 400
        assert (await payer.http.post("/realtime", content=body, headers=headers)).status_code == 400
    assert (await payer.http.post("/appeals", content=b"{}", headers=headers)).status_code == 422
    assert (await payer.http.get("/mailbox/M9")).status_code == 404


async def test_acknowledgments_come_when_due(open_payer):
    practice = story(Life.PAID_CLEAN, 3)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    assert await payer.kinds() == []
    assert await payer.after(1 / 24).kinds() == ["TA1", "999"]
    (body,) = await payer.mail("999")
    (syntax,) = x12_999.read_acknowledgments(body)
    assert (syntax.code, len(syntax.transactions)) == ("A", 1)
    assert await payer.kinds() == ["TA1"]
    payer.now = datetime(2026, 1, 13, 12, tzinfo=UTC)
    answers = await payer.answers()
    assert len(answers) == 3
    assert all(answer.accepted and answer.payer_claim_control_number for answer in answers)
    assert {a.patient_control_number for a in answers} == {c.patient_control_number for c in practice.claims}


@pytest.mark.parametrize("asked", [True, False])
async def test_ta1_comes_only_when_asked_for(open_payer, asked):
    practice = story(Life.PAID_CLEAN)
    payer = open_payer(practice.script)
    elements = payer.file(ClaimToSend(practice.claims[0], Responsibility.PRIMARY)).split(b"*")
    elements[14] = b"1" if asked else b"0"
    headers = {"Date": format_datetime(MONDAY, usegmt=True)}
    assert (await payer.http.post("/batch", content=b"*".join(elements), headers=headers)).status_code == 202
    answers = [x12_ta1.read_acknowledgments(body) for body in await payer.after(1 / 24).mail("TA1")]
    assert [answer.accepted for (answer,) in answers] == [True] * asked


async def test_same_key_is_taken_in_once(open_payer):
    practice = story(Life.PAID_CLEAN)
    payer = open_payer(practice.script)
    first = await payer.submit(*practice.claims, key="k1")
    assert await payer.submit(*practice.claims, key="k1") == first
    assert await payer.submit(*story(Life.PAID_CLEAN, seed=6).claims, key="k2") != first
    assert len(await payer.after(2).answers()) == 2


async def test_a_key_proves_what_was_taken_in_and_what_was_not(open_payer):
    practice = story(Life.PAID_CLEAN)
    payer = open_payer(practice.script)
    receipt = await payer.submit(*practice.claims, key="B1")
    proved = await payer.http.get("/batch/B1")
    assert (proved.status_code, proved.json()) == (200, {"receipt": receipt})
    for path in ("/batch/B2", "/appeals/B1"):
        absent = await payer.http.get(path)
        assert (absent.status_code, absent.json()) == (404, {"receipt": None})


async def test_the_clock_never_goes_back(open_payer):
    practice = story(Life.PAID_CLEAN)
    payer = open_payer(practice.script)
    await payer.submit(*practice.claims)
    await payer.after(3).kinds()
    assert await payer.after(-3).kinds() == ["TA1", "999", "277CA"]


async def test_a_broken_claim_does_not_stop_the_others(open_payer):
    practice = story(Life.PAID_CLEAN, 3)
    payer = open_payer(practice.script)
    claims = [ClaimToSend(claim, Responsibility.PRIMARY) for claim in practice.claims]
    number = practice.claims[1].patient_control_number.encode()
    data = payer.file(*claims).replace(b"CLM*" + number + b"*", b"CLM*" + number + b"*A")
    headers = {"Date": format_datetime(MONDAY, usegmt=True)}
    assert (await payer.http.post("/batch", content=data, headers=headers)).status_code == 202
    (body,) = await payer.after(2).mail("999")
    (syntax,) = x12_999.read_acknowledgments(body)
    assert syntax.code == "E"
    assert len(await payer.answers()) == 2


async def test_server_error_strikes_as_often_as_told(open_payer):
    practice = story(Life.PAID_CLEAN)
    payer = open_payer(practice.script.with_faults(Fault("server_error", "/mailbox", count=2, skip=1)))
    headers = {"Date": format_datetime(MONDAY, usegmt=True)}
    codes = [(await payer.http.get("/mailbox", headers=headers)).status_code for _ in range(4)]
    assert codes == [200, 503, 503, 200]


async def test_timeout_after_accepting_takes_the_batch_in_once(open_payer):
    practice = story(Life.PAID_CLEAN)
    payer = open_payer(practice.script.with_faults(Fault("timeout_after_accept", "/batch", hang_seconds=5)))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(payer.submit(*practice.claims, key="k"), 0.5)
    await payer.submit(*practice.claims, key="k")
    assert len(await payer.after(2).answers()) == 1


async def test_duplicate_mailbox_item_has_the_same_bytes(open_payer):
    practice = story(Life.PAID_CLEAN)
    payer = open_payer(practice.script.with_faults(Fault("duplicate_item", "835")))
    await payer.submit(*practice.claims)
    first, second = await payer.after(25).mail("835")
    assert first == second


async def test_payer_continues_after_a_restart(open_payer):
    practice = story(Life.PAID_CLEAN, 5)
    before = open_payer(practice.script)
    await before.submit(*practice.claims, key="k")
    await before.after(5).kinds()
    after = open_payer(practice.script)
    assert (await after.http.get("/mailbox")).status_code == 200
    assert len(await after.after(25).payments()) == 5


async def test_three_hundred_claims_are_accepted_quickly(open_payer):
    practice = generate(7, 300, FIRST_DAY)
    payer = open_payer(practice.script)
    began = time.process_time()
    await payer.submit(*practice.claims)
    assert time.process_time() - began < 3 * slowness()


async def _half_a_year(payer: PayerClient, practice: SyntheticPractice) -> tuple[list[bytes], list[bytes]]:
    await payer.submit(*practice.claims)
    remittances: list[bytes] = []
    deposits: list[bytes] = []
    for _ in range(182):
        payer.after(1)
        remittances += await payer.mail("835")
        deposits += await payer.mail("deposits")
    return remittances, deposits


async def test_half_a_year_is_the_same_each_time_and_its_cash_ties(open_payer):
    practice = generate(7, 120, FIRST_DAY)
    remittances, deposits = await _half_a_year(open_payer(practice.script, "one"), practice)
    assert (remittances, deposits) == await _half_a_year(open_payer(practice.script, "two"), practice)
    files = [x12_835.read_remittances(body) for body in remittances]
    assert all(not file.findings and not file.quarantined for file in files)
    paid = {
        r.eft_trace_number: r.payment_cents for file in files for r in file.remittances if r.payment_cents
    }
    rows = [row for body in deposits for row in csv.DictReader(io.StringIO(body.decode()))]
    assert {row["eft_trace_number"]: parse_cents(row["amount"]) for row in rows} == paid


async def test_mild_faults_lose_nothing(open_payer):
    practice = generate(7, 60, FIRST_DAY, {Life.PAID_CLEAN: 1})
    payer = open_payer(practice.script.with_faults(*MILD_FAULTS))
    headers = {"Date": format_datetime(MONDAY, usegmt=True)}
    codes = {(await payer.http.get("/mailbox", headers=headers)).status_code for _ in range(30)}
    assert codes == {200, 503}
    await payer.submit(*practice.claims)
    bodies = await payer.after(25).mail("835")
    assert len(set(bodies)) == len(bodies) - 2


def _start(folder: Path, port: int, sftp_port: int) -> subprocess.Popen[bytes]:
    (folder / "token").write_text(TOKEN + "\n")
    (folder / "script.json").write_text(story(Life.PAID_CLEAN).script.to_json())
    options = {
        "--port": port,
        "--token-file": folder / "token",
        "--script": folder / "script.json",
        "--data": folder / "data",
        "--sftp-port": sftp_port,
    }
    words = [str(word) for option in options.items() for word in option]
    return subprocess.Popen([sys.executable, "-m", "revcycle.sandbox.payer", *words])


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
async def running(tmp_path) -> AsyncIterator[tuple[str, SshAccess]]:
    port, sftp_port = _free_port(), _free_port()
    process, url = _start(tmp_path, port, sftp_port), f"http://127.0.0.1:{port}"
    known_hosts = tmp_path / "data" / "sftp" / "known_hosts"
    access = SshAccess(
        "127.0.0.1", "practice", sftp_port, known_hosts=known_hosts, password_file=tmp_path / "token"
    )
    try:
        async with httpx.AsyncClient() as http:

            async def answers() -> bool:
                try:
                    return (await http.get(f"{url}/health")).is_success
                except httpx.TransportError:
                    return False

            await come(answers, "the payer answers", 15)
        yield url, access
    finally:
        process.terminate()
        assert process.wait(10 * patience()) in (0, -15)


async def test_payer_runs_as_a_process(running):
    url, access = running
    headers = {"Authorization": f"Bearer {TOKEN}", "Date": format_datetime(MONDAY, usegmt=True)}
    async with httpx.AsyncClient(base_url=url, headers=headers) as http:
        assert (await http.get("/mailbox")).json() == []
        payer = PayerClient(http)
        await payer.submit(*story(Life.PAID_CLEAN).claims)
        assert await payer.after(1 / 24).kinds() == ["TA1", "999"]
        drop = SftpDrop(access, SftpPlaces(processed=("processed",)), SftpPatience(stable_seconds=0.05))
        assert [item.kind for item in await drop.list_mailbox(MONDAY)] == ["TA1", "999"]
        batch = payer.file(ClaimToSend(story(Life.PAID_CLEAN, seed=6).claims[0], Responsibility.PRIMARY))
        assert (await drop.submit(batch, "B000002", payer.now)).receipt
        assert await payer.after(2).kinds() == ["TA1", "999", "TA1", "999", "277CA", "277CA"]
        await drop.close()
