"""No reader says what the catalogue does not explain, and the catalogue explains nothing that nobody says."""

import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

from revcycle.domain.codes.findings import all_finding_rules, finding_rule

ROOT = Path(__file__).resolve().parents[2]


def finding_codes() -> tuple[str, ...]:
    """Read the source in a process of its own, as tools/sizes.py does and for the same reason."""
    command = (sys.executable, "-m", "tools.finding_codes")
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert found
    return tuple(found)


def _same(code: str, entry: str) -> bool:
    return fnmatchcase(code, entry) or fnmatchcase(entry, code)


def test_every_code_in_the_source_has_a_rule_words_and_a_remedy() -> None:
    entries, codes = [rule.code for rule in all_finding_rules()], finding_codes()
    unexplained = [code for code in codes if not any(_same(code, entry) for entry in entries)]
    assert unexplained == [], "add them to revcycle/domain/codes/findings.csv"
    for rule in all_finding_rules():
        assert all((rule.source, rule.meaning, rule.remedy)), rule.code


def test_every_entry_is_a_code_of_the_source() -> None:
    codes = finding_codes()
    assert [r.code for r in all_finding_rules() if not any(_same(code, r.code) for code in codes)] == []


def test_an_entry_is_found_by_its_code_or_by_its_kind() -> None:
    rule = finding_rule("837p.not_carried")
    assert rule is not None
    assert rule.code == "*.not_carried"
    count = finding_rule("x12.wrong_count")
    assert count is not None
    assert count.acknowledgment_in("GE") == ("AK905", "5")
    assert count.acknowledgment_in("CLM") is None
    date = finding_rule("x12.broken_date")
    assert date is not None
    assert date.acknowledgment_in("DTP") == ("IK403", "8")
    charge = finding_rule("837.claim_charge")
    assert charge is not None
    assert charge.acknowledgment_in("CLM") is None
    assert finding_rule("nobody.says_this") is None
