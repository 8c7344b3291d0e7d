"""The synthetic practice on disk: the claim file to import, and the two scripts beside it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from revcycle.sandbox.practice.batch import write_batch
from revcycle.sandbox.practice.synthetic import SyntheticPractice


@dataclass(frozen=True, slots=True)
class PracticeFiles:
    """Where the practice was written: the 837P, the payer's script and the people's script."""

    claims: Path
    payer_script: Path
    people_script: Path


def save(practice: SyntheticPractice, folder: Path, at: datetime) -> PracticeFiles:
    """Write the three files into the folder, made when missing; the claim file is dated ``at``."""
    folder.mkdir(parents=True, exist_ok=True)
    files = PracticeFiles(
        claims=folder / f"claims-{practice.seed}.837",
        payer_script=folder / "payer_script.json",
        people_script=folder / "people_script.json",
    )
    files.claims.write_bytes(write_batch(practice, at))
    files.payer_script.write_text(practice.script.to_json())
    files.people_script.write_text(practice.people.to_json())
    return files
