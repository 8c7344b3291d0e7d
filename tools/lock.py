"""Compile requirements.lock, or check without network that it still belongs to pyproject.toml.

One universal file with hashes serves pip and uv, every platform, the tests and the image, and names no host.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = "requirements.lock"
COMPILE = (
    "uv", "pip", "compile", "pyproject.toml", "--all-extras", "--universal", "--generate-hashes",
    "--no-header", "--no-emit-index-url", "--python-version", "3.11", "--output-file", LOCK,
)  # fmt: skip
PIN = re.compile(r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>[\w.!+-]+)", re.MULTILINE)


def declared(root: Path) -> dict[str, Requirement]:
    """Return what pyproject.toml asks for, extras included."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    lines = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


def entries(text: str) -> dict[str, tuple[str, str]]:
    """Return each pinned package's version and the rest of its entry (hashes, why it is there)."""
    pins = list(PIN.finditer(text))
    ends = [pin.start() for pin in pins[1:]] + [len(text)]
    return {
        canonicalize_name(pin["name"]): (pin["version"], text[pin.end() : end])
        for pin, end in zip(pins, ends, strict=True)
    }


def stale(root: Path) -> list[str]:
    """Return what in the lock does not follow from pyproject.toml."""
    wanted, locked = declared(root), entries((root / LOCK).read_text())
    found = [f"{name} is not locked" for name in wanted.keys() - locked.keys()]
    for name, (version, rest) in locked.items():
        if "--hash=sha256:" not in rest:
            found.append(f"{name} has no hash")
        if "revcycle (pyproject.toml)" in rest and name not in wanted:
            found.append(f"{name} is locked but no longer asked for")
        if name in wanted and not wanted[name].specifier.contains(version, prereleases=True):
            found.append(f"{name} {version} is locked, but pyproject.toml wants {wanted[name].specifier}")
    return sorted(found)


def main(arguments: list[str]) -> int:
    """Compile or check. Returns the exit code."""
    root = Path(__file__).resolve().parent.parent
    if "--check" not in arguments:
        if shutil.which("uv") is None:
            print("uv is not on the PATH: install it, or run this where it is", file=sys.stderr)
            return 1
        return subprocess.run((*COMPILE, "--quiet", *arguments), cwd=root, check=False).returncode
    found = stale(root)
    print("\n".join(found) or f"{len(entries((root / LOCK).read_text()))} packages locked as asked")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
