"""A worker of the bare workflow for the queue named, in a process of its own, set up like the product's."""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import uvloop
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from benchmarks.bare import BARE_IO_QUEUE, BARE_QUEUE, Bare, BareRelay, bare_activity
from revcycle.access.keyring import KeyRing
from revcycle.config import Settings
from revcycle.temporal.client import connect


async def main() -> None:
    """Serve until killed."""
    settings = Settings.load(os.environ)
    client = await connect(
        settings.temporal_address, settings.temporal_namespace, KeyRing.load(settings.keyring_file)
    )
    if sys.argv[1] == BARE_IO_QUEUE:
        await Worker(
            client, task_queue=BARE_IO_QUEUE, activities=[bare_activity], max_concurrent_activities=16
        ).run()
        return
    relay = BareRelay(client)
    passed = SandboxRestrictions.default.with_passthrough_modules("revcycle", "activities", "benchmarks")
    with ThreadPoolExecutor(16) as threads:
        workflows = Worker(
            client,
            task_queue=BARE_QUEUE,
            workflows=[Bare],
            activities=[relay.bare_local_activity],
            activity_executor=threads,
            workflow_runner=SandboxedWorkflowRunner(restrictions=passed),
            max_cached_workflows=2000,
            max_concurrent_local_activities=16,
        )
        await asyncio.gather(workflows.run(), relay.run())


if __name__ == "__main__":
    uvloop.run(main())
