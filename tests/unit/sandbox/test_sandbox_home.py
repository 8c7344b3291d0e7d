"""What a world leaves in its home, and what it tells people to type: their file stays theirs, their paste works."""

import shlex
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from revcycle.sandbox.outside import keep_connections
from revcycle.sandbox.parts import SCRIPTS, WORLD_FILE, business_today, write_practice
from revcycle.sandbox.payer.script import PayerScript
from revcycle.sandbox.world import World, typed

TOKEN = Path("clearinghouse.token")


def test_the_connections_we_wrote_follow_the_ports(tmp_path: Path) -> None:
    first = keep_connections(tmp_path, TOKEN, 4001, 4002, "")
    second = keep_connections(tmp_path, TOKEN, 5001, 5002, first.written)
    assert "127.0.0.1:5001" in second.path.read_text()
    assert "4001" not in second.path.read_text()


def test_connections_a_person_changed_stay_as_they_are(tmp_path: Path) -> None:
    first = keep_connections(tmp_path, TOKEN, 4001, 4002, "")
    text = first.path.read_text().replace("CLEARINGHOUSE", "MYHOUSE")
    first.path.write_text(text)

    again = keep_connections(tmp_path, TOKEN, 5001, 5002, first.written)

    assert again.written == ""
    assert first.path.read_text() == text
    assert keep_connections(tmp_path, TOKEN, 6001, 6002, again.written).path.read_text() == text


def test_connections_a_person_wrote_before_the_first_start_stay(tmp_path: Path) -> None:
    own = '[[connection]]\nid = "mine"\n'
    (tmp_path / "connections.toml").write_text(own)
    keep_connections(tmp_path, TOKEN, 4001, 4002, "")
    assert (tmp_path / "connections.toml").read_text() == own


def test_a_world_prepared_twice_leaves_a_changed_file_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    World(home).prepare().stop()
    file = home / "connections.toml"
    file.write_text(file.read_text() + "# mine\n")
    world = World(home).prepare()
    world.stop()
    assert world.own_connections
    assert file.read_text().endswith("# mine\n")


@pytest.mark.parametrize("place", [".revcycle", "elsewhere", "a place/with spaces"])
def test_what_is_told_to_type_means_that_home(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REVCYCLE_HOME", raising=False)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    command = typed(tmp_path / place)
    assert ("REVCYCLE_HOME" in command) == (place != ".revcycle")
    told = "from revcycle.cli.places import home; print(home().absolute())"
    settings = " ".join(word for word in shlex.split(command) if word.startswith("REVCYCLE_HOME="))
    python = f"env {shlex.quote(settings)} " if settings else ""
    shown = _shell(f"{python}{shlex.quote(sys.executable)} -c {shlex.quote(told)}", tmp_path)
    assert Path(shown.strip()) == tmp_path / place
    assert _shell(f"{command} --version", tmp_path).startswith("revcycle ")


def _shell(line: str, where: Path) -> str:
    done = subprocess.run(["sh", "-c", line], cwd=where, capture_output=True, text=True, check=True)
    return done.stdout


def test_in_an_active_environment_the_name_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    monkeypatch.setenv("REVCYCLE_HOME", str(tmp_path / "here"))
    assert typed(tmp_path / "here") == "revcycle"
    assert typed(tmp_path / "there") == "REVCYCLE_HOME=there revcycle"


def test_a_practice_is_dated_from_today_on_the_worlds_clock(tmp_path: Path) -> None:
    World(tmp_path).drive(datetime(2028, 2, 29, 14, tzinfo=UTC), ())
    assert business_today(tmp_path) == date(2028, 2, 29)
    assert business_today(tmp_path / "nowhere") == datetime.now(UTC).date()


def test_a_world_s_payer_is_given_the_script_of_a_practice(tmp_path: Path) -> None:
    home = tmp_path / "home"
    alone = write_practice(1, 20, tmp_path / "alone", date(2028, 2, 29), home)
    assert not alone["followed_by_the_payer"]
    home.mkdir()
    (home / WORLD_FILE).write_text("{}")

    told = write_practice(1, 20, tmp_path / "practice", None, home)

    assert told["followed_by_the_payer"]
    (script,) = (home / SCRIPTS).iterdir()
    assert PayerScript.from_json(script.read_text()).claims
    assert date.fromisoformat(told["services_before"]) - datetime.now(UTC).date() <= timedelta(1)
