"""The proof of the processes: what the database holds of each must be what Temporal runs. It asks Temporal.

For every open thing its process must run, a timer of it stand at the earliest armed clock, the clocks it recorded
be the armed ones, and the stage it shows be the claim's. A closed claim's process has ended, and says so.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.service import RPCError, RPCStatusCode

from revcycle.db import positions
from revcycle.db.claims import claims
from revcycle.db.engine import Database, Tx
from revcycle.db.work import deadlines, tasks
from revcycle.domain.claims.stage import ClaimStage
from revcycle.domain.clock import BusinessTime
from revcycle.domain.finding import Finding
from revcycle.domain.work import subjects
from revcycle.domain.work.clocks import Clock
from revcycle.domain.work.position import Position
from revcycle.temporal import names

TOLERANCE = timedelta(seconds=30)
"""Real time: how far timer and record may stand apart, and how long a clock that passed may wait to be heard."""
_AT_ONCE = 20
_LOOKS, _BETWEEN_LOOKS = 4, 0.5
"""A process may move while it is looked at: what differs counts only if it still differs at the last look."""
_ASKED_FOR = timedelta(seconds=10)
_TIMER_ENDS = {
    EventType.EVENT_TYPE_TIMER_FIRED: "timer_fired_event_attributes",
    EventType.EVENT_TYPE_TIMER_CANCELED: "timer_canceled_event_attributes",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What Temporal holds of a process: whether it runs, what it shows, its unfired timers, what it recorded.

    ``ended`` is its status in words when it does not run, empty when it does; ``result`` what it answered.
    ``recorded`` is None where it could not be asked.
    """

    ended: str
    stage: str = ""
    timers: tuple[datetime, ...] = ()
    recorded: Position | None = None
    result: str = ""


async def check_processes(
    db: Database, client: Client, clock: BusinessTime, now: Callable[[], datetime]
) -> tuple[int, tuple[Finding, ...]]:
    """Compare every open thing's record with its process; return how many were compared, and what differs.

    ``clock`` is the business clock the processes run by, ``now`` the real time.
    """
    with db.read() as tx:
        wanted = _open_subjects(tx)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def look(subject: str) -> tuple[Finding, ...]:
        async with gate:
            return await _settled(db, client, clock, now, subject)

    found = await asyncio.gather(*(look(subject) for subject in wanted))
    return len(wanted), tuple(finding for one in found for finding in one)


def _open_subjects(tx: Tx) -> tuple[str, ...]:
    """Return the subjects whose process must run, and every claim that was closed."""
    every_claim = (subjects.claim(claim_id) for claim_id in claims.every_id(tx))
    open_tasks = (subjects.task(task_id) for task_id in tasks.open_ids(tx))
    return tuple(dict.fromkeys((*every_claim, *open_tasks, *deadlines.armed_subjects(tx))))


async def _settled(
    db: Database, client: Client, clock: BusinessTime, now: Callable[[], datetime], subject: str
) -> tuple[Finding, ...]:
    """Compare one subject; look again while it differs, for it may be on its way."""
    found: tuple[Finding, ...] = ()
    for look in range(_LOOKS):
        if look:
            await asyncio.sleep(_BETWEEN_LOOKS)
        record = await asyncio.to_thread(_record, db, subject)
        seen = await _seen(client, subject, closed=record.stage == ClaimStage.CLOSED)
        found = tuple(compare(subject, record, seen, clock, now()))
        if not found:
            return ()
    return found


def _record(db: Database, subject: str) -> Position:
    with db.read() as tx:
        return positions.of(tx, subject)


def compare(
    subject: str, record: Position, seen: Seen, clock: BusinessTime, real_now: datetime
) -> tuple[Finding, ...]:
    """Return how the record and the process of a subject differ."""
    if record.stage == ClaimStage.CLOSED:
        return tuple(_closed(subject, record, seen))
    if seen.ended:
        waits = ", ".join(f"{one.name.value} of {one.due_at:%Y-%m-%d}" for one in record.clocks)
        what = f"its clocks ({waits}) ring for nobody" if waits else "nobody waits for what is open"
        return (_finding("process.lost", subject, f"The process of {subject} is {seen.ended}: {what}."),)
    found = []
    if record.stage and seen.stage != record.stage:
        message = f"The process shows the stage {seen.stage or 'none'}; the claim's is {record.stage}."
        found.append(_finding("process.stage", subject, message))
    found += _timers(subject, record.clocks, seen, clock, real_now)
    return tuple(found)


def _closed(subject: str, record: Position, seen: Seen) -> list[Finding]:
    found = []
    if seen.stage and seen.stage != record.stage:
        found.append(
            _finding("process.stage", subject, f"The claim is closed; its process shows {seen.stage}.")
        )
    if seen.ended == "completed" and seen.result != record.ending:
        message = f"The claim ended {record.ending}; its process answered {seen.result or 'nothing'}."
        found.append(_finding("process.result", subject, message))
    if record.clocks:
        left = ", ".join(one.name.value for one in record.clocks)
        found.append(_finding("clock.after_end", subject, f"The claim is closed and holds clocks: {left}."))
    return found


def _timers(
    subject: str, armed: tuple[Clock, ...], seen: Seen, clock: BusinessTime, real_now: datetime
) -> list[Finding]:
    if not armed:
        return []
    first = armed[0]
    due_at = clock.real(first.due_at)
    told = f"{first.name.value} of {first.due_at:%Y-%m-%d %H:%M}"
    if due_at < real_now - TOLERANCE:
        return [_finding("clock.past", subject, f"The clock {told} has passed and nobody was told.")]
    if seen.recorded is None:
        message = f"The process did not say which clocks it waits for; armed is first {told}."
        return [Finding("process.silent", subject, message, "see whether a worker serves it, and ask again")]
    if seen.recorded.clocks != armed:
        recorded = ", ".join(f"{c.name.value} of {c.due_at:%Y-%m-%d}" for c in seen.recorded.clocks)
        message = f"Armed is first {told}; the process waits for {recorded or 'nothing'}."
        return [_finding("process.clocks", subject, message)]
    earliest = datetime.min.replace(tzinfo=UTC) if clock.early else due_at - TOLERANCE
    if not any(earliest <= timer <= due_at + TOLERANCE for timer in seen.timers):
        waits = ", ".join(f"{clock.business(timer):%Y-%m-%d %H:%M}" for timer in seen.timers)
        message = f"The clock {told} has no timer; the process waits for {waits or 'nothing'}."
        return [_finding("process.timer", subject, message)]
    return []


async def _seen(client: Client, subject: str, *, closed: bool) -> Seen:
    handle: WorkflowHandle[object, object] = client.get_workflow_handle(subject, result_type=str)
    try:
        described = await handle.describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return Seen("" if closed else "not there")
        raise
    stage = described.typed_search_attributes.get(names.CLAIM_STAGE, "") or ""
    if described.status is not WorkflowExecutionStatus.RUNNING:
        status = described.status.name.lower() if described.status else "gone"
        return Seen(status, stage, result=await _result(handle) if status == "completed" else "")
    timers = _unfired([event async for event in handle.fetch_history_events()])
    return Seen("", stage, timers, await _asked(handle))


async def _result(handle: WorkflowHandle[object, object]) -> str:
    try:
        return str(await handle.result())
    except WorkflowFailureError:
        return ""


async def _asked(handle: WorkflowHandle[object, object]) -> Position | None:
    try:
        answer: Position = await handle.query(names.POSITION, result_type=Position, rpc_timeout=_ASKED_FOR)
    except (RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError):
        return None
    return answer


def _unfired(events: list[HistoryEvent]) -> tuple[datetime, ...]:
    """Return when the timers that have neither fired nor been cancelled will fire (real time)."""
    timers: dict[int, datetime] = {}
    for event in events:
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
            lasts = event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
            timers[event.event_id] = event.event_time.ToDatetime(tzinfo=UTC) + lasts
        elif (ends := _TIMER_ENDS.get(event.event_type)) is not None:
            timers.pop(getattr(event, ends).started_event_id, None)
    return tuple(timers.values())


def _finding(code: str, subject: str, message: str) -> Finding:
    claim_id = subject.partition("/")[2].split("-")[0]
    if subject.startswith(("claim/", "denial/", "appeal/")):
        remedy = f"bring the process back with `revcycle claim rehydrate {claim_id}`"
    else:
        remedy = "bring the processes back with `revcycle claim rehydrate --all-open`"
    return Finding(code, subject, message, remedy)
