"""The worker: settings, clients, activities, one Worker per task queue; the relay beside them."""

import asyncio
import logging
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import timedelta

import uvloop
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Worker

from activities import catalog
from activities.relay import Relay
from revcycle.access.keyring import KeyRing
from revcycle.config import Settings
from revcycle.db.engine import Database
from revcycle.domain.clock import REAL_TIME
from revcycle.domain.work import subjects
from revcycle.domain.work.starts import MailboxStart
from revcycle.effects.exchange.printing import PaperPrinter
from revcycle.logs import configure_logs
from revcycle.payers.switchboard import Switchboard, defined, open_all
from revcycle.temporal import names
from revcycle.temporal.client import connect
from revcycle.temporal.driven import DrivenRunner
from revcycle.temporal.pulse import Pulse
from revcycle.temporal.timeline import Timeline
from workflows.catalog import WORKFLOWS, runner
from workflows.mailbox import Mailbox

GRACE = timedelta(seconds=10)


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Serve the queues of the settings until told to stop; let running activities finish."""
    ring = KeyRing.load(settings.keyring_file)
    db = Database(settings.database_url_with_password, ring, settings.practice_id)
    switchboard = open_all(
        defined(settings.connections_file, settings.connection_url, settings.connection_token_file),
        PaperPrinter(),
    )
    client = await connect(
        settings.temporal_address, settings.temporal_namespace, ring, settings.metrics_port
    )
    served = {
        names.CLAIMS_QUEUE: catalog.rule_activities(db, switchboard),
        names.PAYER_QUEUE: catalog.payer_activities(db, switchboard, settings.mail_drop),
        names.LETTERS_QUEUE: catalog.letter_activities(db, settings.mail_drop),
    }
    # In a sandbox world business time is driven: workflows take it for the engine's.
    workflow_runner = (
        DrivenRunner(runner(), Timeline(settings.clock_file)) if settings.clock_file else runner()
    )
    async with AsyncExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(16))
        stack.push_async_callback(switchboard.close)
        for queue in settings.worker_queues:
            worker = Worker(
                client,
                task_queue=queue,
                workflows=WORKFLOWS if queue == names.CLAIMS_QUEUE else (),
                activities=served[queue],
                activity_executor=threads,
                workflow_runner=workflow_runner,
                interceptors=[Pulse()],
                sticky_queue_schedule_to_start_timeout=timedelta(seconds=5),
                max_cached_workflows=2000,
                max_concurrent_activities=16,
                max_concurrent_local_activities=16,
                graceful_shutdown_timeout=GRACE,
            )
            await stack.enter_async_context(worker)
        if names.CLAIMS_QUEUE in settings.worker_queues:
            await open_mailboxes(client, switchboard, settings)
            relay = asyncio.create_task(Relay(db, client, REAL_TIME).run())
            stack.callback(relay.cancel)
        logging.getLogger("worker").info("serving %s", ", ".join(settings.worker_queues))
        await stop.wait()


async def open_mailboxes(client: Client, switchboard: Switchboard, settings: Settings) -> None:
    """Have the mailbox of every connection looked into, by one workflow each."""
    for connection_id in switchboard.ids:
        await client.start_workflow(
            Mailbox.run,
            args=[MailboxStart(connection_id, settings.mailbox_minutes), REAL_TIME, None],
            id=subjects.mailbox(connection_id),
            task_queue=names.CLAIMS_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )


async def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = Settings.load(os.environ)
    configure_logs(settings.log_level)
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    await serve(settings, stop)


if __name__ == "__main__":
    uvloop.run(main())
