"""pyx12's maps as a second judge, where it is installed (the extra ``validate``): in a process of its own.

It is given time and memory, and a copy of the file without accents, which it cannot read. Its messages repeat
data, so only its codes and positions are taken; the words are ours.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

from revcycle.domain.codes.acknowledgment_codes import acknowledgment_code
from revcycle.domain.finding import Finding
from revcycle.edi.checking.validation import Validation

MAPS = {
    ("837P", "005010X222A1"),
    ("837I", "005010X223A2"),
    ("835", "005010X221A1"),
    ("277CA", "005010X214"),
    ("999", "005010X231A1"),
}
"""The guides pyx12 has maps for that can be relied on."""

WAIVED = ("(2200C) missing", "(2000C) missing", "Loop FOOTER exceeded max count")
"""Where pyx12 is stricter than the guides: 2000C and 2200C of the 277CA are situational, PLB repeats."""

SECONDS = 120
MEMORY_MB = 1024
_BYTES_MOST = 64 << 20
_ON = date(2025, 1, 1)
_CHILD = "revcycle.cli.x12.pyx12_child"


@dataclass(frozen=True, slots=True)
class MapVerdict:
    """``state`` is ``judged``, or why not."""

    state: str
    findings: tuple[Finding, ...] = ()


def map_findings(validation: Validation, source: BinaryIO) -> MapVerdict:
    """Have pyx12 judge the file, if it has maps for all of it. Never raises for what pyx12 does."""
    seen = {(t.guide, t.version or t.group.version) for t in validation.transactions}
    if not seen or not seen <= MAPS:
        return MapVerdict("no map for this guide")
    if find_spec("pyx12") is None:
        return MapVerdict("not installed (the extra validate)")
    source.seek(0)
    data = source.read(_BYTES_MOST + 1)
    if len(data) > _BYTES_MOST:
        return MapVerdict("the file is too large for it")
    report = _run(data)
    if isinstance(report, str):
        return MapVerdict(report)
    return MapVerdict("judged", tuple(_findings(report)))


def _run(data: bytes) -> Any:
    """Return pyx12's report, or a sentence why there is none."""
    ascii_only = bytes(byte if byte < 128 else ord("?") for byte in data)
    with tempfile.TemporaryDirectory(prefix="revcycle-") as place:
        file = Path(place) / "file.x12"
        file.write_bytes(ascii_only)
        command = [sys.executable, "-m", _CHILD, str(file), str(MEMORY_MB)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return f"it took longer than {SECONDS} seconds"
    if done.returncode:
        return "it gave up on this file"
    return json.loads(done.stdout)


def _findings(report: Any) -> list[Finding]:
    found: list[Finding] = []
    for interchange in report["interchanges"]:
        found += _errors(interchange, "TA105", "ISA")
        for group in interchange["groups"]:
            found += _errors(group, "AK905", "GS")
            for transaction in group["transactions"]:
                found += _errors(transaction, "IK502", "SE")
                for segment in transaction["segments"]:
                    found += _segment(segment)
    return found


def _segment(segment: Any) -> list[Finding]:
    found = _errors(segment, "IK304", segment["seg_id"])
    for element in segment["elements"]:
        part = f"-{element['subele_pos']}" if element["subele_pos"] else ""
        place = f"{segment['seg_id']}{int(element['ele_pos']):02d}{part}"
        found += _errors({**element, "cur_line": segment["cur_line"]}, "IK403", place)
    return found


def _errors(told: Any, element: str, place: str) -> list[Finding]:
    found = []
    for error in told.get("errors") or ():
        if any(waived in error["err_str"] for waived in WAIVED):
            continue
        code, position = str(error["err_cde"]), int(told["cur_line"])
        known = acknowledgment_code(element, code, _ON)
        meaning = known.meaning if known is not None else "the guide's map is not kept"
        remedy = known.remedy if known is not None else "Have the writer of this file corrected."
        name = f"{told['name']}: " if told.get("name") else ""
        message, where = f"{name}{meaning} ({element} {code}).", f"{place} in segment {position}"
        kind = f"map.{element}_{code}".lower()
        found.append(Finding(kind, where, message, remedy, segment_position=position))
    return found
