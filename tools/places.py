"""Check that no file names a path of one machine, or a source of packages."""

import re
import subprocess
import sys
from pathlib import Path

MACHINE_PATH = re.compile(r"(?<![\w.~}])/(?:tmp|work|root|home|Users)/\w")
PACKAGE_SOURCE = re.compile(
    r"(?:--|\b)(?:extra-)?index-url\b(?!\s*$)|--find-links\s+(?!/wheels)|\btrusted-host\b"
)
URL = re.compile(r"://")

TOOL_OPTIONS = {"run", "tools/lock.py", "tools/places.py", "docs/decisions/0010-lock-file.md"}
"""Files that mention the options for a package source, without naming one."""


def findings(name: str, text: str) -> list[str]:
    """Return what is wrong in one file, each with its line."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if MACHINE_PATH.search(line):
            found.append(f"{name}:{number}: a path of one machine: {line.strip()[:80]}")
        if name not in TOOL_OPTIONS and PACKAGE_SOURCE.search(line):
            found.append(f"{name}:{number}: a place to fetch packages from: {line.strip()[:80]}")
        if name.endswith(".lock") and URL.search(line):
            found.append(f"{name}:{number}: a host in the lock file: {line.strip()[:80]}")
    return found


def main(root: Path) -> int:
    """Print every finding. Returns the exit code."""
    command = ("git", "ls-files", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.splitlines()
    found = []
    for name in names:
        try:
            text = (root / name).read_text()
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a font, or a file that was just removed
        found += findings(name, text)
    print("\n".join(found) or f"{len(names)} files name no machine and no package source")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent))
