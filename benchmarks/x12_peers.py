"""The other libraries of `./run bench x12`, in an environment made from requirements-bench.lock on first use."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements-bench.lock"
ENVIRONMENT = ROOT / ".venv-bench"
READER = ROOT / "benchmarks" / "x12_reader.py"


def interpreter() -> tuple[Path | None, str]:
    """Return the Python of that environment, installed if needed, or the reason why there is none."""
    python, mark = ENVIRONMENT / "bin" / "python", ENVIRONMENT / ".installed"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if python.exists() and mark.exists() and mark.read_text() == wanted:
        return python, ""
    print("installing what requirements-bench.lock names, into .venv-bench", file=sys.stderr)
    for command in _install(python):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return None, (done.stderr or done.stdout).strip().splitlines()[-1][:200]
    mark.write_text(wanted)
    return python, ""


def _install(python: Path) -> list[list[str]]:
    make = [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)]
    told = ["--quiet", "--require-hashes", "--requirement", str(LOCK)]
    uv = shutil.which("uv")
    if uv is not None:
        return [[*make, "--without-pip"], [uv, "pip", "install", "--python", str(python), *told]]
    return [make, [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--no-deps", *told]]


class ReaderProcess:
    """A process that reads files when asked."""

    def __init__(self, python: Path | str, *, ours: bool) -> None:
        """Start it in an empty folder, since one library reads settings from the current folder."""
        self._folder = tempfile.TemporaryDirectory()
        environment = os.environ | {"PYTHONPATH": str(ROOT) if ours else ""}
        self._process = subprocess.Popen(
            [str(python), "-P", str(READER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=self._folder.name,
            env=environment,
        )

    def read(self, reader: str, path: Path, kind: str) -> dict[str, Any]:
        """Have it read one file; return ``seconds`` and ``claims``, or ``error``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            request = {"reader": reader, "path": str(path), "kind": kind}
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._process.stdout.readline() or "null") or {
                "error": f"the process ended with {self._process.wait(10)}"
            }
        except OSError as error:
            return {"error": f"the process is gone: {error.strerror}"}
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()
