"""Talking to the workflows: updates only, validated by the workflow, answered or refused in plain words."""

from datetime import timedelta
from typing import Any, TypeVar

from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WithStartWorkflowOperation,
    WorkflowFailureError,
    WorkflowUpdateFailedError,
)
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError as UpdateTimeout
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from revcycle.api.errors import Refusal, RefusalCode
from revcycle.api.office import Office
from revcycle.domain.work.starts import Start
from revcycle.temporal import names

T = TypeVar("T")
PATIENCE = timedelta(seconds=20)


async def client(office: Office) -> Client:
    """Return the Temporal client. Raises Refusal when the engine is away."""
    try:
        return await office.engine()
    except RuntimeError:
        raise _away() from None


async def run(office: Office, workflow: Any, start: Any, *, workflow_id: str) -> Any:
    """Run a short workflow and wait for its answer; the same id joins the one that runs. Raises Refusal."""
    temporal = await client(office)
    try:
        handle = await temporal.start_workflow(
            workflow,
            args=[start, office.start_clock, None],
            id=workflow_id,
            task_queue=names.CLAIMS_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            execution_timeout=PATIENCE,
        )
        return await handle.result()
    except WorkflowFailureError as error:
        raise Refusal(RefusalCode.NO_ANSWER, "the payer did not answer", remedy="try again later") from error
    except RPCError as error:
        raise _refusal(error, workflow_id) from error


async def update(office: Office, workflow_id: str, name: str, *arguments: Any, key: str) -> Any:
    """Send an update to a running workflow; the same key twice is one update. Raises Refusal."""
    handle = (await client(office)).get_workflow_handle(workflow_id)
    try:
        return await handle.execute_update(name, args=arguments, id=key, rpc_timeout=PATIENCE)
    except (WorkflowUpdateFailedError, RPCError, RPCTimeoutOrCancelledError, UpdateTimeout) as error:
        raise _refusal(error, workflow_id) from error


async def update_or_start(
    office: Office, start: Start, name: str, *arguments: Any, key: str, answer: type[T]
) -> T:
    """Send an update, starting the workflow in the same step when it does not run. Raises Refusal."""
    workflow_id = start.subject
    begin: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        start.workflow,
        args=[start, office.start_clock, None],
        id=workflow_id,
        task_queue=names.CLAIMS_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
    temporal = await client(office)
    try:
        found: T = await temporal.execute_update_with_start_workflow(
            name,
            args=arguments,
            start_workflow_operation=begin,
            id=key,
            result_type=answer,
            rpc_timeout=PATIENCE,
        )
        return found
    except (WorkflowUpdateFailedError, RPCError, RPCTimeoutOrCancelledError, UpdateTimeout) as error:
        raise _refusal(error, workflow_id) from error


def _refusal(error: Exception, workflow_id: str) -> Refusal:
    if isinstance(error, WorkflowUpdateFailedError):
        cause = error.cause
        said = cause.message if isinstance(cause, ApplicationError) else "the workflow refused it"
        return Refusal(
            RefusalCode.REFUSED, said, where=workflow_id, remedy="look at it again; it may have moved on"
        )
    if isinstance(error, RPCError) and error.status == RPCStatusCode.NOT_FOUND:
        return Refusal(RefusalCode.NOT_RUNNING, "nothing waits for this any more", where=workflow_id)
    return _away()


def _away() -> Refusal:
    return Refusal(
        RefusalCode.ENGINE_AWAY,
        "the workflow engine or its worker does not answer",
        remedy="try again in a minute",
    )
