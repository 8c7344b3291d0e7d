"""Memory of the idle world: all processes of `revcycle up` while nobody uses them."""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

LIMIT_MIB = 1024
SETTLE_SECONDS = 20.0
_MIB = 1024 * 1024


def main(argv: list[str]) -> int:
    """Start a world in an empty home, let it settle, add up its memory. Exit 1 above the limit."""
    parser = argparse.ArgumentParser(prog="./run bench idle", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SETTLE_SECONDS, help="how long it settles")
    parser.add_argument("--json", action="store_true", help="one line for machines")
    told = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        parts = measure(Path(folder) / "home", told.seconds)
    idle = sum(parts.values())
    found = {"idle_mib": round(idle, 1), "limit": LIMIT_MIB, "ratio": round(idle / LIMIT_MIB, 3)}
    if told.json:
        print(json.dumps(found | {"parts": {name: round(mib, 1) for name, mib in parts.items()}}))
    else:
        for name, mib in (parts | {"together": idle, "limit": LIMIT_MIB}).items():
            print(f"{name:10} {mib:8.1f} MiB")
    if idle > LIMIT_MIB:
        print(f"missed: the idle world takes {idle:.0f} MiB, the limit is {LIMIT_MIB}", file=sys.stderr)
    return int(idle > LIMIT_MIB)


def measure(home: Path, seconds: float) -> dict[str, float]:
    """Return the MiB of each part of a world left alone for that long, its command included."""
    command = (sys.executable, "-m", "revcycle.cli.main", "up", "--home", str(home))
    up = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        _wait_until_up(up)
        time.sleep(seconds)
        parts = {"up": _mib(psutil.Process(up.pid))}
        for one in psutil.Process(up.pid).children(recursive=True):
            parts[_name(one)] = parts.get(_name(one), 0.0) + _mib(one)  # both workers on one line
        return parts
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(60)


def _wait_until_up(up: subprocess.Popen[str]) -> None:
    assert up.stdout is not None
    for line in up.stdout:
        if "Ctrl-C stops it" in line:
            return
    raise SystemExit("the world did not come up; run `revcycle up` and see what it says")


def _name(process: psutil.Process) -> str:
    told = " ".join(process.cmdline())
    known = {"start-dev": "temporal", "sandbox payer": "payer", "admin serve": "api", "-m worker": "worker"}
    return next((name for words, name in known.items() if words in told), f"pid {process.pid}")


def _mib(process: psutil.Process) -> float:
    """Return the proportional set size, which counts shared pages once in all; elsewhere the resident size."""
    memory = process.memory_full_info()
    return float(getattr(memory, "pss", 0) or memory.rss) / _MIB
