"""The repository checks itself: sizes, places, and that each check can fail."""

import subprocess
import sys
from pathlib import Path

from tools import lock, places

ROOT = Path(__file__).resolve().parents[2]


def sizes_of(root: Path) -> tuple[int, str]:
    """Measure as ``./run check`` does, in a process of its own: tools/sizes.py says why."""
    command = (sys.executable, "-m", "tools.sizes", str(root))
    measured = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not measured.stderr, measured.stderr
    return measured.returncode, measured.stdout


def test_files_and_functions_are_small_enough_to_read() -> None:
    code, said = sizes_of(ROOT)
    assert code == 0, said


def test_what_is_too_long_is_noticed(tmp_path: Path) -> None:
    subprocess.run(("git", "init", "--quiet"), cwd=tmp_path, check=True)
    body = "    x = 1\n" * 60
    (tmp_path / "long.py").write_text("@one\n@two\ndef f():\n" + body)
    (tmp_path / "longer.py").write_text("x = 1\n" * 401)
    code, said = sizes_of(tmp_path)
    assert code == 1
    assert said.splitlines()[:2] == [
        "long.py:3: f has 61 lines; name its steps",
        "longer.py: 401 lines; split it by noun",
    ]


def test_nothing_names_a_machine_or_a_package_source() -> None:
    assert places.main(ROOT) == 0


def test_a_machine_path_is_noticed() -> None:
    home = "/" + "home"
    assert places.findings("docs/x.md", f"see {home}/anna/data.csv") == [
        f"docs/x.md:1: a path of one machine: see {home}/anna/data.csv"
    ]
    assert places.findings("docs/x.md", "GET /api/home and https://example.org" + home) == []


def test_a_host_in_the_lock_file_is_noticed() -> None:
    assert places.findings("requirements.lock", "wheel @ https" + "://example.org/wheel.whl") != []


def test_an_unlocked_dependency_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["wanted>=2", "missing"]\n[project.optional-dependencies]\ndev = []\n'
    )
    (tmp_path / lock.LOCK).write_text(
        "wanted==1.0 \\\n    --hash=sha256:00\n    # via revcycle (pyproject.toml)\n"
        "dropped==1.0 \\\n    --hash=sha256:00\n    # via revcycle (pyproject.toml)\n"
        "bare==1.0\n    # via wanted\n"
    )
    assert lock.stale(tmp_path) == [
        "bare has no hash",
        "dropped is locked but no longer asked for",
        "missing is not locked",
        "wanted 1.0 is locked, but pyproject.toml wants >=2",
    ]
