"""What patients ask, from HTTP to the account's process on a real Temporal server: stored, told, answered, once."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from activities import catalog
from activities.patient_billing import PatientBillingActivities
from activities.patient_letters import PatientLetterActivities
from activities.patient_requests import PatientRequestActivities
from activities.tasks import TaskActivities
from revcycle.db.practice import practices
from revcycle.temporal import names
from revcycle.temporal.client import connect
from tests.support.api import ApiWorld, api_world
from tests.support.patients.patients import GUARANTOR, PRACTICE, claim_with_share, guarantor_account
from tests.support.temporal import start_dev_server
from workflows.catalog import runner
from workflows.human_decision import HumanDecision
from workflows.patient_account import PatientAccount


@dataclass
class Desk:
    """A biller at an api with one account that owes 60 dollars."""

    world: ApiWorld
    account_id: str

    async def post(self, path: str, body: dict[str, Any], key: str = "") -> Any:
        headers = {"idempotency-key": key} if key else {}
        path = f"/accounts/{self.account_id}/{path}"
        return await asyncio.to_thread(self.world.post, "biller", path, json=body, headers=headers)

    async def account(self) -> Any:
        return (await asyncio.to_thread(self.world.get, "biller", f"/accounts/{self.account_id}")).json()


@pytest.fixture(scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ApiWorld]:
    """An api, a worker, and a server of our own: the queues bear the product's names."""
    holder: list[ApiWorld] = []
    place = tmp_path_factory.mktemp("office")
    async with await start_dev_server() as env:

        async def engine() -> Client:
            address = env.client.service_client.config.target_host
            return await connect(address, env.client.namespace, holder[0].ring)

        with api_world(place, engine) as world, ThreadPoolExecutor(8) as threads:
            holder.append(world)
            world.wall.now = datetime.now(UTC)  # the engine's clock is the real one
            with world.db.write() as tx:
                practices.save(tx, PRACTICE)
            client, db = await engine(), world.db
            billing = (PatientBillingActivities(db), PatientRequestActivities(db), TaskActivities(db))
            async with (
                Worker(
                    client,
                    task_queue=names.CLAIMS_QUEUE,
                    workflows=[PatientAccount, HumanDecision],
                    activities=catalog.of(*billing),
                    activity_executor=threads,
                    workflow_runner=runner(),
                ),
                Worker(
                    client,
                    task_queue=names.LETTERS_QUEUE,
                    activities=catalog.of(PatientLetterActivities(db, place / "mail")),
                    activity_executor=threads,
                ),
            ):
                yield world


@pytest.fixture
def desk(office: ApiWorld, request: pytest.FixtureRequest) -> Desk:
    """A desk with an account of its own."""
    who = replace(GUARANTOR, first_name=request.node.name)
    account_id = guarantor_account(office.db, office.wall.now, person=who)
    claim_with_share(office.db, account_id, 6_000, office.wall.now)
    return Desk(office, account_id)


async def test_a_payment_is_in_the_books_once(desk: Desk) -> None:
    body = {"amount_cents": 2_500, "method": "card"}
    first = await desk.post("payments", body, key="till-1")
    again = await desk.post("payments", body, key="till-1")

    assert first.status_code == 200, first.text
    assert again.json()["id"] == first.json()["id"]
    account = await desk.account()
    assert account["patient_cents"] == 3_500
    assert [payment["amount_cents"] for payment in account["payments"]] == [2_500]


async def test_a_plan_is_agreed_in_equal_parts(desk: Desk) -> None:
    agreed = await desk.post("plans", {"installments": 4})
    assert agreed.status_code == 200, agreed.text
    (plan,) = (await desk.account())["plans"]
    assert plan["state"] == "active"
    assert [part["amount_cents"] for part in plan["installments"]] == [1_500] * 4


async def test_a_plan_the_rules_forbid_is_refused_in_plain_words(desk: Desk) -> None:
    refused = await desk.post("plans", {"installments": 3, "total_cents": 100})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "refused")
    assert "$60.00" in refused.json()["error"]["message"]


async def test_a_dispute_pauses_contact_until_it_is_answered(desk: Desk) -> None:
    opened = await desk.post("disputes", {"subject": "amount", "words": "I was told 20 dollars"})
    assert opened.status_code == 200, opened.text
    assert "20 dollars" not in opened.text
    assert (await desk.account())["state"] == "disputed"

    answered = await desk.post(f"disputes/{opened.json()['id']}/resolve", {"outcome": "rejected"})
    assert answered.status_code == 200, answered.text
    assert (await desk.post("disputes/Q999999/resolve", {"outcome": "rejected"})).status_code == 404


async def test_an_application_for_assistance_waits_for_a_manager(desk: Desk) -> None:
    applied = await desk.post("assistance", {"household_size": 4, "income_cents": 2_000_000})
    assert applied.status_code == 200, applied.text
    account = await desk.account()
    assert account["state"] == "assistance"
    assert "income" not in str(account["applications"])


async def test_a_hold_stops_all_asking(desk: Desk) -> None:
    assert (await desk.post("hold", {"hold": "bankruptcy"})).status_code == 200
    assert (await desk.account())["hold"] == "bankruptcy"
    assert (await desk.post("hold", {"hold": ""})).status_code == 200
    assert (await desk.account())["hold"] == ""


async def test_letters_are_written_in_the_guarantors_language(desk: Desk) -> None:
    assert (await desk.post("language", {"language": "es"})).status_code == 200
    assert (await desk.account())["language"] == "es"
    refused = await desk.post("language", {"language": "la"})
    assert refused.status_code == 422
    assert "en, es" in refused.json()["error"]["remedy"]


async def test_an_account_that_is_not_there(desk: Desk) -> None:
    desk.account_id = "A999999"
    assert (await desk.post("payments", {"amount_cents": 100})).status_code == 404
