"""Workflows on a driven clock: the runner tells them business time as the engine's, and keeps their timers by it."""

from collections.abc import Sequence
from datetime import UTC

from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.converter import SerializationContext, StorageDriverStoreContext
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.workflow import Info

from revcycle.temporal.timeline import Timeline


class DrivenRunner(WorkflowRunner):
    """Runs workflows as the runner inside does, in business time: the same trick as a server that skips time.

    A timer comes when the business instant may have come at the earliest. When time stood meanwhile it comes early, so
    a workflow that waits for an instant looks at its clock again (workflows/waiting.py).
    """

    def __init__(self, inside: WorkflowRunner, timeline: Timeline) -> None:
        """Wrap the runner."""
        self._inside, self._timeline = inside, timeline

    def prepare_workflow(self, defn: object) -> None:
        """Prepare as the runner inside does."""
        self._inside.prepare_workflow(defn)  # type: ignore[arg-type]  # the SDK keeps the type to itself

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Create the instance."""
        return _Driven(self._inside.create_instance(det), self._timeline)

    def set_worker_level_failure_exception_types(self, types: Sequence[type[BaseException]]) -> None:
        """Pass the types on."""
        self._inside.set_worker_level_failure_exception_types(types)


class _Driven(WorkflowInstance):
    def __init__(self, inside: WorkflowInstance, timeline: Timeline) -> None:
        self._inside, self._timeline = inside, timeline

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        """Tell business time; set the timers that come of it in real time."""
        real = act.timestamp.ToDatetime(UTC)
        business = self._timeline.business(real)
        act.timestamp.FromDatetime(business)
        completion = self._inside.activate(act)
        for command in completion.successful.commands:
            if command.HasField("start_timer"):
                wait = command.start_timer.start_to_fire_timeout
                wait.FromTimedelta(self._timeline.earliest(business + wait.ToTimedelta(), real) - real)
        return completion

    def get_serialization_context(self, command_info: object) -> SerializationContext | None:
        """Pass the question on."""
        return self._inside.get_serialization_context(command_info)  # type: ignore[arg-type]  # the SDK's own type

    def get_external_store_context(self, command_info: object) -> StorageDriverStoreContext:
        """Pass the question on."""
        return self._inside.get_external_store_context(command_info)  # type: ignore[arg-type]  # the SDK's own type

    def get_info(self) -> Info:
        """Pass the question on."""
        return self._inside.get_info()

    def get_thread_id(self) -> int | None:
        """Pass the question on."""
        return self._inside.get_thread_id()
