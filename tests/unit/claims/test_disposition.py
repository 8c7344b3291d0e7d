"""What comes next for a claim after a posting."""

import pytest

from revcycle.domain.claims.disposition import DispositionOutcome as Outcome
from revcycle.rules.claims.disposition import ClaimStanding, explain, judge


@pytest.mark.parametrize(
    ("standing", "outcome"),
    [
        (ClaimStanding(0, 0), Outcome.PAID),
        (ClaimStanding(0, -500), Outcome.PAID),
        (ClaimStanding(0, 500), Outcome.PATIENT_DUE),
        (ClaimStanding(0, 500, next_responsibility="S"), Outcome.PATIENT_DUE),
        (ClaimStanding(500, 0, next_responsibility="S", status_codes=("1",)), Outcome.NEXT_PAYER),
        (ClaimStanding(500, 0, denied_cents=500, denial_codes=("CO-50",)), Outcome.DENIED),
        (ClaimStanding(500, 0, denied_cents=500, next_responsibility="S"), Outcome.DENIED),
        (ClaimStanding(500, 200, denied_cents=500), Outcome.DENIED),
        (ClaimStanding(9_000, 0, status_codes=("22",)), Outcome.REVERSED),
        (ClaimStanding(0, 0, status_codes=("22", "1")), Outcome.PAID),
        (ClaimStanding(500, 0), Outcome.OPEN),
        (ClaimStanding(-500, 0, denied_cents=10), Outcome.OPEN),
    ],
)
def test_balances_and_the_newest_remittance_decide(standing: ClaimStanding, outcome: Outcome) -> None:
    judged = judge(standing)
    assert judged.outcome is outcome
    assert explain(judged).endswith(".")


def test_only_what_is_open_can_be_denied() -> None:
    judged = judge(ClaimStanding(1_000, 0, denied_cents=10_000, denial_codes=("CO-50",)))
    assert (judged.denied_cents, judged.denial_codes) == (1_000, ("CO-50",))


@pytest.mark.parametrize(("status", "forwarded"), [("1", False), ("19", True), ("20", True), ("21", True)])
def test_a_crossover_is_waited_for(status: str, forwarded: bool) -> None:
    judged = judge(ClaimStanding(500, 0, status_codes=(status,), next_responsibility="S"))
    assert (judged.outcome, judged.crossover) == (Outcome.NEXT_PAYER, forwarded)


@pytest.mark.parametrize(
    ("cents", "words"), [(-14_000, "insurance has overpaid by $140.00"), (2_500, "$25.00 is open after")]
)
def test_what_no_judgement_settles_is_asked_in_dollars(cents: int, words: str) -> None:
    judged = judge(ClaimStanding(cents, 0, "R1", ("1",)))
    assert judged.outcome is Outcome.OPEN
    assert judged.reason.startswith(words)
