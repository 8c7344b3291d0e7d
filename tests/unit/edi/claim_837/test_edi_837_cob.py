"""Coordination of benefits: what earlier payers did goes to the next one, and only when it adds up."""

from dataclasses import replace
from datetime import date

import pytest

from revcycle.domain.claims.claim import Claim, Coverage
from revcycle.domain.claims.claim_details import Reference
from revcycle.domain.claims.responsibility import Responsibility
from revcycle.domain.remittances.remittance import Adjustment, AdjustmentGroup, ClaimPayment, ServicePayment
from revcycle.edi.claim_837.x12_837 import ClaimToSend, PriorPayment, read_claims, refusal, write_claims
from tests.support.edi.edi_facts import ENVELOPE, RECEIVER, SUBMITTER
from tests.unit.edi.claim_837.test_edi_837p import CLAIM

PAID_ON = date(2026, 1, 3)
FURTHER = tuple(place for place in Responsibility if place is not Responsibility.UNKNOWN)


def coverage(place: Responsibility, payer_id: str) -> Coverage:
    return replace(CLAIM.coverages[0], responsibility=place, payer_id=payer_id, payer_name=f"PLAN {payer_id}")


def with_coverages(*coverages: Coverage) -> Claim:
    return replace(CLAIM, coverages=coverages)


PRIMARY = coverage(Responsibility.PRIMARY, "PAY01")
SECONDARY = coverage(Responsibility.SECONDARY, "PAY02")
TWICE = with_coverages(PRIMARY, SECONDARY)


def adjusted(cents: int, reason: str = "45") -> tuple[Adjustment, ...]:
    return (Adjustment(AdjustmentGroup.CONTRACTUAL_OBLIGATION, reason, cents),) if cents else ()


def service(line: int, paid: int, adjustments: tuple[Adjustment, ...]) -> ServicePayment:
    billed = CLAIM.lines[line]
    return ServicePayment(
        billed.procedure_code,
        billed.modifiers,
        billed.charge_cents,
        paid,
        adjustments,
        billed.service_date,
        billed.line_item_control_number,
    )


def paid(total: int, *services: ServicePayment, adjustments: tuple[Adjustment, ...] = ()) -> ClaimPayment:
    return ClaimPayment("PCN1", "1", 13_550, total, 0, "ICN1", adjustments=adjustments, services=services)


def prior(
    payment: ClaimPayment, place: Responsibility = Responsibility.PRIMARY, payer_id: str = ""
) -> PriorPayment:
    return PriorPayment(place, payment, PAID_ON, payer_id)


def sent(claim: Claim, place: Responsibility, *priors: PriorPayment) -> bytes:
    return write_claims(ENVELOPE, SUBMITTER, RECEIVER, [ClaimToSend(claim, place, priors)])


BALANCED = paid(10_000, service(0, 9_500, adjusted(3_050)), service(1, 500, adjusted(500)))


def test_what_each_line_was_paid_goes_to_the_next_payer() -> None:
    data = sent(TWICE, Responsibility.SECONDARY, prior(BALANCED))
    assert b"SVD*PAY01*95*HC:99213:25**1~\nCAS*CO*45*30.5~\nDTP*573*D8*20260103~" in data
    assert read_claims(data).claims[0].prior_payments == (prior(BALANCED),)


@pytest.mark.parametrize(
    "payment",
    [
        paid(10_000, adjustments=adjusted(3_000)),
        paid(10_000),
        paid(10_000, service(0, 9_500, adjusted(3_050)), service(1, 500, ())),
    ],
)
def test_a_payment_that_does_not_add_up_is_refused_in_plain_words(payment: ClaimPayment) -> None:
    finding = refusal(ClaimToSend(TWICE, Responsibility.SECONDARY, (prior(payment),)))
    assert finding is not None
    assert (finding.code, finding.where) == ("837p.cannot_write", "AMT02")
    assert "not the claim's charge" in finding.message


def test_lines_that_do_not_add_up_are_told_at_claim_level() -> None:
    crooked = paid(10_000, service(0, 9_500, adjusted(3_100)), service(1, 500, adjusted(450)))
    data = sent(TWICE, Responsibility.SECONDARY, prior(crooked))
    assert b"CAS*CO*45*35.5~\nAMT*D*100~" in data
    assert b"SVD" not in data


def test_a_payment_split_in_two_is_told_as_one() -> None:
    first = prior(paid(9_500, service(0, 9_500, adjusted(3_050))))
    second = replace(prior(paid(500, service(1, 500, adjusted(500)))), paid_on=date(2026, 1, 9))
    (read,) = read_claims(sent(TWICE, Responsibility.SECONDARY, first, second)).claims
    assert read.prior_payments == (PriorPayment(Responsibility.PRIMARY, BALANCED, date(2026, 1, 9)),)


def test_eleven_payers_have_their_places_and_twelve_have_not() -> None:
    coverages = tuple(coverage(place, f"PAY{number}") for number, place in enumerate(FURTHER))
    claim = with_coverages(*coverages)
    (read,) = read_claims(sent(claim, Responsibility.ELEVENTH)).claims
    assert read.claim == claim
    one_more = with_coverages(*coverages, coverage(Responsibility.TERTIARY, "PAY99"))
    finding = refusal(ClaimToSend(one_more, Responsibility.PRIMARY))
    assert finding is not None
    assert (finding.where, "at most 10" in finding.message) == ("SBR01", True)


def test_two_payers_in_one_place_keep_their_own_payments() -> None:
    one, other = coverage(Responsibility.TERTIARY, "PAY03"), coverage(Responsibility.TERTIARY, "PAY04")
    claim = with_coverages(PRIMARY, one, other)
    zero = replace(paid(0, adjustments=adjusted(13_550)), status_code="3")
    priors = (
        prior(replace(BALANCED, status_code="3"), Responsibility.TERTIARY, "PAY03"),
        prior(zero, Responsibility.TERTIARY, "PAY04"),
    )
    (read,) = read_claims(sent(claim, Responsibility.PRIMARY, *priors)).claims
    assert read.claim == claim
    assert read.prior_payments == priors


def test_a_payer_who_was_not_billed_says_what_it_does_not_cover() -> None:
    claim = with_coverages(replace(PRIMARY, not_covered_cents=13_550), SECONDARY)
    data = sent(claim, Responsibility.SECONDARY)
    assert b"AMT*A8*135.5~\nOI" in data
    assert read_claims(data).claims[0].claim == claim


def test_what_a_payer_said_about_the_claim_goes_along() -> None:
    remarked = replace(BALANCED, remark_codes=("MA01", "MA18"))
    claim = with_coverages(replace(PRIMARY, authorizations=(Reference("G1", "AUTH1"),)), SECONDARY)
    data = sent(claim, Responsibility.SECONDARY, prior(remarked))
    assert b"MOA***MA01*MA18~" in data
    assert b"REF*G1*AUTH1~\nREF*F8*ICN1~" in data
    assert read_claims(data).claims[0].prior_payments == (prior(remarked),)


def test_amounts_without_a_date_are_named_not_dropped() -> None:
    data = sent(TWICE, Responsibility.SECONDARY, prior(BALANCED)).replace(b"DTP*573*D8*20260103~\n", b"")
    file = read_claims(data)
    assert file.claims[0].prior_payments == ()
    named = [finding.message for finding in file.findings if finding.code == "837p.not_carried"]
    assert any("AMT*D of loop 2320" in message for message in named)


def test_a_line_adjudicated_by_a_payer_nobody_names_is_named() -> None:
    data = sent(TWICE, Responsibility.SECONDARY, prior(BALANCED)).replace(b"SVD*PAY01*5*", b"SVD*PAY77*5*")
    messages = [finding.message for finding in read_claims(data).findings]
    assert any("SVD of loop 2430" in message for message in messages)
