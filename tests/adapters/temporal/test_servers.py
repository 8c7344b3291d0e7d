"""The servers other tests stand on start, and are what they say."""

from datetime import timedelta

from sqlalchemy import create_engine, text
from temporalio.testing import WorkflowEnvironment


def test_postgres_from_the_wheel_answers(fresh_postgres_url: str) -> None:
    engine = create_engine(fresh_postgres_url)
    with engine.connect() as connection:
        version = connection.execute(text("SHOW server_version_num")).scalar_one()
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    engine.dispose()
    assert int(version) >= 150_000
    assert encoding == "UTF8"


async def test_time_skipping_server_jumps_a_year(time_skipping_env: WorkflowEnvironment) -> None:
    before = await time_skipping_env.get_current_time()
    await time_skipping_env.sleep(timedelta(days=365))
    assert await time_skipping_env.get_current_time() - before >= timedelta(days=365)


async def test_dev_server_lists_by_our_search_attributes(dev_server: WorkflowEnvironment) -> None:
    found = [run async for run in dev_server.client.list_workflows("ClaimStage = 'submitted'")]
    assert found == []
