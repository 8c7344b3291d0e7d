"""Nothing leaves the process in the clear: payloads, failures and headers are sealed, and only our keys open them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload, WorkflowExecution
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowInput,
    WorkflowFailureError,
    WorkflowHandle,
)
from temporalio.common import RetryPolicy
from temporalio.converter import default as default_converter
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from revcycle.access.ciphers import CannotOpen, Cipher
from revcycle.access.keyring import KeyRing
from revcycle.temporal.client import connect
from revcycle.temporal.codec import EncryptionCodec

MARKER = "QZXCANARYQ"


def payload(text: str = MARKER) -> Payload:
    (made,) = default_converter().payload_converter.to_payloads([text])
    return made


async def test_a_payload_comes_back_as_it_went() -> None:
    codec, plain = EncryptionCodec(KeyRing.generate()), [payload(), payload("another")]
    sealed = await codec.encode(plain)
    assert all(MARKER.encode() not in one.SerializeToString() for one in sealed)
    assert {one.metadata["encoding"] for one in sealed} == {b"binary/encrypted"}
    assert await codec.decode(sealed) == plain


async def test_equal_payloads_are_not_equal_when_sealed() -> None:
    first, second = await EncryptionCodec(KeyRing.generate()).encode([payload(), payload()])
    assert first.data != second.data


async def test_a_rotated_ring_opens_old_payloads_and_seals_with_the_new_key() -> None:
    ring = KeyRing.generate()
    (old,) = await EncryptionCodec(ring).encode([payload()])
    rotated = EncryptionCodec(ring.rotated())
    (new,) = await rotated.encode([payload()])
    assert (old.data[:4], new.data[:4]) == (b"k001", b"k002")
    assert await rotated.decode([old, new]) == [payload(), payload()]
    with pytest.raises(CannotOpen, match="not in the key ring"):
        await EncryptionCodec(ring).decode([new])


async def test_what_is_not_sealed_passes() -> None:
    assert await EncryptionCodec(KeyRing.generate()).decode([payload()]) == [payload()]


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(
    "tamper",
    [
        lambda data: _flipped(data, 4),
        lambda data: _flipped(data, 20),
        lambda data: _flipped(data, len(data) - 1),
        lambda data: data[:-1],
        lambda data: data[:10],
        lambda data: b"",
    ],
    ids=["nonce", "text", "tag", "shortened", "cut", "empty"],
)
async def test_a_changed_payload_is_refused(tamper: Callable[[bytes], bytes]) -> None:
    codec = EncryptionCodec(KeyRing.generate())
    (sealed,) = await codec.encode([payload()])
    with pytest.raises(CannotOpen):
        await codec.decode([Payload(metadata=sealed.metadata, data=tamper(sealed.data))])


async def test_a_sealed_column_does_not_pass_for_a_payload() -> None:
    ring = KeyRing.generate()
    column = Cipher(ring, "field").seal(payload().SerializeToString())
    with pytest.raises(CannotOpen):
        await EncryptionCodec(ring).decode([Payload(metadata={"encoding": b"binary/encrypted"}, data=column)])


class Marked(OutboundInterceptor):
    """Marks each start."""

    async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle[Any, Any]:  # noqa: A002  # the SDK's name
        input.headers = {**input.headers, "who": payload()}
        return await super().start_workflow(input)


class MarkedHeader(Interceptor):
    """Puts the marker into a header of each start, as a tracing library might."""

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002  # the SDK's name
        return Marked(next)


@activity.defn
async def quote(text: str) -> str:
    """Fail in the worst way: with what it was given, in the message, the cause and the details."""
    try:
        raise ValueError(f"cannot read {text}")
    except ValueError as error:
        raise ApplicationError(f"refused {text}", text, type="Refused") from error


@workflow.defn
class Quoting:
    """Asks, and fails as its activity does."""

    @workflow.run
    async def run(self, text: str) -> str:
        """Fail."""
        workflow.set_current_details(f"asking about {text}")
        return await workflow.execute_activity(
            quote,
            text,
            summary=f"about {text}",
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )


async def raw_history(client: Client, workflow_id: str) -> bytes:
    """Return the history as the server keeps it."""
    request = GetWorkflowExecutionHistoryRequest(
        namespace=client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
    )
    return (await client.workflow_service.get_workflow_execution_history(request)).SerializeToString()


async def test_a_failure_that_quotes_a_person_leaves_no_trace_in_the_history(
    dev_server: WorkflowEnvironment,
) -> None:
    address = dev_server.client.service_client.config.target_host
    connected = await connect(address, dev_server.client.namespace, KeyRing.generate())
    config = connected.config()
    config["interceptors"] = [MarkedHeader()]
    client = Client(**config)
    queue = workflow_id = f"codec-{uuid4()}"
    worker = Worker(
        client,
        task_queue=queue,
        workflows=[Quoting],
        activities=[quote],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        handle = await client.start_workflow(
            Quoting.run,
            MARKER,
            id=workflow_id,
            task_queue=queue,
            memo={"about": MARKER},
            static_summary=f"the case of {MARKER}",
        )
        with pytest.raises(WorkflowFailureError) as failed:
            await handle.result()
    assert isinstance(failed.value.cause, ActivityError)
    assert MARKER in str(failed.value.cause.cause), "with our keys the failure can be read"
    history = await raw_history(client, workflow_id)
    assert b"Refused" in history, "the type stays readable: retries are decided by it"
    assert MARKER.encode() not in history
    described = await handle.describe()
    assert MARKER.encode() not in described.raw_description.SerializeToString()
