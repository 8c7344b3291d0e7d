"""One process that reads X12 files on request and tells its CPU time: ours, or a peer in an environment of its own.

Requests are lines of JSON on standard input (reader, path, kind); answers are lines of JSON on standard output.
Started with ``-P``, so that no module beside this file is taken for a peer's.
"""

import contextlib
import gc
import importlib
import io
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_CLAIM = {"837P": "CLM", "837I": "CLM", "835": "CLP"}
UNCOUNTED = -1


def _module(name: str) -> Any:
    return importlib.import_module(name)


def raw_split(path: Path, kind: str) -> int:
    """The limit: nothing but cutting, everything kept."""
    segments = [segment.split("*") for segment in path.read_text().split("~\n")]
    return sum(segment[0] == _CLAIM[kind] for segment in segments)


def our_segments(path: Path, kind: str) -> int:
    """Our segment layer, envelopes checked."""
    with path.open("rb") as source:
        reading = _module("revcycle.edi.wire.interchange").stream(source)
        return sum(segment.id == _CLAIM[kind] for part in reading for segment in part.segments)


def our_facts(path: Path, kind: str) -> int:
    """Our readers: every claim as facts, all kept in memory."""
    if kind == "835":
        file = _module("revcycle.edi.remittance_835.x12_835").read_remittances(path.read_bytes())
        return sum(len(remittance.claims) for remittance in file.remittances)
    return len(_module("revcycle.edi.claim_837.x12_837").read_claims(path.read_bytes()).claims)


def our_stream(path: Path, kind: str) -> int:
    """Our readers: every claim as facts, none kept."""
    with path.open("rb") as source:
        return _streamed(source, kind)


def _streamed(source: Any, kind: str) -> int:
    if kind == "835":
        events = _module("revcycle.edi.remittance_835.x12_835").iter_remittances(source)
        wanted = _module("revcycle.domain.remittances.remittance").ClaimPayment
    else:
        module = _module("revcycle.edi.claim_837.x12_837")
        events, wanted = module.iter_claims(source), module.ReadClaim
    return sum(isinstance(event, wanted) for event in events)


def openx12(path: Path, kind: str) -> int:
    """Claims as objects; money as float."""
    reader = _module("openx12." + {"837P": "x837p", "837I": "x837i", "835": "x835"}[kind])
    return len(reader.parse(path.read_text()).claims)


def ansi_x12(path: Path, kind: str) -> int:
    """Segments and envelopes."""
    x12 = _module("x12")
    x12.parse_x12_interchange(x12.tokenize_x12(path.read_bytes()))
    return UNCOUNTED


def pyx12_segments(path: Path, kind: str) -> int:
    """Segments, envelopes checked."""
    with _module("pyx12.x12file").X12Reader(str(path)) as segments:
        return sum(segment.get_seg_id() == _CLAIM[kind] for segment in segments)


def pyx12_full(path: Path, kind: str) -> int:
    """Validation of every element against the guide."""
    parameters = _module("pyx12.params").ParamsBase()
    with contextlib.redirect_stderr(io.StringIO()):
        _module("pyx12.x12n_document").x12n_document(parameters, str(path), io.StringIO(), None)
    return UNCOUNTED


def x12sdk(path: Path, kind: str) -> int:
    """Models of pydantic."""
    with _module("x12sdk.io").X12ModelReader(str(path)) as reader:
        for _ in reader.models():
            pass
    return UNCOUNTED


def edi_835_parser(path: Path, kind: str) -> int:
    """Claims as objects, for data frames."""
    sets = _module("edi_835_parser").parse(str(path))
    return sum(len(one.claims) for one in sets.transaction_sets)


def oxedi(path: Path, kind: str) -> int:
    """Tables, made by Rust."""
    return int(_module("oxedi").parse(path.read_bytes()).count_claims())


READERS: dict[str, Callable[[Path, str], int]] = {
    "raw split": raw_split,
    "our segments": our_segments,
    "our facts": our_facts,
    "our stream": our_stream,
    "openx12": openx12,
    "ansi-x12": ansi_x12,
    "pyx12 segments": pyx12_segments,
    "pyx12 full": pyx12_full,
    "x12sdk": x12sdk,
    "edi-835-parser": edi_835_parser,
    "oxedi": oxedi,
}


class Repeated(io.RawIOBase):
    """A file whose transactions come ``times`` over, without standing in memory or on the disk."""

    def __init__(self, data: bytes, times: int) -> None:
        """Cut the file into its head, its transactions and its end."""
        start, end = data.index(b"ST*"), data.index(b"GE*")
        self._parts = self._cut(data, start, end, times)

    def _cut(self, data: bytes, start: int, end: int, times: int) -> Iterator[bytes]:
        yield data[:start]
        for _ in range(times):
            yield data[start:end]
        yield data[end:]

    def read(self, size: int = -1) -> bytes:
        """Return the next part, whatever its size."""
        return next(self._parts, b"")


def peak_mib(path: Path, kind: str, times: int) -> dict[str, float]:
    """Read the file's transactions ``times`` over; return the MiB read, the peak of this process and its CPU time."""
    data = path.read_bytes()
    began = time.process_time()
    count = _streamed(Repeated(data, times), kind)
    used = time.process_time() - began
    return {"file_mib": len(data) * times / 2**20, "peak_mib": _peak_mib(), "claims": count, "seconds": used}


def _peak_mib() -> float:
    """Linux tells the peak of this program alone; elsewhere it may be that of who started it."""
    status = Path("/proc/self/status")
    if status.exists():
        told = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(told.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(request: dict[str, str]) -> dict[str, Any]:
    """Read one file; return CPU seconds and claims found, or why it failed."""
    gc.collect()
    try:
        began = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            claims = READERS[request["reader"]](Path(request["path"]), request["kind"])
        return {"seconds": time.process_time() - began, "claims": claims}
    except Exception as error:  # noqa: BLE001 - a peer may fail in any way, and the others are still measured
        return {"error": f"{type(error).__name__}: {error}".splitlines()[0][:200]}


def main() -> None:
    """Answer requests until there are none."""
    for line in sys.stdin:
        print(json.dumps(timed(json.loads(line))), flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(peak_mib(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
    else:
        main()
