"""CPU time that processes have used, from the operating system."""

import os
from collections.abc import Mapping
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def used_ms(pids: Mapping[str, int]) -> dict[str, float]:
    """Return the milliseconds of CPU each process has used so far (Linux; zeros elsewhere)."""
    return {name: _of(pid) for name, pid in pids.items()}


def _of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * 1000 / _TICKS
