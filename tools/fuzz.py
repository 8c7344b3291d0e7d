"""Feed hostile input to the readers of X12, then repeat the tests marked ``fuzz`` with new seeds.

A reader answers with facts and findings, or refuses with NotX12. Any other exception, more time than the size of
the input allows, or more memory than all of them may take is a failure, and can be seen again by its number.
"""

import argparse
import os
import random
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from revcycle.edi.wire.errors import NotX12
from tools.fuzz_inputs import mutated, samples
from tools.fuzz_readers import READERS, Reader

SEED_MAX = 2**32
SECONDS_LEAST, SECONDS_A_BYTE = 1.0, 20e-6
"""CPU time that one input may take."""
HANG_SECONDS = 60
MEMORY_MIB = 1024
"""Address space that all inputs together may add to the process."""
FAILURES_MOST = 10
_MIB = 2**20


class TooSlow(Exception):
    """An input took more time than its size allows."""


@dataclass(slots=True)
class Tally:
    """What has been fed so far."""

    fed: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    slowest: float = 0.0
    failures: dict[str, str] = field(default_factory=dict)


def numbered_input(seed: int, number: int, wholes: dict[str, list[bytes]]) -> tuple[Reader, bytes]:
    """Return the reader and the bytes of one input; the same numbers give the same."""
    rng = random.Random(f"{seed}/{number}")
    reader = READERS[number % len(READERS)]
    names = [name for name in reader.samples or tuple(wholes) if name in wholes] or list(wholes)
    return reader, mutated(rng, rng.choice(wholes[rng.choice(names)]))


def feed(reader: Reader, data: bytes, tally: Tally) -> None:
    """Read one input. Raises whatever the reader raises beside NotX12, and TooSlow."""
    tally.fed[reader.name] += 1
    began = time.process_time()
    try:
        reader.read(data)
    except NotX12:
        tally.refused[reader.name] += 1
    used = time.process_time() - began
    tally.seconds[reader.name] += used
    tally.slowest = max(tally.slowest, used)
    if used > SECONDS_LEAST + SECONDS_A_BYTE * len(data):
        raise TooSlow(f"{used:.1f} s for {len(data)} bytes")


def run(seed: int, start: int, inputs: int, seconds: float) -> Tally:
    """Feed numbered inputs until there are enough, the time is up, or too many fail."""
    tally, wholes, deadline = Tally(), samples(), time.monotonic() + seconds
    with _limits():
        for number in range(start, start + inputs):
            if time.monotonic() > deadline or len(tally.failures) >= FAILURES_MOST:
                break
            reader, data = numbered_input(seed, number, wholes)
            signal.alarm(HANG_SECONDS)
            try:
                feed(reader, data, tally)
            except Exception as error:  # noqa: BLE001 - whatever a reader lets through is what we look for
                _note(tally, seed, number, reader, error)
            finally:
                signal.alarm(0)
    return tally


def _note(tally: Tally, seed: int, number: int, reader: Reader, error: Exception) -> None:
    """Keep the first failure of each kind and place."""
    frames = traceback.extract_tb(error.__traceback__)
    place = next((f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames) if "edi" in f.filename), "")
    said = "" if isinstance(error, KeyError) else f": {error}"[:120]
    again = f"./run fuzz --seed {seed} --start {number} --inputs 1"
    kind = f"{reader.name}: {type(error).__name__} at {place}"
    if kind not in tally.failures:
        tally.failures[kind] = again
        print(f"FAILED {kind}{said}\n       {again}", file=sys.stderr, flush=True)


@contextmanager
def _limits() -> Iterator[None]:
    """Stop what hangs, and what takes all memory."""

    def ring(_: int, __: FrameType | None) -> None:
        raise TooSlow(f"no end after {HANG_SECONDS} s")

    before = signal.signal(signal.SIGALRM, ring)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = Path("/proc/self/statm")
    if pages.exists():
        used = int(pages.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_MIB * _MIB, hard))
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _show(tally: Tally, elapsed: float) -> None:
    print(f"{'reader':14}{'inputs':>9}{'refused':>9}{'inputs/s':>10}")
    for name, fed in tally.fed.items():
        speed = fed / max(tally.seconds[name], 1e-9)
        print(f"{name:14}{fed:>9,}{tally.refused[name]:>9,}{speed:>10,.0f}")
    total = sum(tally.fed.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{total:,} inputs in {elapsed:.0f} s ({total / max(elapsed, 1e-9):,.0f}/s), "
        f"slowest {tally.slowest:.2f} s, peak memory {peak:,.0f} MiB"
    )


def _repeat_tests(seed: int, deadline: float, paths: list[str]) -> int:
    """Run the tests marked fuzz, round after round, until the time is up or one fails."""
    rounds = 0
    while time.monotonic() < deadline:
        # pytest-timeout would count a long hunt as a hang
        options = (
            "-m",
            "fuzz",
            "-q",
            "--timeout=0",
            "--hypothesis-profile=fuzz",
            f"--hypothesis-seed={seed}",
        )
        command = (sys.executable, "-m", "pytest", *options, *paths)
        code = subprocess.run(command, cwd=Path(__file__).resolve().parent.parent, check=False).returncode
        if code:
            print(f"found with: ./run fuzz --inputs 0 --seed {seed} {' '.join(paths)}", file=sys.stderr)
            return code
        seed, rounds = (seed + 1) % SEED_MAX, rounds + 1
    print(f"{rounds} rounds of the tests marked fuzz, nothing found")
    return 0


def main(arguments: list[str]) -> int:
    """Feed for half of the time, repeat the tests for the other. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="./run fuzz", description=__doc__)
    parser.add_argument(
        "--seconds", type=float, help="in all (default 60, with --inputs as long as it takes)"
    )
    parser.add_argument("--inputs", type=int, help="feed so many damaged files, and leave the tests alone")
    parser.add_argument("--start", type=int, default=0, help="number of the first input, to see one again")
    parser.add_argument("--seed", type=int, help="to repeat a run (default: chance)")
    parser.add_argument("paths", nargs="*", default=["tests"], help="where to look for tests marked fuzz")
    asked = parser.parse_args(arguments)
    seed = asked.seed if asked.seed is not None else int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    seconds = asked.seconds or (60.0 if asked.inputs is None else float("inf"))
    began = time.monotonic()
    inputs = SEED_MAX if asked.inputs is None else asked.inputs
    if inputs:
        tally = run(seed, asked.start, inputs, seconds / 2 if asked.inputs is None else seconds)
        _show(tally, time.monotonic() - began)
        if tally.failures:
            return 1
    if asked.inputs:
        return 0
    return _repeat_tests(seed, began + (seconds if asked.seconds or inputs else 60.0), asked.paths)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
