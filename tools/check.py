"""Run the checks of `./run check`, print each result, and fail if one failed. No network, no services."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CHECKS: dict[str, tuple[str, ...]] = {
    "types": ("mypy",),  # the longest goes first
    "import law": ("lint-imports",),
    "dependencies": ("deptry", "--no-ansi", "."),
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "--diff", "."),
    "sizes": (sys.executable, "-m", "tools.sizes"),
    "lock file": (sys.executable, "-m", "tools.lock", "--check"),
    "places": (sys.executable, "-m", "tools.places"),
}


def run(name: str, command: tuple[str, ...]) -> bool:
    """Run one check; print its output only when it fails, or when it has a line to report."""
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    passed = done.returncode == 0
    output = (done.stdout + done.stderr).strip()
    report = output.splitlines()[-1] if passed and command[0] == sys.executable and output else ""
    print(
        f"{'ok    ' if passed else 'FAILED'} {name:13} {time.monotonic() - began:5.1f} s  {report}",
        flush=True,
    )
    if not passed:
        print(output, flush=True)
    return passed


def main(names: list[str]) -> int:
    """Run the named checks, or all. Returns the exit code."""
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"no such check: {', '.join(unknown)}; there are: {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    with ThreadPoolExecutor(os.cpu_count()) as hands:
        results = [hands.submit(run, name, CHECKS[name]) for name in CHECKS if not names or name in names]
    return 0 if all(result.result() for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
