"""Feed hostile input to the readers: the tests marked ``fuzz``, with new seeds, for as long as told."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

SEED_MAX = 2**32


def main(arguments: list[str]) -> int:
    """Run rounds until the time is up or one fails, and say how to see the failure again."""
    parser = argparse.ArgumentParser(prog="./run fuzz", description=__doc__)
    parser.add_argument(
        "--seconds", type=float, default=60.0, help="start no round after so long (default 60)"
    )
    parser.add_argument("--seed", type=int, help="first seed, to repeat a run (default: chance)")
    parser.add_argument("paths", nargs="*", default=["tests"], help="where to look for tests marked fuzz")
    asked = parser.parse_args(arguments)
    seed = asked.seed if asked.seed is not None else int.from_bytes(os.urandom(4))
    began, rounds = time.monotonic(), 0
    while rounds == 0 or time.monotonic() - began < asked.seconds:
        # pytest-timeout would count a long hunt as a hang
        options = (
            "-m",
            "fuzz",
            "-q",
            "--timeout=0",
            "--hypothesis-profile=fuzz",
            f"--hypothesis-seed={seed}",
        )
        command = (sys.executable, "-m", "pytest", *options, *asked.paths)
        code = subprocess.run(command, cwd=Path(__file__).resolve().parent.parent, check=False).returncode
        if code:
            print(f"found with: ./run fuzz --seed {seed} {' '.join(asked.paths)}", file=sys.stderr)
            return code
        seed, rounds = (seed + 1) % SEED_MAX, rounds + 1
    print(f"{rounds} rounds in {time.monotonic() - began:.0f} s, nothing found")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
