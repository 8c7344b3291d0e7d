"""What a 277 says, in words: the claim first, then its lines; the check that paid it."""

from datetime import date

from revcycle.domain.claims.claim_status import (
    LineStatus,
    ServiceAsked,
    StatusAnswer,
    StatusCode,
    StatusReport,
)
from revcycle.rules.claims.claim_status_words import told

EARLY, LATE = date(2026, 1, 5), date(2026, 2, 5)
LINE = LineStatus(ServiceAsked("HC", "99213", 10_000), 0, (StatusReport((StatusCode("F2", "84"),), LATE),))
ANSWER = StatusAnswer(
    "T1",
    "F1",
    "65",
    reports=(
        StatusReport((StatusCode("P3", "297"), StatusCode("ZZ", "1", "IL")), EARLY),
        StatusReport((StatusCode("F1", "65"),), LATE, remittance_on=EARLY, remittance_trace="E1"),
        StatusReport((StatusCode("F1", "65"),), LATE, remittance_on=LATE, remittance_trace="E2"),
    ),
    lines=(LINE,),
)


def test_every_status_is_told_with_what_to_do() -> None:
    asked, unknown, paid, _, line = told(ANSWER)
    assert asked.meaning == "waiting for information from the provider: the medical notes are asked for"
    assert (asked.action, asked.on, asked.line) == ("send the medical notes", EARLY, 0)
    assert (unknown.code, unknown.meaning) == ("ZZ:1:IL", "a status without a known meaning")
    assert paid.meaning == "finalized and paid: paid"
    assert (line.line, line.meaning) == (1, "finalized and denied: the service is not authorized")
