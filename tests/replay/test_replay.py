"""Histories that were once lived replay with today's code; a change that would break them is noticed here."""

from functools import cache

import pytest
from temporalio.api.history.v1 import History
from temporalio.converter import DataConverter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from revcycle.sandbox.practice.life import Life
from revcycle.sandbox.practice.synthetic import generate
from revcycle.temporal.codec import data_converter
from tests.support import golden
from tests.support.claims.hasty_claim import HastyClaim
from tests.support.worlds.lives import CLAIMS, EVEN, FIRST_DAY, SEED
from workflows.catalog import WORKFLOWS, runner

SEALED = "sealed-claim-paid_clean"
OPEN = tuple(name for name in golden.stored() if name != SEALED)
EVENTS_MAX = 300
KIBIBYTES_MAX = 600


@cache
def identity() -> frozenset[str]:
    return frozenset(golden.identity_in(generate(SEED, CLAIMS, FIRST_DAY.date(), EVEN).claims))


def replayer(converter: DataConverter = DataConverter.default, *instead: type) -> Replayer:
    return Replayer(workflows=instead or WORKFLOWS, data_converter=converter, workflow_runner=runner())


@pytest.mark.parametrize("name", OPEN)
async def test_a_history_replays(name: str) -> None:
    await replayer().replay_workflow(golden.load(name))


@pytest.mark.parametrize("name", OPEN)
def test_a_history_holds_nobodys_identity(name: str) -> None:
    told = golden.text_of(golden.load(name))
    assert len(told) > 1000
    assert not [one for one in identity() if one in told]


def test_there_is_a_history_for_every_life_and_every_kind_of_process() -> None:
    assert {f"claim-{life.value}" for life in Life} <= set(OPEN)
    kinds = {golden.load(name).workflow_id.split("/")[0] for name in OPEN}
    assert kinds == {
        "account",
        "appeal",
        "claim",
        "denial",
        "mailbox",
        "remittance",
        "submission",
        "task",
    }


def test_the_histories_stay_small() -> None:
    assert all(len(golden.load(name).events) <= EVENTS_MAX for name in OPEN)
    assert sum(file.stat().st_size for file in golden.HISTORIES.iterdir()) < KIBIBYTES_MAX * 1024


async def test_a_sealed_history_replays_with_its_keys() -> None:
    history = golden.load(SEALED)
    payloads = golden.payloads_of(History(events=history.events))
    assert sum(one.metadata["encoding"] == b"binary/encrypted" for one in payloads) >= 10
    await replayer(data_converter(golden.TEST_RING)).replay_workflow(history)


async def test_a_sealed_history_is_closed_without_its_keys() -> None:
    with pytest.raises(Exception, match=r"encrypted|decod"):
        await replayer().replay_workflow(golden.load(SEALED))


async def test_a_swapped_step_is_noticed() -> None:
    history = golden.load(f"claim-{Life.PAID_CLEAN.value}")
    with pytest.raises(NondeterminismError):
        await replayer(DataConverter.default, HastyClaim).replay_workflow(history)
