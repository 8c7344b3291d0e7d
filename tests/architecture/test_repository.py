"""The repository checks itself: sizes, places, and that each check can fail."""

from pathlib import Path

from tools import lock, places, sizes

ROOT = Path(__file__).resolve().parents[2]


def test_files_and_functions_are_small_enough_to_read() -> None:
    assert sizes.main(ROOT) == 0


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


def test_functions_are_measured_without_their_decorators() -> None:
    import ast

    tree = ast.parse("@one\n@two\ndef f():\n    return 1\n")
    assert list(sizes.functions(tree)) == [("f", 3, 2)]
