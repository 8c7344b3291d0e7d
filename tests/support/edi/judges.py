"""The independent judge of claim files, where it lies beside the samples."""

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[3]
CORPUS = Path(os.environ.get("REVCYCLE_CORPUS") or CHECKOUT.parent / "shared" / "corpus")
JUDGE = CORPUS.parent / "judges" / "judge_837.py"
_PLAIN = str.maketrans("ÉñÜç", "EnUc")


def judge_of_claims() -> Callable[[bytes, Path], list[str]] | None:
    """Return what says what is wrong with a claim file, given its bytes and a folder; None without the judge."""
    if not JUDGE.is_file():
        return None
    spec = importlib.util.spec_from_file_location("judge_837", JUDGE)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def judge(data: bytes, folder: Path) -> list[str]:
        file = folder / "written.x12"
        file.write_bytes(data.decode().translate(_PLAIN).encode())
        verdict: dict[str, Any] = module.judge(str(file), sdk=False)
        return [f"{error['layer']} {error['at']}: {error['msg']}" for error in verdict["errors"]]

    return judge
