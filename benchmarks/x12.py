"""X12 beside other Python libraries: claims read and written per CPU second, and memory from 1 to 200 MiB."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.x12_files import writers
from benchmarks.x12_peers import ROOT, ReaderProcess, interpreter

KINDS = ("837P", "837I", "835")
SLOW_SHARE = 10
"""A reader of fewer than two thousand claims a second gets a tenth of the claims."""
WARM_UP = 20
"""Claims that every reader reads once before the rounds, so that imports are not measured."""
MIB_SMALL, MIB_LARGE = 1, 200
MEMORY_BAR = 1.5
"""Peak memory with the large file over that with the small one."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader: its kind of result, its kinds of file, whether it is pure Python, and whether it is slow."""

    name: str
    gives: str
    kinds: tuple[str, ...] = KINDS
    is_pure: bool = True
    is_slow: bool = False


OURS = (
    Reader("our segments", "segments"),
    Reader("our facts", "facts"),
    Reader("our stream", "facts"),
    Reader("raw split", "limit"),
)
PEERS = (
    Reader("openx12", "facts"),
    Reader("x12sdk", "facts", is_slow=True),
    Reader("edi-835-parser", "facts", ("835",)),
    Reader("ansi-x12", "segments"),
    Reader("pyx12 segments", "segments"),
    Reader("pyx12 full", "validation", is_slow=True),
    Reader("oxedi", "facts", ("835",), is_pure=False),
)
NOTES = {
    "raw split": "the limit: cut at the delimiters, nothing else",
    "our facts": "every claim as facts, all kept",
    "our stream": "every claim as facts, none kept",
    "oxedi": "in Rust: no measure for Python",
    "pyx12 full": "every element against the guide",
}

Speeds = dict[str, dict[str, list[float]]]


def main(argv: list[str]) -> int:
    """Measure, print, and return 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="./run bench x12", description=__doc__)
    parser.add_argument("--claims", type=int, default=10_000, help="claims in each file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-memory", action="store_true", help="leave out the 200 MiB")
    parser.add_argument("--json", action="store_true", help="one line for machines")
    told = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        found = _measure(Path(folder), told.claims, told.rounds)
        found["memory"] = {} if told.no_memory else _memory(Path(folder))
    missed = list(_missed(found))
    if told.json:
        print(json.dumps(found))
    else:
        _show(found)
    for line in missed:
        print(f"missed: {line}", file=sys.stderr)
    return int(bool(missed))


def _measure(folder: Path, claims: int, rounds: int) -> dict[str, Any]:
    """Write the files, then run every reader in turn, round after round."""
    speeds: Speeds = defaultdict(lambda: defaultdict(list))
    failed: dict[str, str] = {}
    write = writers(claims)
    for size, number in (("small", _share(claims)), ("tiny", WARM_UP)):
        for kind, make in writers(number).items():
            (folder / f"{kind}.{size}").write_bytes(make())
    python, reason = interpreter()
    ours = ReaderProcess(sys.executable, ours=True)
    theirs = ReaderProcess(python, ours=False) if python else None
    if theirs is None:
        failed |= {peer.name: f"not installed: {reason}" for peer in PEERS}
    try:
        for reader in (*OURS, *PEERS):
            process = ours if reader in OURS else theirs
            for kind in reader.kinds:
                if process is not None:
                    process.read(reader.name, folder / f"{kind}.tiny", kind)
        for _ in range(rounds):
            for kind in KINDS:
                began = time.process_time()
                data = write[kind]()
                speeds["our writer"][kind].append(claims / (time.process_time() - began))
                (folder / kind).write_bytes(data)
                for reader in (*OURS, *PEERS):
                    process = ours if reader in OURS else theirs
                    if process is not None and kind in reader.kinds and f"{reader.name} {kind}" not in failed:
                        _read(process, reader, kind, folder, claims, speeds, failed)
    finally:
        ours.close()
        if theirs is not None:
            theirs.close()
    return _summed_up(speeds, failed, claims, rounds)


def _share(claims: int) -> int:
    return max(1, claims // SLOW_SHARE)


def _read(
    process: ReaderProcess,
    reader: Reader,
    kind: str,
    folder: Path,
    claims: int,
    speeds: Speeds,
    failed: dict[str, str],
) -> None:
    expected = _share(claims) if reader.is_slow else claims
    answer = process.read(reader.name, folder / (f"{kind}.small" if reader.is_slow else kind), kind)
    if "error" in answer:
        failed[f"{reader.name} {kind}"] = answer["error"]
    elif answer["claims"] not in (-1, expected):
        failed[f"{reader.name} {kind}"] = f"found {answer['claims']} of {expected} claims"
    else:
        speeds[reader.name][kind].append(expected / answer["seconds"])


def _summed_up(speeds: Speeds, failed: dict[str, str], claims: int, rounds: int) -> dict[str, Any]:
    medians = {
        name: {kind: round(statistics.median(each)) for kind, each in kinds.items()}
        for name, kinds in speeds.items()
    }
    ratios = {
        f"{ours} / {peers}": ratio
        for ours, peers in (("our facts", "facts"), ("our stream", "facts"), ("our segments", "segments"))
        if (ratio := _ratios(medians, ours, peers))
    }
    return {
        "claims": claims, "rounds": rounds, "claims_per_cpu_second": medians, "ratios": ratios, "failed": failed,
    }  # fmt: skip


def _ratios(medians: dict[str, dict[str, int]], ours: str, gives: str) -> dict[str, dict[str, Any]]:
    """Return our speed divided by that of the fastest pure-Python library with the same kind of result."""
    found = {}
    for kind in KINDS:
        rivals = {
            peer.name: medians[peer.name][kind]
            for peer in PEERS
            if peer.is_pure and peer.gives == gives and kind in medians.get(peer.name, {})
        }
        if rivals and kind in medians.get(ours, {}):
            best = max(rivals, key=lambda name: rivals[name])
            found[kind] = {"ratio": round(medians[ours][kind] / rivals[best], 2), "limit": best}
    return found


def _memory(folder: Path) -> dict[str, dict[str, float]]:
    """Measure the peak memory of a process that streams a file into facts, small and large, two processes at a time."""
    found: dict[str, dict[str, float]] = {}
    for mib in (MIB_SMALL, MIB_LARGE):
        children = {kind: _child(folder / f"{kind}.small", kind, mib) for kind in ("837P", "835")}
        for kind, child in children.items():
            answer = json.loads(child.communicate()[0])
            found.setdefault(kind, {})[f"peak_mib_at_{mib}"] = round(answer["peak_mib"], 1)
    for peaks in found.values():
        peaks["ratio"] = round(peaks[f"peak_mib_at_{MIB_LARGE}"] / peaks[f"peak_mib_at_{MIB_SMALL}"], 2)
    return found


def _child(path: Path, kind: str, mib: int) -> subprocess.Popen[str]:
    times = max(1, round(mib * 2**20 / path.stat().st_size))
    command = [sys.executable, "-m", "benchmarks.x12_reader", str(path), kind, str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def _missed(found: dict[str, Any]) -> Iterator[str]:
    for name, kinds in found["ratios"].items():
        for kind, told in kinds.items():
            if told["ratio"] < 1:
                yield f"{name} {kind} is {told['ratio']} of {told['limit']}"
    for kind, peaks in found["memory"].items():
        if peaks["ratio"] > MEMORY_BAR:
            yield f"memory {kind} grows by {peaks['ratio']}, the bar is {MEMORY_BAR}"


def _show(found: dict[str, Any]) -> None:
    print(
        f"claims per CPU second, files of {found['claims']:,} claims, medians of {found['rounds']} rounds\n"
    )
    print(f"{'':18}" + "".join(f"{kind:>10}" for kind in KINDS))
    for name, kinds in found["claims_per_cpu_second"].items():
        cells = "".join(f"{kinds[kind]:>10,}" if kind in kinds else f"{'–':>10}" for kind in KINDS)
        print(f"{name:18}{cells}   {NOTES.get(name, '')}".rstrip())
    print("\nours over the fastest peer in Python alone that gives the same")
    for name, ratios in found["ratios"].items():
        told = ", ".join(f"{kind} {one['ratio']} ({one['limit']})" for kind, one in ratios.items())
        print(f"{name:26} {told}")
    for kind, peaks in found["memory"].items():
        small, large = peaks[f"peak_mib_at_{MIB_SMALL}"], peaks[f"peak_mib_at_{MIB_LARGE}"]
        print(f"memory, {kind}: {small} MiB reading {MIB_SMALL} MiB, {large} MiB reading {MIB_LARGE} MiB")
    for name, reason in found["failed"].items():
        print(f"failed: {name}: {reason}")
