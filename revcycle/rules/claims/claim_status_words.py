"""Claim status in words: everything a 277 says of a claim and its lines, with what to do next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from revcycle.domain.claims.claim_status import StatusAnswer, StatusCode, StatusReport
from revcycle.domain.codes.status_codes import explain_status

RULE = "claim_status_words@1"


@dataclass(frozen=True, slots=True)
class StatusTold:
    """One status code in words. ``line`` counts the answer's lines from 1; 0 is the claim as a whole."""

    code: str
    meaning: str
    action: str
    on: date | None
    line: int = 0


def told(answer: StatusAnswer) -> tuple[StatusTold, ...]:
    """Return every status of the claim, then of its lines, in the payer's order; unknown codes say so."""
    found = [*_of(answer.reports, 0)]
    for number, line in enumerate(answer.lines, 1):
        found.extend(_of(line.reports, number))
    return tuple(found)


def _of(reports: tuple[StatusReport, ...], line: int) -> Iterator[StatusTold]:
    for report in reports:
        for code in report.codes:
            meaning, action = _words(code)
            yield StatusTold(code.text, meaning, action, report.effective_date, line)


def _words(code: StatusCode) -> tuple[str, str]:
    known = explain_status(code.text)
    if known is None:
        return "a status without a known meaning", "ask the payer what it means"
    return known.meaning, known.action
