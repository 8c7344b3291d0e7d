"""The api and a real Temporal server: answers reach the waiting workflow, and the codec opens what it sealed."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities import catalog
from activities.tasks import TaskActivities
from revcycle.api.codec import COOKIE
from revcycle.db.claims import corrections
from revcycle.db.practice import audit
from revcycle.domain.clock import BusinessClock
from revcycle.domain.work.task import TaskDecision, TaskRequest
from revcycle.domain.work.task_kinds import TaskKind
from revcycle.temporal.client import connect
from revcycle.temporal.codec import EncryptionCodec
from tests.support.api import AT, PASSWORD, ApiWorld, Wall, api_world, with_claims
from tests.support.patience import come
from workflows.catalog import runner
from workflows.human_decision import HumanDecision

UI = "http://127.0.0.1:8233"


@asynccontextmanager
async def working(
    env: WorkflowEnvironment, place: Path, queue: str
) -> AsyncIterator[tuple[ApiWorld, Client]]:
    """An api, and a worker on the same database."""
    real = Wall()
    clock = BusinessClock(real_anchor=real.now, business_anchor=AT)
    address = env.client.service_client.config.target_host
    holder: list[ApiWorld] = []

    async def engine() -> Client:
        return await connect(address, env.client.namespace, holder[0].ring)

    with api_world(place, engine, clock) as world, ThreadPoolExecutor(4) as threads:
        holder.append(world)
        with_claims(world)
        client = await engine()
        worker = Worker(
            client,
            task_queue=queue,
            workflows=[HumanDecision],
            activities=catalog.of(TaskActivities(world.db)),
            activity_executor=threads,
            workflow_runner=runner(),
        )
        async with worker:
            yield world, client


async def ask(
    client: Client, task_id: str, queue: str, kind: TaskKind = TaskKind.FIX_REJECTION
) -> WorkflowHandle[Any, TaskDecision]:
    request = TaskRequest(
        task_id,
        kind,
        "claim/C000001",
        "the payer does not know the member",
        AT + timedelta(days=3650),
    )
    return await client.start_workflow(
        HumanDecision.run, args=[request, BusinessClock()], id=f"task/{task_id}", task_queue=queue
    )


async def shown(world: ApiWorld, task_id: str) -> dict[str, Any]:
    """Wait until the task is on the worklist."""

    async def look() -> dict[str, Any] | None:
        found = await asyncio.to_thread(world.get, "biller", f"/worklist/{task_id}")
        return found.json() if found.status_code == 200 else None

    answer: dict[str, Any] = await come(look, f"task {task_id} is on the worklist")
    return answer


async def test_an_answer_reaches_the_waiting_workflow_once(
    dev_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with working(dev_server, tmp_path, "api-1") as (world, client):
        handle = await ask(client, "api-1", "api-1", TaskKind.CALL_PAYER)
        await shown(world, "api-1")

        body = {"choice": "wait", "reason": "a test"}
        first = await asyncio.to_thread(world.post, "biller", "/worklist/api-1/decide", json=body)
        assert first.status_code == 200, first.text
        assert (await handle.result()).actor == "biller"

        second = await asyncio.to_thread(world.post, "biller", "/worklist/api-1/decide", json=body)
        assert (second.status_code, second.json()["error"]["code"]) == (409, "already_decided")
        assert (await shown(world, "api-1"))["state"] == "decided"


async def test_a_correction_is_the_answer_to_its_task(
    dev_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with working(dev_server, tmp_path, "api-2") as (world, client):
        handle = await ask(client, "api-2", "api-2")
        await shown(world, "api-2")

        body = {"changes": {"coverages[0].member_id": "NEW123"}, "reason": "read from the card"}
        answer = await asyncio.to_thread(world.post, "biller", "/claims/C000001/corrections", json=body)

        decision = await handle.result()
        assert (decision.choice, decision.reference) == ("corrected", answer.json()["correction_id"])
        assert "NEW123" not in answer.text
        with world.db.read() as tx:
            assert corrections.load(tx, decision.reference).changes == body["changes"]


async def sealed(world: ApiWorld) -> str:
    plain = Payload(metadata={"encoding": b"json/plain"}, data=b'"C000001"')
    return json_format.MessageToJson(Payloads(payloads=await EncryptionCodec(world.ring).encode([plain])))


@pytest.fixture
def world(tmp_path: Path) -> Any:
    with api_world(tmp_path) as made:
        yield made


async def test_a_payload_opens_for_a_manager_and_each_look_is_audited(world: ApiWorld) -> None:
    body = await sealed(world)
    headers = {"origin": UI, "x-namespace": "default"}

    opened = world.post("manager", "/codec/decode", content=body, headers=headers)

    assert json_format.Parse(opened.text, Payloads()).payloads[0].data == b'"C000001"'
    assert opened.headers["access-control-allow-origin"] == UI
    assert opened.headers["access-control-allow-credentials"] == "true"
    with world.db.read() as tx:
        (looked,) = [record for record in audit.find(tx) if record.action == "codec.decode"]
    assert (looked.user_id, looked.subject) == ("manager", "payloads/1")


async def test_a_payload_stays_closed_for_who_may_not(world: ApiWorld) -> None:
    body = await sealed(world)
    for user, headers, status in (
        ("", {}, 401),
        ("biller", {}, 403),
        ("manager", {"origin": "http://evil.example"}, 401),
    ):
        answer = world.post(user, "/codec/decode", content=body, headers=headers)
        assert answer.status_code == status, user
        assert "C000001" not in answer.text
        assert answer.headers.get("access-control-allow-origin") is None


def test_a_browser_logs_in_with_a_form_and_keeps_a_cookie(world: ApiWorld) -> None:
    assert "password" in world.get("", "/codec/login").text
    wrong = world.post("", "/codec/login", data={"user": "manager", "password": "not the password"})
    assert wrong.status_code == 401
    no_decoder = world.post("", "/codec/login", data={"user": "biller", "password": PASSWORD})
    assert "codec.decode" in no_decoder.text

    answer = world.post("", "/codec/login", data={"user": "manager", "password": PASSWORD})
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert COOKIE in world.http.cookies


async def test_the_cookie_opens_payloads(world: ApiWorld) -> None:
    world.post("", "/codec/login", data={"user": "manager", "password": PASSWORD})
    opened = world.post("", "/codec/decode", content=await sealed(world), headers={"origin": UI})
    assert opened.status_code == 200


def test_a_cookie_opens_nothing_but_payloads(world: ApiWorld) -> None:
    world.post("", "/codec/login", data={"user": "manager", "password": PASSWORD})
    assert world.get("", "/claims").status_code == 401


def test_the_ui_may_ask_and_others_may_not(world: ApiWorld) -> None:
    asked = world.ask("", "OPTIONS", "/codec/decode", headers={"origin": UI})
    assert asked.headers["access-control-allow-headers"] == "content-type, x-namespace, authorization"
    other = world.ask("", "OPTIONS", "/codec/decode", headers={"origin": "http://evil.example"})
    assert "access-control-allow-origin" not in other.headers


def test_nobody_seals_from_outside(world: ApiWorld) -> None:
    assert world.post("manager", "/codec/encode", content=b"{}").status_code == 405


def test_noise_is_no_payload(world: ApiWorld) -> None:
    assert world.post("manager", "/codec/decode", content=b"not json").status_code == 422
