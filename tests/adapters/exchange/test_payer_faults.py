"""Each misbehaviour of the sandbox payer, over HTTP, and that our side takes it: the connection and the readers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from revcycle.domain.claims.claim import Claim
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.exchange.delivery import DeliveryOutcome
from revcycle.domain.finding import Severity
from revcycle.domain.remittances.remittance import Remittance
from revcycle.edi.acknowledgment import x12_277ca, x12_999
from revcycle.edi.claim_837.x12_837 import ClaimToSend
from revcycle.edi.remittance_835 import x12_835
from revcycle.edi.wire.envelope import NotX12
from revcycle.payers.clearinghouse import Clearinghouse
from revcycle.payers.gateway import PayerUnavailable
from revcycle.sandbox.payer.app import make_app
from revcycle.sandbox.payer.bad_days import bad_days
from revcycle.sandbox.payer.dialect import DIALECTS
from revcycle.sandbox.payer.office import Office
from revcycle.sandbox.payer.script import Fault, PayerScript, Silence
from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.synthetic import generate
from tests.support.exchange.other_side import AT, a_batch, an_inquiry
from tests.support.exchange.payer_client import FIRST_DAY, MONDAY, TOKEN, PayerClient, PayerWorld, story

CLEAN = story(Life.PAID_CLEAN, 4)
HASTY_SECONDS, LONG = 1.0, 600.0
"""After how long our side gives up, and for how long a fault hangs: nobody waits for its end."""


class World(PayerWorld):
    """Payers, and our own connection to them."""

    def house(self, script: PayerScript, timeout_seconds: float = HASTY_SECONDS) -> Clearinghouse:
        """Return our connection to a payer with that script."""
        office = Office(self._folder / "house", script)
        transport = httpx.ASGITransport(make_app(office, TOKEN))
        self._opened.append((httpx.AsyncClient(), office))
        return Clearinghouse("http://payer", TOKEN, transport, timeout_seconds)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    opened = World(tmp_path)
    yield opened
    await opened.close()


def faulty(*faults: Fault) -> PayerScript:
    return CLEAN.script.with_faults(*faults)


async def paid(payer: PayerClient) -> list[bytes]:
    """Submit, let the payer pay, and return its remittances."""
    await payer.submit(*CLEAN.claims)
    return await payer.after(25).mail("835")


def read(body: bytes) -> tuple[Remittance, ...]:
    """Return the remittances of a file that reads without a complaint."""
    file = x12_835.read_remittances(body)
    assert not file.quarantined
    assert not [finding for finding in file.findings if finding.severity is not Severity.WARNING]
    return tuple(file.remittances)


def sound(body: bytes) -> bool:
    """Tell whether a 835 may be posted without a person looking at it."""
    try:
        file = x12_835.read_remittances(body)
    except NotX12:
        return False
    return not file.quarantined and not [f for f in file.findings if f.severity is not Severity.WARNING]


def money(remittances: tuple[Remittance, ...]) -> list[tuple[object, ...]]:
    """What is paid to whom for what: equal in every dialect. Text is compared without case."""
    return [
        (
            remittance.eft_trace_number.upper(),
            remittance.payment_cents,
            remittance.payment_date,
            [
                (
                    claim.patient_control_number.upper(),
                    claim.charge_cents,
                    claim.payment_cents,
                    [(one.procedure_code, one.payment_cents, one.adjustments) for one in claim.services],
                )
                for claim in remittance.claims
            ],
        )
        for remittance in remittances
    ]


async def test_a_slow_answer_is_asked_for_again(world: World) -> None:
    house = world.house(faulty(Fault("slow_answer", "/realtime", hang_seconds=LONG)))
    with pytest.raises(PayerUnavailable):
        await house.ask(an_inquiry(), AT)
    assert b"ST*271*" in await house.ask(an_inquiry(), AT)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_any_5xx_is_unavailable_or_unknown(world: World, status: int) -> None:
    faults = [Fault("server_error", path, status=status) for path in ("/realtime", "/mailbox", "/batch")]
    house = world.house(faulty(*faults))
    with pytest.raises(PayerUnavailable):
        await house.ask(an_inquiry(), AT)
    with pytest.raises(PayerUnavailable):
        await house.list_mailbox(AT)
    assert (await house.submit(a_batch(), "B1", AT)).outcome is DeliveryOutcome.UNKNOWN
    assert (await house.prove("B1", AT)).outcome is DeliveryOutcome.NOT_SENT
    assert (await house.submit(a_batch(), "B1", AT)).outcome is DeliveryOutcome.SENT


async def test_a_timeout_after_accepting_is_proved(world: World) -> None:
    house = world.house(faulty(Fault("timeout_after_accept", "/batch", hang_seconds=LONG)))
    assert (await house.submit(a_batch(), "B1", AT)).outcome is DeliveryOutcome.UNKNOWN
    assert (await house.prove("B1", AT)).outcome is DeliveryOutcome.SENT


@pytest.mark.parametrize("kind", ["277CA", "835"])
async def test_a_duplicate_days_later_has_the_same_bytes(world: World, kind: str) -> None:
    payer = world.open(faulty(Fault("duplicate_item", kind, hours=48)))
    await payer.submit(*CLEAN.claims)
    seen = []
    for _ in range(30):
        seen += [(payer.now, body) for body in await payer.after(1).mail(kind)]
    (first_at, first), (second_at, second) = [one for one in seen if [b for _, b in seen].count(one[1]) == 2]
    assert first == second
    assert second_at - first_at == timedelta(days=2)


async def test_acknowledgments_come_out_of_order(world: World) -> None:
    payer = world.open(faulty(Fault("late_item", "999", hours=72)))
    await payer.submit(*CLEAN.claims)
    assert await payer.after(2).kinds() == ["TA1", "277CA"]
    assert all(answer.accepted for answer in await payer.answers())
    (late,) = await payer.after(3).mail("999")
    (syntax,) = x12_999.read_acknowledgments(late)
    assert syntax.code == "A"


async def test_a_truncated_remittance_is_never_taken_for_whole_and_the_whole_one_follows(
    world: World,
) -> None:
    payer = world.open(faulty(Fault("truncated_item", "835", hours=48)))
    (cut, *others) = await paid(payer)
    assert not sound(cut)
    whole = others + await payer.after(3).mail("835")
    assert all(sound(body) for body in whole)
    assert len({r.eft_trace_number for body in whole for r in read(body)}) == len(whole)


@pytest.mark.parametrize("kind", ["TA1", "999", "277CA"])
async def test_a_truncated_acknowledgment_ends_no_reader(world: World, kind: str) -> None:
    payer = world.open(faulty(Fault("truncated_item", kind, hours=24)))
    await payer.submit(*CLEAN.claims)
    bodies = await payer.after(3).mail(kind)
    assert len(bodies) == 2
    readers = {"999": x12_999, "277CA": x12_277ca}
    if kind in readers:
        with suppress(NotX12):
            readers[kind].read_acknowledgments(bodies[0])
        assert readers[kind].read_acknowledgments(bodies[1])


async def test_wrong_control_numbers_are_found(world: World) -> None:
    payer = world.open(faulty(Fault("wrong_trailer", "835", hours=24)))
    (wrong, *_) = await paid(payer)
    file = x12_835.read_remittances(wrong)
    assert file.findings or file.quarantined


async def test_an_answer_to_what_was_never_sent_names_nothing_of_ours(world: World) -> None:
    payer = world.open(faulty(Fault("wrong_reference", "999", hours=24)))
    await payer.submit(*CLEAN.claims)
    strange, right = await payer.after(2).mail("999")
    (stranger,) = x12_999.read_acknowledgments(strange)
    (ours,) = x12_999.read_acknowledgments(right)
    assert stranger.group_control_number != ours.group_control_number


async def test_silent_weeks_end(world: World) -> None:
    silence = Silence(FIRST_DAY, 28)
    payer = world.open(replace(CLEAN.script, silences=(silence,)))
    await payer.submit(*CLEAN.claims)
    for _ in range(27):
        assert await payer.after(1).kinds() == []
    kinds = set(await payer.after(2).kinds())
    assert {"TA1", "999", "277CA", "835"} <= kinds


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_dialect_pays_the_same(world: World, dialect: str) -> None:
    plain = await paid(world.open(CLEAN.script, "plain"))
    odd = await paid(world.open(faulty(Fault("dialect_item", "835", count=99, dialect=dialect)), "odd"))
    assert plain != odd
    for ours, theirs in zip(plain, odd, strict=True):
        assert money(read(ours)) == money(read(theirs))


def test_a_script_with_faults_and_silences_is_data() -> None:
    script = replace(faulty(*bad_days(3)), silences=(Silence(date(2026, 2, 1), 21),))
    assert PayerScript.from_json(script.to_json()) == script
    assert bad_days(3) == bad_days(3) != bad_days(4)


async def _year(payer: PayerClient, claims: tuple[Claim, ...], days: int) -> list[bytes]:
    """Practise for so many days with a connection that asks again; return the sound remittances, each once."""
    house = Clearinghouse("http://payer", TOKEN, payer.http._transport, 0.3)
    batches = [claims[start : start + 5] for start in range(0, len(claims), 5)]
    sent: dict[str, bytes] = {}
    bodies: dict[bytes, None] = {}
    for day in range(days):
        at = MONDAY + timedelta(days=day)
        if day < len(batches):
            payer.now = at
            to_send = (ClaimToSend(claim, Responsibility.PRIMARY) for claim in batches[day])
            sent[f"B{day:06d}"] = payer.file(*to_send)
        for key, batch in tuple(sent.items()):
            if (await house.prove(key, at)).outcome is DeliveryOutcome.NOT_SENT:
                await house.submit(batch, key, at)
        try:
            for item in await house.list_mailbox(at):
                body = await house.fetch(item.item_id, at)
                if item.kind == "835" and sound(body):
                    bodies[body] = None
                await house.remove(item.item_id, at)
        except PayerUnavailable:
            continue
    return list(bodies)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_bad_year_pays_every_claim_the_same(world: World, seed: int) -> None:
    practice = generate(seed, 40, FIRST_DAY, {Life.PAID_CLEAN: 3, Life.LATE_REVERSAL_REPOSTED: 1})
    claims = tuple(practice.claims)
    good = world.open(practice.script.with_faults(), f"good {seed}")
    bad = world.open(practice.script.with_faults(*bad_days(seed, 0.6)), f"bad {seed}")
    told = [await _year(payer, claims, 150) for payer in (good, bad)]
    assert told[0] != told[1]
    by_claim = [_paid_by_claim(bodies) for bodies in told]
    assert by_claim[0] == by_claim[1]
    assert by_claim[0].keys() == {claim.patient_control_number for claim in claims}


def _paid_by_claim(bodies: list[bytes]) -> dict[str, int]:
    """Return what each claim was paid in all, reversals taken off, each trace number once."""
    seen: set[str] = set()
    total: dict[str, int] = {}
    for body in bodies:
        for remittance in x12_835.read_remittances(body).remittances:
            if remittance.eft_trace_number.upper() in seen:
                continue
            seen.add(remittance.eft_trace_number.upper())
            for claim in remittance.claims:
                number = claim.patient_control_number.upper()
                total[number] = total.get(number, 0) + claim.payment_cents
    return total


async def test_a_hanging_payer_is_left_in_peace(world: World) -> None:
    """Nothing of ours waits on for an answer after the set time."""
    house = world.house(faulty(Fault("timeout_after_accept", "/mailbox", hang_seconds=LONG)))
    before = len(asyncio.all_tasks())
    with pytest.raises(PayerUnavailable):
        await house.list_mailbox(datetime(2026, 1, 12, tzinfo=UTC))
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) <= before
