"""Our top-level names are ours alone, and the wheel carries all that the program needs."""

import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tools import lock

ROOT = Path(__file__).resolve().parents[2]
OURS = (
    "revcycle",
    "workflows",
    "activities",
    "worker",
    "templates",
    "migrations",
    "tests",
    "tools",
    "benchmarks",
)


@pytest.mark.parametrize("name", OURS)
def test_nobody_else_owns_a_top_level_name_of_ours(name: str) -> None:
    assert set(packages_distributions().get(name, ())) <= {"revcycle"}


def test_the_lock_file_follows_from_the_project() -> None:
    assert lock.stale(ROOT) == []


def test_the_lock_file_has_only_verified_pins_and_names_no_host() -> None:
    text = (ROOT / lock.LOCK).read_text()
    assert "://" not in text
    assert all(rest.count("--hash=sha256:") for _, rest in lock.entries(text).values())


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without network and unpacked as an installer would."""
    place = tmp_path_factory.mktemp("wheel")
    command = (sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(place))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = place.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place / "site")
    return place / "site"


@pytest.mark.parametrize("package", ["revcycle", "workflows", "activities", "templates", "migrations"])
def test_the_wheel_carries_every_file_of_the_tree(installed: Path, package: str) -> None:
    listed = subprocess.run(
        ("git", "ls-files", "--", package), cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    tracked = {name for name in listed if (ROOT / name).is_file() and not name.endswith("ruff.toml")}
    assert tracked
    assert {name for name in tracked if not (installed / name).is_file()} == set()


def test_the_installed_program_starts_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, activities, revcycle, worker, workflows\n"
        "from revcycle.cli.main import main\n"
        "for module in (activities, revcycle, worker, workflows):\n"
        f"    assert pathlib.Path(module.__file__).is_relative_to({str(installed)!r}), module.__file__\n"
        "sys.argv = ['revcycle', '--help']\n"
        "main()\n"
    )
    done = subprocess.run(
        (sys.executable, "-c", code),
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Usage: revcycle" in done.stdout


def test_the_wheel_says_that_it_must_not_be_uploaded(installed: Path) -> None:
    (metadata,) = installed.glob("*.dist-info/METADATA")
    assert "Classifier: Private :: Do Not Upload" in metadata.read_text()
