"""What of all that payers said of a claim counts now."""

import pytest

from revcycle.domain.claims.ending import ClaimEnding
from revcycle.rules.claims.standing import ToldPayment, ending, standing, was_reversed


def told(remittance_id: str, code: str = "1", *, undone: bool = False, denied: int = 0) -> ToldPayment:
    return ToldPayment(remittance_id, code, undone, denied, ("CO-50",) if denied else ())


def test_only_the_newest_remittance_speaks() -> None:
    found = standing(500, 0, [told("R1", denied=500), told("R2", "4", denied=300)], "S")
    assert (found.remittance_id, found.denied_cents, found.status_codes) == ("R2", 300, ("4",))
    assert found.next_responsibility == "S"


def test_what_was_reversed_or_reverses_denies_nothing() -> None:
    both = [told("R1", undone=True, denied=500), told("R1", "22", denied=200), told("R1", denied=100)]
    found = standing(500, 0, both, "")
    assert (found.denied_cents, found.denial_codes, found.status_codes) == (100, ("CO-50",), ("1",))


def test_a_remittance_of_reversals_only_keeps_its_codes() -> None:
    assert standing(500, 0, [told("R1"), told("R2", "22")], "").status_codes == ("22",)
    assert standing(0, 0, [], "").status_codes == ()


@pytest.mark.parametrize(("cents", "end"), [(0, ClaimEnding.PAID), (500, ClaimEnding.PAID_BY_PATIENT)])
def test_the_patients_money_on_a_claim_names_its_end(cents: int, end: ClaimEnding) -> None:
    assert ending(cents) is end
    assert was_reversed([told("R1"), told("R2", "22")])
    assert not was_reversed([told("R1")])
