"""Compile the lock files, or check without network that they match pyproject.toml.

Universal files with hashes serve pip and uv, every platform, the tests and the image, and name no host. The libraries
that `./run bench` compares with have a lock file of their own: their dependencies are not ours.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK, BENCH_LOCK = "requirements.lock", "requirements-bench.lock"
SOURCES = {LOCK: ("pyproject.toml", "--all-extras"), BENCH_LOCK: ("--group", "bench")}
COMPILE = (
    "uv", "pip", "compile", "--universal", "--generate-hashes", "--no-header", "--no-emit-index-url",
    "--python-version", "3.11",
)  # fmt: skip
PIN = re.compile(r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>[\w.!+-]+)", re.MULTILINE)


def declared(root: Path) -> dict[str, dict[str, Requirement]]:
    """Return the requirements of pyproject.toml for each lock file, extras included."""
    told = tomllib.loads((root / "pyproject.toml").read_text())
    extras = told["project"]["optional-dependencies"].values()
    lines = {
        LOCK: [*told["project"]["dependencies"], *(line for extra in extras for line in extra)],
        BENCH_LOCK: told.get("dependency-groups", {}).get("bench", []),
    }
    return {
        lock: {canonicalize_name(Requirement(line).name): Requirement(line) for line in wanted}
        for lock, wanted in lines.items()
    }


def entries(text: str) -> dict[str, tuple[str, str]]:
    """Return each pinned package's version and the rest of its entry (hashes, and what requires it)."""
    pins = list(PIN.finditer(text))
    ends = [pin.start() for pin in pins[1:]] + [len(text)]
    return {
        canonicalize_name(pin["name"]): (pin["version"], text[pin.end() : end])
        for pin, end in zip(pins, ends, strict=True)
    }


def stale(root: Path) -> list[str]:
    """Return the lines of the lock files that do not follow from pyproject.toml."""
    return [
        what
        for lock, wanted in declared(root).items()
        if wanted
        for what in _stale(wanted, entries((root / lock).read_text()))
    ]


def _stale(wanted: dict[str, Requirement], locked: dict[str, tuple[str, str]]) -> list[str]:
    found = [f"{name} is not locked" for name in wanted.keys() - locked.keys()]
    for name, (version, rest) in locked.items():
        if "--hash=sha256:" not in rest:
            found.append(f"{name} has no hash")
        if "revcycle (pyproject.toml" in rest and name not in wanted:
            found.append(f"{name} is locked but no longer asked for")
        if name in wanted and not wanted[name].specifier.contains(version, prereleases=True):
            found.append(f"{name} {version} is locked, but pyproject.toml wants {wanted[name].specifier}")
    return sorted(found)


def _compile(root: Path, arguments: list[str]) -> int:
    if shutil.which("uv") is None:
        print("uv is not on the PATH: install it, or run this where it is", file=sys.stderr)
        return 1
    codes = [
        subprocess.run(
            (*COMPILE, *source, "--output-file", lock, "--quiet", *arguments), cwd=root, check=False
        ).returncode
        for lock, source in SOURCES.items()
    ]
    return max(codes)


def main(arguments: list[str]) -> int:
    """Compile or check. Returns the exit code."""
    root = Path(__file__).resolve().parent.parent
    if "--check" not in arguments:
        return _compile(root, arguments)
    found = stale(root)
    counted = " and ".join(str(len(entries((root / lock).read_text()))) for lock in SOURCES)
    print("\n".join(found) or f"{counted} packages locked as asked")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
