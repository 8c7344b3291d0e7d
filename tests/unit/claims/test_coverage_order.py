"""Who is asked after whom."""

from dataclasses import replace

from revcycle.domain.claims.claim import Claim
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.rules.claims.coverage_order import next_coverage
from tests.support.remittances.remittance_book import claim_facts

P, S, T = Responsibility.PRIMARY, Responsibility.SECONDARY, Responsibility.TERTIARY

TWO = claim_facts(1, payers=2)
THREE = replace(TWO, coverages=(*TWO.coverages, replace(TWO.coverages[0], responsibility=T)))


def next_in_line(claim: Claim, billed: Responsibility) -> Responsibility | None:
    found = next_coverage(claim, billed)
    return found.responsibility if found else None


def test_the_payers_come_in_their_order_and_then_the_patient() -> None:
    assert [next_in_line(THREE, one) for one in (P, S, T)] == [S, T, None]
    assert next_in_line(claim_facts(1), P) is None


def test_a_fourth_payer_comes_after_the_third() -> None:
    fourth = replace(TWO.coverages[0], responsibility=Responsibility.FOURTH)
    assert next_in_line(replace(THREE, coverages=(*THREE.coverages, fourth)), T) is Responsibility.FOURTH
    assert next_in_line(THREE, Responsibility.FOURTH) is None


def test_the_order_of_the_file_does_not_matter() -> None:
    mixed = replace(THREE, coverages=THREE.coverages[::-1])
    assert next_in_line(mixed, P) is S


def test_a_missing_place_in_line_is_passed_over() -> None:
    first, _, third = THREE.coverages
    assert next_in_line(replace(THREE, coverages=(first, third)), P) is T
