"""Golden histories: what workflows once did, opened, trimmed and free of identity, to replay for ever."""

import gzip
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload, SearchAttributes
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory

from revcycle.access.keyring import KeyRing
from revcycle.domain.claims.claim import Claim

HISTORIES = Path(__file__).parents[1] / "replay" / "histories"
TEST_RING = KeyRing("k001", {"k001": bytes(range(32))}, bytes(32), bytes(32))
"""Keys of the one sealed history; they open nothing else."""

_OURS = frozenset({"identity", "binaryChecksum", "workerDeploymentName", "buildId"})
"""What names the machine a history was made on."""
_NOBODY = frozenset({"18", "01", "19", "G8", "M", "F", "U", "OH", "EN", "ES", "US"})


def payloads_of(message: Message, *skipped: type[Message]) -> Iterator[Payload]:
    """Yield every payload anywhere in the message, but not within messages of the types skipped."""
    if isinstance(message, skipped):
        return
    if isinstance(message, Payload):
        yield message
        return
    for descriptor, value in message.ListFields():
        if descriptor.type != FieldDescriptor.TYPE_MESSAGE:
            continue
        kind = descriptor.message_type
        if kind is not None and kind.GetOptions().map_entry:
            values = [one for one in value.values() if isinstance(one, Message)]
        else:
            values = list(value) if descriptor.is_repeated else [value]
        for one in values:
            yield from payloads_of(one, *skipped)


async def with_payloads(
    history: WorkflowHistory, change: Callable[[list[Payload]], Awaitable[list[Payload]]]
) -> WorkflowHistory:
    """Return the history with each payload sealed or opened; search attributes are never sealed."""
    copied = History(events=history.events)
    for payload in payloads_of(copied, SearchAttributes):
        (changed,) = await change([payload])
        payload.CopyFrom(changed)
    return WorkflowHistory(history.workflow_id, list(copied.events))


def trimmed(history: WorkflowHistory, limit: int) -> WorkflowHistory:
    """Return at most about so many events, ending where a workflow task would be scheduled next."""
    events = list(history.events)
    if len(events) <= limit:
        return history
    scheduled = (
        n
        for n in range(limit, len(events))
        if events[n].event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED
    )
    end = next(scheduled, len(events))
    return WorkflowHistory(history.workflow_id, events[:end])


def ending(history: WorkflowHistory) -> str:
    """Return how the process ended (``completed``, ``failed``, …); empty while it runs."""
    name = EventType.Name(history.events[-1].event_type)
    told = name.removeprefix("EVENT_TYPE_WORKFLOW_EXECUTION_").lower()
    return told if told in ("completed", "failed", "timed_out", "canceled", "terminated") else ""


def save(history: WorkflowHistory, name: str) -> None:
    """Write a history, without the names of the machine that made it."""
    told = _without_machine(history.to_json_dict())
    text = json.dumps({"workflow_id": history.workflow_id, "history": told}, separators=(",", ":"))
    HISTORIES.mkdir(exist_ok=True)
    (HISTORIES / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


def load(name: str) -> WorkflowHistory:
    """Read a history by its name."""
    told = json.loads(gzip.decompress((HISTORIES / f"{name}.json.gz").read_bytes()))
    return WorkflowHistory.from_json(str(told["workflow_id"]), told["history"])


def stored() -> tuple[str, ...]:
    """Return the names of all histories."""
    return tuple(sorted(file.name.removesuffix(".json.gz") for file in HISTORIES.glob("*.json.gz")))


def text_of(history: WorkflowHistory) -> str:
    """Return everything a reader with the keys would see."""
    opened = (
        payload.data.decode(errors="replace") for payload in payloads_of(History(events=history.events))
    )
    return "\n".join((history.workflow_id, *opened, str(History(events=history.events))))


def identity_in(claims: tuple[Claim, ...]) -> set[str]:
    """Return every text in the claims that says who somebody is: names, numbers, days of birth, addresses."""
    found: set[str] = set()
    for claim in claims:
        for person in (asdict(claim.patient), *(asdict(one.subscriber) for one in claim.coverages)):
            found |= set(_texts(person))
        found |= {one.member_id for one in claim.coverages}
        found |= {claim.patient_control_number, claim.source_control_number}
    return {text for text in found if len(text) > 2 and text not in _NOBODY}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, date):
        yield from (value.isoformat(), value.strftime("%Y%m%d"))
    elif isinstance(value, str) and value:
        yield value


def _without_machine(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _without_machine(one) for name, one in told.items() if name not in _OURS}
    return [_without_machine(one) for one in told] if isinstance(told, list) else told
