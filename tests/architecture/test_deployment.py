"""What the deployment files name exists in the code: commands, settings, ports, search attributes, secrets.

Docker is not needed here. ``compose_spec.json`` is the schema of the Compose Specification (Apache-2.0),
as Docker Compose 2.40 carries it.
"""

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from jsonschema import Draft7Validator

from revcycle import config
from revcycle.cli.main import cli
from revcycle.temporal.names import SEARCH_ATTRIBUTES

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OWN = sorted(name for name, service in SERVICES.items() if service["image"].startswith("revcycle:"))
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
REFERENCE = re.compile(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}")


def environment(service: str) -> dict[str, str]:
    """Return a service's variables, those it must be given filled with a plausible value."""
    given: dict[str, str] = SERVICES[service].get("environment", {})
    return {
        name: REFERENCE.sub(lambda m: m[2] or "http://given.example", text) for name, text in given.items()
    }


def test_compose_file_keeps_the_specification() -> None:
    schema = json.loads((Path(__file__).parent / "compose_spec.json").read_text())
    errors = [
        f"{list(error.path)}: {error.message}" for error in Draft7Validator(schema).iter_errors(COMPOSE)
    ]
    assert errors == []


@pytest.mark.parametrize("service", OWN)
def test_each_command_exists(service: str) -> None:
    program, *words = SERVICES[service]["command"]
    if program == "python":
        assert [(ROOT / word).is_file() for word in words] == [True]
        return
    assert program == "revcycle"
    assert isinstance(_command(words), click.Command)


def test_the_image_starts_a_command_that_exists() -> None:
    (line,) = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    program, *words = json.loads(line)
    assert program == "revcycle"
    assert isinstance(_command(words), click.Command)


def _command(words: list[str]) -> click.Command:
    """Find the command, and let it judge its options. Raises click.UsageError."""
    command: click.Command = cli
    while isinstance(command, click.Group):
        name, *words = words
        found = command.get_command(click.Context(command), name)
        assert found is not None, f"{command.name}: no command {name}"
        command = found
    command.make_context(command.name, words)
    return command


@pytest.mark.parametrize("service", OWN)
def test_each_setting_exists_and_loads(service: str) -> None:
    variables = environment(service)
    assert set(variables) <= set(config.variables())
    settings = config.Settings.load(variables)
    assert settings.home == Path("/var/lib/revcycle")
    assert settings.database_url.startswith("postgresql+psycopg://")


def test_ports_meet() -> None:
    api = config.Settings.load(environment("api"))
    assert SERVICES["api"]["ports"] == [f"127.0.0.1:8080:{api.api_port}"]
    assert f":{api.api_port}/health" in SERVICES["api"]["healthcheck"]["test"][-1]
    for worker in ("worker", "letters"):
        port = config.Settings.load(environment(worker)).metrics_port
        assert f":{port}/metrics" in SERVICES[worker]["healthcheck"]["test"][-1]
    payer = config.Settings.load(environment("sandbox-payer"))
    assert payer.connection_url == "http://sandbox-payer:8090"
    assert SERVICES["sandbox-payer"]["expose"] == ["8090"]
    exposed = re.findall(r"^EXPOSE (.*)$", DOCKERFILE, re.MULTILINE)[0].split()
    assert exposed == [str(api.api_port), str(port)]


def test_hosts_meet() -> None:
    settings = config.Settings.load(environment("worker"))
    assert settings.temporal_address.partition(":")[0] in SERVICES
    assert settings.database_url.rpartition("@")[2].partition(":")[0] in SERVICES
    assert settings.temporal_namespace == SERVICES["temporal-namespace"]["environment"]["TEMPORAL_NAMESPACE"]


def test_together_the_workers_serve_every_queue() -> None:
    served = [
        queue
        for name in ("worker", "letters")
        for queue in environment(name)["REVCYCLE_WORKER_QUEUES"].split(",")
    ]
    assert sorted(served) == sorted(config.QUEUES)


def test_the_server_learns_every_search_attribute() -> None:
    script = SERVICES["temporal-namespace"]["command"][0]
    assert dict(re.findall(r"--name (\w+) --type (\w+)", script)) == SEARCH_ATTRIBUTES


def test_no_password_is_written_down() -> None:
    for name, service in SERVICES.items():
        for variable, text in service.get("environment", {}).items():
            if re.search(r"PASSWORD|PWD|TOKEN|SECRET|KEY", variable):
                assert text.startswith("/run/secrets/"), f"{name}: {variable}"
                assert text.removeprefix("/run/secrets/") in service["secrets"], f"{name}: {variable}"
        for used in re.findall(r"/run/secrets/(\w+)", str(service)):
            assert used in service["secrets"], f"{name} does not get {used}"
    assert all(list(secret) == ["file"] for secret in COMPOSE["secrets"].values())
    assert "secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_own_services_run_with_as_little_as_they_need() -> None:
    for name in OWN:
        service = SERVICES[name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "container_name" not in service, f"{name} could not be scaled"
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def test_every_image_has_a_version() -> None:
    images = [service["image"] for service in SERVICES.values()] + re.findall(
        r"^FROM (\S+:\S+)", DOCKERFILE, re.MULTILINE
    )
    assert all(re.search(r":\d+\.\d+", image) for image in images), images


def test_what_is_long_lived_has_a_health_check() -> None:
    for name, service in SERVICES.items():
        lasting = service["restart"] == "unless-stopped"
        assert not lasting or "healthcheck" in service or name == "temporal-ui", name


def test_what_the_image_copies_exists() -> None:
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert copied
    assert [source for source in copied if not (ROOT / source).exists()] == []
    allowed = (ROOT / ".dockerignore").read_text().splitlines()
    assert [source for source in copied if f"!{source}" not in allowed] == []


def test_the_example_names_every_variable_once_with_a_value_that_loads() -> None:
    example = dict(re.findall(r"^(?:# )?(REVCYCLE_\w+)=(.*)$", EXAMPLE, re.MULTILINE))
    sources = [*(ROOT / "revcycle").rglob("*.py"), ROOT / "worker.py"]
    named = {name for path in sources for name in re.findall(r"\bREVCYCLE_[A-Z_]*[A-Z]\b", path.read_text())}
    assert sorted(example) == sorted(named | set(config.variables()))
    assert [name for name in example if len(re.findall(rf"\b{name}=", EXAMPLE)) > 1] == []
    values = {name: value for name, value in example.items() if name != config.CONFIG_VARIABLE}
    assert config.Settings.load(values).worker_queues == config.QUEUES


def test_what_compose_asks_of_the_environment_is_in_the_example() -> None:
    asked = {name for name, _ in REFERENCE.findall((ROOT / "docker-compose.yml").read_text())}
    assert asked <= set(config.variables())
