"""What every test may ask for: a home of its own, a PostgreSQL, a Temporal server; started on first use."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import create_engine, make_url, text
from temporalio.testing import WorkflowEnvironment

from revcycle.config import Settings
from tests.support import postgres, temporal
from tests.support.patience import patience, slowness

hypothesis_settings.register_profile("default", derandomize=True, deadline=None, print_blob=True)
hypothesis_settings.register_profile("fuzz", max_examples=1_000, deadline=None, print_blob=True)
hypothesis_settings.load_profile("default")


def pytest_report_header() -> str:
    """Say how long a hang takes to be called one."""
    return (
        f"machine: {slowness():.1f} times as slow as a quick one; limits are stretched {patience():.1f} times"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Measure before workers are started, so that they are given the result."""
    slowness()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Stretch every test's limit, its own or the general one: it is there for hangs, not for busy machines."""
    general = float(config.getini("timeout"))
    for item in items:
        own = item.get_closest_marker("timeout")
        seconds = float(own.args[0]) if own else general
        item.add_marker(pytest.mark.timeout(seconds * patience()), append=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty directory for everything a world keeps."""
    place = tmp_path / "home"
    place.mkdir()
    return place


@pytest.fixture
def settings(home: Path) -> Settings:
    """The settings of an embedded world in its own home."""
    return Settings.load({"REVCYCLE_HOME": str(home)})


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server: the one TEST_DATABASE_URL names, else one from a wheel. Write to a fresh one."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
    else:
        with postgres.running() as url:
            yield url


@pytest.fixture
def fresh_postgres_url(postgres_url: str) -> Iterator[str]:
    """An empty PostgreSQL database, for one test."""
    name = f"revcycle_{uuid4().hex}"
    server = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="session")
async def time_skipping_env() -> AsyncIterator[WorkflowEnvironment]:
    """The time-skipping Temporal server. Its clock is one for the whole session: it only moves forward."""
    async with await temporal.start_time_skipping() as env:
        yield env


@pytest.fixture(scope="session")
async def dev_server() -> AsyncIterator[WorkflowEnvironment]:
    """The real Temporal server: listing, schedules, batch operations; real time."""
    async with await temporal.start_dev_server() as env:
        yield env
