"""Write docs/reference/x12.md, the conformance of every transaction: ``python -m tools.x12_reference``.

``--check`` only compares. ``--measure`` counts anew what our readers make of the samples of other projects, where they
are at hand (REVCYCLE_CORPUS), and keeps the counts with their date in x12_measured.json: the page needs no samples.
"""

import json
import os
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from revcycle.domain.codes.findings import FindingRule, all_finding_rules
from revcycle.edi.wire.guides import NAMES

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "x12.md"
MEASURED = Path(__file__).with_name("x12_measured.json")
_SIDECARS = (".json", ".tsv", ".md")
_NAMED_MOST = 12


@dataclass(frozen=True, slots=True)
class Guide:
    """One line of the table. ``judges`` are independent of our code."""

    code: str
    version: str
    use: str
    judges: str
    limits: str


_BOTH = "read and written"
_MAP, _CLAIM_JUDGE, _TOTALS = "pyx12's map", "the 837 judge", "the 835 judge's totals"
_ROUND = "round trip"
GUIDES = (
    Guide(
        "837P", "005010X222A1", _BOTH, f"{_MAP}, {_CLAIM_JUDGE}, {_ROUND}", "50 lines, 12 diagnoses a claim"
    ),
    Guide("837I", "005010X223A2", _BOTH, f"{_MAP}, {_CLAIM_JUDGE}, {_ROUND}", "999 lines a claim"),
    Guide("837D", "005010X224A2", _BOTH, f"{_CLAIM_JUDGE}, {_ROUND}", "50 lines a claim; pyx12 has no map"),
    Guide(
        "835",
        "005010X221A1",
        _BOTH,
        f"{_MAP}, {_TOTALS}, {_ROUND}",
        "of bank accounts the last four characters; N407 is named, not carried",
    ),
    Guide("270", "005010X279A1", _BOTH, _ROUND, "no map to judge by"),
    Guide("271", "005010X279A1", _BOTH, _ROUND, "no map to judge by"),
    Guide("276", "005010X212", _BOTH, _ROUND, "no map to judge by"),
    Guide("277", "005010X212", _BOTH, _ROUND, "no map to judge by"),
    Guide("277CA", "005010X214", _BOTH, f"{_MAP}, {_ROUND}", "statuses of later versions keep their codes"),
    Guide("277RFAI", "005010X213, 006020X313", _BOTH, _ROUND, "no map to judge by"),
    Guide("275", "005010X210, 006020X314", _BOTH, _ROUND, "documents are carried, not looked into"),
    Guide("278", "005010X217", _BOTH, _ROUND, "no map to judge by"),
    Guide(
        "999", "005010X231A1", _BOTH, f"{_MAP}, {_ROUND}", "IK303 holds four characters; a 997 is read too"
    ),
    Guide("TA1", "005010", _BOTH, f"{_MAP}, {_ROUND}", "one a file when written"),
)

_HEAD = """# X12: what is read and written, and who says so

Written by `python -m tools.x12_reference`; a test fails when it is not current.

Every file is read forwards in memory that does not grow with it, with any delimiters. What is broken is put aside with
its bytes and a finding; what is read and has no place in the facts is a finding that names segment and loop: nothing is
dropped in silence. `revcycle x12 inspect FILE` shows what a file holds, `revcycle x12 validate FILE`
whether it is sound.
"""

_JUDGES = """
*Round trip*: facts made by hypothesis are written, read and compared. *pyx12's map*: the guide's own map accepts every
file written (waived, where pyx12 is stricter than the guide: 277CA 2000C and 2200C are situational; PLB repeats).
*Judges*: programs that share no code with this product add up every claim and every payment.
"""


def reference() -> str:
    """Return the page."""
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    parts = [
        _HEAD,
        "## Transactions\n",
        _table(),
        _JUDGES,
        _samples(measured),
        _left_out(measured),
        _catalogue(),
    ]
    return "\n".join(parts)


def _table() -> str:
    rows = [
        f"| {g.code} | {NAMES[g.code]} | {g.version} | {g.use} | {g.judges} | {g.limits} |" for g in GUIDES
    ]
    head = "| transaction | what | guide (GS08) | here | judged by | limits |\n|---|---|---|---|---|---|"
    return "\n".join((head, *rows)) + "\n"


def _samples(measured: dict[str, Any]) -> str:
    rows = [
        f"| {guide} | {told['files']} | {told['clean']} | {told['warned']} | {told['faulty']} |"
        for guide, told in sorted(measured["guides"].items())
    ]
    text = (
        f"## Samples of other projects\n\nCounted on {measured['on']}: {measured['files']} files of public projects, "
        f"among them broken ones on purpose and older versions; {measured['refused']} are no X12 at all and were "
        "refused with a finding, none stopped a reader. *Clean*: no finding; *warned*: read whole, with notes; "
        "*faulty*: with errors, every one named (most samples have made-up NPIs and counts).\n"
    )
    head = "| transaction | files | clean | warned | faulty |\n|---|---|---|---|---|"
    return "\n".join((text, head, *rows)) + "\n"


def _left_out(measured: dict[str, Any]) -> str:
    rows = [
        f"- **{guide}**: {', '.join(f'`{name}`' for name in names)}"
        for guide, names in sorted(measured["not_carried"].items())
        if names
    ]
    what = "What the samples hold that the facts have no place for, most frequent first."
    head = f"## Kept and named, not understood\n\n{what}\n"
    return "\n".join((head, *rows)) + "\n"


def _catalogue() -> str:
    rules = sorted(all_finding_rules(), key=lambda rule: rule.code)
    rows = [_row(rule) for rule in rules]
    head = "| code | rule | means | what to do | in a 999 or TA1 |\n|---|---|---|---|---|"
    text = (
        "## Findings\n\n`*` stands for the transaction's name: `*.not_carried` is `837p.not_carried` too.\n"
    )
    return "\n".join((text, head, *rows)) + "\n"


def _row(rule: FindingRule) -> str:
    answer = rule.acknowledgment.replace(";", ", ").replace("=", ": ")
    return f"| `{rule.code}` | {rule.source} | {rule.meaning} | {rule.remedy} | {answer} |"


def measure(corpus: Path) -> dict[str, Any]:
    """Count what the readers make of the samples."""
    from revcycle.cli.x12.checks import check
    from revcycle.domain.finding import blocking
    from revcycle.edi.wire.errors import NotX12

    files = [p for p in sorted(corpus.rglob("*")) if p.is_file() and p.suffix not in _SIDECARS]
    refused = 0
    counts: dict[str, Counter[str]] = {}
    left: dict[str, Counter[str]] = {}
    for file in files:
        try:
            with file.open("rb") as source:
                done = check(source, maps=False, progress=lambda _: None)
        except NotX12:
            refused += 1
            continue
        state = "faulty" if blocking(done.findings) else "warned" if done.findings else "clean"
        guides = done.validation.guides or frozenset(["TA1"])
        for guide in guides:
            counts.setdefault(guide, Counter()).update(["files", state])
        for finding in done.findings:
            if finding.code.endswith(".not_carried") and len(guides) == 1:
                left.setdefault(next(iter(guides)), Counter())[finding.where.split(" ", 1)[0]] += 1
    names = ("files", "clean", "warned", "faulty")
    return {
        "on": datetime.now(UTC).date().isoformat(),
        "files": len(files),
        "refused": refused,
        "guides": {guide: {name: told[name] for name in names} for guide, told in sorted(counts.items())},
        "not_carried": {
            guide: [name for name, _ in sorted(told.items(), key=lambda one: (-one[1], one[0]))[:_NAMED_MOST]]
            for guide, told in sorted(left.items())
        },
    }


def main(arguments: list[str]) -> int:
    """Write, compare or measure. Returns the exit code."""
    if "--measure" in arguments:
        corpus = Path(os.environ.get("REVCYCLE_CORPUS", ""))
        if not os.environ.get("REVCYCLE_CORPUS") or not corpus.is_dir():
            print("no samples here: set REVCYCLE_CORPUS to their folder", file=sys.stderr)
            return 2
        MEASURED.write_text(json.dumps(measure(corpus), indent=1) + "\n", encoding="utf-8")
    page = reference()
    if "--check" in arguments:
        current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page
        print("docs/reference/x12.md is current" if current else "run: python -m tools.x12_reference")
        return 0 if current else 1
    PAGE.write_text(page, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
